"""An import taken back: as far as nobody has worked on it since, and every row says what stayed."""

from datetime import date

import pytest

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.tenancy.scope import in_alliance
from members import derived
from members.models import (
    Business,
    Cancellation,
    ImportRow,
    ImportRun,
    Membership,
    MembershipPeriod,
    RenewalNotice,
    Representative,
    Tier,
)
from members.queries.memberships import status_of, today
from members.queries.standing import with_status
from members.services import memberships
from members.services.businesses import change_business
from members.services.imports import mapping, runs, undoing
from members.services.imports.references import referenced
from members.tasks.imports import work_on_import
from tests.factories import members as make
from tests.factories import pledges as make_pledges
from tests.members import rosters
from tests.members.importing import bring, commit, figures, preview, row, undo, work
from tests.pledges.reading import audited, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

BARE = "Business name,City,Contact’s e-mail\nCorner Cafe,Oakland,cara@cafe.example\n"
PAID = (
    "Business name,City,Contact’s e-mail,Tier,Paid until\n"
    "Corner Cafe,Oakland,cara@cafe.example,Maker,2026-12-31\n"
)


@pytest.fixture
def tier(in_oak_street) -> Tier:
    """The tier that rows name."""
    return make.a_tier(name="Maker", price_minor=80_00)


def fate(run, number: int = 2) -> tuple[str, list[str]]:
    """What an undo did with a row, and what it says of it."""
    found = row(run, number)
    return found.before["undone"], found.before.get("left", [])


def test_what_nobody_touched_and_never_paid_is_gone_without_a_trace(ada, oak_street, tier):
    kept = {"AuditEntry", "JobProgress", "ImportRun", "ImportRow", "StoredFile", "Seat"}
    # Words that stand in no listing any more are forgotten once a day.
    kept |= {"SearchWord"}
    before = row_counts(oak_street)
    run = undo(bring(BARE, by=ada), by=ada)
    after = row_counts(oak_street)
    assert (run.state, run.counts["undone"], fate(run)) == (
        "undone",
        {"deleted": 1},
        ("deleted", []),
    )
    assert {name for name in after if after[name] != before[name]} == kept
    assert Seat.objects.get(person__email="cara@cafe.example").ended_at is not None
    assert [action for action, *_ in audited("business.deleted", "import.taken_back")] == [
        "import.taken_back",
        "business.deleted",
    ]


def test_a_term_is_struck_out_from_its_first_day_and_the_membership_ended(ada, tier):
    run = undo(bring(PAID, by=ada), by=ada)
    assert (run.counts["undone"], fate(run)) == ({"ended": 1}, ("ended", []))
    membership = Membership.objects.get(business__trade_name="Corner Cafe")
    period = MembershipPeriod.objects.get(membership=membership)
    assert period.voided_on == period.paid_on
    assert Cancellation.objects.get().reason == "The import that brought it was taken back."
    assert str(status_of(membership)) == "cancelled"
    assert RenewalNotice.objects.filter(stopped_at__isnull=True, sent_at__isnull=True).count() == 0
    assert not Representative.objects.live().filter(business__trade_name="Corner Cafe").exists()


def test_it_counts_as_no_member_on_any_day_past_or_to_come(ada, tier):
    run = undo(bring(PAID, by=ada), by=ada)
    assert run.state == "undone"
    for day in (date(2026, 2, 1), today(), date(2027, 1, 15)):
        found = with_status(Membership.objects.all(), day).get()
        assert found.status in ("pending", "cancelled")


def test_brought_again_after_an_undo_it_is_the_same_member(ada, tier):
    undo(bring(PAID, by=ada), by=ada)
    run = bring(PAID, by=ada)
    assert figures(run) == (0, 1, 0, 0, 0)
    membership = Membership.objects.get()
    assert str(status_of(membership)) in ("new", "current", "renewing", "grace")
    assert Representative.objects.live().get().seat.person.email == "cara@cafe.example"
    undo(run, by=ada)
    assert str(status_of(Membership.objects.get())) == "cancelled"


WORK = {
    "changed": (
        lambda business, by: change_business(business=business, by=by, phone="510 555 0111"),
        "",
    ),
    "a field of the file": (
        lambda business, by: change_business(business=business, by=by, city="Berkeley"),
        "Somebody has changed it since: City.",
    ),
    "a drive": (
        lambda business, by: make_pledges.a_draft(
            business=business, by=Representative.objects.get(business=business).seat
        ),
        "Somebody has worked with it since: other records name it.",
    ),
    "an invoice": (
        lambda business, by: make.an_invoice(membership=Membership.objects.get()),
        "Somebody has worked with it since: other records name it.",
    ),
    "a hold": (
        lambda business, by: memberships.hold(
            membership=Membership.objects.get(), reason="Away.", by=by
        ),
        "Somebody has worked with it since: other records name it.",
    ),
    "another tier": (
        lambda business, by: memberships.change_tier(
            membership=Membership.objects.get(), tier=make.a_tier(), by=by
        ),
        "Somebody has changed its membership since.",
    ),
}


@pytest.mark.parametrize("work_done", WORK)
def test_what_somebody_has_worked_with_stays_and_says_why(ada, tier, work_done):
    act, why = WORK[work_done]
    run = bring(PAID, by=ada)
    act(Business.objects.get(trade_name="Corner Cafe"), ada)
    undo(run, by=ada)
    stays = ("left", [why]) if why else ("ended", [])
    assert (fate(run), run.counts["undone"]) == (stays, {stays[0]: 1})
    assert (MembershipPeriod.objects.get().voided_on is None) == bool(why)
    assert Representative.objects.live().exists() == bool(why)


def test_control_without_the_look_at_references_deleting_would_be_refused(ada, tier):
    bring(BARE, by=ada)
    business = Business.objects.get(trade_name="Corner Cafe")
    owner = Representative.objects.get(business=business).seat
    drive = make_pledges.a_draft(business=business, by=owner)
    assert referenced(Business, [business.pk], but_not_by={}) == {business.pk}
    assert (
        referenced(
            Business,
            [business.pk],
            but_not_by={type(drive): [drive.pk], Representative: None, ImportRow: None}
            | dict.fromkeys(derived.models()),
        )
        == set()
    )


def test_a_new_tier_goes_with_the_last_who_has_it(ada, in_oak_street):
    for paid, left in (("", 0), ("2026-12-31", 1)):
        run = preview(f"Business name,Tier,Dues,Paid until\nBen,Patron,500,{paid}\n", by=ada)
        answers = {"Patron": "new:50000"}
        mapping.answer_words(run_id=run.pk, tiers=answers, segments={}, by=ada)
        undo(commit(work(run), by=ada), by=ada)
        found = Tier.objects.filter(name="Patron")
        assert (found.count(), found.filter(retired_at__isnull=True).count()) == (left, 0)


def test_a_worker_that_dies_while_taking_back_takes_each_back_once(ada, tier, monkeypatch):
    make.a_tier(name="Corner shop")
    monkeypatch.setattr(undoing, "CHUNK", 4)
    run = bring(rosters.as_csv(rosters.roster(14)), by=ada)
    undoing.start(run_id=run.pk, by=ada)
    for _death in range(2):
        undoing.undo_chunk(runs.free(run.pk), {})
    assert ImportRow.objects.filter(run=run, done_at__isnull=False).count() == 6
    work(run)
    assert (run.state, run.counts["undone"]) == ("undone", {"ended": 14})
    assert Cancellation.objects.count() == 14


def test_the_task_twice_takes_back_once(ada, oak_street, tier):
    run = undo(bring(PAID, by=ada), by=ada)
    before = row_counts(oak_street)
    work_on_import(alliance_id=str(oak_street.pk), run_id=str(run.pk))
    assert row_counts(oak_street) == before


def test_only_what_is_in_can_be_taken_back_and_only_once(ada, tier):
    run = preview(BARE, by=ada)
    with pytest.raises(DomainError, match="This import is checked, waiting for your word now"):
        undoing.start(run_id=run.pk, by=ada)
    undo(commit(run, by=ada), by=ada)
    with pytest.raises(DomainError, match="This import is undone now"):
        undoing.start(run_id=run.pk, by=ada)


def test_what_has_been_forgotten_cannot_be_taken_back(ada, tier):
    run = bring(BARE, by=ada)
    runs.forget(run)
    with pytest.raises(DomainError, match="rows have been forgotten"):
        undoing.start(run_id=run.pk, by=ada)


def test_an_undo_leaves_the_neighbours_and_other_imports_alone(ada, neighbour, tier):
    with in_alliance(neighbour.alliance):
        make.a_tier(name="Maker")
        theirs = bring(PAID, by=neighbour.director)
    before = row_counts(neighbour.alliance)
    other = bring(rosters.as_csv(rosters.roster(3, tiers=("Maker",))), by=ada)
    undo(bring(PAID, by=ada), by=ada)
    assert row_counts(neighbour.alliance) == before
    assert Business.objects.filter(pk__in=other.rows.values("business")).count() == 3
    with in_alliance(neighbour.alliance):
        assert ImportRun.objects.get(pk=theirs.pk).state == "committed"
