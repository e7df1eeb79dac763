"""Reads of places that several callers share."""

from django.conf import settings

from alliance.models import Alliance


def alliance_at(host: str) -> Alliance | None:
    """The alliance that this host serves: a sub-domain, or a verified own domain."""
    alliances = Alliance.objects.all()
    suffix = f".{settings.PLATFORM_HOST}"
    if host.endswith(suffix):
        return alliances.filter(slug=host.removesuffix(suffix)).first()
    return alliances.filter(domains__host__iexact=host, domains__verified_at__isnull=False).first()
