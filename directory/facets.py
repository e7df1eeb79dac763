"""What results are narrowed down by: "<group>:<value>" in each entry, and its words."""

from babel import Locale
from django.utils.translation import gettext_lazy as _

from directory.content import Content
from directory.values import Value
from members.models import Business, Segment

# In the order in which the page shows them.
GROUPS = ("kind", "category", "place", "value", "language", "has", "tag")
LONGEST = 80
HAS = {
    "pledges": _("Takes pledges"),
    "offers": _("Offers something to neighbours"),
    "asks": _("Looks for something"),
}


def facets_of(business: Business, content: Content) -> list[str]:
    """Everything that this business can be narrowed down by, each once."""
    areas = [(business.neighbourhood, business.city)]
    areas += [(branch.neighbourhood, branch.city) for branch in content.branches]
    found = [("kind", business.segment)]
    found += [("category", category) for category in business.categories]
    found += [("place", name) for area in areas for name in area if name]
    found += [("value", value) for value in content.values]
    found += [("language", code) for code in content.languages]
    found += [("tag", tag) for tag in content.tags]
    has = {
        "pledges": content.accepts_pledges,
        "offers": bool(content.offers),
        "asks": bool(content.asks),
    }
    found += [("has", name) for name, is_so in has.items() if is_so]
    return list(dict.fromkeys(f"{group}:{value}"[:LONGEST] for group, value in found))


def label_of(group: str, value: str, *, language: str) -> str:
    """A facet's value as people read it."""
    if group == "kind" and value in Segment.values:
        return str(Segment(value).label)
    if group == "value" and value in Value.values:
        return str(Value(value).label)
    if group == "has" and value in HAS:
        return str(HAS[value])
    if group == "language":
        return str(Locale.parse(language).languages.get(value, value))
    return value
