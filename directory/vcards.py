"""A listing as a card for an address book: vCard 3.0 (RFC 2426), which every phone reads."""

from collections.abc import Iterator

from directory.queries.profile import Profile, ShownPlace

CONTENT_TYPE = "text/vcard; charset=utf-8"
LONGEST_LINE = 75


def vcard(profile: Profile) -> str:
    """The whole card; lines end with CRLF and are folded after 75 octets."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(profile))


def _lines(profile: Profile) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"FN:{_text(profile.name)}"
    yield f"N:{_text(profile.name)};;;;"
    yield f"ORG:{_text(profile.name)}"
    for place in profile.places:
        yield from _place(place)
    if profile.phone:
        yield f"TEL;TYPE=WORK,VOICE:{_text(profile.phone)}"
    if profile.email:
        yield f"EMAIL;TYPE=INTERNET:{_text(profile.email)}"
    if profile.website:
        yield f"URL:{_text(profile.website)}"
    if profile.categories:
        yield f"CATEGORIES:{','.join(map(_text, profile.categories))}"
    if profile.blurb:
        yield f"NOTE:{_text(profile.blurb)}"
    yield f"SOURCE:{_text(profile.url)}"
    yield f"UID:{profile.business.urn}"
    yield f"REV:{profile.changed_at.strftime('%Y%m%dT%H%M%SZ')}"
    yield "END:VCARD"


def _place(place: ShownPlace) -> Iterator[str]:
    if place.street or place.city:
        parts = ("", "", place.street, place.city, place.region, place.postal_code, "")
        yield f"ADR;TYPE=WORK:{';'.join(map(_text, parts))}"
    if place.street and place.latitude is not None:
        yield f"GEO:{place.latitude};{place.longitude}"


def _text(text: str) -> str:
    """A value in which nothing ends it: backslash, comma, semicolon and line ends are escaped."""
    for raw, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(raw, escaped)
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """After at most 75 octets a new line that begins with a space; no letter is cut in two."""
    parts: list[str] = []
    held = ""
    for letter in line:
        # The space that begins each further line counts as one of its octets.
        room = LONGEST_LINE - (1 if parts else 0)
        if len((held + letter).encode()) > room:
            parts.append(held)
            held = ""
        held += letter
    return "\r\n ".join([*parts, held])
