"""Those who have been here for a while: nothing of theirs waits to be looked at."""

from datetime import timedelta

from alliance import clock
from alliance.models import Seat


def an_elder(*seats: Seat) -> None:
    """Seats that are older than their first week."""
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(
        created_at=clock.now() - timedelta(days=60)
    )
