"""An application's way to the staff: written, confirmed by e-mail, asked about, answered."""

from dataclasses import dataclass, fields
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit, consent
from members.models import (
    Application,
    ApplicationState,
    ApplicationStep,
    Relief,
    Tier,
)
from members.queries.applications import open_applications
from members.queries.memberships import settings
from members.rules import is_payable
from members.services import application_letters as letters
from members.services import approvals
from members.services.application_moves import DAYS_OPEN, locked, move

log = structlog.get_logger("commonweal.members")

PURPOSE = "members"


@dataclass(frozen=True)
class Answers:
    """What the form says, by the names of the application's columns."""

    tier: Tier
    amount_minor: int
    email: str
    contact_name: str
    trade_name: str
    segment: str
    relief: str = Relief.NONE
    relief_note: str = ""
    instalments: int = 1
    phone: str = ""
    legal_name: str = ""
    size_band: str = ""
    founded_year: int | None = None
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    website: str = ""
    blurb: str = ""


# An answer may change everything but where the mail goes: that address was confirmed.
CHANGEABLE = tuple(f.name for f in fields(Answers) if f.name not in ("tier", "email"))


@transaction.atomic
def write(*, answers: Answers, wording: str, form_key: str) -> Application:
    """A draft; its address is sent a link that makes it an application.

    Who has one open for the same business is sent that one's standing
    instead. The same form again (`form_key`) changes nothing, sends nothing.

    Raises:
        DomainError: the tier is no longer offered, or not at this amount.
        TooManyMessages: the inbox has had enough.
    """
    again = Application.objects.filter(form_key=form_key).first()
    if again:
        return again
    _must_be_offered(answers.tier)
    _must_be_payable(answers)
    for known in open_applications(email=answers.email, trade_name=answers.trade_name):
        if known.state != ApplicationState.DRAFT:
            letters.known(known, form_key=form_key)
            return known
        # Nobody confirmed it: what was typed last takes its place.
        move(locked(known), ApplicationState.EXPIRED)
    try:
        with transaction.atomic():
            application = _new(answers, form_key)
    except IntegrityError:
        # The same form at the same moment: the other request made it.
        return Application.objects.get(form_key=form_key)
    consent.give(email=answers.email, purpose=PURPOSE, wording=wording, subject_id=application.pk)
    letters.confirm(application)
    return application


@transaction.atomic
def confirm(*, application: Application) -> Application:
    """The address is the applicant's: the staff have it now. Pressing twice changes nothing.

    Where the alliance approves by itself, it is approved.

    Raises:
        DomainError: it has run out, a newer one replaced it, or the same is open already.
    """
    application = locked(application)
    if application.state == ApplicationState.EXPIRED:
        raise DomainError(
            _("This application has run out, or a newer one took its place. Please apply again.")
        )
    if application.state != ApplicationState.DRAFT:
        return application
    for known in open_applications(email=application.email, trade_name=application.trade_name):
        if known.state != ApplicationState.DRAFT:
            raise DomainError(_("You have applied already; we wrote to you where it stands."))
    move(application, ApplicationState.SUBMITTED)
    if not _approved_by_itself(application):
        letters.received(application)
    application.refresh_from_db()
    return application


@transaction.atomic
def request_info(*, application: Application, question: str, by: Seat) -> Application:
    """Asks the applicant something; they get a link to answer and to correct what they wrote.

    Raises:
        DomainError: no question, or it is not waiting for a decision.
    """
    if not question.strip():
        raise DomainError(_("Write what you would like to know."), field="question")
    application = locked(application)
    step = move(application, ApplicationState.INFO_REQUESTED, by=by, words=question)
    audit.record(by=by, action="application.asked", subject=application)
    letters.question(application, step)
    return application


@transaction.atomic
def answer(
    *, application: Application, question_id: UUID, answers: Answers, words: str
) -> Application:
    """The applicant's answer, and what they corrected; the staff have it again.

    Raises:
        DomainError: this question waits for no answer any more, or the amount does not fit.
    """
    application = locked(application)
    if application.state != ApplicationState.INFO_REQUESTED or question_id != asked_last(
        application
    ):
        raise DomainError(_("This question has been answered, or a newer one took its place."))
    _must_be_payable(answers)
    changed = [name for name in CHANGEABLE if getattr(application, name) != getattr(answers, name)]
    for name in changed:
        setattr(application, name, getattr(answers, name))
    application.save(update_fields=changed)
    move(application, ApplicationState.SUBMITTED, words=words)
    audit.record(by=None, action="application.answered", subject=application, changed=changed)
    return application


def asked_last(application: Application) -> UUID | None:
    """The newest question's step."""
    asked = ApplicationStep.objects.filter(
        application=application, to_state=ApplicationState.INFO_REQUESTED
    )
    return asked.order_by("-at", "-id").values_list("pk", flat=True).first()


def _new(answers: Answers, form_key: str) -> Application:
    now = clock.now()
    application = Application.objects.create(
        form_key=form_key,
        created_at=now,
        expires_at=now + timedelta(days=DAYS_OPEN),
        **{field.name: getattr(answers, field.name) for field in fields(answers)},
    )
    ApplicationStep.objects.create(application=application, to_state=ApplicationState.DRAFT, at=now)
    return application


def _must_be_offered(tier: Tier) -> None:
    if tier.retired_at or not tier.is_public:
        raise DomainError(_("This tier is no longer offered. Please choose another one."))


def _must_be_payable(answers: Answers) -> None:
    if not is_payable(answers.tier, answers.amount_minor, answers.relief):
        raise DomainError(_("This tier cannot be paid so. Please look at the amount again."))
    if answers.relief != Relief.NONE and not answers.relief_note.strip():
        raise DomainError(_("Say in a sentence or two why, or what you give."), field="relief_note")
    parts = answers.instalments
    if not 1 <= parts <= 4 or (parts > 1 and answers.amount_minor < parts):
        raise DomainError(_("An invoice is paid in one to four parts."), field="instalments")


def _approved_by_itself(application: Application) -> bool:
    if not settings().approves_by_itself or not approvals.may_approve_itself(application):
        return False
    try:
        approvals.approve(application=application, by=None)
    except DomainError as error:
        # What keeps an invoice from going out is the staff's business, not the applicant's.
        log.warning("not_approved", application=str(application.pk), reason=str(error))
        return False
    return True
