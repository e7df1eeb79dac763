"""Photos of receipts are forgotten 90 days after the purchase was decided about."""

from collections.abc import Iterable
from datetime import timedelta

from alliance import clock
from alliance.models import Alliance, StoredFile
from alliance.tenancy.scope import in_alliance
from pledges.models import Redemption

KEPT = timedelta(days=90)
BATCH = 500


def forget_photos(alliance: Alliance) -> int:
    """Deletes what was decided about 90 days ago; how many, at most 500 in one go."""
    with in_alliance(alliance):
        old = Redemption.objects.filter(photo__isnull=False, decided_at__lte=clock.now() - KEPT)
        pairs = dict(old.order_by("decided_at").values_list("pk", "photo_id")[:BATCH])
        Redemption.objects.filter(pk__in=pairs).update(photo=None)
        StoredFile.objects.filter(pk__in=pairs.values()).delete()
    return len(pairs)


def forget_all_photos(alliances: Iterable[Alliance]) -> int:
    """The same in each alliance."""
    return sum(forget_photos(alliance) for alliance in alliances)
