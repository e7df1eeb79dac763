"""What visitors say is wrong with a listing."""

from django.db import transaction

from alliance import clock
from directory.models import Correction
from members.models import Business


@transaction.atomic
def send(*, business: Business, words: str, email: str) -> Correction:
    """Keeps a visitor's words for the staff; nobody is written to."""
    return Correction.objects.create(
        business=business, words=words.strip(), email=email, sent_at=clock.now()
    )
