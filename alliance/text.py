"""What people write: source stored, rendered and then sanitised, never trusted."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("js-default", {"linkify": False, "typographer": True})
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h2", "h3", "h4", "hr"}


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
