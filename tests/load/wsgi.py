"""The product and the bare pages behind one server: `/bare/` goes past everything of ours."""

from collections.abc import Callable, Iterable
from typing import Any

from alliance.wsgi import application as product
from tests.load.baseline import BareHandler

bare = BareHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    chosen = bare if environ["PATH_INFO"].startswith("/bare/") else product
    return chosen(environ, start_response)
