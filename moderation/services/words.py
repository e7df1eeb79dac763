"""What people write to this room: trimmed, bounded, and nothing that no text holds."""

from django.utils.translation import gettext as _

from alliance.errors import DomainError


def read(words: str, *, longest: int, field: str, missing: str = "") -> str:
    """The words without space around them.

    Args:
        missing: what to say where nothing is left; "": nothing may be left.

    Raises:
        DomainError: too long, signs that no text holds, or missing.
    """
    found = words.strip()
    if len(found) > longest:
        most = {"count": longest}
        raise DomainError(_("Write at most %(count)d characters.") % most, field=field)
    if "\x00" in found or any("\ud800" <= sign <= "\udfff" for sign in found):
        raise DomainError(_("Some of these signs cannot be kept. Type it again."), field=field)
    if missing and not found:
        raise DomainError(missing, field=field)
    return found
