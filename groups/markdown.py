"""What members write in a group, as HTML that can do nothing but be read.

Markdown's own tags are shown as text, and pictures from elsewhere are refused:
whoever opens a post must not tell a stranger so. What would take long to
render, or is made to hide or to spill over, is refused before it is rendered,
so that the time stays bounded whatever arrives.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import nh3
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from alliance.errors import DomainError
from alliance.forms import TURNING
from alliance.text import TAGS

LONGEST = 20_000
MOST_MENTIONS = 20
MOST_QUOTES = 5
# Marks on one letter: written languages stack three or four.
MOST_MARKS = 6
# Signs that open something, in one paragraph: more take quadratic time.
MOST_OPENERS = 300
MOST_LINES = 2_000
ALLOWED = {"\n", "\t"}
HANDLE = re.compile(r"(?<![\w@/.])@([\w][\w-]{0,79})")
QUOTED = re.compile(r"[ \t>]*")
OPENERS = re.compile(r"[\[\]!<>*_~`\\(]")
PICTURE = re.compile(r"!\[[^\]\n]{0,500}\][(\[]")
_MOST_INDENT = 40


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, and the members whom it names."""

    html: str
    mentions: frozenset[UUID]


def render(words: str, people: Mapping[str, tuple[UUID, str]] | None = None) -> Rendered:
    """Words as they are shown; `people` are those whom `@handle` may name: id and name by handle.

    Raises:
        DomainError: nothing is there, or it is what `checked` refuses.
    """
    env: dict[str, object] = {"people": people or {}, "named": set()}
    html = _markdown().render(checked(words), env)
    clean = nh3.clean(
        html,
        tags={*TAGS, "code", "pre"},
        attributes={"a": {"href"}, "*": set()},
        allowed_classes={"strong": {"mention"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    named: set[UUID] = env["named"]  # type: ignore[assignment]
    return Rendered(clean, frozenset(named))


def checked(words: str) -> str:
    """The words with plain line ends.

    Raises:
        DomainError: empty, longer than 20,000 characters, with hidden or turning
            characters, stacked marks, quotes within quotes within quotes, too
            many mentions, pictures from elsewhere, or made to take long.
    """
    if len(words) > LONGEST:
        raise _refused(_("Write at most %(most)s characters.") % {"most": f"{LONGEST:,}"})
    words = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not any(unicodedata.category(c)[0] in "LNPS" for c in words):
        raise _refused(_("Write something first."))
    _refuse_hidden(words)
    _refuse_deep(words)
    _refuse_heavy(words)
    if len(HANDLE.findall(words)) > MOST_MENTIONS:
        raise _refused(_("Name at most %(most)d people in one post.") % {"most": MOST_MENTIONS})
    if PICTURE.search(words):
        raise _refused(
            _("Pictures from other places are not shown here. Bring the picture itself.")
        )
    return words


def line(text: str, *, field: str, longest: int) -> str:
    """One line, such as a title, under the same rules.

    Raises:
        DomainError: empty, too long, or with characters that hide, turn or stack.
    """
    text = " ".join(text.split(" ")).strip()
    if not any(unicodedata.category(c)[0] in "LNPS" for c in text):
        raise DomainError(_("Give it a title."), field=field)
    if len(text) > longest:
        raise DomainError(
            _("Write at most %(most)s characters.") % {"most": f"{longest:,}"}, field=field
        )
    try:
        _refuse_hidden(text, allowed=frozenset())
    except DomainError as error:
        raise DomainError(error.message, field=field) from error
    return text


def handle_of(name: str) -> str:
    """How a person is named with `@`: Maria Ruiz is @maria-ruiz."""
    return slugify(name, allow_unicode=True)[:80]


def handles(people: list[tuple[UUID, str]]) -> dict[str, tuple[UUID, str]]:
    """Whom each handle names: the whole name, or the first where only one has it.

    Two of one whole name share the handle with a number behind the second's.
    """
    found: dict[str, tuple[UUID, str]] = {}
    firsts: dict[str, list[tuple[UUID, str]]] = {}
    for key, name in people:
        handle = handle_of(name)
        if not handle:
            continue
        place, number = handle, 2
        while place in found:
            place, number = f"{handle}-{number}", number + 1
        found[place] = (key, name)
        firsts.setdefault(handle.partition("-")[0], []).append((key, name))
    for first, owners in firsts.items():
        if len(owners) == 1:
            found.setdefault(first, owners[0])
    return found


def quoted(words: str, name: str) -> str:
    """Words as the beginning of an answer: quoted once, without what they quote themselves."""
    own = [text for text in words.splitlines() if not text.lstrip().startswith(">")]
    lines = "\n".join(own).strip()[:1000].splitlines()
    head = _("%(name)s wrote:") % {"name": name}
    return "\n".join([f"> **{head}**", ">", *(f"> {text}".rstrip() for text in lines), "", ""])


def _refuse_hidden(words: str, allowed: frozenset[str] | set[str] = ALLOWED) -> None:
    marks = 0
    for char in words:
        if char < "\x7f":
            if char < " " and char not in allowed:
                raise _refused(_("Please leave out hidden characters."))
            marks = 0
            continue
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cs", "Zl", "Zp", "Co") or char in TURNING:
            raise _refused(_("Please leave out hidden characters."))
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks > MOST_MARKS:
            raise _refused(_("Please do not stack so many marks on one letter."))


def _refuse_deep(words: str) -> None:
    for text in words.split("\n"):
        depth = text[: QUOTED.match(text).end()]  # type: ignore[union-attr]
        if depth.count(">") > MOST_QUOTES:
            raise _refused(
                _("Quote at most %(most)d levels deep; leave the older ones out.")
                % {"most": MOST_QUOTES}
            )
        if len(text) - len(text.lstrip()) > _MOST_INDENT:
            raise _refused(_("Begin the lines further to the left."))


def _refuse_heavy(words: str) -> None:
    if words.count("\n") > MOST_LINES:
        raise _refused(_("Write at most %(most)s lines.") % {"most": f"{MOST_LINES:,}"})
    for part in re.split(r"\n[ \t>]*\n", words):
        if len(OPENERS.findall(part)) > MOST_OPENERS:
            raise _refused(_("There are too many signs such as * [ ` in one paragraph."))


@cache
def _markdown() -> MarkdownIt:
    options = {"linkify": False, "typographer": True, "maxNesting": 20}
    made = MarkdownIt("js-default", options).disable(
        ["image", "table", "html_inline", "html_block"]
    )
    made.core.ruler.push("mentions", _find_mentions)
    made.core.ruler.push("headings", _lower_headings)
    return made


def _lower_headings(state: StateCore) -> None:
    """A post's headings stand below those of the page."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h4"


def _find_mentions(state: StateCore) -> None:
    people = state.env.get("people") or {}
    if not people or "@" not in state.src:
        return
    for token in state.tokens:
        if token.type == "inline" and token.children and "@" in token.content:
            token.children = _with_mentions(token.children, people, state.env["named"])


def _with_mentions(
    children: list[Token], people: Mapping[str, tuple[UUID, str]], named: set[UUID]
) -> list[Token]:
    found: list[Token] = []
    is_link = 0
    for child in children:
        is_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or is_link or "@" not in child.content:
            found.append(child)
            continue
        found += _split(child, people, named)
    return found


def _split(child: Token, people: Mapping[str, tuple[UUID, str]], named: set[UUID]) -> list[Token]:
    parts: list[Token] = []
    at = 0
    for match in HANDLE.finditer(child.content):
        owner = people.get(match[1].lower().rstrip("-"))
        if owner is None:
            continue
        named.add(owner[0])
        if match.start() > at:
            parts.append(Token("text", "", 0, content=child.content[at : match.start()]))
        shown = f'<strong class="mention">@{escape(owner[1])}</strong>'
        # Our own markup; nh3 reads it with the rest.
        parts.append(Token("html_inline", "", 0, content=shown))
        at = match.end()
    if at == 0:
        return [child]
    if at < len(child.content):
        parts.append(Token("text", "", 0, content=child.content[at:]))
    return parts


def _refused(words: str) -> DomainError:
    return DomainError(words, field="words")
