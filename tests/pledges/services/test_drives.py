"""A drive's life: written by its business, reviewed by staff, gathered, honoured, ended."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from alliance.errors import DomainError
from alliance.models import Role
from alliance.services.seats import give_seat
from pledges.models import DriveState, PledgeDrive
from pledges.models.drives import DRIVE_TRANSITIONS
from pledges.services import drives, moves
from tests.factories import pledges as make
from tests.pledges.reading import audited, last_mail, mails, moves_of, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

NOT_OPEN = "This drive is %s now; that step is no longer open."


@pytest.fixture
def draft(bakery, ben):
    """The bakery's drive as Ben has written it."""
    return make.a_draft(business=bakery, by=ben)


@pytest.fixture
def submitted(draft, ben):
    """The same, waiting for the staff of an alliance without a private phase."""
    make.a_plain_policy()
    return drives.submit_drive(drive=draft, by=ben)


def test_a_business_writes_a_draft(draft, bakery, ben):
    assert (draft.state, draft.slug, draft.currency, draft.business, draft.made_by) == (
        "draft",
        "a-second-oven",
        "USD",
        bakery,
        ben,
    )
    assert audited("drive.written") == [
        ("drive.written", ben.pk, draft.pk, {"title": "A second oven"})
    ]
    assert moves_of(draft) == []


def test_only_its_own_people_write_for_a_business(bakery, ada, neighbour):
    for stranger in (ada, neighbour.dan):
        assert refusal(drives.write_drive, business=bakery, by=stranger, title="A second oven") == (
            "Only Ben's Bakery can do that.",
            None,
        )
    assert not PledgeDrive.objects.exists()


WRONG = [
    {"title": ""},
    {"title": "x" * 121},
    {"target_pledgers": 0},
    {"target_pledgers": 100_001},
    {"term_months": 7},
    {"rung": "golden"},
    {"gathering_days": 6},
    {"gathering_days": 61},
    {"suggested_minor": 25_00},
]


def test_a_field_that_does_not_fit(bakery, ben, oak_street):
    before = row_counts(oak_street)
    for wrong in WRONG:
        with pytest.raises(ValidationError):
            make.a_draft(business=bakery, by=ben, **wrong)
    assert row_counts(oak_street) == before


def test_what_the_form_may_not_set_is_left_alone(bakery, ben):
    drive = make.a_draft(business=bakery, by=ben, state="serving", slug="mine", currency="EUR")
    assert (drive.state, drive.slug, drive.currency) == ("draft", "a-second-oven", "USD")


def test_a_second_drive_of_the_same_title_has_an_address_of_its_own(bakery, ben, draft):
    slugs = [make.a_draft(business=bakery, by=ben).slug for _n in range(3)]
    assert slugs == ["a-second-oven-2", "a-second-oven-3", "a-second-oven-4"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Sent", "sent-2"), ("Lost card", "lost-card-2"), ("窯をもう一つ", "drive")],
)
def test_an_address_that_a_page_of_ours_has_is_not_given_away(bakery, ben, title, slug):
    assert make.a_draft(business=bakery, by=ben, title=title).slug == slug


def test_the_neighbour_has_the_same_address_for_its_own(neighbour, bakery, ben):
    assert neighbour.drive.slug == "a-colder-cellar"
    assert (
        make.a_draft(business=bakery, by=ben, title="A colder cellar").slug == neighbour.drive.slug
    )


def test_a_draft_is_edited(draft, ben):
    drive = drives.edit_drive(drive=draft, by=ben, title="A third oven", seeks_loan=False)
    assert (drive.title, drive.seeks_loan, drive.slug) == ("A third oven", False, "a-second-oven")
    assert len(audited("drive.edited")) == 1


def test_what_is_in_review_or_public_is_not_edited(submitted, ada, ben):
    for drive in (submitted, drives.approve_drive(drive=submitted, by=ada)):
        assert refusal(drives.edit_drive, drive=drive, by=ben, title="Another") == (
            "Only a draft can be changed.",
            None,
        )


def test_a_draft_is_submitted(draft, ben):
    at = datetime(2026, 12, 1, 20, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        drive = drives.submit_drive(drive=draft, by=ben)
    assert (drive.state, drive.submitted_at) == ("in_review", at)
    assert moves_of(drive) == [("draft", "in_review", "", ben.pk)]


TODAY = datetime(2026, 12, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rung", "since", "enough"),
    [
        ("standard", date(2024, 12, 1), True),
        ("standard", date(2024, 12, 2), False),
        ("starter", date(2025, 12, 1), True),
        ("starter", date(2025, 12, 2), False),
        ("starter", None, False),
    ],
)
def test_months_at_the_location(bakery, ben, rung, since, enough):
    bakery.at_location_since = since
    bakery.save(update_fields=["at_location_since"])
    drive = make.a_draft(business=bakery, by=ben, rung=rung)
    with time_machine.travel(TODAY, tick=False):
        message, _field = refusal(drives.submit_drive, drive=drive, by=ben)
    months = {"standard": 24, "starter": 12}[rung]
    assert message == (
        ""
        if enough
        else f"A drive of this kind needs {months} months at the present location. "
        "Ask the alliance to bring your record up to date, or choose another kind."
    )


def test_a_drive_without_a_loan_needs_no_years_at_its_location(bakery, ben):
    bakery.at_location_since = None
    bakery.save(update_fields=["at_location_since"])
    drive = make.a_draft(business=bakery, by=ben, seeks_loan=False)
    assert drives.submit_drive(drive=drive, by=ben).state == "in_review"


def test_one_drive_of_a_business_at_a_time(oven, bakery, ben, ada):
    second = make.a_draft(business=bakery, by=ben)
    assert refusal(drives.submit_drive, drive=second, by=ben) == (
        "Another drive of this business is under way. One at a time.",
        None,
    )
    drives.end_drive(drive=oven, reason="The oven came.", by=ada)
    assert drives.submit_drive(drive=second, by=ben).state == "in_review"


def test_approval_opens_it_until_its_last_day_ends(submitted, ada):
    with time_machine.travel(TODAY, tick=False):
        drive = drives.approve_drive(drive=submitted, by=ada)
    last = datetime(2027, 1, 31, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert (drive.state, drive.opened_at, drive.gathering_ends_at) == ("gathering", TODAY, last)
    assert moves_of(drive)[1:] == [("in_review", "gathering", "", ada.pk)]


def test_the_business_is_told_of_the_approval(submitted, ada, ben):
    drives.approve_drive(drive=submitted, by=ada)
    assert mails() == [
        ("drive_approved", "ben@example.org", f"drive_approved:{submitted.pk}:2:{ben.person_id}")
    ]
    assert last_mail().context == {
        "name": "Ben",
        "title": "A second oven",
        "url": "http://oak-street.commonweal.test/me/drive/a-second-oven/",
    }


def test_nobody_approves_the_drive_of_their_own_business(submitted, ben):
    as_director = give_seat(person=ben.person, role=Role.OWNER, by=None)
    for seat in (ben, as_director):
        assert refusal(drives.approve_drive, drive=submitted, by=seat) == (
            "Somebody else has to approve the drive of your own business.",
            None,
        )
    assert PledgeDrive.objects.get().state == "in_review"


def test_staff_return_it_with_a_sentence(submitted, ada, ben):
    drive = drives.return_drive(drive=submitted, reason="Say what it costs.", by=ada)
    assert drive.state == "draft"
    assert moves_of(drive)[1:] == [("in_review", "draft", "Say what it costs.", ada.pk)]
    assert mails() == [
        ("drive_returned", "ben@example.org", f"drive_returned:{drive.pk}:2:{ben.person_id}")
    ]
    assert last_mail().context["reason"] == "Say what it costs."


def test_returned_and_submitted_twice_its_business_is_told_twice(submitted, ada, ben):
    for reason in ("Say what it costs.", "And when."):
        drive = drives.return_drive(drive=submitted, reason=reason, by=ada)
        drives.submit_drive(drive=drive, by=ben)
    assert len(mails()) == 2


@pytest.mark.parametrize("act", [drives.return_drive, drives.end_drive])
def test_returning_and_ending_need_a_reason(oven, ada, act):
    message, field = refusal(act, drive=oven, reason="  ", by=ada)
    assert (message.startswith("Say w"), field) == (True, "reason")


def test_ending_early_keeps_who_and_why(oven, ada):
    drive = drives.end_drive(drive=oven, reason="The oven came.", by=ada)
    assert moves_of(drive)[2:] == [("gathering", "ended_early", "The oven came.", ada.pk)]


@pytest.mark.parametrize("serve", [drives.serve_drive, drives.serve_without_loan])
def test_only_a_qualified_drive_is_honoured(oven, ada, serve):
    assert refusal(serve, drive=oven, by=ada) == ("Only a qualified drive can be honoured.", None)
    make.brought_to(oven, "qualified")
    assert serve(drive=oven, by=ada).state == "serving"


def test_staff_do_not_serve_what_a_lender_has_agreed_to_meanwhile(oven, ada):
    make.brought_to(oven, "financed")
    assert refusal(drives.serve_without_loan, drive=oven, by=ada) == (
        "A loan has been agreed on; it decides when the drive is honoured.",
        None,
    )
    assert drives.serve_drive(drive=oven, by=None).state == "serving"


def test_financed_and_back_and_financed_again(oven, ada):
    make.brought_to(oven, "qualified")
    drives.finance_drive(drive=oven, by=ada, reason="Signed.")
    assert refusal(drives.unfinance_drive, drive=oven, by=ada, reason=" ") == (
        "Say why; the business reads it.",
        "reason",
    )
    drives.unfinance_drive(drive=oven, by=None, reason="Thought again.")
    drives.finance_drive(drive=oven, by=None)
    assert moves_of(oven)[2:] == [
        ("qualified", "financed", "Signed.", ada.pk),
        ("financed", "qualified", "Thought again.", None),
        ("qualified", "financed", "", None),
    ]


def test_what_ends_a_financed_drive_releases_its_pledges(oven, eves_pledge, ada):
    make.brought_to(oven, "financed")
    drives.end_drive(drive=oven, reason="The shop closes.", by=ada)
    eves_pledge.refresh_from_db()
    assert eves_pledge.state == "released"


# --- the one door -------------------------------------------------------------


@pytest.mark.parametrize("start", DriveState.values)
def test_every_step_outside_the_table_is_refused(oven, ada, start):
    oven = make.brought_to(oven, start)
    for end in set(DriveState) - DRIVE_TRANSITIONS[DriveState(start)]:
        oven.state = start
        with pytest.raises(DomainError) as refused:
            moves.move(oven, end, by=ada)
        assert refused.value.message == NOT_OPEN % DriveState(start).label
    assert PledgeDrive.objects.get().state == start
    assert len(moves_of(oven)) == 2


@pytest.mark.parametrize(
    ("start", "end"),
    [(start, end) for start, ends in DRIVE_TRANSITIONS.items() for end in sorted(ends)],
)
def test_every_step_of_the_table_is_taken_by_somebody(oven, ada, ben, start, end):
    """By the business, the staff or the calendar; `oven` is brought to the start directly."""
    seeks_loan = end != "serving" or start != "gathering"
    make.a_plain_policy(private_pledgers=2)
    # What waits for review and is to be private is what its owner wants so.
    wish = {"starts_private": end == "private"}
    if start == "in_review":
        wish["opened_at"] = None
    oven = make.brought_to(oven, start, seeks_loan=seeks_loan, rung="starter", **wish)
    pledgers = 25 if end == "qualified" else 1
    for n in range(pledgers if start in ("gathering", "private") else 0):
        make.an_active_pledge(oven, f"p{n}@example.com")
    reason = {"reason": "For a reason.", "by": ada}
    deeds = {
        ("draft", "in_review"): lambda: drives.submit_drive(drive=oven, by=ben),
        ("in_review", "gathering"): lambda: drives.approve_drive(drive=oven, by=ada),
        ("in_review", "private"): lambda: drives.approve_drive(drive=oven, by=ada),
        ("in_review", "draft"): lambda: drives.return_drive(drive=oven, **reason),
        ("private", "gathering"): lambda: make.an_active_pledge(oven, "second@example.com"),
        ("private", "unqualified"): lambda: drives.end_private(drive=oven),
        ("qualified", "financed"): lambda: drives.finance_drive(drive=oven, by=ada),
        ("qualified", "serving"): lambda: drives.serve_drive(drive=oven, by=ada),
        ("financed", "qualified"): lambda: drives.unfinance_drive(drive=oven, **reason),
        ("financed", "serving"): lambda: drives.serve_drive(drive=oven, by=ada),
        ("serving", "completed"): lambda: drives.complete_drive(drive=oven),
    }
    early = lambda: drives.end_drive(drive=oven, **reason)  # noqa: E731
    over = lambda: drives.end_gathering(drive=oven)  # noqa: E731
    act = early if end == "ended_early" else deeds.get((start, end), over)
    on_time = (start, end) == ("private", "gathering")
    with time_machine.travel(oven.gathering_ends_at + timedelta(seconds=-60 if on_time else 1)):
        act()
    assert PledgeDrive.objects.get().state == end
    assert moves_of(oven)[-1][:2] == (start, end)


def test_the_neighbours_drive_is_not_found_from_here(neighbour, ada):
    with pytest.raises(PledgeDrive.DoesNotExist):
        drives.end_drive(drive=neighbour.drive, reason="Not ours.", by=ada)
