"""The demo's gatherings: of every kind in the files, and in the database as they are told."""

import json
from collections import Counter

import pytest

from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from demo import content
from gatherings.models import Gathering, Occurrence, Rsvp
from gatherings.queries import people
from tests.demo.test_loader import SMALL, load

NETWORK = content.load()
per_alliance = pytest.mark.parametrize("alliance", NETWORK.alliances, ids=lambda a: a.slug)


def told(alliance) -> list[dict]:
    path = content.FOLDER / alliance.slug / "gatherings.json"
    return json.loads(path.read_text(encoding="utf-8"))


@per_alliance
def test_each_alliance_meets_in_every_way(alliance):
    rows = told(alliance)
    assert 8 <= len(rows) <= 12
    assert {row["kind"] for row in rows} == {"meeting", "workshop", "conference"}
    assert [bool(row.get("hashtag")) for row in rows if row["kind"] == "conference"] == [True]
    assert any(row.get("repeats") for row in rows)
    assert any(row["waiting"] for row in rows if row["kind"] == "workshop")
    assert any(row.get("cancel") for row in rows)
    assert any(row["first_in_days"] < 0 for row in rows)
    assert [row["proposal"] for row in rows if row.get("proposal")] == ["submitted"]


@per_alliance
def test_hosts_are_members_and_words_fit(alliance):
    slugs = {business.slug for business in alliance.businesses}
    for row in told(alliance):
        assert row.get("host", "") in slugs | {""}
        assert 0 < len(row["words"]) <= 4000
        assert len(row["title"]) <= 120
        assert ".example/" in row.get("online", ".example/")


@pytest.fixture
def loaded(db, monkeypatch, tmp_path):
    return load(SMALL, monkeypatch, tmp_path)


def test_they_stand_as_in_the_files(loaded):
    rows = {row["slug"]: row for row in told(NETWORK.alliances[2])}
    with in_alliance(loaded):
        assert dict(Gathering.objects.values_list("slug", "state")) == {
            slug: "submitted" if row.get("proposal") else "published" for slug, row in rows.items()
        }
        full = Occurrence.objects.get(gathering__slug="water-by-the-door")
        assert (full.taken, full.capacity) == (10, 10)
        states = Counter(Rsvp.objects.filter(occurrence=full).values_list("state", flat=True))
        assert states == {"coming": 10, "waiting": 3}
        held = Occurrence.objects.filter(gathering__slug="cuentas-claras").get()
        assert people.figures(held).came > 5
        assert [each.gathering.slug for each in people.uncounted()] == ["season-visit"]
        walks = Occurrence.objects.filter(gathering__slug="shade-walk")
        assert walks.filter(cancelled_at__isnull=False).count() == 1


def test_old_letters_about_them_are_not_sent_again(loaded):
    with in_alliance(loaded):
        unsent = OutboxMessage.objects.filter(sent_at=None, template__startswith="gatherings/")
        assert unsent.count() < 60
