"""The audit log: written with what it tells of, and never touched again."""

import os
from types import SimpleNamespace

import psycopg2
import pytest
from django.db import ProgrammingError, transaction

from alliance.models import Alliance, AuditEntry, Seat
from alliance.services import audit
from alliance.tenancy.models import tenant_models
from alliance.tenancy.scope import in_alliance
from members.models import Tier
from members.services.tiers import add_tier

RECORDS = [model for model in tenant_models() if model.append_only]


def test_it_says_who_did_what_to_which_with_the_figures(
    neighbour: SimpleNamespace, oak_street: Alliance, ada: Seat
) -> None:
    with in_alliance(oak_street):
        tier = add_tier(name="Gold", price_minor=100_00, by=ada)
        entry = AuditEntry.objects.select_related("seat", "alliance").get(subject_id=tier.pk)

    assert (entry.seat, entry.action, entry.subject_type, entry.detail, entry.alliance) == (
        ada, "tier.added", "members.tier", {"price_minor": 100_00}, oak_street,
    )  # fmt: skip


def test_the_system_has_no_seat(in_oak_street: Alliance) -> None:
    tier = add_tier(name="Gold", price_minor=100_00, by=None)

    assert AuditEntry.objects.get(subject_id=tier.pk).seat is None


def test_it_goes_with_the_change_or_not_at_all(in_oak_street: Alliance) -> None:
    def stumble() -> None:
        add_tier(name="Gold", price_minor=100_00, by=None)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        stumble()

    assert (Tier.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_nobody_edits_or_deletes_an_entry(oak_street: Alliance, ada: Seat) -> None:
    with in_alliance(oak_street):
        entry = audit.record(by=ada, action="test.done", subject=ada)
        for change in (
            lambda: AuditEntry.objects.filter(pk=entry.pk).update(action="nothing"),
            lambda: entry.save(),
            lambda: AuditEntry.objects.filter(pk=entry.pk)._raw_delete("default"),
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                change()
        assert AuditEntry.objects.get(pk=entry.pk).action == "test.done"


def test_these_are_only_added_to() -> None:
    assert [model.__name__ for model in RECORDS] == [
        "AuditEntry", "Consent", "ConsentWithdrawal",
        "Appeal", "Attestation", "Confirmation", "Correction", "ListingPause", "ListingVersion",
        "Referral", "Revocation", "GatheringStep", "Reminder",
        "BoardVersion", "GroupStep", "HelpWantedStep", "JoinAnswer", "MemberStep", "PostVersion",
        "Account", "Entry", "Line",
        "ApplicationStep", "Approval", "LoanPayment", "LoanStep", "PaidPart",
        "ApplicationStep", "Cancellation", "CreditNote", "Hold", "Instalment", "InvoiceLine",
        "MembershipPeriod", "Paper", "Payment", "StatusSnapshot", "ValueStatement", "WelcomeStep",
        "Acceptance", "Agreement", "AgreementSet", "Appeal", "CaseAuthor", "Decision", "Flag",
        "LogEntry", "Note",
        "DriveLetter", "DriveStep", "LetterStop", "PledgeStep", "RedemptionStep",
    ]  # fmt: skip


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("verb", ["UPDATE {} SET alliance_id = alliance_id", "DELETE FROM {}"])
def test_the_applications_login_may_not_and_the_owner_could(model: type, verb: str) -> None:
    """The control: the same statement by the owner is refused by nobody (and rolled back)."""
    statement = verb.format(model._meta.db_table)  # type: ignore[attr-defined]
    answers = {}
    for login in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        connection = psycopg2.connect(os.environ[login])
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
            answers[login] = "done"
        except psycopg2.errors.InsufficientPrivilege:
            answers[login] = "refused"
        finally:
            connection.rollback()
            connection.close()

    assert answers == {"DATABASE_URL": "refused", "OWNER_DATABASE_URL": "done"}
