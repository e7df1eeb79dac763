"""Addresses of the directory for everyone, and what a test reads off them."""

import json
from typing import Any

HOME = "http://oak-street.commonweal.test"
PAGE = "/directory/flor-de-maiz/"


def data(response: Any) -> Any:
    """A JSON answer's data."""
    return json.loads(response.content)
