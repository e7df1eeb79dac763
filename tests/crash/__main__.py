"""`bin/bench crash`: customers, kills, and the verdict; `--control` shows that it can fail."""

import argparse
import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2

from alliance.local import state
from tests.crash.customers import Crowd
from tests.crash.killer import Killer
from tests.crash.verdict import Verdict, judge, undelivered
from tests.load.stack import Stack

OUTBOX_SECONDS = 60
# Behind one proxy, so that each customer can come from a network of their own: the limit on
# pledges from one network stays in force and strikes nobody.
PROXY = {"TRUSTED_PROXIES": "1"}


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    module = "alliance.settings.local"
    if options.control:
        module = "tests.crash.settings_control"
    elif options.quick:
        module = "tests.crash.settings_quick"
    began = time.monotonic()
    with Stack(
        Path(options.state_dir), settings=module, extra=PROXY, throwaway=options.quick
    ) as stack:
        print(f"The stack runs from {stack.folder}.", flush=True)
        started = time.monotonic()
        report = attack(stack, pledges=options.pledges, kills=options.kills)
        report["seconds"] = {
            "start": round(started - began, 1),
            **report["seconds"],
            "whole": round(time.monotonic() - began, 1),
        }
        report["control"] = options.control
        name = "crash-control.json" if options.control else "crash.json"
        state.write_private_json(stack.folder.parent / name, report)
        print(json.dumps(report) if options.json else _words(report))
    return 0 if report["passed"] != options.control else 1


def attack(stack: Stack, *, pledges: int, kills: int) -> dict[str, Any]:
    """Lets the customers in and the killer loose; what came of it."""
    place = _cast(stack)
    secret = stack.environment["SECRET_KEY"]
    crowd = Crowd(
        host=place["host"], path=place["path"], port=stack.port, secret_key=secret,
        mail=stack.mail, count=pledges,
    )  # fmt: skip
    killer = Killer(stack, kills=kills, progress=lambda: crowd.tally.steps / (2 * pledges))
    began = time.monotonic()
    crowd.start()
    killer.start()
    try:
        drained = _settle(stack, crowd, killer)
        ended = time.monotonic()
    finally:
        killer.cancelled.set()
        killer.hurry.set()
        crowd.join()
        killer.join()
    verdict = judge(stack, crowd.tally)
    errors = sum(n for what, n in crowd.tally.answers.items() if what.endswith(" 500"))
    passed = not (
        verdict.faults
        or killer.failure
        or crowd.tally.refused
        or errors
        or drained > OUTBOX_SECONDS
        or verdict.pledged != pledges
        or verdict.confirmed != pledges
        or len(killer.strikes) != kills
    )
    return {
        "passed": passed,
        "pledges": pledges,
        "kills": len(killer.strikes),
        "processes_killed": sum(strike.fallen for strike in killer.strikes),
        "kinds": killer.counts(),
        "longest_away": killer.longest(),
        "killer_failure": killer.failure,
        "program_starts": {name: p.starts for name, p in stack.programs.items()},
        "verdict": _short(verdict),
        "lost": verdict.lost,
        "answers": dict(sorted(crowd.tally.answers.items())),
        "refused": crowd.tally.refused[:5],
        "slowest_answer": round(crowd.tally.slowest, 1),
        "seconds": {"attack": round(ended - began, 1), "outbox_empty_after": round(drained, 1)},
    }


def _settle(stack: Stack, crowd: Crowd, killer: Killer) -> float:
    """Waits until nobody has anything left to do; seconds that the outbox needed for it.

    Counted from the last press or kill: what is claimed by a worker that was killed comes
    free when its lease ends.
    """
    last_steps, last_change = -1, time.monotonic()
    quiet = 0
    while quiet < 3:
        time.sleep(0.2)
        steps = crowd.tally.steps + len(killer.strikes)
        if steps != last_steps:
            last_steps, last_change = steps, time.monotonic()
        waited = time.monotonic() - last_change
        is_done = crowd.is_idle and _is_empty(stack) and crowd.mail_read == _files(stack)
        quiet = quiet + 1 if is_done else 0
        if quiet and killer.is_alive():
            killer.hurry.set()  # the customers were faster: the remaining kills strike now
            quiet = 0
        if waited > OUTBOX_SECONDS + 30:
            break
    return time.monotonic() - last_change


def _is_empty(stack: Stack) -> bool:
    with suppress(psycopg2.Error):
        return undelivered(stack) == 0
    return False


def _files(stack: Stack) -> int:
    return sum(1 for _file in stack.mail.glob("[!.]*.eml"))


def _cast(stack: Stack) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.cast"], cwd=state.ROOT, env=stack.environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    )  # fmt: skip
    place: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return place


def _short(verdict: Verdict) -> dict[str, Any]:
    return {
        "pledged": verdict.pledged,
        "confirmed": verdict.confirmed,
        "mails": verdict.mails,
        "mails_claimed_again": verdict.mails_claimed_again,
        "faults": verdict.faults,
    }


def _words(report: dict[str, Any]) -> str:
    verdict = report["verdict"]
    lines = [
        "",
        f"{'passed' if report['passed'] else 'FAILED'}"
        + (" (the control is expected to fail)" if report["control"] else ""),
        f"  pledges      {verdict['pledged']} acknowledged, {verdict['confirmed']} confirmed, "
        f"of {report['pledges']}",
        f"  mail         {verdict['mails']} messages, {report['lost']} lost or never written",
        f"  kills        {report['kills']}, of {report['processes_killed']} processes: "
        + ", ".join(f"{name} {count}" for name, count in report["kinds"].items()),
        f"  faults       {verdict['faults'] or 'none'}",
        f"  answers      {report['answers']}",
        f"  outbox       empty {report['seconds']['outbox_empty_after']} s after the last press "
        f"or kill; {verdict['mails_claimed_again']} messages needed a second claim",
        f"  longest away {report['longest_away']}",
        f"  slowest      {report['slowest_answer']} s for one answer",
        f"  time         {report['seconds']}",
    ]
    for name in ("killer_failure", "refused"):
        if report[name]:
            lines.append(f"  {name}: {report[name]}")
    return "\n".join(lines)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench crash", description=__doc__)
    parser.add_argument("--pledges", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--control", action="store_true", help="mail in a second transaction")
    parser.add_argument("--quick", action="store_true", help="short lease, no fsync: for tests")
    parser.add_argument("--state-dir", default=str(state.ROOT / ".local" / "crash"))
    parser.add_argument("--json", action="store_true", help="print the report as JSON alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
