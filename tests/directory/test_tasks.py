"""What beat does for the directory, in every alliance, as often as it likes."""

from datetime import timedelta

import time_machine
from dateutil.relativedelta import relativedelta

from alliance import clock
from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from directory.models import Ownership, Photo, Referral
from directory.services import attestations, listings, photos
from directory.tasks.ownership import remind_of_ownership
from directory.tasks.photos import forget_photographs
from directory.tasks.referrals import forget_contacts
from tests.directory import pictures


def test_photographs_that_nobody_shows_are_forgotten_everywhere(
    oak_street, mill_lane, listed, next_door, ben, dan
):
    for alliance, business, by in ((oak_street, listed, ben), (mill_lane, next_door, dan)):
        with in_alliance(alliance):
            photos.add(business=business, content=pictures.a_photo(), words="Loaves", by=by)
            listings.discard_draft(business=business, by=by)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        for _time in range(2):
            forget_photographs()
    for alliance in (oak_street, mill_lane):
        with in_alliance(alliance):
            assert Photo.objects.count() == 0


def test_who_confirmed_two_years_ago_is_written_to_once(oak_street, listed, ben, ada):
    said = attestations.Claim(Ownership.PRIVATE, 100, True, 1)
    with in_alliance(oak_street):
        claim = attestations.claim(business=listed, said=said, by=ben)
        attestations.confirm_for_alliance(claim=claim, by=ada)
    with time_machine.travel(clock.now() + relativedelta(months=24, days=-30)):
        for _time in range(2):
            remind_of_ownership()
    with in_alliance(oak_street):
        letters = OutboxMessage.objects.filter(template="directory/email/ownership_expiring")
        assert [letter.to for letter in letters] == ["ben@example.org"]


def test_contacts_are_forgotten_after_half_a_year(oak_street, listed, ada):
    with in_alliance(oak_street):
        Referral.objects.create(business=listed, wanted="Bread", contact="Eve", seat=ada)
    with time_machine.travel(clock.now() + timedelta(days=181)):
        for _time in range(2):
            forget_contacts()
    with in_alliance(oak_street):
        assert Referral.objects.get().contact == ""
