"""Two people at one import, two workers, two imports: each row comes in once."""

from functools import partial
from threading import Barrier, local

import pytest

from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from members.models import Business, ImportRow, ImportRun, ImportState, MembershipPeriod
from members.services.imports import committing, runs, undoing, working
from tests.factories import members as make
from tests.members import rosters
from tests.members.importing import preview, work
from tests.pledges.at_once import at_once, broker_instead_of_eager
from tests.side_by_side import at_once as side_by_side

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 30


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


@pytest.fixture
def checked(oak_street, neighbour, ada) -> ImportRun:
    """Thirty new members, waiting for a word."""
    with in_alliance(oak_street):
        make.a_tier(name="Corner shop")
        make.a_tier(name="Maker")
        return preview(rosters.as_csv(rosters.roster(ROWS)), by=ada)


def kinds(answers) -> dict[str, int]:
    """How many answers of each kind."""
    found: dict[str, int] = {}
    for answer in answers:
        name = "refused" if isinstance(answer, DomainError) else type(answer).__name__
        found[name] = found.get(name, 0) + 1
    return found


def brought(alliance) -> tuple[int, int, int]:
    """Businesses, different names among them, terms."""
    with in_alliance(alliance):
        names = list(Business.objects.values_list("trade_name", flat=True))
        return len(names), len(set(names)), MembershipPeriod.objects.count()


def test_ten_people_press_at_once_and_one_of_them_starts_it(oak_street, neighbour, ada, checked):
    press = partial(committing.start, run_id=checked.pk, by=ada)
    assert kinds(at_once(oak_street, [press] * 10)) == {"ImportRun": 1, "refused": 9}


def test_four_workers_of_one_run_bring_each_row_once(oak_street, ada, checked, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 4)
    with in_alliance(oak_street):
        committing.start(run_id=checked.pk, by=ada)
    side_by_side(*[partial(working.work_on, alliance=oak_street, run_id=checked.pk)] * 4)
    with in_alliance(oak_street):
        checked.refresh_from_db()
        assert checked.state == ImportState.COMMITTED
    assert brought(oak_street) == (ROWS, ROWS, ROWS)


def test_control_without_the_lock_two_workers_bring_rows_twice(
    oak_street, ada, checked, monkeypatch
):
    """The run's lock, not luck: workers that do not take it write the same chunk side by side."""
    with in_alliance(oak_street):
        committing.start(run_id=checked.pk, by=ada)
    monkeypatch.setattr(runs, "free", lambda run_id: runs.runs().filter(pk=run_id).first())
    both_have_read, mine = Barrier(2), local()
    real = committing.create_all

    def after_both_have_read(*args):
        if not hasattr(mine, "has_waited"):
            mine.has_waited = True
            both_have_read.wait(timeout=60)
        real(*args)

    monkeypatch.setattr(committing, "create_all", after_both_have_read)
    act = partial(working.work_on, alliance=oak_street, run_id=checked.pk)
    side_by_side(act, act)
    businesses, names, _terms = brought(oak_street)
    assert (businesses, names) == (2 * ROWS, ROWS)


def test_two_imports_of_one_list_pressed_at_once_make_no_twins(oak_street, ada, checked):
    with in_alliance(oak_street):
        other = preview(rosters.as_csv(rosters.roster(ROWS)), by=ada)
    press = [partial(committing.start, run_id=run.pk, by=ada) for run in (checked, other)]
    assert kinds(at_once(oak_street, press)) == {"ImportRun": 1, "refused": 1}
    with in_alliance(oak_street):
        for run in (checked, other):
            work(run)
        waiting = ImportRun.objects.exclude(state=ImportState.COMMITTED).get()
        committing.start(run_id=waiting.pk, by=ada)
        work(waiting)
        assert (waiting.state, waiting.counts["skip"]) == (ImportState.CHECKED, ROWS)
    assert brought(oak_street) == (ROWS, ROWS, ROWS)


def test_taking_back_pressed_at_once_is_begun_once(oak_street, ada, checked):
    with in_alliance(oak_street):
        committing.start(run_id=checked.pk, by=ada)
        work(checked)
    press = partial(undoing.start, run_id=checked.pk, by=ada)
    assert kinds(at_once(oak_street, [press] * 5)) == {"ImportRun": 1, "refused": 4}
    side_by_side(*[partial(working.work_on, alliance=oak_street, run_id=checked.pk)] * 3)
    with in_alliance(oak_street):
        checked.refresh_from_db()
        assert (checked.state, checked.counts["undone"]) == ("undone", {"ended": ROWS})
        assert not ImportRow.objects.filter(done_at__isnull=False).exists()
