"""kill -9 on every part of the stack, spread evenly over the customers' work."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil

from tests.load.stack import Stack

Kill = Callable[[Stack], int]


def web_master(stack: Stack) -> int:
    """Its workers live on for a moment and answer without a parent."""
    stack.programs["web"].process.kill()
    return 1


def web_worker(stack: Stack) -> int:
    return _kill_some(stack.programs["web"].children(), 1)


def web_whole(stack: Stack) -> int:
    return _kill_group(stack, "web")


def worker_parent(stack: Stack) -> int:
    stack.programs["worker"].process.kill()
    return 1


def worker_child(stack: Stack) -> int:
    return _kill_some(stack.programs["worker"].children(), 1)


def worker_whole(stack: Stack) -> int:
    return _kill_group(stack, "worker")


def beat(stack: Stack) -> int:
    return _kill_group(stack, "beat")


def valkey(stack: Stack) -> int:
    fallen = stack.kill_valkey()
    time.sleep(random.uniform(0.1, 0.8))
    stack.start_valkey()
    return fallen


def postgres_tree(stack: Stack) -> int:
    fallen = stack.kill_postgres(tree=True)
    time.sleep(random.uniform(0.0, 0.5))
    stack.start_postgres()
    return fallen


def postgres_postmaster(stack: Stack) -> int:
    """The backends go on without their postmaster, commit, and keep the folder busy."""
    fallen = stack.kill_postgres(tree=False)
    time.sleep(random.uniform(0.0, 0.5))
    stack.start_postgres()
    return fallen


# One round; the database comes twice, since everything else stands on it.
ROUND: tuple[Kill, ...] = (
    web_whole, postgres_tree, worker_whole, valkey, web_worker, postgres_tree, worker_child,
    web_master, worker_parent, postgres_postmaster, beat, valkey,
)  # fmt: skip


@dataclass(frozen=True)
class Strike:
    name: str
    fallen: int
    seconds_away: float


class Killer(threading.Thread):
    """Strikes `kills` times while `progress` goes from 0 to 1; `hurry` ends the waiting."""

    def __init__(self, stack: Stack, *, kills: int, progress: Callable[[], float]) -> None:
        super().__init__()
        self.stack, self.kills, self.progress = stack, kills, progress
        self.hurry = threading.Event()
        self.cancelled = threading.Event()
        self.strikes: list[Strike] = []
        self.failure = ""

    def run(self) -> None:
        try:
            for number, kill in enumerate(_rounds(self.kills), start=1):
                self._wait_for(0.95 * number / (self.kills + 1))
                if self.cancelled.is_set():
                    return
                began = time.monotonic()
                fallen = kill(self.stack)
                self.stack.wait_until_ready()
                self.strikes.append(Strike(kill.__name__, fallen, time.monotonic() - began))
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"

    def counts(self) -> dict[str, int]:
        return dict(Counter(strike.name for strike in self.strikes))

    def longest(self) -> dict[str, float]:
        """Seconds from a kill until all answered again, the worst of each kind."""
        worst: dict[str, float] = {}
        for strike in self.strikes:
            worst[strike.name] = max(worst.get(strike.name, 0.0), round(strike.seconds_away, 1))
        return worst

    def _wait_for(self, progress: float) -> None:
        while self.progress() < progress and not self.hurry.is_set():
            time.sleep(0.01)
        time.sleep(random.uniform(0.0, 0.3))


def _rounds(kills: int) -> Iterator[Kill]:
    first = list(ROUND)
    for number in range(kills):
        if number and number % len(ROUND) == 0:
            random.shuffle(first)
        yield first[number % len(ROUND)]


def _kill_some(found: list[psutil.Process], count: int) -> int:
    chosen = random.sample(found, min(count, len(found)))
    for process in chosen:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return len(chosen)


def _kill_group(stack: Stack, name: str) -> int:
    program = stack.programs[name]
    fallen = 1 + len(program.children())
    program.kill_group()
    return fallen
