"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alliance import navigation


def site(request: HttpRequest) -> dict[str, Any]:
    """The alliance, the visitor's seats, the doors of the header."""
    alliance = getattr(request, "alliance", None)
    context = {
        "alliance": alliance,
        "seats": getattr(request, "seats", ()),
        "nav_items": navigation.items(request) if alliance else [],
        "footer_items": navigation.footer_items(request) if alliance else [],
        "is_demo": settings.DEMO,
        "site_name": alliance.name if alliance else "Commonweal",
    }
    if alliance and request.path.startswith("/staff/"):
        context["staff_parts"] = SimpleLazyObject(lambda: navigation.staff_parts(request))
    return context
