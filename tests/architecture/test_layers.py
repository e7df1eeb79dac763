"""The rooms form a staircase: imports and foreign keys lead down, and nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

# Bottom to top; rooms of one step do not know each other.
STEPS = (
    ("alliance",),
    ("ledger",),
    ("members",),
    ("moderation",),
    ("directory",),
    ("gatherings",),
    ("pledges", "groups"),
    ("lending",),
    ("demo",),
)
LEVEL = {room: level for level, rooms in enumerate(STEPS) for room in rooms}
OURS = set(LEVEL)
# Below every room: Django's own and allauth's models may be pointed at from anywhere.


def uphill(found: list[type[models.Model]]) -> list[str]:
    """Foreign keys that do not lead down, or stay at home."""
    wrong = []
    for model in found:
        home = model._meta.app_label
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            target = field.related_model
            if target is None:
                continue
            there = target._meta.app_label
            is_down = there not in OURS or there == home or LEVEL[there] < LEVEL[home]
            if not is_down:
                wrong.append(f"{home}.{model.__name__}.{field.name} → {there}")
    return wrong


def test_every_room_has_its_step() -> None:
    rooms = {
        config.name
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(settings.BASE_DIR)
        and "site-packages" not in config.path
    }

    assert rooms == OURS


def test_every_folder_of_the_house_has_its_step() -> None:
    folders = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")}

    assert folders - {"tests"} == OURS


def test_foreign_keys_lead_down() -> None:
    ours = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OURS]

    assert len(ours) > 15
    assert uphill(ours) == []


@isolate_apps("alliance", "ledger", "members", "pledges")
def test_control_a_key_that_leads_up_or_sideways_is_found() -> None:
    class Drive(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "pledges"

    class Shop(models.Model):  # noqa: DJ008
        favourite = models.ForeignKey(Drive, models.PROTECT)

        class Meta:
            app_label = "members"

    class Place(models.Model):  # noqa: DJ008
        shops = models.ManyToManyField(Shop)

        class Meta:
            app_label = "alliance"

    assert uphill([Drive, Shop, Place]) == [
        "members.Shop.favourite → pledges",
        "alliance.Place.shops → members",
    ]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rooms' Python files and the contracts, to break a copy and not the house."""
    for room in OURS:
        for source in (settings.BASE_DIR / room).rglob("*.py"):
            target = tmp_path / source.relative_to(settings.BASE_DIR)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    contracts = settings.BASE_DIR / "pyproject.toml"
    (tmp_path / "pyproject.toml").write_bytes(contracts.read_bytes())
    return tmp_path


def test_imports_keep_the_contracts(copy: Path) -> None:
    done = lint(copy)

    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        pytest.param("members/rules.py", "import pledges.models", id="a lower room looks up"),
        pytest.param("alliance/panels.py", "import members.models", id="the shell knows a room"),
        pytest.param("pledges/models/drives.py", "import pledges.services", id="a model calls"),
        pytest.param("pledges/services/drives.py", "import pledges.forms", id="a service asks up"),
        pytest.param(
            "members/services/cards.py",
            "import members.payments.stripe_port",
            id="Stripe is known beside its port",
        ),
        pytest.param("alliance/local/ports.py", "import django", id="the starter needs settings"),
        pytest.param("lending/arithmetic/pool.py", "import django", id="arithmetic needs Django"),
        pytest.param("pledges/rules.py", "import lending.arithmetic", id="pledges know loans"),
    ],
)
def test_control_an_import_that_leads_up_is_found(copy: Path, file: str, line: str) -> None:
    broken = copy / file
    broken.write_text(broken.read_text() + f"\n{line}\n")

    done = lint(copy)

    assert done.returncode == 1
    assert "BROKEN" in done.stdout
