"""Structured data: nothing in it ends its element, and it reads back as it was."""

import json
import re

import pytest
from django.template import Context, Template

from alliance.structured import json_ld

NASTY = ["</script><script>alert(1)</script>", "<!--", "]]>", "&amp;", "\u2028", "'\"\\", "ünï 🍕"]


def read(markup: str) -> dict[str, object]:
    found = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', markup, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("words", NASTY)
def test_words_stay_words(words: str) -> None:
    markup = json_ld({"@type": "Event", "name": words, words: [words]})
    assert read(markup) == {
        "@context": "https://schema.org", "@type": "Event", "name": words, words: [words],
    }  # fmt: skip
    inside = markup.removeprefix("<script").removesuffix("</script>")
    assert re.findall(r"[<&]", inside) == []


@pytest.mark.parametrize("words", NASTY[:2])
def test_control_plain_json_would_break_out(words: str) -> None:
    assert "<" in json.dumps({"name": words})


def test_what_is_empty_is_left_out() -> None:
    place = {"@type": "Place", "name": "Hall", "address": ""}
    data = {"location": [place], "image": None, "offers": {}, "count": 0, "free": False}
    assert read(json_ld(data)) == {
        "@context": "https://schema.org",
        "location": [{"@type": "Place", "name": "Hall"}],
        "count": 0,
        "free": False,
    }


def test_the_tag_writes_the_element_into_a_page() -> None:
    page = Template("{% load structured %}{% structured event %}")
    assert read(page.render(Context({"event": {"@type": "Event"}})))["@type"] == "Event"
