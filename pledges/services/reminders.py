"""One kind letter to whoever is far behind their pledge; never a second."""

from django.db import transaction
from django.urls import reverse

from alliance import clock
from alliance.money import format_money
from alliance.services import consent
from alliance.tenancy.scope import current_alliance
from pledges.models import Pledge, PledgeState
from pledges.models.drives import HONOURING_STATES
from pledges.policy import policy
from pledges.queries.pace import at_risk
from pledges.services import pledges as pledge_services


def due() -> list[Pledge]:
    """Whoever is at risk and was never written to, in drives that are being honoured."""
    behind = at_risk(at_risk_days=policy().at_risk_days)
    waiting = behind.filter(reminded_at__isnull=True, drive__state__in=HONOURING_STATES)
    return list(waiting.order_by("pk"))


@transaction.atomic
def remind(*, pledge: Pledge) -> bool:
    """Writes to a pledger at risk, once ever and with their consent; whether it did.

    Asked again, or after a purchase that has brought the pledge on, it does nothing.
    """
    if not consent.has(email=pledge.email, purpose=pledge_services.PURPOSE, subject_id=pledge.pk):
        return False
    behind = at_risk(at_risk_days=policy().at_risk_days).filter(
        pk=pledge.pk, drive__state__in=HONOURING_STATES
    )
    # The condition is the claim: of two sweeps at one moment the second finds it done. It
    # stands on the row itself, since a subquery is not asked again after waiting for a lock.
    unwritten = Pledge.objects.filter(
        pk__in=behind.values("pk"), state=PledgeState.ACTIVE, reminded_at__isnull=True
    )
    if unwritten.update(reminded_at=clock.now()) != 1:
        return False
    pledge = Pledge.objects.select_related("drive__business").get(pk=pledge.pk)
    card = pledge.card_secret
    pledge_services.tell(
        pledge,
        "pledges/email/at_risk",
        key=f"pledge-at-risk:{pledge.pk}",
        left=format_money(pledge.amount_minor - pledge.held_minor, pledge.currency),
        perk=pledge.drive.shown_perk,
        pass_on_url=current_alliance().url(reverse("pledges:pass_on", args=[card])),
        change_url=current_alliance().url(reverse("pledges:change_amount", args=[card])),
    )
    return True
