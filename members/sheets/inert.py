"""Text that a spreadsheet would run, made harmless on the way out and itself again on the way in.

`plain(inert(text)) == text` for every text without NUL. `defusedcsv` could not
keep that promise: it also writes a backslash before each | and lets cells
through that begin with a tab, a carriage return or a full-width sign.
"""

import re

_ACTIVE = re.compile(r"'*[=+\-@|%\t\r\n＝＋－＠]")
_QUOTED = re.compile(r"'+[=+\-@|%\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9][0-9,.]*\Z")


def inert(text: str) -> str:
    """As it may stand in a CSV file: an apostrophe before what would be a formula."""
    return f"'{text}" if _ACTIVE.match(text) and not _NUMBER.match(text) else text


def quoted(text: str) -> str:
    """As it may stand in a text cell of a workbook, where nothing is a formula.

    Only what `plain` would take an apostrophe from gets one more.
    """
    return f"'{text}" if _QUOTED.match(text) else text


def plain(text: str) -> str:
    """What `inert` or `quoted` was given: without the apostrophe they put before it."""
    return text[1:] if _QUOTED.match(text) else text
