"""Who helped how often, which opens the path to becoming a steward."""

from datetime import timedelta

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.scope import in_alliance
from groups.queries import help as helped
from groups.services import posts
from moderation.queries import path
from moderation.services import cases, hiding
from tests.factories import groups as make
from tests.factories import talk


def test_five_marks_and_sixty_days_make_a_candidate(oak_street, theirs, bakers, flour, ben, ada):
    with in_alliance(theirs.alliance):
        post = talk.opening(talk.a_topic(theirs.group, theirs.dan))
        posts.helped(post=post, by=make.introduced(theirs.group).seat)
    with in_alliance(oak_street):
        Seat.objects.filter(pk=ben.pk).update(created_at=clock.now() - timedelta(days=61))
        for times in range(1, 6):
            assert path.candidates() == []
            posts.helped(post=talk.opening(flour), by=make.introduced(bakers).seat)
            assert helped.given_by_person() == {ben.person_id: times}
        assert [(one.person, one.helped) for one in path.candidates()] == [(ben.person, 5)]
        assert path.is_on_path(ben.person)

        case = cases.open_case(subject=talk.opening(flour), reason="Look at it.", by=ada)
        hiding.hide(subject=talk.opening(flour), case=case, by=ada)

        assert (helped.given_by_person(), path.candidates()) == ({}, [])
