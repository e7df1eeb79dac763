"""What in a document would act, or came from one of the payloads; nothing in one that is safe."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import html5lib
from icalendar import Calendar
from lxml import etree
from lxml import html as lxml_html

from alliance.text import TAGS
from tests.architecture.payloads import EVALUATED, MARK

# Elements that no page or letter of ours has.
FOREIGN = {
    "iframe", "frame", "frameset", "object", "embed", "applet", "portal", "base", "math",
    "foreignobject", "animate", "set", "use", "handler", "marquee", "isindex", "xmp", "plaintext",
    "listing", "noembed", "noframes", "noscript", "param", "track",
}  # fmt: skip
# Attributes that browsers follow, and those that they follow by themselves.
LINKS = {"href", "xlink:href", "cite", "data", "ping", "longdesc", "codebase"}
FETCHED = {"src", "srcset", "poster", "background", "action", "formaction", "srcdoc", "manifest"}
# What a browser leaves out before it reads an address's scheme.
LEFT_OUT = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
SCHEMES = {"http", "https", "mailto", "tel", "webcal"}
# Properties of a calendar's entry that programs follow.
FOLLOWED = ("URL", "ATTACH", "CONFERENCE")
# What people wrote may stand in these: they are read or sent back, and nothing follows them.
WORDS = {"value", "alt", "title", "aria-label", "placeholder", "content", "data-label", "label"}

# What members' words may become.
READ = TAGS | {"code", "pre"}


def in_page(text: str) -> list[str]:
    """The faults of a whole page: no style of its own, only our scripts."""
    return [*_faults(_lxml(text), is_letter=False), *_again(text, 1)]


def in_letter(text: str) -> list[str]:
    """The faults of a letter's HTML: its styles are written into its elements."""
    return [*_faults(_lxml(text), is_letter=True), *_again(text, 1)]


def in_words(text: str) -> list[str]:
    """The faults of HTML that was made of somebody's words, as a browser reads it."""
    tree = html5lib.parseFragment(text, treebuilder="etree", namespaceHTMLElements=False)
    # The first is the fragment itself.
    elements = list(tree.iter())[1:]
    found = [*_faults(elements, is_letter=False), *_again(text, 0)]
    if EVALUATED in text:
        found.append("evaluated")
    for each in elements:
        name = _name(each)
        if name and name not in READ:
            found.append(f"<{name}>")
        attributes = {_local(attribute) for attribute in each.attrib}
        if attributes - {"href", "rel", "title"} and each.attrib != {"class": "mention"}:
            found.append(f"<{name} {attributes}>")
    return found


def _again(text: str, most: int) -> list[str]:
    """Parts of a page that it has once: a second one's attributes would join the first's."""
    return [
        f"<{name}> again"
        for name in ("html", "head", "body", "frameset")
        if len(re.findall(rf"<{name}(?=[\s/>])", text, re.IGNORECASE)) > most
    ]


def _lxml(text: str) -> Iterator[Any]:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    # XML's own exceptions: a page may hold what no tree can.
    root = lxml_html.document_fromstring(text.replace("\0", "\ufffd").encode(), parser=parser)
    return iter(root.iter())


def _faults(elements: Iterable[Any], *, is_letter: bool) -> Iterator[str]:
    for each in elements:
        if not isinstance(each.tag, str):
            if MARK in (each.text or ""):
                yield f"comment {each.text[:60]}"
            continue
        name = _name(each)
        if name in FOREIGN or MARK in name or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            yield f"<{name}>"
        yield from _of_element(name, each, is_letter=is_letter)
        for attribute, value in each.attrib.items():
            fault = _of_attribute(name, _local(attribute), value, each, is_letter=is_letter)
            if fault:
                yield f"<{name} {_local(attribute)}={value[:60]!r}>: {fault}"
        if EVALUATED in f"{each.text or ''} {each.tail or ''}":
            yield f"evaluated in <{name}>"


def _of_element(name: str, each: Any, *, is_letter: bool) -> Iterator[str]:
    text = each.text or ""
    if name == "script":
        is_data = "json" in each.get("type", "")
        if not is_data and (text.strip() or not each.get("src", "").startswith("/static/")):
            yield f"<script> {each.get('src', '')} {text[:40]}"
    elif name == "style" and (MARK in text or not is_letter):
        yield f"<style> {text[:40]}"
    elif name == "meta" and each.get("http-equiv"):
        yield f"<meta http-equiv={each.get('http-equiv')}>"


def _of_attribute(name: str, attribute: str, value: str, each: Any, *, is_letter: bool) -> str:
    if MARK in attribute or not re.fullmatch(r"[a-z][a-z0-9:._-]*", attribute):
        return "its name is none of ours"
    if attribute.startswith("on") or "hx-on" in attribute:
        return "acts"
    if attribute == "style":
        return "" if is_letter and MARK not in value else "style"
    if attribute in LINKS | FETCHED:
        return _of_address(name, attribute, value, each)
    if MARK in value and attribute not in WORDS:
        return "holds what was typed"
    return ""


def _of_address(name: str, attribute: str, value: str, each: Any) -> str:
    plain = LEFT_OUT.sub("", value).lower()
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", plain)
    if scheme and scheme[1] not in SCHEMES:
        return "acts"
    is_ours = plain.startswith(("/", "?", "#")) and not plain.startswith(("//", "/\\"))
    if attribute in FETCHED:
        return "" if (is_ours or plain == "") and MARK not in plain else "is fetched"
    if MARK not in plain or is_ours:
        return ""
    rel = (each.get("rel") or "").split()
    is_marked = name == "a" and {"nofollow", "ugc", "noopener"} <= set(rel)
    return "" if is_marked else "leads elsewhere unmarked"


def in_feed(text: str) -> list[str]:
    """The faults of an Atom feed: XML, and the HTML that its entries hold."""
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
    found = []
    for each in root.iter():
        if not isinstance(each.tag, str) or MARK in each.tag:
            found.append(f"node {each.tag}")
            continue
        if each.get("type") in ("html", "xhtml") or _name(each) in ("summary", "content"):
            found += in_words(each.text or "")
        if any(MARK in value for value in each.attrib.values()):
            found.append(f"attribute of {each.tag}")
    return found


def in_calendar(text: str) -> list[str]:
    """The faults of a calendar: parts, properties or addresses that are none of ours."""
    found = []
    for part in Calendar.from_ical(text).walk():
        if part.name not in ("VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"):
            found.append(f"part {part.name}")
        found += [f"property {name}" for name in part if MARK in name.lower()]
        found += [
            f"{name}" for name in ("URL", "ATTACH", "CONFERENCE") if MARK in part.get(name, "")
        ]
    return found


def in_json(text: str) -> list[str]:
    """The faults of an API's answer: data is data, but what is HTML there must be dead."""
    found: list[str] = []

    def keep(row: dict[str, Any]) -> dict[str, Any]:
        found.extend(fault for key in row if key == "html" for fault in in_words(row[key]))
        return row

    json.loads(text, object_hook=keep)
    return found


def _name(each: Any) -> str:
    return _local(each.tag).lower() if isinstance(each.tag, str) else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
