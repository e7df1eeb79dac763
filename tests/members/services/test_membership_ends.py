"""A membership held, ended, and come back."""

from datetime import date

import pytest

from members.models import (
    Cancellation,
    Hold,
)
from members.services import invoices, memberships
from tests.factories import members as make
from tests.members.reading import on, terms_of, told, waiting
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


# --- held -----------------------------------------------------------------------------


def test_a_hold_suspends_from_today_and_ends_on_its_release(membership, tess):
    make.a_paid_term(membership, "2026-03-10")
    with on("2026-05-01"):
        held = memberships.hold(membership=membership, reason="Moving house.", by=tess)
    with on("2026-06-01"):
        memberships.release(membership=membership, by=None)
    assert list(Hold.objects.values_list("starts_on", "released_on", "reason", "seat")) == [
        (D("2026-05-01"), D("2026-06-01"), "Moving house.", tess.pk)
    ]
    days = ["2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01"]
    assert told(membership, *days) == ["new", "suspended", "suspended", "new"]
    assert audited("membership.held", "membership.released") == [
        ("membership.held", tess.pk, membership.pk, {"reason": "Moving house."}),
        ("membership.released", None, membership.pk, {}),
    ]
    assert held.membership == membership


def test_a_hold_ahead_that_is_released_before_it_begins_never_was(membership):
    make.a_paid_term(membership, "2026-03-10")
    with on("2026-05-01"):
        memberships.hold(
            membership=membership, reason="A rest.", by=None, starts_on=D("2026-07-01")
        )
        memberships.release(membership=membership, by=None)
    assert told(membership, "2026-07-01") == ["current"]


def test_what_a_hold_refuses(membership, oak_street):
    make.a_paid_term(membership, "2026-03-10")
    with on("2026-05-01"):
        release = {"membership": membership, "by": None}
        assert refusal(memberships.release, **release) == (
            "This membership is not suspended.",
            None,
        )
        hold = release | {"reason": "A rest."}
        past = refusal(memberships.hold, **hold, starts_on=D("2026-04-30"))
        assert past == ("A suspension begins today or later.", "starts_on")
        memberships.hold(**hold)
        before = row_counts(oak_street)
        again = refusal(memberships.hold, **hold)
        assert again == ("This membership is suspended already.", None)
    assert row_counts(oak_street) == before


def test_paying_does_not_end_a_hold(membership):
    make.a_paid_term(membership, "2026-03-10")
    with on("2026-05-01"):
        memberships.hold(membership=membership, reason="A question.", by=None)
    make.a_paid_term(membership, "2026-05-02")
    assert told(membership, "2026-05-02") == ["suspended"]


# --- ended and come back --------------------------------------------------------------


def test_it_ends_today_and_its_letters_stop(membership, tess):
    make.a_paid_term(membership, "2026-03-10")
    with on("2026-05-01"):
        memberships.cancel(membership=membership, by=tess, reason="We close the shop.")
    assert waiting(membership) == []
    assert told(membership, "2026-04-30", "2026-05-01") == ["new", "cancelled"]
    assert list(Cancellation.objects.values_list("cancelled_on", "revoked_on", "reason")) == [
        (D("2026-05-01"), None, "We close the shop.")
    ]
    assert audited("membership.cancelled") == [
        ("membership.cancelled", tess.pk, membership.pk, {"reason": "We close the shop."})
    ]


def test_taken_back_it_stands_again_with_its_letters(membership):
    make.a_paid_term(membership, "2026-03-10")
    due = waiting(membership)
    with on("2026-05-01"):
        memberships.cancel(membership=membership, by=None)
    with on("2026-05-03"):
        memberships.revoke_cancellation(membership=membership, by=None)
    assert told(membership, "2026-05-02", "2026-05-03") == ["cancelled", "new"]
    assert waiting(membership) == due
    assert [row[0] for row in audited("membership.cancellation_revoked")] == [
        "membership.cancellation_revoked"
    ]


def test_what_an_end_refuses(membership, oak_street):
    asked = {"membership": membership, "by": None}
    found = refusal(memberships.revoke_cancellation, **asked)
    assert found == ("This membership is not cancelled.", None)
    memberships.cancel(**asked)
    before = row_counts(oak_street)
    again = refusal(memberships.cancel, **asked)
    assert again == ("This membership is cancelled already.", None)
    assert row_counts(oak_street) == before


def test_who_pays_has_come_back_from_the_old_end_and_keeps_the_day_of_joining(membership):
    make.a_paid_term(membership, "2026-03-10")
    with on("2026-05-01"):
        memberships.cancel(membership=membership, by=None)
    make.a_paid_term(membership, "2026-08-01")
    assert terms_of(membership)[1][:2] == ("2027-03-10", "2028-03-09")
    assert told(membership, "2026-07-31", "2026-08-01") == ["cancelled", "current"]
    membership.refresh_from_db()
    assert membership.joined_on == D("2026-03-10")


def test_the_open_invoice_of_who_leaves_can_be_credited_by_whoever_hears_of_it(membership):
    """Invoices are locked before memberships, also here."""
    make.a_paid_term(membership, "2026-03-10")
    with on("2027-02-10"):
        renewal = invoices.renew(membership=membership, ends_on=D("2027-03-09"), by=None)
        memberships.cancel(membership=membership, by=None)
    renewal.refresh_from_db()
    assert renewal.due_minor in (0, 120_00)
    assert terms_of(membership) == [("2026-03-10", "2027-03-09", "2026-03-10", "")]
