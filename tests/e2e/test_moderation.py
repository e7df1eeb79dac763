"""Flagged, hidden, appealed, and put right by another person."""

import re

import pytest

from tests.e2e.test_groups import HERE, TERESA, arrive

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

BEHROUZ = "behrouz@saffron-cart.example"
TITLE = "Tomatoes on Thursday"
WORDS = "too ugly for the stand"


def test_flag_hide_appeal_overturned(signed_in, browse, letters):
    teresa = arrive(browse, letters, TERESA)
    teresa.go(HERE)
    teresa.follow(TITLE)
    topic = teresa.page.url
    teresa.follow("Flag")
    teresa.page.get_by_label(re.compile("Help before you sell")).check()
    teresa.page.get_by_label("What should we know?").fill("It reads like a price list.")
    teresa.press("Flag it")
    teresa.sees("Thank you")

    # The group's custodian decides.
    behrouz = arrive(browse, letters, BEHROUZ)
    behrouz.go("/staff/moderation/")
    behrouz.sees(re.compile(TITLE))
    behrouz.press(re.compile(TITLE), role="link")
    behrouz.page.get_by_label("Hidden", exact=True).check()
    behrouz.page.get_by_label("The agreement that it breaks").select_option(
        label="Help before you sell"
    )
    behrouz.page.get_by_label("Why", exact=True).fill("It sells before it helps.")
    behrouz.press("Decide, and tell both sides")

    # Nobody else reads it, wherever they look.
    teresa.go(topic)
    assert WORDS not in teresa.page.content()
    teresa.go(f"/groups/search/?q={TITLE}")
    assert WORDS not in teresa.page.content()

    # Its author asks for a second look.
    ramiro = arrive(browse, letters, "ramiro@tres-hermanos-produce.example")
    ramiro.go("/moderation/mine/")
    ramiro.press(re.compile(TITLE), role="link")
    ramiro.sees("It sells before it helps.")
    ramiro.page.get_by_label("What should they know?").fill("We give them away at cost.")
    ramiro.press("Ask for a second look")

    # Another person hears it: not who decided.
    maya = signed_in("owner")
    maya.go("/staff/moderation/?state=appealed")
    maya.press(re.compile(TITLE), role="link")
    maya.sees("We give them away at cost.")
    maya.page.get_by_label("It stays as it is").check()
    maya.page.get_by_label("Why", exact=True).fill("An offer at cost is no pitch.")
    maya.press("Decide, and tell both sides")

    teresa.go(topic)
    teresa.sees(re.compile(WORDS))
