"""A member says that something breaks an agreement."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Min, Sum
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Person, Seat
from moderation import content, weights
from moderation.models import Agreement, Case, CaseState, Flag, Origin
from moderation.queries import agreements, powers
from moderation.queries import cases as queries
from moderation.rules import THRESHOLD
from moderation.services import cases, hiding, letters, log, words


@transaction.atomic
def flag(
    *, subject: Any, agreement: Agreement, note: str = "", by: Seat, is_outside: bool = False
) -> Flag:
    """Records the flag, with what stood there; enough weight hides it until it is decided.

    Args:
        is_outside: keep it from the stewards of its own space.

    Raises:
        DomainError: it cannot be read by them, is their own, was flagged by them
            already, or the agreement does not count there.
    """
    text = words.read(note, longest=600, field="note")
    kind = content.of(subject)
    _must_be_anothers(subject, by)
    if not agreements.counts_in(agreement, kind.space(subject)):
        raise DomainError(_("This agreement does not count here."), field="agreement")
    cases.lock_subject(subject)
    case = _case_for(subject, is_outside=is_outside)
    if queries.has_flagged(case, by.person):
        raise DomainError(_("You have flagged this already. Somebody will look at it."))
    row = Flag.objects.create(
        case=case,
        agreement=agreement,
        by=by,
        person=by.person,
        note=text,
        words=kind.words(subject),
        weight=weight_of(by.person),
        at=clock.now(),
    )
    # Without the seat: whoever reads the log need not know who flagged.
    log.of_case(case, "flagged", by=None, weight=str(row.weight))
    _hide_if_heavy(case, subject)
    return row


def weight_of(person: Person) -> Decimal:
    """What a flag of this person weighs now, from 0.2 to 2."""
    now = clock.now()
    # The first seat that they ever had here: coming back makes nobody new.
    first = Seat.objects.filter(person=person).aggregate(first=Min("created_at"))["first"]
    trusted = weights.trust(
        days=(now - first).days if first else 0, looks_after=powers.looks_after(person)
    )
    decided = Flag.objects.filter(person=person, upheld__isnull=False).order_by("-at", "-id")
    last = decided.values_list("upheld", flat=True)[: weights.LOOKS_BACK]
    return weights.weight(trusted, weights.accuracy(last))


def settle(case: Case, *, upheld: bool) -> None:
    """Says of every flag in the case whether it was right."""
    Flag.objects.filter(case=case).update(upheld=upheld)


def _must_be_anothers(subject: Any, by: Seat) -> None:
    kind = content.of(subject)
    if any(seat.person_id == by.person_id for seat in kind.authors(subject)):
        raise DomainError(_("This is your own. You can change it or take it away."))
    seats = list(Seat.objects.live().filter(person=by.person_id))
    if subject.hidden_at is not None or not seats or not kind.may_read(subject, seats):
        raise DomainError(_("You cannot read this any more, so there is nothing to flag."))


def _case_for(subject: Any, *, is_outside: bool) -> Case:
    """The case that waits, or a new one; once asked, it stays with people from outside."""
    case = queries.undecided_about(subject)
    if case is None:
        return cases.begin(subject, origin=Origin.FLAGS, is_outside=is_outside)
    locked, _subject = cases.locked(case)
    if is_outside and not locked.is_outside:
        locked.is_outside = True
        locked.save(update_fields=["is_outside"])
    return locked


def _hide_if_heavy(case: Case, subject: Any) -> None:
    total = Flag.objects.filter(case=case).aggregate(total=Sum("weight"))["total"]
    # What somebody has looked at and shown again stays until they decide.
    if total < THRESHOLD or case.state != CaseState.OPEN or case.first_action_at is not None:
        return
    cases.move(case, CaseState.AUTO_HIDDEN)
    hiding.hide(subject=subject, case=case, by=None)
    letters.tell_held(case, _("Several members said that it breaks an agreement."))
