"""Members hear of what was published for them, once, unless they asked not to."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alliance.tenancy.scope import in_alliance
from gatherings.services import invitations
from gatherings.tasks import send_invitations
from tests.factories import gatherings as make
from tests.gatherings.reading import last_mail, mails

pytestmark = pytest.mark.usefixtures("theirs")


def test_members_people_are_written_to_once(oak_street, theirs, ben, ada):
    with in_alliance(oak_street):
        made = make.a_gathering(by=ada, title="Members’ evening", invites="members")
        make.a_gathering(by=ada)
        make.a_draft(by=ada, invites="members")
    for _n in range(2):
        send_invitations()
    with in_alliance(oak_street):
        assert mails() == [("invitation", "ben@example.org")]
        assert last_mail().context["url"].endswith(f"/events/{made.slug}/")
    with in_alliance(theirs.alliance):
        assert [row for row in mails() if row[0] == "invitation"] == []


def test_who_asked_not_to_is_left_alone(visit, oak_street, ben, ada):
    with in_alliance(oak_street):
        make.a_gathering(by=ada, invites="members")
    send_invitations()
    with in_alliance(oak_street):
        path = "/" + last_mail().context["unsubscribe_url"].split("/", 3)[3]
    eve = visit(oak_street)
    assert b"ben@example.org" in eve.get(path).content
    with time_machine.travel(timezone.now() + timedelta(days=300)):
        for _n in range(2):
            assert eve.post(path).status_code == 302
    with in_alliance(oak_street):
        make.a_gathering(by=ada, invites="members")
    send_invitations()
    with in_alliance(oak_street):
        assert mails() == [("invitation", "ben@example.org")]


def test_a_forged_wish_leads_nowhere(visit, oak_street):
    for token in ("x", "e30:1v:bad", "a" * 3000):
        assert visit(oak_street).post(f"/events/invitations/{token}/").status_code == 404


def test_nothing_is_due_where_nothing_was_published(oak_street, ada):
    assert invitations.alliances_with_due() == []
    assert invitations.send_due(oak_street) == 0
