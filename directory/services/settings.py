"""What an alliance decides about its directory: where the map's streets come from."""

from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.web_addresses import is_public_website
from directory.models import DirectorySettings

HOLDS = ("{z}", "{x}", "{y}")


@transaction.atomic
def set_tiles(*, tiles_url: str, attribution: str, by: Seat) -> DirectorySettings:
    """Where the map asks for its tiles, and whom it thanks; nothing: places without streets.

    Raises:
        DomainError: no https address with {z}, {x} and {y}, or nobody is thanked.
    """
    tiles_url, attribution = tiles_url.strip(), " ".join(attribution.split())
    if tiles_url:
        _must_be_tiles(tiles_url)
        if not attribution:
            raise DomainError(
                _("Say whose map it is: those who draw it ask for that."),
                field="tiles_attribution",
            )
    found, _is_new = DirectorySettings.objects.get_or_create()
    found.tiles_url, found.tiles_attribution = tiles_url, attribution if tiles_url else ""
    found.save(update_fields=["tiles_url", "tiles_attribution"])
    audit.record(by=by, action="directory.tiles_set", subject=found, tiles=tiles_url)
    return found


def _must_be_tiles(address: str) -> None:
    parts = urlsplit(address)
    is_fit = parts.scheme == "https" and is_public_website(address)
    # The page's policy will name this host, so it holds neither blanks nor placeholders.
    is_plain = not set(parts.netloc) & set("{};,'\"*") and not any(c.isspace() for c in address)
    if not (is_fit and is_plain and all(part in parts.path for part in HOLDS)):
        raise DomainError(
            _("Enter an https address that holds {z}, {x} and {y}."), field="tiles_url"
        )
