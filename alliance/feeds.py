"""Feeds that are read whatever somebody typed into what they tell."""

from typing import Any

from django.utils.feedgenerator import Atom1Feed

from alliance.text import for_xml


class Feed(Atom1Feed):
    """Atom without what XML cannot hold: one such sign would keep the feed from everybody."""

    def __init__(self, title: str, link: str, description: str, **more: Any) -> None:
        super().__init__(for_xml(title), link, for_xml(description), **_clean(more))

    def add_item(  # type: ignore[override]
        self, title: str, link: str, description: str = "", **more: Any
    ) -> None:
        """One entry; see `django.utils.feedgenerator`."""
        super().add_item(for_xml(title), link, for_xml(description), **_clean(more))


def _clean(given: dict[str, Any]) -> dict[str, Any]:
    if "author_name" in given:
        given["author_name"] = for_xml(given["author_name"])
    if "categories" in given:
        given["categories"] = [for_xml(str(each)) for each in given["categories"]]
    return given
