"""A person's own calendar address: kept as a hash, renewed on wish."""

import pytest

from alliance import links
from alliance.tenancy.scope import in_alliance
from gatherings.models import CalendarLink
from gatherings.services import calendar_links

pytestmark = pytest.mark.usefixtures("theirs")


def test_it_stays_until_it_is_renewed(oak_street, ben):
    with in_alliance(oak_street):
        first, again = (calendar_links.link_of(person=ben.person).secret for _n in range(2))
        renewed = calendar_links.renew(person=ben.person)
        row = CalendarLink.objects.get()
        assert (first == again, renewed.secret == first) == (True, False)
        assert row.digest == links.digest(renewed.secret)
        assert renewed.secret not in str(vars(row))


def test_it_is_another_in_another_alliance(oak_street, theirs, ben):
    secrets = set()
    for alliance in (oak_street, theirs.alliance):
        with in_alliance(alliance):
            secrets.add(calendar_links.link_of(person=ben.person).secret)
    assert len(secrets) == 2
