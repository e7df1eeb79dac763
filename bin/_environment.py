"""Bring .venv in line with a lock file: standard library only, and nothing to do most of the time.

Run by bin/_bootstrap as `python bin/_environment.py requirements.txt`. pip is used as this machine
has it set up (its index, its certificates): nothing here names an address.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PLACE = VENV / "made-in"
# The second list holds the first, at the same versions: installing it serves both.
LOCKS = {
    "requirements.txt": ["requirements.txt"],
    "requirements-dev.txt": ["requirements.txt", "requirements-dev.txt"],
}


def main(lock: str) -> int:
    # Owner-writable, readable by all: as root the database server runs as a user of its own.
    os.umask(0o022)
    with (ROOT / ".venv.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two commands at once: the second waits
        if works() and read(stamp_file(lock)) == digest(lock):
            return 0
        try:
            if not works():
                make_venv()
            install(lock)
        except subprocess.CalledProcessError as error:
            print(f"Setting up .venv failed: {error}", file=sys.stderr)
            return 1
    return 0


def works() -> bool:
    """Whether there is an interpreter that can install, not so after Python itself was replaced.

    Nor in a folder that was moved or copied: its programs would still run the old place's Python.
    """
    # No process is started for this: it would cost more than all the rest of a repeated start.
    return (
        PYTHON.exists()
        and any(VENV.glob("lib/python3.*/site-packages/pip/__main__.py"))
        and read(PLACE) == str(VENV)
    )


def make_venv() -> None:
    ensure_venv_module()
    print("Making the virtual environment .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    PLACE.write_text(str(VENV))


def ensure_venv_module() -> None:
    """Debian ships Python without what makes a virtual environment; as root it can be added."""
    if all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        return
    package = f"python3.{sys.version_info[1]}-venv"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package}, which virtual environments need", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
        subprocess.run(["apt-get", "install", "-qq", "-y", package], check=True, env=quiet)
        return
    sys.exit(
        f"This Python cannot make a virtual environment; install it first, for example with: "
        f"sudo apt-get install {package}"
    )


def install(lock: str) -> None:
    print(f"Installing what {lock} names", flush=True)
    for covered in LOCKS[lock]:
        stamp_file(covered).unlink(missing_ok=True)
    # The list is complete, so nothing is looked up or resolved beyond it; each file's hash counts.
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--require-hashes", "--requirement", lock],
        check=True, cwd=ROOT,
    )  # fmt: skip
    for covered in LOCKS[lock]:
        stamp_file(covered).write_text(digest(covered))


def digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def stamp_file(lock: str) -> Path:
    return VENV / f"installed-{lock}.sha256"


def read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
