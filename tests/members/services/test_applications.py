"""Applying: a draft, a link, the staff's question, the answer; once however often pressed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import TooManyMessages
from alliance.models import Consent
from alliance.tenancy.scope import in_alliance
from members.models import Application, ApplicationState, Business, Membership
from members.services import applications, tiers
from members.services.settings import change_settings
from tests.factories import members as make
from tests.members.reading import last_mail, mails, steps_of
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def write(tier, *, form_key="one", **fields):
    return applications.write(
        answers=make.answers(tier, **fields), wording="I may speak for it.", form_key=form_key
    )


def states() -> list[tuple[str, str]]:
    """Every application of the alliance, oldest first: business, state."""
    return list(Application.objects.order_by("id").values_list("trade_name", "state"))


def test_a_draft_with_a_link_and_the_consent_in_its_words(tier):
    application = write(tier)
    assert (application.state, steps_of(application)) == ("draft", [("draft", "", None)])
    assert application.expires_at - application.created_at == timedelta(days=30)
    assert mails() == [
        ("confirm_application", "fern@example.com", f"application-confirm:{application.pk}")
    ]
    assert list(Consent.objects.values_list("email", "purpose", "wording", "subject_id")) == [
        ("fern@example.com", "members", "I may speak for it.", application.pk)
    ]


def test_an_unconfirmed_address_gets_no_words_that_somebody_typed(tier):
    write(tier, trade_name="Buy pills", contact_name="Visit spam.example", blurb="Click here")
    letter = last_mail()
    url = letter.pop("url")
    assert letter == {"tier": "Corner shop", "amount": "$120", "days": 30}
    assert url.startswith("http://oak-street.commonweal.test/join/confirm/")


def test_the_same_form_again_makes_one_and_sends_nothing(tier):
    first = write(tier)
    assert write(tier, contact_name="Another") == first
    assert (states(), len(mails())) == ([("Moss & Fern", "draft")], 1)


def test_a_form_typed_again_before_confirming_takes_the_place_of_the_first(tier):
    first = write(tier)
    second = write(tier, form_key="two", phone="555 0100")
    assert states() == [("Moss & Fern", "expired"), ("Moss & Fern", "draft")]
    assert refusal(applications.confirm, application=first) == (
        "This application has run out, or a newer one took its place. Please apply again.",
        None,
    )
    assert applications.confirm(application=second).state == "submitted"


@pytest.mark.parametrize("name", ["Moss & Fern", "MOSS & FERN"])
@pytest.mark.parametrize("email", ["fern@example.com", "Fern+shop@example.com"])
def test_applying_twice_is_told_in_a_letter_and_adds_nothing(tier, name, email):
    first = make.an_application(tier)
    assert write(tier, form_key="two", trade_name=name, email=email) == first
    assert states() == [("Moss & Fern", "submitted")]
    # To the address that was confirmed, not to the spelling that was typed.
    assert mails()[-1] == (
        "known_application",
        "fern@example.com",
        f"application-known:{first.pk}:two",
    )


@pytest.mark.parametrize(
    "other", [{"email": "kai@example.com"}, {"trade_name": "Moss & Fern Annexe"}]
)
def test_another_address_or_another_business_is_another_application(tier, other):
    make.an_application(tier)
    assert write(tier, form_key="two", **other).state == "draft"
    assert Application.objects.count() == 2


def test_after_a_decision_one_may_apply_again(tier, ada):
    first = make.an_application(tier)
    Application.objects.filter(pk=first.pk).update(state=ApplicationState.DECLINED)
    assert write(tier, form_key="two").pk != first.pk


def test_the_neighbours_application_is_not_ours(tier, neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.an_application(make.a_tier())
    assert write(tier).pk != theirs.pk
    assert states() == [("Moss & Fern", "draft")]


WRONG = {
    "less than the price": ({"amount_minor": 119_99}, None),
    "more than the price": ({"amount_minor": 120_01}, None),
    "hardship that is not offered": (
        {"relief": "hardship", "amount_minor": 10_00, "relief_note": "Slow year."},
        None,
    ),
    "work that is not asked for": ({"relief": "in_kind", "relief_note": "I paint."}, None),
    "five parts": ({"instalments": 5}, "instalments"),
    "no part": ({"instalments": 0}, "instalments"),
}


def test_what_the_tier_does_not_allow_is_refused_and_nothing_stored(tier, oak_street):
    before = row_counts(oak_street)
    refused = {what: refusal(write, tier=tier, **said)[1] for what, (said, _f) in WRONG.items()}
    assert refused == {what: field for what, (_said, field) in WRONG.items()}
    assert all(refusal(write, tier=tier, **said)[0] for said, _f in WRONG.values())
    assert row_counts(oak_street) == before


SCALE = {
    "the least": ({"amount_minor": 50_00}, True),
    "the most": ({"amount_minor": 250_00}, True),
    "below": ({"amount_minor": 49_99}, False),
    "above": ({"amount_minor": 250_01}, False),
    "hardship below": (
        {"amount_minor": 0, "relief": "hardship", "relief_note": "A hard winter."},
        True,
    ),
    "hardship without a word": ({"amount_minor": 0, "relief": "hardship"}, False),
    "hardship above": (
        {"amount_minor": 250_01, "relief": "hardship", "relief_note": "A hard winter."},
        False,
    ),
    "work": ({"amount_minor": 120_00, "relief": "in_kind", "relief_note": "I paint."}, True),
    "work below": ({"amount_minor": 1_00, "relief": "in_kind", "relief_note": "I paint."}, False),
    "four parts of three cents": (
        {"amount_minor": 3, "relief": "hardship", "relief_note": "So.", "instalments": 4},
        False,
    ),
}


def test_a_sliding_scale_and_reliefs(in_oak_street):
    tier = make.a_tier(
        least_minor=50_00, most_minor=250_00, allows_hardship=True, allows_in_kind=True
    )
    taken = {
        what: not refusal(write, tier=tier, form_key=what, trade_name=what, email=f"p{n}@x.example",
                          **said)[0]
        for n, (what, (said, _is_taken)) in enumerate(SCALE.items())
    }  # fmt: skip
    assert taken == {what: is_taken for what, (_said, is_taken) in SCALE.items()}


def test_a_retired_or_hidden_tier_cannot_be_chosen(tier, ada):
    hidden = make.a_tier(is_public=False)
    retired = tiers.retire_tier(tier=tier, by=ada)
    for one in (hidden, retired):
        assert refusal(write, tier=one) == (
            "This tier is no longer offered. Please choose another one.",
            None,
        )


def test_an_inbox_that_has_had_enough_is_spared(tier):
    for n in range(3):
        write(tier, form_key=f"form {n}", trade_name=f"Shop {n}")
    with pytest.raises(TooManyMessages):
        write(tier, form_key="one more", trade_name="Shop 3")
    assert (len(states()), len(mails())) == (3, 3)


def test_confirming_hands_it_to_the_staff_once(tier):
    draft = make.a_draft_application(tier)
    application = applications.confirm(application=draft)
    assert (application.state, application.submitted_at is not None) == ("submitted", True)
    assert applications.confirm(application=draft) == application
    assert steps_of(application) == [("draft", "", None), ("submitted", "", None)]
    assert [template for template, _to, _key in mails()] == ["confirm_application", "received"]


def test_a_second_draft_for_the_same_business_is_not_confirmed_beside_the_first(tier):
    first = make.a_draft_application(tier)
    second = make.a_draft_application(tier, trade_name="Other")
    applications.confirm(application=first)
    Application.objects.filter(pk=second.pk).update(trade_name="moss & fern")
    assert refusal(applications.confirm, application=second)[0] == (
        "You have applied already; we wrote to you where it stands."
    )
    assert states() == [("Moss & Fern", "submitted"), ("moss & fern", "draft")]


def test_a_question_with_a_link_and_an_answer_that_corrects(tier, ada):
    application = make.an_application(tier)
    asked = applications.request_info(application=application, question="Which street?", by=ada)
    assert asked.state == "info_requested"
    assert asked.expires_at > clock.now() + timedelta(days=29)
    letter = last_mail()
    assert (letter["question"], letter["answer_url"].split("/")[4]) == ("Which street?", "answer")
    said = make.answers(tier, street="4100 Piedmont Avenue", email="other@example.com")
    answered = applications.answer(
        application=asked,
        question_id=applications.asked_last(asked),
        answers=said,
        words="Piedmont Avenue.",
    )
    assert (answered.state, answered.street, answered.email) == (
        "submitted",
        "4100 Piedmont Avenue",
        "fern@example.com",
    )
    assert steps_of(application) == [
        ("draft", "", None),
        ("submitted", "", None),
        ("info_requested", "Which street?", ada.pk),
        ("submitted", "Piedmont Avenue.", None),
    ]
    assert audited("application.asked", "application.answered") == [
        ("application.asked", ada.pk, application.pk, {}),
        ("application.answered", None, application.pk, {"changed": ["street"]}),
    ]


def test_a_question_is_answered_once_and_an_old_link_answers_no_newer_one(tier, ada):
    application = applications.request_info(
        application=make.an_application(tier), question="One?", by=ada
    )
    first = applications.asked_last(application)
    said = {"application": application, "answers": make.answers(tier), "words": "Yes."}
    applications.answer(question_id=first, **said)
    again = "This question has been answered, or a newer one took its place."
    assert refusal(applications.answer, question_id=first, **said) == (again, None)
    applications.request_info(application=application, question="Two?", by=ada)
    assert refusal(applications.answer, question_id=first, **said) == (again, None)
    assert applications.answer(question_id=applications.asked_last(application), **said).state == (
        "submitted"
    )


def test_an_answer_cannot_choose_an_amount_that_the_tier_refuses(tier, ada):
    application = applications.request_info(
        application=make.an_application(tier), question="One?", by=ada
    )
    said = replace(make.answers(tier), amount_minor=1)
    assert refusal(
        applications.answer,
        application=application,
        question_id=applications.asked_last(application),
        answers=said,
        words="Cheaper?",
    )[0]
    application.refresh_from_db()
    assert (application.state, application.amount_minor) == ("info_requested", 120_00)


def test_a_question_needs_words(tier, ada):
    application = make.an_application(tier)
    assert refusal(applications.request_info, application=application, question="  ", by=ada) == (
        "Write what you would like to know.",
        "question",
    )


def approves_by_itself(by) -> None:
    change_settings(by=by, approves_by_itself=True)


def test_where_the_alliance_approves_by_itself_confirming_is_enough(tier, ada):
    approves_by_itself(ada)
    application = make.an_application(tier)
    assert application.state == "awaiting_payment"
    assert application.invoice.total_minor == 120_00
    assert [template for template, _to, _key in mails()] == ["confirm_application", "approved"]


def test_relief_and_a_likely_twin_wait_for_somebody_who_looks(ada, bakery):
    approves_by_itself(ada)
    tier = make.a_tier(allows_hardship=True)
    less = {"relief": "hardship", "relief_note": "A hard winter.", "amount_minor": 10_00}
    assert make.an_application(tier, **less).state == "submitted"
    twin = make.an_application(tier, trade_name="Bens Bakery, LLC", email="kai@example.com")
    assert twin.state == "submitted"
    assert (Business.objects.get(), Membership.objects.count()) == (bakery, 0)


def test_what_keeps_an_invoice_back_does_not_keep_the_applicant_back(tier, ada, monkeypatch):
    approves_by_itself(ada)
    from alliance.errors import DomainError
    from members.services import invoices

    def refuse(**kwargs):
        raise DomainError("Set the lobbying share first.")

    monkeypatch.setattr(invoices, "issue_dues", refuse)
    application = make.an_application(tier)
    assert (application.state, Business.objects.count()) == ("submitted", 0)
    assert mails()[-1][0] == "received"
