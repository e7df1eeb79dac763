"""Words of the directory's pages."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

GROUP_NAMES = {
    "kind": _("Kind of business"),
    "category": _("Category"),
    "place": _("Where"),
    "value": _("Who owns it, what it stands for"),
    "language": _("Languages spoken"),
    "has": _("Also"),
    "tag": _("Tags"),
}


@register.filter
def facet_group(name: str) -> str:
    """A group of facets as people read it."""
    return str(GROUP_NAMES[name])
