"""The stylesheets: complete, joined into one when collected, and small."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from alliance.assets import BUNDLE, STYLESHEETS, BundledManifestStorage, bundle

STATIC = Path(settings.BASE_DIR) / "static"


def test_every_stylesheet_is_listed_once() -> None:
    on_disk = sorted(str(p.relative_to(STATIC)) for p in (STATIC / "css").rglob("*.css"))

    assert sorted(STYLESHEETS) == on_disk


def test_nothing_in_the_bundle_points_to_another_file() -> None:
    text = bundle()

    assert "url(" not in text
    assert "@import" not in text


def test_sizes_stay_within_what_a_slow_phone_can_bear() -> None:
    scripts = b"".join(p.read_bytes() for p in sorted((STATIC / "js").glob("*.js")))

    assert len(gzip.compress(bundle().encode())) <= 25_000
    assert len(gzip.compress(scripts)) <= 20_000


def test_collecting_makes_one_hashed_stylesheet(tmp_path: Path) -> None:
    storage = BundledManifestStorage(location=str(tmp_path), base_url="/static/")
    found = {}
    for finder in get_finders():
        for path, source in finder.list([]):
            if path.startswith("css/") and path not in found:
                with source.open(path) as file:
                    storage.save(path, file)
                found[path] = (storage, path)

    done = list(storage.post_process(found, dry_run=False))

    assert not [p for _, _, p in done if isinstance(p, Exception)]
    name = storage.stored_name(BUNDLE)
    assert name != BUNDLE
    assert (tmp_path / name).read_text() == bundle()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    storage = BundledManifestStorage(location=str(tmp_path), base_url="/static/")

    assert list(storage.post_process({}, dry_run=True)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [p for p in STYLESHEETS if "/components/" in p])
def test_a_component_takes_its_colours_from_tokens(path: str) -> None:
    text = (STATIC / path).read_text()

    assert text.startswith("@layer components {")
    assert "oklch(" not in text
    assert "rgb(" not in text
