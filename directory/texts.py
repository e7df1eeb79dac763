"""The texts of a business by how much a word in them weighs for the search."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation

from directory.content import Content
from directory.values import Value
from directory.words import plain
from members.models import Business


@dataclass(frozen=True)
class Texts:
    """Name, then what it is filed under, then tags and where it is, then everything else."""

    name: str
    filed_under: str
    tags: str
    text: str

    def by_weight(self) -> dict[str, str]:
        return {"a": self.name, "b": self.filed_under, "c": self.tags, "d": self.text}


def texts_of(business: Business, content: Content, *, language: str) -> Texts:
    """What the search may find a business by; nothing that it does not show."""
    with translation.override(language):
        segment = business.get_segment_display()
        values = [str(Value(value).label) for value in content.values if value in Value.values]
    branches = [place for b in content.branches for place in (b.name, b.neighbourhood, b.city)]
    return Texts(
        name=_joined([business.trade_name]),
        filed_under=_joined([segment, *business.categories]),
        tags=_joined(
            [
                *content.tags,
                *values,
                *content.offers,
                *content.asks,
                business.neighbourhood,
                business.city,
                *branches,
            ]
        ),
        text=_joined([business.blurb, content.about, content.cause]),
    )


def _joined(texts: Iterable[str]) -> str:
    return plain(" ".join(texts))
