"""Waiting for something to become so, instead of sleeping and hoping."""

import time
from collections.abc import Callable


def until(is_so: Callable[[], object], *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
