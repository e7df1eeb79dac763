"""bin/test, bin/check and bin/fix: every check with its name and time, one answer at the end."""

import difflib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from alliance.local import LocalError, browser, state, testing
from alliance.tenancy.roles import prepare_database

SCHEMA = state.ROOT / "docs" / "api" / "schema.yml"
WITHOUT_BROWSER = (
    "!!! NO CHROMIUM FOUND: THE BROWSER TESTS ARE SKIPPED (apt-get install chromium) !!!"
)


@dataclass(frozen=True)
class Result:
    name: str
    seconds: float
    is_good: bool
    output: str = ""

    def line(self) -> str:
        return f"{'ok    ' if self.is_good else 'FAILED'} {self.name:<12} {self.seconds:6.1f} s"


# A check answers whether all is well, and with what the tool printed.
Check = Callable[[dict[str, str]], tuple[bool, str]]


def run(command: str, arguments: Sequence[str]) -> int:
    if command == "test" and arguments:
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=state.ROOT)
    if command == "test" and os.environ.get("CI") and not browser.find():
        raise LocalError("No Chromium was found; in CI the browser tests are never skipped.")
    # The servers stay up throughout, so that pytest finds them running.
    with testing.servers(database="commonweal_check") as servers:
        prepare_database(admin_dsn=servers.admin, owner_dsn=servers.owner, app_dsn=servers.app)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "alliance.settings.test",
            "DATABASE_URL": servers.app,
            "REDIS_URL": servers.redis,
        }
        if command == "fix":
            return _fix(environment)
        results = _run_checks(environment)
        if command == "test":
            results.append(_run_tests())
    print("\n" + "\n".join(result.line() for result in results))
    if command == "test" and not browser.find():
        print(WITHOUT_BROWSER)
    return 0 if all(result.is_good for result in results) else 1


def _tool(*words: str) -> Check:
    def check(environment: dict[str, str]) -> tuple[bool, str]:
        done = subprocess.run(
            words, cwd=state.ROOT, env=environment, check=False, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return done.returncode == 0, done.stdout

    return check


def _manage(*words: str) -> Check:
    return _tool(sys.executable, "manage.py", *words)


def _templates(*options: str) -> Check:
    def check(environment: dict[str, str]) -> tuple[bool, str]:
        top = (path for path in state.ROOT.iterdir() if not path.name.startswith("."))
        files = [str(file) for folder in top if folder.is_dir() for file in folder.rglob("*.html")]
        if not files:
            return True, ""
        return _tool("djade", "--target-version", "5.2", *options, *files)(environment)

    return check


def _schema(environment: dict[str, str]) -> tuple[bool, str]:
    """The API's schema as generated now, against the one that is committed."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "schema.yml"
        is_good, output = _write_schema(fresh)(environment)
        if not is_good:
            return False, output
        committed = SCHEMA.read_text(encoding="utf-8") if SCHEMA.exists() else ""
        difference = "\n".join(
            difflib.unified_diff(
                committed.splitlines(), fresh.read_text(encoding="utf-8").splitlines(),
                "docs/api/schema.yml", "as generated", lineterm="",
            )
        )  # fmt: skip
    hint = "The API has changed: if that is meant, run bin/fix and commit docs/api/schema.yml."
    return not difference, difference and f"{difference[:4000]}\n{hint}"


def _write_schema(path: Path) -> Check:
    return _manage("spectacular", "--validate", "--fail-on-warn", "--file", str(path))


CHECKS: dict[str, Check] = {
    "types": _tool("mypy"),
    "lint": _tool("ruff", "check"),
    "format": _tool("ruff", "format", "--check"),
    "templates": _templates("--check"),
    "contracts": _tool("lint-imports"),
    # With django-linear-migrations installed this also finds two migrations side by side.
    "django": _manage("check", "--fail-level", "WARNING"),
    "migrations": _manage("makemigrations", "--check", "--dry-run"),
    "schema": _schema,
}

FIXES: dict[str, Check] = {
    "lint": _tool("ruff", "check", "--fix"),
    "format": _tool("ruff", "format"),
    "templates": _templates(),
    "schema": _write_schema(SCHEMA),
}


def _timed(name: str, check: Check, environment: dict[str, str]) -> Result:
    started = time.monotonic()
    is_good, output = check(environment)
    return Result(name, time.monotonic() - started, is_good, output)


def _run_checks(environment: dict[str, str]) -> list[Result]:
    """All of them, two at a time; the long one first, so that it does not come last."""
    results = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = [pool.submit(_timed, *item, environment) for item in CHECKS.items()]
        for done in as_completed(waiting):
            result = done.result()
            print(result.line(), flush=True)
            if not result.is_good:
                print(result.output, flush=True)
            results.append(result)
    return results


def _run_tests() -> Result:
    options = ["-n", "2", "--dist", "loadgroup"]
    if not browser.find():
        print(WITHOUT_BROWSER, flush=True)
        options += ["-m", "not e2e"]
    started = time.monotonic()
    code = subprocess.call([sys.executable, "-m", "pytest", *options], cwd=state.ROOT)
    return Result("tests", time.monotonic() - started, code == 0)


def _fix(environment: dict[str, str]) -> int:
    SCHEMA.parent.mkdir(parents=True, exist_ok=True)
    results = [_timed(name, fix, environment) for name, fix in FIXES.items()]
    for result in results:
        print(result.line() + (f"\n{result.output}" if not result.is_good else ""))
    return 0 if all(result.is_good for result in results) else 1
