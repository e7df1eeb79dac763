"""Somebody fills in the form: a promise that waits for a press on the mailed link."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alliance import links
from alliance.errors import TooManyMessages
from alliance.models import Consent, OutboxMessage
from alliance.tenancy.scope import in_alliance
from members.models import Business
from pledges.models import Display, Pledge, PledgeState
from pledges.services import drives, pledges
from tests.factories import pledges as make
from tests.pledges.reading import card_works, last_mail, mails, refusal, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_a_promise_waits_for_its_link(oven):
    pledge = make.an_intended_pledge(oven)

    assert (pledge.state, pledge.amount_minor, pledge.currency, pledge.term_months) == (
        PledgeState.INTENDED,
        240_00,
        "USD",
        12,
    )
    assert (pledge.confirmed_at, pledge.term_ends_at, pledge.ended_at) == (None, None, None)
    assert (pledge.held_minor, pledge.honoured_minor, pledge.version) == (0, 0, 1)
    assert steps_of(pledge) == [("made", 0, 240_00)]
    assert card_works(pledge)


def test_one_message_goes_to_the_address_and_none_to_anyone_else(oven):
    before = mails()
    pledge = make.an_intended_pledge(oven)
    assert mails()[len(before) :] == [
        ("confirm", "eve@example.com", f"pledge-confirm:{pledge.pk}:1")
    ]


def test_the_first_message_holds_nothing_that_the_sender_typed_but_the_amount(oven):
    make.an_intended_pledge(oven, name="Buy pills at http://spam.example")
    context = last_mail().context
    url = context.pop("url")
    assert context == {
        "business": "Ben's Bakery",
        "title": "A second oven",
        "amount": "$240",
        "months": 12,
    }
    assert url.startswith("http://oak-street.commonweal.test/pledge/confirm/")
    assert "pills" not in url


def test_the_link_names_the_pledge_and_its_version(oven):
    pledge = make.an_intended_pledge(oven)
    token = last_mail().context["url"].rstrip("/").rsplit("/", 1)[-1]
    assert links.read(pledges.CONFIRM, token, max_age_seconds=60) == {
        "pledge": str(pledge.pk),
        "version": 1,
    }


def test_consent_is_kept_in_the_words_of_the_form(oven):
    pledge = make.an_intended_pledge(oven, "Eve@Example.com", wording="I agree to this.")
    consents = Consent.objects.values_list("email", "purpose", "wording", "subject_id")
    assert list(consents) == [("eve@example.com", "pledges", "I agree to this.", pledge.pk)]


def test_a_code_has_eight_characters_that_nobody_mistakes(oven):
    codes = [make.an_intended_pledge(oven, f"p{n}@example.com").code for n in range(25)]
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert Counter(codes).most_common(1)[0][1] == 1


def test_the_same_form_twice_changes_nothing_and_sends_nothing(oven, oak_street):
    first = make.an_intended_pledge(oven, form_key="k1")
    before = row_counts(oak_street)
    second = make.an_intended_pledge(oven, form_key="k1", amount_minor=500_00)
    assert second == first
    assert row_counts(oak_street) == before
    assert Pledge.objects.get().amount_minor == 240_00


def test_before_confirming_a_new_form_replaces_the_old_and_its_link(oven):
    make.an_intended_pledge(oven, form_key="k1")
    before = len(mails())
    pledge = make.an_intended_pledge(
        oven, form_key="k2", amount_minor=300_00, name="Eva", display=Display.FIRST
    )
    assert Pledge.objects.get() == pledge
    assert (pledge.amount_minor, pledge.version, pledge.name, pledge.display) == (
        300_00,
        2,
        "Eva",
        "first",
    )
    assert steps_of(pledge) == [("made", 0, 240_00), ("raised", 240_00, 300_00)]
    assert mails()[before:] == [("confirm", "eve@example.com", f"pledge-confirm:{pledge.pk}:2")]


def test_before_confirming_a_lower_amount_is_a_step_too(oven):
    make.an_intended_pledge(oven)
    pledge = make.an_intended_pledge(oven, amount_minor=20_00)
    assert steps_of(pledge) == [("made", 0, 240_00), ("lowered", 240_00, 20_00)]


def test_after_confirming_a_new_form_mails_a_link_and_changes_nothing_yet(oven, eves_pledge):
    before = len(mails())
    again = make.an_intended_pledge(oven, form_key="k2", amount_minor=300_00, name="Mallory")
    assert again == eves_pledge
    stored = Pledge.objects.get()
    assert (stored.amount_minor, stored.name, stored.version, stored.state) == (
        240_00,
        "Eve Castellano",
        2,
        "active",
    )
    assert mails()[before:] == [
        ("change", "eve@example.com", f"pledge-change:{eves_pledge.pk}:2:k2")
    ]
    context = last_mail().context
    assert (context["amount"], context["new_amount"]) == ("$240", "$300")
    assert "Mallory" not in str(context)


@pytest.mark.parametrize(
    "spelling", ["EVE@EXAMPLE.COM", "eve+again@example.com", " eve@example.com "]
)
def test_one_inbox_is_one_person_however_it_is_spelled(oven, eves_pledge, spelling):
    assert make.an_intended_pledge(oven, spelling) == eves_pledge
    assert list(Pledge.objects.all()) == [eves_pledge]
    assert last_mail().to == "eve@example.com"


def test_dots_mean_nothing_where_the_provider_ignores_them(oven):
    first = make.an_intended_pledge(oven, "m.a.x@gmail.com")
    assert make.an_intended_pledge(oven, "max+oven@googlemail.com") == first
    assert make.an_intended_pledge(oven, "m.a.x@example.com") != first


@pytest.mark.parametrize("end", ["cancelled", "void"])
def test_whoever_withdrew_may_pledge_again(oven, eves_pledge, ada, end):
    if end == "cancelled":
        pledges.cancel(pledge=eves_pledge)
    else:
        pledges.void(pledge=eves_pledge, reason="A test.", by=ada)
    new = make.an_intended_pledge(oven)
    assert new != eves_pledge
    assert sorted(Pledge.objects.values_list("state", flat=True)) == sorted([end, "intended"])


def test_one_person_may_pledge_at_two_drives(oven, ben, ada):
    other = make.a_business(trade_name="The Book Nook")
    owner = make_representative(other)
    books = make.an_open_drive(business=other, by=owner, reviewer=ada, title="More shelves")
    both = {make.an_intended_pledge(oven).pk, make.an_intended_pledge(books).pk}
    assert set(Pledge.objects.values_list("pk", flat=True)) == both


def make_representative(business: Business):
    from alliance.models import Person
    from members.services.businesses import add_representative

    person = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
    return add_representative(business=business, person=person, by=None).seat


def test_an_amount_that_no_pledge_may_have(oven, oak_street):
    before = row_counts(oak_street)
    for amount in (0, 10_00, 19_99, 20_01, 245_00, 2_000_01, 2_010_00, -240_00):
        promise = make.a_promise(amount_minor=amount)
        assert refusal(pledges.intend, drive=oven, promise=promise) == (
            "A pledge is between $20 and $2,000, in steps of $10.",
            "amount",
        )
    assert row_counts(oak_street) == before


def test_an_amount_at_the_edge_that_a_pledge_may_have(oven):
    amounts = [20_00, 30_00, 240_00, 2_000_00]
    made = [make.an_intended_pledge(oven, f"p{a}@example.com", amount_minor=a) for a in amounts]
    assert [pledge.amount_minor for pledge in made] == amounts


@pytest.mark.parametrize("address", ["ben@example.org", "BEN+x@example.org", "shop@bakery.example"])
def test_owners_and_staff_do_not_pledge_at_their_own_business(oven, oak_street, address):
    oven.business.email = "shop@bakery.example"
    oven.business.save(update_fields=["email"])
    before = row_counts(oak_street)
    assert refusal(pledges.intend, drive=oven, promise=make.a_promise(address)) == (
        "Owners and staff cannot pledge at their own business.",
        "email",
    )
    assert row_counts(oak_street) == before


def test_whoever_left_the_business_is_a_customer_like_any_other(oven, ben):
    oven.business.representatives.update(ended_at=timezone.now())
    assert make.an_intended_pledge(oven, "ben@example.org").state == "intended"


CLOSED = "This drive takes no new pledges any more. Thank you for thinking of it."


def test_nobody_pledges_at_a_draft(bakery, ben):
    draft = make.a_draft(business=bakery, by=ben)
    assert refusal(pledges.intend, drive=draft, promise=make.a_promise()) == (CLOSED, None)


def test_nobody_pledges_at_a_drive_that_ended(oven, ada):
    ended = drives.end_drive(drive=oven, reason="The oven came.", by=ada)
    assert refusal(pledges.intend, drive=ended, promise=make.a_promise()) == (CLOSED, None)


def test_the_last_gathering_day_counts_to_its_last_second(oven):
    with time_machine.travel(oven.gathering_ends_at - timedelta(seconds=1), tick=False):
        assert make.an_intended_pledge(oven).state == "intended"
    with time_machine.travel(oven.gathering_ends_at, tick=False):
        promise = make.a_promise("late@example.com")
        assert refusal(pledges.intend, drive=oven, promise=promise) == (CLOSED, None)


def test_a_strangers_inbox_gets_three_messages_an_hour_over_all_forms(oven, oak_street):
    make.an_intended_pledge(oven, "stranger@example.com", form_key="k1")
    make.an_intended_pledge(oven, "stranger+1@example.com", form_key="k2")
    make.an_intended_pledge(oven, "STRANGER@example.com", form_key="k3")
    before = row_counts(oak_street)
    with pytest.raises(TooManyMessages) as refused:
        make.an_intended_pledge(oven, "stranger@example.com", form_key="k4", amount_minor=300_00)
    assert refused.value.field == "email"
    assert row_counts(oak_street) == before
    assert Pledge.objects.get().amount_minor == 240_00
    assert OutboxMessage.objects.filter(to__startswith="stranger").count() == 3
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert make.an_intended_pledge(oven, "stranger@example.com", form_key="k5").version == 4


def test_a_strangers_inbox_gets_ten_messages_a_day(oven):
    start = timezone.now()
    for n in range(10):
        with time_machine.travel(start + timedelta(minutes=61 * n)):
            make.an_intended_pledge(oven, "stranger@example.com", form_key=f"k{n}")
    with time_machine.travel(start + timedelta(minutes=61 * 10)), pytest.raises(TooManyMessages):
        make.an_intended_pledge(oven, "stranger@example.com", form_key="k10")
    with time_machine.travel(start + timedelta(hours=24, minutes=1)):
        make.an_intended_pledge(oven, "stranger@example.com", form_key="k11")


def test_the_neighbours_pledger_is_a_stranger_here(oven, neighbour):
    with in_alliance(neighbour.alliance):
        theirs = list(Pledge.objects.values_list("pk", "version", "state"))
    ours = make.an_intended_pledge(oven, "gus@example.com")
    assert list(Pledge.objects.all()) == [ours]
    with in_alliance(neighbour.alliance):
        assert list(Pledge.objects.values_list("pk", "version", "state")) == theirs
