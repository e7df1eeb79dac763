"""The stylesheets' order, and their joining into one file when they are collected."""

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/commonweal.css"
_COMPONENTS = (
    "button",
    "field",
    "message",
    "badge",
    "sheet",
    "notice",
    "signup-sheet",
    "stamp-card",
    "receipt",
    "invoice",
    "progress",
    "table",
    "queue",
    "chart",
    "till",
    "api",
    "navigation",
    "share",
    "pledges",
    "join",
    "standing",
    "listing-editor",
    "swatch",
    "finder",
    "small-map",
    "events",
    "listing",
    "map",
    "print",
    "prints",
    "widget",
    "talk",
)
# tokens.css names the layers, so it stands first; inside a layer the later file wins.
STYLESHEETS = (
    *(f"css/{name}.css" for name in ("tokens", "reset", "base", "layout")),
    *(f"css/components/{name}.css" for name in _COMPONENTS),
    "css/utilities.css",
)


def bundle() -> str:
    """All stylesheets in order, as one text."""
    texts = []
    for path in STYLESHEETS:
        found = finders.find(path)
        if found is None:
            raise FileNotFoundError(path)
        with open(str(found), encoding="utf-8") as file:
            texts.append(file.read())
    return "\n".join(texts)


class BundledManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files, with one stylesheet instead of twenty: a slow
    phone pays for every request, not only for every byte."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        if not dry_run:
            self.delete(BUNDLE)
            self._save(BUNDLE, ContentFile(bundle().encode()))
            paths = {**paths, BUNDLE: (self, BUNDLE)}
        yield from super().post_process(paths, dry_run=dry_run, **options)


def stylesheet_urls() -> list[str]:
    """What a page links: the one file where it was made, else each by itself."""
    if isinstance(staticfiles_storage, BundledManifestStorage):
        return [static(BUNDLE)]
    return [static(path) for path in STYLESHEETS]
