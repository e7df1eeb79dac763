"""The table of dependencies, pyproject.toml and the lock files say the same."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements-production.txt", "requirements.txt", "requirements-dev.txt")
REQUIREMENT = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==\S+(?: ;[^\\]*)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {normalised(re.split(r"[\[<>=~!; ]", line, maxsplit=1)[0]) for line in requirements}


def tables(text: str) -> dict[str, set[str]]:
    """The libraries of each table, by the word that its heading begins with."""
    found: dict[str, set[str]] = {}
    for section in text.split("\n## ")[1:]:
        rows = [line.split("|") for line in section.splitlines() if line.startswith("| ")]
        assert all(cell.strip() for row in rows for cell in row[1:-1]), "an empty cell"
        found[re.split(r"\W", section)[0]] = {row[1].strip() for row in rows[2:]}
    return found


def project() -> dict[str, set[str]]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = data["optional-dependencies"]
    return {
        "Runtime": names(data["dependencies"]),
        "Local": names(extras["local"]),
        "Development": names(extras["dev"]),
    }


def faults(lock: str) -> list[str]:
    """Lines that are neither a pinned requirement nor a hash, and requirements without one."""
    lines = lock.splitlines()
    found = [line for line in lines if not REQUIREMENT.match(line) and not HASH.match(line)]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if REQUIREMENT.match(line) and not HASH.match(following):
            found.append(f"no hash: {line}")
    return found


def locked(lock: str) -> dict[str, str]:
    lines = (line for line in (ROOT / lock).read_text().splitlines() if not line.startswith(" "))
    return {normalised(line.split("==")[0].split("[")[0]): line.split("==")[1] for line in lines}


def test_the_table_names_what_pyproject_names():
    assert tables((ROOT / "docs/dependencies.md").read_text()) == project()


def test_a_row_too_few_is_noticed():
    text = (ROOT / "docs/dependencies.md").read_text()
    without = "\n".join(line for line in text.splitlines() if not line.startswith("| nh3 "))
    assert project()["Runtime"] - tables(without)["Runtime"] == {"nh3"}


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_file_has_its_hash_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert faults(text) == []
    assert "://" not in text


@pytest.mark.parametrize(
    "planted",
    [
        "django==5.2.19",
        "django==5.2.19 \\\ndjango-csp==4.0 \\",
        "django>=5.2 \\\n    --hash=sha256:" + "0" * 64,
        "--index-url somewhere",
        "-e git+ssh",
    ],
)
def test_a_planted_fault_is_noticed(planted):
    assert faults(planted)


def third_party(folder: Path) -> set[str]:
    """The distributions that the code of a folder imports, ours and the standard library aside."""
    distributions = packages_distributions()
    modules = set()
    for source in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules.add((node.module or "").partition(".")[0])
    # A name that no installed distribution offers stays as it is, and is noticed.
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()} | sys.stdlib_module_names
    return {normalised(distributions.get(name, [name])[0]) for name in modules - ours}


@pytest.mark.parametrize(
    "room",
    [
        "alliance",
        "ledger",
        "members",
        "moderation",
        "directory",
        "gatherings",
        "pledges",
        "groups",
        "lending",
        "demo",
    ],
)
def test_what_the_code_imports_is_declared(room):
    declared = project()
    local = declared["Local"] if room == "alliance" else set()
    assert third_party(ROOT / room) - declared["Runtime"] - local == set()


def test_an_undeclared_import_is_noticed(tmp_path):
    (tmp_path / "module.py").write_text(
        "def late():\n    from kombu.utils import json\n    import nowhere\n"
    )
    assert third_party(tmp_path) - project()["Runtime"] == {"kombu", "nowhere"}


def test_the_lists_hold_the_direct_dependencies_and_each_other_at_the_same_versions():
    production, local, dev = (locked(lock) for lock in LOCKS)
    declared = project()
    assert declared["Runtime"] <= production.keys()
    assert declared["Local"] <= local.keys()
    assert declared["Development"] <= dev.keys()
    assert production.items() <= local.items() <= dev.items()
