"""Pieces of HTML that others put into their pages; shown as text, so each value is escaped here."""

from html import escape


def of(
    *, list_url: str, script_url: str, frame_url: str, chosen: dict[str, str], words: str
) -> dict[str, str]:
    """The link with its choices, the script that turns it into the list, and the bare frame."""
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in chosen.items())
    link = f'<a class="commonweal-directory" href="{escape(list_url)}"{data}>{escape(words)}</a>'
    return {
        "link_html": link,
        "script_html": f'<script src="{escape(script_url)}" async></script>',
        "frame_html": frame(url=frame_url, words=words, height=480),
    }


def frame(*, url: str, words: str, height: int) -> str:
    """A frame as wide as its place, loaded when somebody scrolls to it; `height` in pixels."""
    return (
        f'<iframe src="{escape(url)}" title="{escape(words)}" width="100%" height="{height}" '
        'loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )
