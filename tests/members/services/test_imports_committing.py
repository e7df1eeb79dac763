"""New members come in whole: business, membership, term and person."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress

from alliance import clock
from alliance.models import OutboxMessage, Person, Role, Seat
from alliance.services.seats import give_seat
from members.models import (
    Business,
    Membership,
    MembershipPeriod,
    RenewalNotice,
    Representative,
)
from members.queries.memberships import status_of, today
from members.services import memberships
from members.services.imports import answering
from tests.factories import members as make
from tests.members.importing import (
    FULL,
    bring,
    commit,
    figures,
    membership_of,
    named,
    preview,
    terms_of,
)
from tests.pledges.reading import audited

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_a_row_becomes_a_business_a_membership_a_term_and_a_person(ada, tiers):
    run = bring(FULL, by=ada)
    assert (run.state, figures(run)) == ("committed", (1, 0, 0, 0, 0))
    skipped = ("id", "alliance_id", "created_at")
    values = Business.objects.filter(trade_name="Corner Cafe").values().get()
    assert {key: str(value) for key, value in values.items() if key not in skipped} == {
        "trade_name": "Corner Cafe",
        "legal_name": "Corner Cafe LLC",
        "slug": "corner-cafe",
        "segment": "food",
        "categories": "['Coffee', 'Cake']",
        "blurb": "Since 1999.",
        "founded_year": "1999",
        "size_band": "6-10",
        "at_location_since": "2005-01-01",
        "street": "1 Elm St",
        "city": "Oakland",
        "neighbourhood": "Temescal",
        "region": "CA",
        "postal_code": "94609",
        "latitude": "37.804400",
        "longitude": "-122.271100",
        "phone": "510 555 0199",
        "email": "hello@cafe.example",
        "website": "https://cafe.example",
    }
    membership = membership_of("Corner Cafe")
    assert (membership.tier, membership.agreed_minor, membership.joined_on) == (
        tiers[1],
        65_00,
        date(2019, 3, 1),
    )
    period = MembershipPeriod.objects.get()
    assert (period.starts_on, period.ends_on, period.paid_on, period.source) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
        date(2025, 12, 15),
        "imported",
    )
    cara = Representative.objects.select_related("seat__person").get(
        business__trade_name="Corner Cafe"
    )
    person = cara.seat.person
    assert (person.name, person.email, cara.kind, cara.seat.role) == (
        "Cara Olsen",
        "cara@cafe.example",
        "owner",
        "member",
    )
    assert EmailAddress.objects.filter(user=person, primary=True, verified=False).count() == 1
    assert not person.has_usable_password()


def test_nobody_is_written_to_and_renewal_letters_wait_their_turn(ada, tiers):
    soon = today() + timedelta(days=60)
    bring(f"Business name,E-mail,Tier,Paid until\nBen,b@ben.example,Maker,{soon}\n", by=ada)
    assert OutboxMessage.objects.count() == 0
    assert [n.offset_days for n in RenewalNotice.objects.order_by("offset_days")] == [
        -30,
        -7,
        0,
        7,
        21,
    ]
    assert RenewalNotice.objects.filter(due_at__lte=clock.now()).count() == 0


def test_many_at_once_write_the_same_rows_as_the_services_one_by_one(ada, tiers):
    soon = today() + timedelta(days=20)
    text = f"Business name,Tier,Paid from,Paid until\nBen,Maker,{today()},{soon}\n"
    bring(text, by=ada)
    by_hand = make.a_business(trade_name="By hand", slug="by-hand")
    membership = memberships.open_membership(
        business=by_hand, tier=tiers[1], joined_on=today(), by=ada
    )
    memberships.give_term(
        membership=membership, starts_on=today(), ends_on=soon, source="imported", by=ada
    )
    own = ("id", "membership_id", "business_id", "created_at", "recorded_at")

    def written(model: type, name: str) -> list[dict[str, object]]:
        path = "business" if model is Membership else "membership__business"
        rows = model.objects.filter(**{f"{path}__trade_name": name}).order_by("pk").values()
        return [{k: v for k, v in found.items() if k not in own} for found in rows]

    for model in (Membership, MembershipPeriod, RenewalNotice):
        assert written(model, "Ben") == written(model, "By hand") != []


STANDINGS = {
    "2026-12-31,Active": "current",
    "2026-11-01,Active": "grace",
    "2025-12-31,Lapsed": "lapsed",
    ",Active": "pending",
    ",Pending": "pending",
    "2026-12-31,Cancelled": "cancelled",
    ",Dropped": "cancelled",
    "2028-12-31,Active": "current",
}


@pytest.mark.parametrize("cells", STANDINGS)
def test_the_standing_follows_from_what_is_paid(ada, tiers, cells):
    with clock.at(clock.now().replace(year=2026, month=7, day=1)):
        noon = clock.now().replace(month=11, day=15)
    with clock.at(noon):
        head = "Business name,Tier,Member since,Paid until,Standing\n"
        run = bring(f"{head}Ben,Maker,2015-05-01,{cells}\n", by=ada)
        assert run.counts["create"] == 1
        found = str(status_of(membership_of("Ben")))
        assert {"renewing": "current"}.get(found, found) == STANDINGS[cells]
        assert RenewalNotice.objects.exists() == (found not in ("cancelled", "pending", "lapsed"))


def test_the_first_day_of_a_term_follows_from_the_tiers_rule(ada, in_oak_street):
    make.a_tier(name="Rolling")
    make.a_tier(name="Fixed", term_kind="fixed", rollover_month=7, rollover_day=1)
    text = (
        "Business name,Tier,Paid until,Member since\n"
        "A,Rolling,2026-03-14,\nB,Fixed,2026-06-30,\nC,Rolling,2026-03-14,2025-09-01\n"
        "D,Rolling,2025-02-28,\n"
    )
    bring(text, by=ada)
    assert [terms_of(name)[0][:2] for name in "ABCD"] == [
        ("2025-03-15", "2026-03-14"),
        ("2025-07-01", "2026-06-30"),
        ("2025-09-01", "2026-03-14"),
        ("2024-03-01", "2025-02-28"),
    ]


def test_rows_without_a_tier_come_in_without_a_membership(ada):
    bring("Business name,City\nBen,Oakland\n", by=ada)
    assert not Membership.objects.filter(business__trade_name="Ben").exists()


def test_each_gets_an_address_of_its_own(ada, bakery):
    names = ["Ben’s Bakery, East", "Bens Bakery East", "New", "日本", "New"]
    text = "Business name,City,Phone\n" + "".join(
        f'"{name}",Town {n},510 555 02{n:02}\n' for n, name in enumerate(names)
    )
    run = preview(text, by=ada)
    answering.answer_all(run_id=run.pk, said="new")
    commit(run, by=ada)
    slugs = Business.objects.exclude(pk=bakery.pk).order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == [
        "bens-bakery-east",
        "bens-bakery-east-2",
        "new-2",
        "business",
        "new-3",
    ]


def test_somebody_with_a_login_keeps_their_name_and_gets_a_seat(ada, dan):
    text = f"Business name,Contact,Contact’s e-mail\nNew,Daniel,{dan.person.email.upper()}\n"
    bring(text, by=ada)
    made = Representative.objects.select_related("seat__person").get()
    assert (made.seat.person_id, made.seat.person.name) == (dan.person_id, "Dan")
    assert made.seat.alliance_id == ada.alliance_id


def test_one_person_of_two_new_businesses_has_one_seat(ada):
    text = (
        "Business name,City,Contact’s e-mail\nOne,Oakland,m@x.example\nTwo,Berkeley,m@x.example\n"
    )
    run = preview(text, by=ada)
    answering.answer_all(run_id=run.pk, said="new")
    commit(run, by=ada)
    assert Representative.objects.count() == 2
    assert Seat.objects.filter(role=Role.MEMBER).count() == 1


def test_the_audit_log_keeps_who_brought_what(ada, tiers):
    run = bring(FULL, by=ada)
    business = named("Corner Cafe")
    assert audited("import.committed", "business.imported") == [
        ("import.committed", ada.pk, run.pk, {"create": 1, "update": 0}),
        ("business.imported", ada.pk, business.pk, {"row": 2}),
    ]
    kinds = ("membership.opened", "membership.term_given", "representative.added", "seat.given")
    assert {action for action, *_rest in audited(*kinds)} == set(kinds)


def test_what_is_written_is_theirs_who_pressed(ada, oak_street, tiers):
    person = Person.objects.create_user(email="mo@x.example")
    mo = give_seat(person=person, role=Role.MEMBERSHIP, by=None)
    commit(preview(FULL, by=ada), by=mo)
    assert audited("business.imported")[0][1] == mo.pk
