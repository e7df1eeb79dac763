"""How an application moves from one state to the next, and in which order rows are locked."""

from datetime import timedelta

from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from members.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationState,
    ApplicationStep,
    Invoice,
    Membership,
)

DAYS_OPEN = 30


def locked(application: Application) -> Application:
    """The row under lock, behind its membership's and its invoice's: payments come from there.

    Raises:
        DomainError: somebody decided on it in this moment.
    """
    known = Application.objects.only("invoice_id", "membership_id").get(pk=application.pk)
    if known.membership_id:
        Membership.objects.select_for_update(no_key=True).get(pk=known.membership_id)
    if known.invoice_id:
        Invoice.objects.select_for_update(no_key=True).get(pk=known.invoice_id)
    found = locked_alone(application)
    if found.membership_id != known.membership_id or found.invoice_id != known.invoice_id:
        raise DomainError(_("Somebody has just decided on this application. Please look again."))
    return found


def locked_alone(application: Application) -> Application:
    """The row under lock, for whoever holds its membership's already."""
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("tier", "membership", "invoice").get(pk=application.pk)


def move(
    application: Application, to: ApplicationState, *, by: Seat | None = None, words: str = ""
) -> ApplicationStep:
    """Writes the next state and its step; the caller holds the row's lock.

    Raises:
        DomainError: the table of transitions does not know this one.
    """
    if to not in APPLICATION_TRANSITIONS[application.state]:
        raise DomainError(
            _("This application is %(state)s now; that is no longer possible.")
            % {"state": application.get_state_display()}
        )
    now = clock.now()
    application.state, application.expires_at = to, now + timedelta(days=DAYS_OPEN)
    if to == ApplicationState.SUBMITTED and application.submitted_at is None:
        application.submitted_at = now
    application.save(update_fields=["state", "expires_at", "submitted_at"])
    return ApplicationStep.objects.create(
        application=application, to_state=to, words=words[:600], seat=by, at=now
    )
