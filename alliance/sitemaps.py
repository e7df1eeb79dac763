"""What search engines may read: each room says its pages, so that the shell knows none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.db.models import Count, Max, QuerySet
from django.utils.xmlutils import SimplerXMLGenerator

PART = 5000
# An index holds no more (sitemaps.org).
MOST_PARTS = 50_000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True)
class Section:
    """Pages of one kind: the rows that are public, what is in their address, when they changed.

    `path(value)` makes the address of a row from the value of its field `key`.
    """

    name: str
    rows: Callable[[], QuerySet[Any]]
    key: str
    changed: str
    path: Callable[[Any], str]

    def version(self) -> tuple[datetime | None, int]:
        """When the newest changed, and how many there are."""
        found = self.rows().aggregate(changed=Max(self.changed), count=Count("pk"))
        return found["changed"], found["count"]

    def pages(self, part: int) -> list[tuple[str, datetime]]:
        """Addresses and their last changes of one part, counted from 1."""
        rows = self.rows().order_by("pk").values_list(self.key, self.changed)
        return [(self.path(key), at) for key, at in rows[(part - 1) * PART : part * PART]]


_sections: dict[str, Section] = {}
_pages: list[str] = []


def register(section: Section) -> None:
    """Adds pages that are rows; called in `AppConfig.ready`."""
    _sections[section.name] = section


def register_pages(*paths: str) -> None:
    """Adds single pages by their path; called in `AppConfig.ready`."""
    _pages.extend(path for path in paths if path not in _pages)


def sections() -> list[Section]:
    """All of them, by name."""
    return [_sections[name] for name in sorted(_sections)]


def section(name: str) -> Section | None:
    """The one of this name."""
    return _sections.get(name)


def single_pages() -> list[str]:
    """The front door, and what rooms have added."""
    return ["/", *_pages]


def index(urls: list[str]) -> str:
    """A sitemap of sitemaps."""
    return _xml("sitemapindex", "sitemap", [(url, None) for url in urls])


def urlset(urls: Sequence[tuple[str, datetime | None]]) -> str:
    """Addresses with their last changes."""
    return _xml("urlset", "url", urls)


def _xml(root: str, element: str, urls: Sequence[tuple[str, datetime | None]]) -> str:
    out = StringIO()
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": NAMESPACE}))
    for url, changed_at in urls:
        xml.startElement(element, AttributesImpl({}))
        xml.addQuickElement("loc", url)
        if changed_at:
            xml.addQuickElement("lastmod", changed_at.isoformat(timespec="seconds"))
        xml.endElement(element)
    xml.endElement(root)
    xml.endDocument()
    return out.getvalue()
