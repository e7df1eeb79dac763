"""What people write: source stored, rendered and then sanitised, never trusted."""

import re
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("js-default", {"linkify": False, "typographer": True})
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h2", "h3", "h4", "hr"}

# What XML 1.0 cannot hold, even escaped: controls, halves of pairs, two that are no characters.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def for_xml(text: str) -> str:
    """The text without what no feed can hold; whoever wrote it, the feed is read."""
    return _NOT_XML.sub("", text)


# The same story is read again and again; its source is the key, so an edit shows at once.
@lru_cache(maxsize=256)
def render_markdown(source: str, top: int = 3) -> SafeString:
    """Markdown to the few tags above; links are marked as written by somebody else.

    Args:
        top: the level of the text's first headings, below the page's own; what
            stands under them is one lower, however many marks its writer gave it.
    """
    tokens = _markdown.parse(source)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    largest = min((token.tag for token in headings), default="")
    for token in headings:
        token.tag = f"h{top + (token.tag > largest)}"
    html = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return mark_safe(html)


def rendered(html: str) -> SafeString:
    """Markup that this server made itself and kept for a while; never what somebody typed."""
    return mark_safe(html)
