"""The sponsors' slot: a member's words for some days, labelled as what they are."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from directory.models import Sponsorship
from directory.queries.sponsors import MOST_AT_ONCE
from directory.queries.standing import in_standing
from members.models import Business
from members.queries.memberships import today

LONGEST_DAYS = 366


@transaction.atomic
def add(
    *, business: Business, words: str, starts_on: date, ends_on: date, by: Seat | None
) -> Sponsorship:
    """Shows a member's words in the slot from one day to another.

    Raises:
        DomainError: nothing is said, the days do not fit, three share a day of
            them already, or the business is no member in good standing.
    """
    words = " ".join(words.split())[:140]
    if not words:
        raise DomainError(_("Say what stands in the slot."), field="words")
    if ends_on < starts_on:
        raise DomainError(_("It ends before it begins."), field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise DomainError(_("A year at most."), field="ends_on")
    if not in_standing([business.pk]):
        raise DomainError(_("Only members in good standing sponsor."), field="business")
    _one_at_a_time()
    if full := _full_day(starts_on, ends_on):
        raise DomainError(
            _("On %(day)s %(most)d members share the slot already.")
            % {"day": full.isoformat(), "most": MOST_AT_ONCE},
            field="starts_on",
        )
    made = Sponsorship.objects.create(
        business=business, words=words, starts_on=starts_on, ends_on=ends_on, seat=by
    )
    audit.record(by=by, action="sponsorship.added", subject=made, words=words)
    return made


@transaction.atomic
def end(*, sponsorship: Sponsorship, by: Seat) -> None:
    """Takes it out of the slot as of today; one that has not begun is gone.

    Raises:
        DomainError: it is over already.
    """
    if sponsorship.ends_on < today():
        raise DomainError(_("This is over already."))
    audit.record(by=by, action="sponsorship.ended", subject=sponsorship)
    if sponsorship.starts_on >= today():
        sponsorship.delete()
        return
    sponsorship.ends_on = today() - timedelta(days=1)
    sponsorship.save(update_fields=["ends_on"])


def _full_day(starts_on: date, ends_on: date) -> date | None:
    """A day on which the slot is taken; they can only fill up where one begins."""
    known = list(Sponsorship.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on))
    begins = sorted({starts_on, *(max(one.starts_on, starts_on) for one in known)})
    for day in begins:
        if sum(one.starts_on <= day <= one.ends_on for one in known) >= MOST_AT_ONCE:
            return day
    return None


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        key = f"sponsorship:{current_alliance().pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
