"""Where the map's streets come from."""

import pytest

from alliance.errors import DomainError
from directory.models import DirectorySettings
from directory.services.settings import set_tiles

pytestmark = pytest.mark.usefixtures("in_oak_street")
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def test_an_address_and_whom_it_thanks(ada):
    set_tiles(tiles_url=f" {TILES} ", attribution="© the map’s people", by=ada)
    found = DirectorySettings.objects.get()
    assert (found.tiles_url, found.tiles_attribution) == (TILES, "© the map’s people")
    set_tiles(tiles_url="", attribution="left over", by=ada)
    found.refresh_from_db()
    assert (found.tiles_url, found.tiles_attribution) == ("", "")


@pytest.mark.parametrize(
    ("address", "attribution", "field"),
    [
        (TILES, " ", "tiles_attribution"),
        ("http://tiles.example.org/{z}/{x}/{y}.png", "©", "tiles_url"),
        ("https://tiles.example.org/{z}/{x}.png", "©", "tiles_url"),
        ("https://tiles.example.org/?z={z}&x={x}&y={y}", "©", "tiles_url"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "©", "tiles_url"),
        ("https://localhost/{z}/{x}/{y}.png", "©", "tiles_url"),
        ("https://127.1/{z}/{x}/{y}.png", "©", "tiles_url"),
        ("https://a.example; script-src */{z}/{x}/{y}", "©", "tiles_url"),
        ("https://a.example,*/{z}/{x}/{y}", "©", "tiles_url"),
        ("javascript:{z}{x}{y}", "©", "tiles_url"),
    ],
)
def test_what_is_no_address_of_tiles(ada, address, attribution, field):
    with pytest.raises(DomainError) as refused:
        set_tiles(tiles_url=address, attribution=attribution, by=ada)
    assert (refused.value.field, DirectorySettings.objects.count()) == (field, 0)
