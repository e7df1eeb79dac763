"""Several threads through one gate at the same moment, each with its own connections."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    """Starts all functions together; their results or exceptions, in order."""
    results: list[Any] = [None] * len(functions)
    gate = Barrier(len(functions))

    def run(place: int, function: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=60)
            results[place] = function()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results
