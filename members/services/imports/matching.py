"""Which business a row may be, among those that are here and the rows before it.

Nobody is merged on a likeness: it only proposes, with why. What is certain is
a name and one thing more, or a name that nothing contradicts.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.models import Business, Representative
from members.services.imports.normalising import Fields, name_of
from members.sheets import keys

# A business's id, or the number of an earlier row.
Ref = str | int
SAME_NAME, LIKE_NAME = "name", "like"
WHYS: dict[str, Any] = {
    "slug": _("the same address on this site"),
    "email": _("the same e-mail address"),
    "site": _("the same website"),
    "phone": _("the same phone number"),
    "postal": _("the same postal code"),
    SAME_NAME: _("the same name"),
    LIKE_NAME: _("nearly the same name"),
}
# What tells two businesses of one name apart, or shows that they are one.
TELLING = ("email", "site", "phone", "postal")
# What as many as this have in common, an association's own number say, tells nobody apart.
MOST_PROPOSED, BLOCK, COMMON = 5, 30, 4


@dataclass(frozen=True)
class Match:
    """A business or an earlier row that this one may be."""

    ref: Ref
    why: tuple[str, ...]
    is_certain: bool


@dataclass(frozen=True)
class Marks:
    """By what a business is recognised."""

    name: str
    slug: str
    emails: frozenset[str]
    site: str
    phone: str
    postal: str

    @cached_property
    def by_kind(self) -> dict[str, frozenset[str]]:
        """Each kind of mark with its values; kinds without any stay away."""
        one = {"slug": self.slug, "site": self.site, "phone": self.phone, "postal": self.postal}
        found = {kind: frozenset({value}) for kind, value in one.items() if value}
        return found | ({"email": self.emails} if self.emails else {})


def marks_of(fields: Fields) -> Marks:
    """The marks of a row."""
    emails = {keys.email_key(fields.get(key, "")) for key in ("email", "contact_email")}
    return Marks(
        name=keys.name_key(name_of(fields)),
        slug=str(fields.get("slug", "")),
        emails=frozenset(emails - {""}),
        site=keys.site_key(fields.get("website", "")),
        phone=keys.phone_key(fields.get("phone", "")),
        postal=keys.postal_key(fields.get("postal_code", "")),
    )


class Index:
    """All marks, found by each of them; a postal code alone finds nobody."""

    def __init__(self) -> None:
        self._marks: dict[Ref, Marks] = {}
        self._found: dict[tuple[str, str], list[Ref]] = defaultdict(list)

    def add(self, ref: Ref, marks: Marks) -> None:
        """Adds a business or a row."""
        self._marks[ref] = marks
        for kind, values in marks.by_kind.items():
            if kind != "postal":
                for value in values:
                    self._found[kind, value].append(ref)
        if marks.name:
            self._found[SAME_NAME, marks.name].append(ref)
            for block in keys.blocks(marks.name):
                self._found["block", block].append(ref)

    def matches(self, marks: Marks) -> list[Match]:
        """Whom this may be, the surest first; a few at most."""
        found = [self._match(ref, marks) for ref in self._candidates(marks)]
        return surest([match for match in found if match is not None])

    def _candidates(self, marks: Marks) -> list[Ref]:
        refs: dict[Ref, None] = {}
        for kind, values in marks.by_kind.items():
            for value in values:
                found = self._found.get((kind, value), ())
                refs.update(dict.fromkeys(found if len(found) < COMMON else ()))
        refs.update(dict.fromkeys(self._found.get((SAME_NAME, marks.name), ())[-BLOCK:]))
        for block in keys.blocks(marks.name):
            refs.update(dict.fromkeys(self._found.get(("block", block), ())[-BLOCK:]))
        return list(refs)

    def _tells(self, kind: str, values: frozenset[str]) -> bool:
        """Whether sharing these means anything: not where half the file has them."""
        if kind == "postal":
            return bool(values)
        return any(len(self._found.get((kind, value), ())) < COMMON for value in values)

    def _match(self, ref: Ref, marks: Marks) -> Match | None:
        ours, theirs = marks.by_kind, self._marks[ref].by_kind
        both = {kind: ours[kind] & theirs[kind] for kind in ours if kind in theirs}
        shared = [kind for kind, values in both.items() if self._tells(kind, values)]
        apart = [kind for kind in TELLING if kind in both and not both[kind]]
        same_name = bool(marks.name) and marks.name == self._marks[ref].name
        if "slug" in shared:
            return Match(ref, ("slug",), is_certain=True)
        told = tuple(kind for kind in TELLING if kind in shared)
        if same_name:
            # Two shops of one name in two places are two; with nothing to compare they are one.
            return Match(ref, (SAME_NAME, *told), is_certain=bool(told) or not apart)
        if keys.alike(marks.name, self._marks[ref].name):
            # Nearly the same name and another place, another phone: somebody else.
            return Match(ref, (LIKE_NAME, *told), False) if told or not apart else None
        strong = tuple(kind for kind in told if kind != "postal")
        return Match(ref, strong, is_certain=False) if strong else None


def surest(matches: list[Match]) -> list[Match]:
    """A few of them, the surest first."""
    ordered = sorted(
        matches, key=lambda m: ("slug" not in m.why, not m.is_certain, -len(m.why), str(m.ref))
    )
    return ordered[:MOST_PROPOSED]


def index_of_businesses() -> Index:
    """Everybody who is here, with the addresses of the people who speak for them."""
    index = Index()
    people: dict[Any, set[str]] = defaultdict(set)
    live = Representative.objects.live().values_list("business_id", "seat__person__email")
    for business_id, email in live.iterator():
        people[business_id].add(keys.email_key(email))
    columns = ("pk", "trade_name", "slug", "email", "website", "phone", "postal_code")
    for pk, name, slug, email, website, phone, code in Business.objects.values_list(
        *columns
    ).iterator():
        emails = (people.pop(pk, set()) | {keys.email_key(email)}) - {""}
        index.add(
            str(pk),
            Marks(
                name=keys.name_key(name),
                slug=slug,
                emails=frozenset(emails),
                site=keys.site_key(website),
                phone=keys.phone_key(phone),
                postal=keys.postal_key(code),
            ),
        )
    return index
