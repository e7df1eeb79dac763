"""What a public page of the directory depends on, told by one cheap query."""

from django.db.models import Max
from django.http import HttpRequest

from alliance import clock
from alliance.tenancy.scope import current_alliance
from directory.models import Entry


def directory_version(request: HttpRequest) -> tuple[object, ...]:
    """Changes when any entry does, each day, and each minute where "open now" is asked for."""
    now = clock.now().astimezone(current_alliance().zone)
    newest = Entry.objects.filter(alliance=current_alliance()).aggregate(at=Max("changed_at"))
    minute = now.strftime("%H:%M") if request.GET.get("open") else ""
    return newest["at"], now.date(), minute
