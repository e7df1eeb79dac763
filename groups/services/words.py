"""What people typed, made fit to be kept."""

import unicodedata

from django.utils.translation import gettext as _

from alliance.errors import DomainError


def fit(text: str, *, longest: int, field: str, least: int = 1) -> str:
    """The text, trimmed, with plain line ends.

    Raises:
        DomainError: empty, too long, or with characters that nobody can see.
    """
    words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(words) < least:
        raise DomainError(_("Write a few words."), field=field)
    if len(words) > longest:
        raise DomainError(
            _("That is too long: up to %(longest)d characters.") % {"longest": longest},
            field=field,
        )
    # Neither a control character nor half of a pair can be stored or read.
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in words):
        raise DomainError(_("Please leave out hidden characters."), field=field)
    return words
