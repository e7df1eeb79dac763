"""Pieces of HTML that others put into their pages; shown as text, so each value is escaped here."""

from html import escape


def of(
    *, list_url: str, script_url: str, frame_url: str, chosen: dict[str, str], words: str
) -> dict[str, str]:
    """The link with its choices, the script that turns it into the list, and the bare frame."""
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in chosen.items())
    link = f'<a class="commonweal-directory" href="{escape(list_url)}"{data}>{escape(words)}</a>'
    frame = (
        f'<iframe src="{escape(frame_url)}" title="{escape(words)}" width="100%" height="480" '
        'loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )
    return {
        "link_html": link,
        "script_html": f'<script src="{escape(script_url)}" async></script>',
        "frame_html": frame,
    }
