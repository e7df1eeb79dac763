"""What can be told from a page's source: valid HTML, one heading, nothing inline."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from justhtml import JustHTML

# Attributes whose words are ids of elements on the same page.
REFERENCES = ("for", "form", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns")


def faults(source: str) -> list[str]:
    """Everything that is wrong with a page's source, in words."""
    page = JustHTML(source, sanitize=False, collect_errors=True)
    found = [f"HTML: {error.code} in line {error.line}" for error in page.errors]
    if page.errors:
        return found
    found += _inline(page)
    ids = Counter(element.attrs["id"] for element in page.query("[id]"))
    found += [f"id twice: {name}" for name, times in ids.items() if times > 1 or not name]
    for attribute in REFERENCES:
        for element in page.query(f"[{attribute}]"):
            names = (element.attrs[attribute] or "").split()
            found += [f"{attribute} names nobody: {name}" for name in names if name not in ids]
    if len(page.query("h1")) != 1:
        found.append(f"{len(page.query('h1'))} h1 elements")
    title = page.query_one("title")
    if not (title and re.sub(r"[\s·]+", "", title.to_text())):
        found.append("no title")
    if not any("lang" in element.attrs for element in page.query("html")):
        found.append("no language")
    return found


def _inline(page: Any) -> Iterator[str]:
    """Inline style and script, which the content security policy forbids."""
    for element in page.query("*"):
        for name in element.attrs or {}:
            if name == "style" or name.startswith("on"):
                yield f"inline {name} on <{element.name}>"
    for element in page.query("script"):
        # Data blocks are read, not run.
        if "src" not in element.attrs and "json" not in (element.attrs.get("type") or ""):
            yield "inline script"
    if page.query("style"):
        yield "inline style sheet"
