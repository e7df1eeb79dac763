"""The directory's letters: both parts say the same, and lead where they should."""

import re

import pytest

from alliance.services import mail, outbox
from alliance.tenancy.scope import in_alliance

CONTEXT = {
    "name": "Ben",
    "business": "Ben’s Bakery & Café",
    "url": "https://oak-street.commonweal.test/me/listing/ownership/",
    "day": "21 November 2028",
    "reason": "Sold to a <b>chain</b>.",
    "answer": "It is not sold.",
    "is_upheld": True,
    "wanted": "Bread for forty",
}
SUBJECTS = {
    "ownership_confirmed": "Ben’s Bakery & Café is confirmed as locally owned",
    "ownership_expiring": "Is Ben’s Bakery & Café still locally owned?",
    "ownership_revoked": "The badge of Ben’s Bakery & Café was taken back",
    "ownership_appeal": "Your appeal for Ben’s Bakery & Café is decided",
    "referral": "Somebody is looking for Ben’s Bakery & Café",
    "correction_thanks": "Thank you for telling us",
}


def rendered(alliance, name):
    with in_alliance(alliance):
        letter = outbox.enqueue(
            key=name, template=f"directory/email/{name}", to="ben@example.org",
            context=CONTEXT, confirmed=True,
        )  # fmt: skip
        return mail.render(letter)


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_letter(oak_street, name):
    letter = rendered(oak_street, name)
    html = letter.alternatives[0][0]
    assert letter.subject == SUBJECTS[name]
    assert "<b>chain" not in html
    for part in (letter.body, html):
        assert "Ben’s Bakery" in part
        assert "{{" not in part
        assert (CONTEXT["url"] in part) == (name != "correction_thanks")
    assert not re.search(r"&(?:amp|#x27|lt);", letter.body)
    assert len(html.encode()) < 102_000
