"""What happened before the demo begins: drives, pledges and purchases, told again.

Everything goes through the services, while the clock stands at the moment when
it would have happened. Chance is seeded by the drive's slug: each load tells
the same story.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection

from alliance import clock
from alliance.models import OutboxMessage, Seat
from alliance.tenancy.scope import current_alliance
from demo.content import Alliance, Customer, Drive
from members.models import Business
from pledges.amounts import LEAST_MINOR
from pledges.models import Display, Pledge, PledgeDrive, PledgePolicy, Redemption, WayIn
from pledges.services import drives, pledges, redemptions

WORDING = (
    "I promise to buy here in the coming months if I can. Nothing is charged, nothing binds me. "
    "You may write to me about this pledge."
)
DISPUTES = (
    "I was away that weekend. Could it have been somebody else's card?",
    "We paid for one pizza, not for two.",
    "This was rung up before I changed my order.",
)


@dataclass(frozen=True)
class Told:
    """One drive as it is being told: who, where, since when."""

    content: Drive
    drive: PledgeDrive
    till: Seat
    opened_at: datetime
    now: datetime
    chance: random.Random


def load_drives(
    alliance: Alliance,
    *,
    businesses: Mapping[str, Business],
    tills: Mapping[str, Seat],
    staff: Mapping[str, Seat],
    now: datetime,
) -> None:
    """Every drive of an alliance, with what its customers have done since."""
    # These stories were told without a private phase; what is written from now on has one.
    PledgePolicy.objects.create(has_private_phase=False, asks_reciprocity=False)
    # Customers take turns, so that nobody's inbox meets the limit on new pledges.
    turn = 0
    for content in alliance.drives:
        progress = content.progress
        count = progress.active + progress.unconfirmed + progress.withdrawn
        crowd = [alliance.customers[(turn + n) % len(alliance.customers)] for n in range(count)]
        turn += count
        _load_drive(
            content,
            business=businesses[content.business],
            till=tills[content.business],
            reviewer=staff["lending_officer"],
            crowd=crowd,
            now=now,
        )
    PledgePolicy.objects.all().delete()
    _forget_old_mail(now)
    # A thousand wake-ups of one transaction; the sweeper finds the mail that stays.
    connection.run_on_commit.clear()


def _load_drive(
    content: Drive,
    *,
    business: Business,
    till: Seat,
    reviewer: Seat,
    crowd: Sequence[Customer],
    now: datetime,
) -> None:
    opened_at = now - timedelta(days=content.progress.opened_days_ago, hours=3)
    with clock.at(opened_at - timedelta(days=6)):
        drive = _write(content, business=business, till=till)
    with clock.at(opened_at - timedelta(days=2)):
        drive = drives.submit_drive(drive=drive, by=till)
    if content.progress.state == "in_review":
        return
    with clock.at(opened_at):
        drive = drives.approve_drive(drive=drive, by=reviewer)
    told = Told(
        content=content,
        drive=drive,
        till=till,
        opened_at=opened_at,
        now=now,
        chance=random.Random(content.slug),
    )
    standing = _load_pledges(told, crowd)
    _change_some(told, standing)
    _load_purchases(told, standing)
    if content.progress.state == "serving":
        with clock.at(drive.gathering_ends_at or now):
            drives.end_gathering(drive=drive)


def _write(content: Drive, *, business: Business, till: Seat) -> PledgeDrive:
    drive = drives.write_drive(
        business=business,
        by=till,
        title=content.title,
        purpose=content.purpose,
        story=content.story,
        money_use="\n".join(content.what_the_money_does),
        target_pledgers=content.target_pledgers,
        suggested_minor=content.suggested_amount_minor,
        term_months=content.term_months,
        seeks_loan=content.seeks_loan,
        rung=content.rung,
        gathering_days=content.days_open,
    )
    # The short address that posters and guides of the demo name.
    drive.slug = content.slug
    drive.save(update_fields=["slug"])
    return drive


def _forget_old_mail(now: datetime) -> None:
    """Takes out of the outbox what was read long ago; the last two days' mail is sent."""
    old = OutboxMessage.objects.filter(sent_at=None, created_at__lt=now - timedelta(days=2))
    old.delete()


def _load_pledges(told: Told, crowd: Sequence[Customer]) -> list[Pledge]:
    """The crowd's pledges, oldest first; those that stand are returned."""
    progress = told.content.progress
    moments = sorted(_gathering_moment(told) for _customer in crowd)
    # The newest have not yet opened their mail.
    opened = len(crowd) - progress.unconfirmed
    confirmed = []
    for n, (customer, at) in enumerate(zip(crowd, moments, strict=True)):
        with clock.at(at - timedelta(minutes=12)):
            pledge = _intend(told, customer)
        if n < opened:
            with clock.at(at):
                confirmed.append(pledges.confirm(pledge=pledge, version=pledge.version))
    gone = set(told.chance.sample(range(len(confirmed)), progress.withdrawn))
    for n in sorted(gone):
        with clock.at(_later(told, confirmed[n])):
            pledges.cancel(pledge=confirmed[n])
    return [pledge for n, pledge in enumerate(confirmed) if n not in gone]


def _intend(told: Told, customer: Customer) -> Pledge:
    amounts = told.content.progress.amounts
    (amount_minor,) = told.chance.choices(
        [minor for minor, _weight in amounts], [weight for _minor, weight in amounts]
    )
    promise = pledges.Promise(
        email=customer.email,
        name=customer.name,
        display=Display(customer.shown_as),
        amount_minor=amount_minor,
        wording=WORDING,
    )
    return pledges.intend(drive=told.drive, promise=promise)


def _load_purchases(told: Told, standing: Sequence[Pledge]) -> None:
    """Each group of customers spends at its own pace; a few questions and slips are recent."""
    progress = told.content.progress
    mixed = told.chance.sample(standing, len(standing))
    paces = [pace for people, pace in progress.spending for _n in range(people)]
    recent: list[Pledge] = []
    for pledge, pace in zip(mixed, paces, strict=True):
        _spend(told, pledge, pace=pace)
        if pace and pledge.remaining_minor >= progress.visit_minor:
            recent.append(pledge)
    questions = [DISPUTES[n % len(DISPUTES)] for n in range(progress.disputed)]
    fates = [*questions, *[""] * progress.rejected]
    for pledge in recent:
        if not fates:
            return
        at = told.now - timedelta(hours=told.chance.uniform(4, 40))
        # A till counts in the order of time: who has come since then is passed over.
        if Redemption.objects.filter(pledge=pledge, claimed_at__gte=at).exists():
            continue
        slip = _claim(told, pledge, progress.visit_minor, at)
        if slip is None:
            continue
        question = fates.pop(0)
        with clock.at(at + timedelta(hours=1)):
            if question:
                redemptions.dispute(redemption=slip, reason=question)
            else:
                redemptions.take_back(redemption=slip, reason="Rung up twice.", by=told.till)


def _spend(told: Told, pledge: Pledge, *, pace: int) -> None:
    """Visits spread over the time since the pledge, that come to `pace` % of an even pace."""
    assert pledge.confirmed_at is not None
    assert pledge.term_ends_at is not None
    term = pledge.term_ends_at - pledge.confirmed_at
    share = (told.now - pledge.confirmed_at) / term * pace / 100
    total = min(round(pledge.amount_minor * share), pledge.amount_minor)
    visits = max(1, round(total / told.content.progress.visit_minor))
    if total < 300:
        return
    weights = [told.chance.uniform(0.7, 1.3) for _n in range(visits)]
    moments = sorted(
        _opening_hours(told, told.chance.uniform(0, 1), pledge.confirmed_at) for _n in range(visits)
    )
    for weight, at in zip(weights, moments, strict=True):
        claimed = _claim(told, pledge, round(total * weight / sum(weights)), at)
        if claimed and claimed.confirm_due_at <= told.now:
            with clock.at(claimed.confirm_due_at):
                redemptions.confirm_silent(redemption=claimed)


def _claim(told: Told, pledge: Pledge, minor: int, at: datetime) -> Redemption | None:
    """A purchase at the till; None where the pledge has no room left."""
    if pledge.remaining_minor == 0:
        return None
    way_in = told.chance.choices([WayIn.SCAN, WayIn.CODE], [4, 1])[0]
    with clock.at(at):
        redemption = redemptions.claim(
            pledge=pledge, purchase_minor=minor, way_in=way_in, by=told.till, apart=timedelta(0)
        )
    # The service works on its own copy of the row; ours must know how much room is left.
    pledge.held_minor += redemption.amount_minor
    return redemption


def _change_some(told: Told, standing: Sequence[Pledge]) -> None:
    """A few thought again: $60 more, or $20 less."""
    progress = told.content.progress
    changing = told.chance.sample(standing, progress.raised + progress.lowered)
    for n, pledge in enumerate(changing):
        step = 60_00 if n < progress.raised else -20_00
        amount_minor = pledge.amount_minor + step
        if amount_minor >= LEAST_MINOR:
            with clock.at(_later(told, pledge)):
                pledges.change_amount(pledge=pledge, amount_minor=amount_minor)
            pledge.amount_minor = amount_minor


def _later(told: Told, pledge: Pledge) -> datetime:
    """Some time between a pledge and now."""
    assert pledge.confirmed_at is not None
    return pledge.confirmed_at + (told.now - pledge.confirmed_at) * told.chance.uniform(0.1, 0.9)


def _gathering_moment(told: Told) -> datetime:
    """Some time while pledges were gathered: most come early, a few at the end."""
    days = told.content.progress.gathered_over_days
    at = told.opened_at + timedelta(days=days * told.chance.betavariate(1.2, 1.6))
    return min(at, told.now - timedelta(minutes=told.chance.randint(20, 300)))


def _opening_hours(told: Told, share: float, since: datetime) -> datetime:
    """A time of day at which shops are open, that share of the way from `since` to now."""
    moment = since + (told.now - since) * share
    day = moment.astimezone(current_alliance().zone).date()
    hour, minute = told.chance.randint(11, 20), told.chance.randint(0, 59)
    at = datetime.combine(day, time(hour, minute), tzinfo=current_alliance().zone)
    return min(max(at, since + timedelta(minutes=30)), told.now - timedelta(minutes=15))
