"""`bin/bench`: every figure of docs/performance.md, measured in one run of the real stack."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import psutil

from alliance.local import processes, state
from tests.load import generator as wire
from tests.load import scene, weight
from tests.load.generator import Generator
from tests.load.pages import Pages, Race
from tests.load.stack import Stack
from tests.load.web import Browser

SEAT = "marisol@gustoso-pizza.example"
PAGES = ("/", "/pledge/", f"/pledge/{scene.DRIVE}/", "/api/v1/drives/")
GROWN = ("/pledge/bench-10/", "/pledge/bench-10000/")


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    with Stack(
        Path(options.state_dir),
        settings="tests.load.settings",
        wsgi="tests.load.wsgi",
        demo=True,
        extra={"TRUSTED_PROXIES": "1", "LOG_FORMAT": "json"},
    ) as stack:
        if options.profile:
            print(_inside(stack, "profile", options.profile))
            return 0
        report = measure(stack, rounds=options.rounds, seconds=options.seconds)
    state.write_private_json(state.ROOT / ".local" / "bench.json", report)
    print(_words(report))
    return 0 if not report["missed"] else 1


def measure(stack: Stack, *, rounds: int, seconds: float) -> dict[str, Any]:
    """All of it; what grows comes last, so that the rest stands on the demo network alone."""
    scene.copy_drive(stack, "bench-till", pledges=560)
    scene.copy_drive(stack, "bench-confirm", pledges=560, state="intended")
    scene.make_bare_tables(stack)
    pages = Pages(stack, json.loads(_inside(stack, "cast", SEAT).splitlines()[-1]))
    report: dict[str, Any] = {"machine": {"cores": os.cpu_count(), "load": os.getloadavg()}}
    load = Generator(stack.port)
    with _resting(stack, "worker", "beat"):
        report["races"] = [
            _race(stack, load, race, rounds=rounds, seconds=seconds) for race in pages.races()
        ]
    report["memory"] = _memory(stack)
    browser = Browser("eastbay.localhost", stack.port)
    report["weight"] = {path: weight.of_page(browser, path) for path in PAGES[:3]}
    report["sustained"] = _sustained(stack, load, pages, count=400)
    report["queries"] = json.loads(_inside(stack, "queries", *PAGES).splitlines()[-1])
    with _resting(stack, "worker", "beat"):
        report["growth"] = _growth(stack, load, pages, rounds=rounds, seconds=seconds)
    report["plan"] = json.loads(_inside(stack, "plan", "bench-10000").splitlines()[-1])
    load.close()
    report["missed"] = _missed(report)
    return report


def _race(
    stack: Stack, load: Generator, race: Race, *, rounds: int, seconds: float
) -> dict[str, Any]:
    """Page, yardstick, page, yardstick, ... on the same connections; the medians' ratio."""
    page, bare = race.page(), race.bare()
    rates: dict[str, list[float]] = {"page": [], "bare": []}
    cost = {"page": [0.0, 0], "bare": [0.0, 0]}
    answers: dict[int, int] = {}
    for number in range(rounds + 1):
        for side, source in (("page", page), ("bare", bare)):
            before = _cpu(stack)
            if isinstance(source, bytes):
                piece = load.run(wire.always(source), seconds=seconds)
            else:
                turn = iter(list(islice(source, race.batch)))
                piece = load.run(wire.some(turn, race.batch))
            if side == "page":
                for status, times in piece.answers.items():
                    answers[status] = answers.get(status, 0) + times
            if number:  # the first round only warms up
                rates[side].append(piece.rate)
                cost[side][0] += _cpu(stack) - before
                cost[side][1] += piece.answers.total()
    ratios = [a / b for a, b in zip(rates["page"], rates["bare"], strict=True)]
    found = {
        "page": race.name,
        "against": race.bare_name,
        "ratio": round(wire.middle(ratios), 3 if wire.middle(ratios) < 0.1 else 2),
        "per_second": round(wire.middle(rates["page"])),
        "bare_per_second": round(wire.middle(rates["bare"])),
        "cpu_ms": _milliseconds(cost["page"]),
        "bare_cpu_ms": _milliseconds(cost["bare"]),
        "cpu_ratio": _share(_milliseconds(cost["bare"]), _milliseconds(cost["page"])),
        "answers": answers,
        "aim": race.aim,
    }
    print(_race_line(found), flush=True)
    if set(answers) != {race.wanted}:
        raise SystemExit(f"{race.name}: unexpected answers {answers}; see {stack.folder}/web.log")
    return found


def _sustained(stack: Stack, load: Generator, pages: Pages, *, count: int) -> dict[str, Any]:
    """Pledges as fast as they are taken, the worker sending their mail beside them."""
    requests = iter(list(islice(pages.pledges("sustained"), count)))
    piece = load.run(wire.some(requests, count))
    rows = stack.sql(
        "SELECT count(*), count(DISTINCT email) FROM pledges_pledge WHERE email LIKE 'sustained-%'"
    )
    return {
        "per_second": round(piece.rate, 1),
        "acknowledged": piece.answers[302],
        "stored": rows[0][0],
        "different": rows[0][1],
    }


def _growth(
    stack: Stack, load: Generator, pages: Pages, *, rounds: int, seconds: float
) -> dict[str, Any]:
    """The same page with few rows and with many, against what does not grow."""
    scene.copy_drive(stack, "bench-10", pledges=10)
    scene.copy_drive(stack, "bench-10000", pledges=10_000)
    scene.analyse(stack)
    few, many = (pages.get(path) for path in GROWN)
    rows = pages.get(f"/bare/drives/{scene.DRIVE}/")

    def race(name: str, against: str, page: bytes, bare: bytes) -> dict[str, Any]:
        pair = Race(name, lambda: page, against, lambda: bare)
        return _race(stack, load, pair, rounds=rounds, seconds=seconds)

    found: dict[str, Any] = {"pledges": race("10,000 pledges", "10 pledges", many, few)}
    before = race("10 pledges, 3 alliances", "25 rows", few, rows)
    queries = json.loads(_inside(stack, "queries", *GROWN).splitlines()[-1])
    scene.add_alliances(stack, count=1000, pledges=100)
    scene.analyse(stack)
    after = race("10 pledges, 1,003 alliances", "25 rows", few, rows)
    grown = json.loads(_inside(stack, "queries", *GROWN).splitlines()[-1])
    found |= {"few_alliances": before, "many_alliances": after}
    found["alliances_ratio"] = round(after["ratio"] / before["ratio"], 2) if before["ratio"] else 0
    found["queries"] = {"few_alliances": queries, "many_alliances": grown}
    counts = [page["queries"] for side in (queries, grown) for page in side.values()]
    found["queries_constant"] = len(set(counts)) == 1
    return found


@contextmanager
def _resting(stack: Stack, *names: str) -> Iterator[None]:
    """Stops the worker for a while: mail would be rendered on the cores that are measured."""
    groups = [stack.programs[name].process.pid for name in names]
    for group in groups:
        os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        for group in groups:
            os.killpg(group, signal.SIGCONT)


def _cpu(stack: Stack) -> float:
    """Seconds of processor time so far, of the web processes and of the database."""
    found = stack.programs["web"].children() + processes.in_folder("postgres", stack.data)
    seconds = 0.0
    for process in found:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        seconds += times.user + times.system
    return seconds


def _memory(stack: Stack) -> list[float]:
    """Megabytes of each web worker, after all the load above."""
    workers = stack.programs["web"].children()
    return [round(worker.memory_info().rss / 1e6, 1) for worker in workers]


def _inside(stack: Stack, *arguments: str) -> str:
    with (stack.folder / "inside.log").open("ab") as log:
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.inside", *arguments], cwd=state.ROOT,
            env=stack.environment, stdout=subprocess.PIPE, stderr=log, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"tests.load.inside {arguments} failed; see {stack.folder}/inside.log")
    return done.stdout


def _milliseconds(cost: list[float]) -> float:
    return round(1000 * cost[0] / cost[1], 2) if cost[1] else 0.0


def _share(part: float, whole: float) -> float:
    return round(part / whole, 2) if whole else 0.0


def _missed(report: dict[str, Any]) -> list[str]:
    drive = report["weight"][PAGES[2]]
    sustained = report["sustained"]
    checks = {
        f"{race['page']} against {race['against']}": race["ratio"] >= race["aim"]
        for race in report["races"]
        if race["aim"]
    } | {
        "at most 12 queries a page": max(p["queries"] for p in report["queries"].values()) <= 12,
        "queries do not grow": report["growth"]["queries_constant"],
        "drive page at most 100 kB": drive["whole"] <= 100,
        "styles at most 25 kB in gzip": drive["css_gzip"] <= 25,
        "scripts at most 20 kB in gzip": drive["js_gzip"] <= 20,
        "at most 120 MB a web worker": max(report["memory"]) <= 120,
        "no pledge lost or doubled": sustained["acknowledged"]
        == sustained["stored"]
        == sustained["different"],
    }
    return [name for name, is_met in checks.items() if not is_met]


def _race_line(found: dict[str, Any]) -> str:
    aim = f"  aim {found['aim']}" if found["aim"] else ""
    return (
        f"  {found['page']:<28}{found['per_second']:>6}/s {found['cpu_ms']:>7} ms cpu   against "
        f"{found['against']:<18}{found['bare_per_second']:>6}/s {found['bare_cpu_ms']:>7} ms cpu"
        f"   ratio {found['ratio']}, of cpu {found['cpu_ratio']}{aim}"
    )


def _words(report: dict[str, Any]) -> str:
    growth = report["growth"]
    lines = ["", "Pages against bare Django, in turns on the same server:"]
    lines += [_race_line(race) for race in report["races"]]
    lines += ["", "Queries of a page (and statements that only set its scope):"]
    lines += [
        f"  {path:<28}{page['queries']:>3}  (+{page['scope']})"
        for path, page in report["queries"].items()
    ]
    lines += [
        "",
        f"From 10 to 10,000 pledges: speed ×{growth['pledges']['ratio']}; from 3 to 1,003 "
        f"alliances: ×{growth['alliances_ratio']}; queries "
        + ("constant" if growth["queries_constant"] else "GROW"),
        f"Weight of a first visit, kB: {report['weight']}",
        f"Memory of the web workers, MB: {report['memory']}",
        f"Sustained pledges: {report['sustained']}",
        f"Aims missed: {', '.join(report['missed']) or 'none'}",
    ]
    return "\n".join(lines)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=__doc__, epilog="bin/bench crash --help: the crash harness"
    )
    parser.add_argument("--rounds", type=int, default=9, help="turns of each pair (9)")
    parser.add_argument("--seconds", type=float, default=0.7, help="length of a turn (0.7)")
    parser.add_argument("--profile", choices=("drive", "pledge"), help="where the time goes")
    parser.add_argument("--state-dir", default=str(state.ROOT / ".local" / "bench"))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
