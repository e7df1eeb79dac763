"""What applicants are written: every letter can be drawn, and names in it are text."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance import clock
from alliance.models import OutboxMessage
from alliance.services import mail
from alliance.tenancy.scope import in_alliance
from members.services import application_ends, applications
from tests.factories import members as make

pytestmark = pytest.mark.usefixtures("neighbour")


def test_every_letter_can_be_written_and_shows_names_as_text(oak_street, ada):
    nasty = "<script>alert(1)</script> 🍕 حواء"
    with in_alliance(oak_street):
        tier = make.a_tier(allows_in_kind=True)
        said = {"trade_name": nasty, "contact_name": nasty}
        asked = make.an_application(tier, **said)
        applications.request_info(application=asked, question=nasty, by=ada)
        make.a_draft_application(tier, **said)
        application_ends.decline(application=asked, reason=nasty, by=ada)
        kind = {"relief": "in_kind", "relief_note": nasty, "instalments": 2, "email": "k@x.example"}
        make.a_payment(invoice=make.an_approved_application(tier, by=ada, **said | kind).invoice)
        late = make.an_approved_application(tier, by=ada, email="l@x.example")
        with clock.at(timezone.now() + timedelta(days=40)):
            application_ends.expire(application=late)
        letters = [m for m in OutboxMessage.objects.all() if m.template.startswith("members/")]
        sent = {m.template.removeprefix("members/email/"): mail.render(m) for m in letters}
    assert {"confirm_application", "known_application", "received", "question", "declined",
            "approved", "expired", "welcome"} <= set(sent)  # fmt: skip
    for name, letter in sent.items():
        html = letter.alternatives[0].content
        assert "<script>" not in html, name
        assert letter.subject.strip(), name
        assert "{{" not in letter.body + html, name
        assert "&lt;script&gt;" not in letter.body, name
