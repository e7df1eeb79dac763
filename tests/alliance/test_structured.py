"""Data for machines inside a page: said whole, and nothing in it acts."""

import json
import re

import pytest
from django.template import engines

from alliance.structured import json_ld

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "&lt;/script&gt;",
    "'\"\\",
    "  ",
    "{{ 7|add:7 }}",
]


def data_of(markup: str) -> dict[str, object]:
    found = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', markup, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_what_is_empty_is_left_out() -> None:
    markup = json_ld({"@type": "Bakery", "name": "Ben's", "telephone": "", "image": [], "geo": {}})

    assert data_of(markup) == {
        "@context": "https://schema.org",
        "@type": "Bakery",
        "name": "Ben's",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_ends_the_element_or_begins_another(text: str) -> None:
    markup = json_ld({"@type": "Bakery", "name": text, "address": {"street": text}})

    inside = markup.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert re.search(r"[<>&]", inside) is None
    assert data_of(markup)["name"] == text


def test_the_tag_writes_it_into_a_page() -> None:
    page = engines["django"].from_string("{% load structured %}{% structured data %}")

    assert page.render({"data": {"@type": "Event"}}) == (
        '<script type="application/ld+json">'
        '{"@context":"https://schema.org","@type":"Event"}</script>'
    )
