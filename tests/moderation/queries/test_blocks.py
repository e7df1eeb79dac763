"""Who is kept apart from whom, asked for many at once."""

import pytest

from moderation.queries import blocks as blocked
from moderation.services import blocks

pytestmark = pytest.mark.usefixtures("in_oak_street")


def test_of_many_it_is_what_it_is_of_each(mia, nils, ben, ada, django_assert_num_queries):
    blocks.block(by=mia, person=nils.person)
    blocks.block(by=nils, person=mia.person)
    blocks.block(by=mia, person=ada.person)
    blocks.block(by=ben, person=ada.person)
    blocks.unblock(by=ben, person=ada.person)
    blocks.mute(by=nils, person=ben.person)
    blocks.mute(by=ben, person=mia.person)
    blocks.unmute(by=ben, person=mia.person)
    people = [mia.person, nils.person, ben.person]
    with django_assert_num_queries(2):
        found = blocked.unwanted_by_each([person.pk for person in people])
    assert found == {person.pk: blocked.unwanted_by(person) for person in people}
    assert found[nils.person_id] == {mia.person_id, ben.person_id}
    assert found[mia.person_id] == {nils.person_id, ada.person_id}
