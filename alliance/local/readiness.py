"""Waiting until everything answers, and telling people and scripts where it is."""

import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import redis

from alliance.local import LocalError, state

PATIENCE = 120.0


def wait(*, port: int, redis_url: str) -> None:
    """Return once the pages answer and a worker waits for tasks."""
    deadline = time.monotonic() + PATIENCE
    reason = "nothing answered yet"
    while time.monotonic() < deadline:
        reason = _missing(port=port, redis_url=redis_url)
        if not reason:
            return
        time.sleep(0.1)
    raise LocalError(f"Not ready after {PATIENCE:.0f} seconds: {reason}.")


def report(
    *, port: int, database: str, redis_url: str, state_dir: Path, demo: bool
) -> dict[str, Any]:
    """What run.json holds, for scripts and tests."""
    loaded = state.read_json(state_dir / "demo.json") if demo else {}
    network = f"http://localhost:{port}/"
    return {
        "network": network,
        "alliances": {
            slug: f"http://{slug}.localhost:{port}/" for slug in loaded.get("alliances", {})
        },
        "mail": f"{network}demo/mail/" if demo else None,
        "logins": loaded.get("logins", {}),
        "database": database,
        "redis": redis_url,
        "pid": os.getpid(),
    }


def sentences(report: dict[str, Any]) -> str:
    """The same for a person at the terminal."""
    lines = [f"Ready: {report['network']}", ""]
    lines += [f"  {slug:<20} {url}" for slug, url in report["alliances"].items()]
    if report["mail"]:
        lines.append(f"  {'mail that was sent':<20} {report['mail']}")
    if report["logins"]:
        lines += ["", "  Demo logins (alliance, e-mail, password):"]
        lines += [
            f"  {role:<20} {login['alliance']:<10} {login['email']:<44} {login['password']}"
            for role, login in report["logins"].items()
        ]
    return "\n".join([*lines, "", "  Ctrl-C stops everything.", ""])


def _missing(*, port: int, redis_url: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/readyz", headers={"Host": f"localhost:{port}"}
    )
    try:
        # Directly: a proxy that the environment names has no business with this machine itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=5) as response:
            response.read()
    except urllib.error.HTTPError as error:
        return f"the pages answer {error.code}: {_first_line(error.read())}"
    except OSError as error:
        return f"the pages do not answer ({error})"
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=5) as client:
            # A Celery worker that is ready hangs on BRPOP until a task comes.
            if not any(entry.get("cmd") == "brpop" for entry in client.client_list()):
                return "no worker waits for tasks"
    except redis.RedisError as error:
        return f"Valkey does not answer ({error})"
    return ""


def _first_line(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body))[:300]
    except ValueError:
        return body.decode(errors="replace").strip()[:300]
