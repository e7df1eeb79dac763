"""What the API tells: tiers to anyone, members and money to staff and to keys that may."""

from datetime import date
from uuid import uuid4

import pytest

from alliance.tenancy.scope import in_alliance
from members.models import Payment
from members.services import memberships, tiers
from tests.factories import members as make
from tests.members.api import INVOICES, MEMBERS, PAYMENTS, TIERS
from tests.members.reading import on
from tests.pledges.test_api import PROBLEM, problem

pytestmark = pytest.mark.usefixtures("neighbour")

D = date.fromisoformat


# --- tiers ------------------------------------------------------------------------------


def test_a_tier_as_anyone_reads_it(visit, oak_street):
    with in_alliance(oak_street):
        tier = make.a_tier(name="Corner shop", benefits="A window sign\n\nA vote", seats=3)
    answer = visit(oak_street).get(f"{TIERS}{tier.pk}/")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": str(tier.pk),
            "name": "Corner shop",
            "description": "",
            "price_minor": 120_00,
            "currency": "USD",
            "least_minor": None,
            "most_minor": None,
            "term_kind": "rolling",
            "term_months": 12,
            "rollover_month": 1,
            "rollover_day": 1,
            "proration": "monthly",
            "seats": 3,
            "benefits": ["A window sign", "A vote"],
            "is_public": True,
            "retired_at": None,
        },
    )


def test_staff_see_the_tiers_that_nobody_can_choose(visit, oak_street, ada, ben, make_key):
    with in_alliance(oak_street):
        make.a_tier(name="Corner shop")
        make.a_tier(name="Friends", is_public=False)
        tiers.retire_tier(tier=make.a_tier(name="Founders"), by=ada)

    def names(who=None, headers=None) -> list[str]:
        rows = visit(oak_street, who).get(TIERS, headers=headers or {}).json()["results"]
        return [row["name"] for row in rows]

    every = ["Corner shop", "Friends", "Founders"]
    assert [names(), names(ben), names(ada)] == [["Corner shop"], ["Corner shop"], every]
    assert names(headers=make_key("members:read")) == every
    assert names(headers=make_key("money:read")) == ["Corner shop"]


def test_a_hidden_tier_the_neighbours_and_none_are_alike(visit, oak_street, neighbour):
    with in_alliance(oak_street):
        hidden = make.a_tier(is_public=False)
    answers = [
        visit(oak_street).get(f"{TIERS}{pk}/")
        for pk in (hidden.pk, neighbour.membership.tier_id, uuid4())
    ]
    assert [problem(answer) for answer in answers] == [(404, PROBLEM, "Not Found")] * 3


# --- who may --------------------------------------------------------------------------


def test_who_reads_members_and_who_reads_money(
    visit, oak_street, ada, tess, ben, cleo, neighbour, paths, make_key
):
    people = {"ada": ada, "tess": tess, "cleo": cleo, "ben": ben, "dan": neighbour.dan, "-": None}
    found = {
        name: [visit(oak_street, who).get(path).status_code for path in paths.values()]
        for name, who in people.items()
    }
    assert found == {
        "ada": [200] * 6,
        "tess": [200] * 6,
        "cleo": [200, 200, 403, 403, 403, 403],
        "ben": [403] * 6,
        "dan": [403] * 6,
        "-": [401] * 6,
    }
    scopes = ("members:read", "money:read", "money:write", "pledges:read")
    headers = {scope: make_key(scope) for scope in scopes}
    by_key = {
        scope: [visit(oak_street).get(p, headers=head).status_code for p in paths.values()]
        for scope, head in headers.items()
    }
    assert by_key == {
        "members:read": [200, 200, 403, 403, 403, 403],
        "money:read": [403, 403, 200, 200, 200, 200],
        "money:write": [403] * 6,
        "pledges:read": [403] * 6,
    }


def test_the_neighbours_rows_and_none_are_alike(visit, oak_street, ada, neighbour):
    desk = visit(oak_street, ada)
    theirs = (
        (MEMBERS, neighbour.membership),
        (INVOICES, neighbour.invoice),
        (PAYMENTS, neighbour.payment),
    )
    for path, row in theirs:
        answers = [desk.get(f"{path}{pk}/") for pk in (row.pk, uuid4())]
        assert [problem(answer) for answer in answers] == [(404, PROBLEM, "Not Found")] * 2
        assert desk.get(path).json()["results"] == []


def test_the_neighbours_key_opens_nothing_here(visit, oak_street, neighbour, make_key):
    every = ("members:read", "money:read", "money:write")
    theirs = make_key(*every, alliance=neighbour.alliance, by=neighbour.director)
    for path in (MEMBERS, INVOICES, PAYMENTS):
        assert visit(oak_street).get(path, headers=theirs).status_code == 401
        there = visit(neighbour.alliance).get(path, headers=theirs).json()["results"]
        assert len(there) == (2 if path == INVOICES else 1)


# --- members --------------------------------------------------------------------------


def test_a_member_as_staff_read_it(visit, oak_street, ada, member):
    body = visit(oak_street, ada).get(f"{MEMBERS}{member.pk}/?on=2027-02-01").json()
    assert body == {
        "id": str(member.pk),
        "business": "Ben's Bakery",
        "slug": "bens-bakery",
        "tier": "Corner shop",
        "tier_id": str(member.tier_id),
        "joined_on": "2026-03-10",
        "status": "renewing",
        "ends_on": "2027-03-09",
    }


def test_members_of_any_day_by_status_and_tier(visit, oak_street, ada, member):
    with in_alliance(oak_street), on("2026-05-01"):
        other = make.a_membership(tier=make.a_tier(name="Main street"))
    desk = visit(oak_street, ada)

    def found(query: str) -> list[tuple[str, str]]:
        rows = desk.get(f"{MEMBERS}?{query}").json()["results"]
        return [(row["tier"], row["status"]) for row in rows]

    assert found("on=2026-05-01") == [("Main street", "pending"), ("Corner shop", "new")]
    assert found("on=2026-03-09&status=pending") == [
        ("Main street", "pending"),
        ("Corner shop", "pending"),
    ]
    assert found("on=2027-03-20&status=grace") == [("Corner shop", "grace")]
    assert found(f"on=2026-05-01&tier={other.tier_id}") == [("Main street", "pending")]
    assert found(f"tier={uuid4()}") == []


def test_a_cancelled_membership_is_told_as_one(visit, oak_street, ada, member):
    with in_alliance(oak_street), on("2026-05-01"):
        memberships.cancel(membership=member, by=None)
    desk = visit(oak_street, ada)
    day = f"{MEMBERS}{member.pk}/?on="
    told = [desk.get(f"{day}{d}").json()["status"] for d in ("2026-04-30", "2026-05-01")]
    assert told == ["new", "cancelled"]


def test_a_list_of_members_costs_as_many_queries_for_one_as_for_thirty(
    visit, oak_street, ada, member, django_assert_num_queries, django_assert_max_num_queries
):
    desk = visit(oak_street, ada)
    with django_assert_max_num_queries(12) as few:
        desk.get(MEMBERS)
    with in_alliance(oak_street):
        tier = make.a_tier()
        for _n in range(30):
            make.a_membership(tier=tier)
    with django_assert_num_queries(len(few.captured_queries)):
        assert len(desk.get(MEMBERS).json()["results"]) == 25


# --- invoices and payments --------------------------------------------------------------


def test_an_invoice_as_staff_read_it(visit, oak_street, tess, member, invoice, bakery):
    body = visit(oak_street, tess).get(f"{INVOICES}{invoice.pk}/").json()
    assert body.pop("created_at").startswith("2027-02-01T20:00:00")
    assert body == {
        "id": str(invoice.pk),
        "number": "2027-0001",
        "member": "bens-bakery",
        "bill_to": bakery.legal_name,
        "issued_on": "2027-02-01",
        "due_on": "2027-03-03",
        "currency": "USD",
        "total_minor": 120_00,
        "paid_minor": 0,
        "credited_minor": 0,
        "due_minor": 120_00,
        "renews_from": None,
        "lines": [
            {
                "position": 1,
                "kind": "dues",
                "description": "Corner shop, 10 Mar 2027 to 9 Mar 2028",
                "amount_minor": 120_00,
            }
        ],
        "instalments": [
            {"position": 1, "due_on": "2027-03-03", "amount_minor": 30_00},
            {"position": 2, "due_on": "2027-04-03", "amount_minor": 30_00},
            {"position": 3, "due_on": "2027-05-03", "amount_minor": 30_00},
            {"position": 4, "due_on": "2027-06-03", "amount_minor": 30_00},
        ],
    }


def test_a_payment_as_staff_read_it(visit, oak_street, tess, member):
    with in_alliance(oak_street):
        payment = Payment.objects.get()
    body = visit(oak_street, tess).get(f"{PAYMENTS}{payment.pk}/").json()
    assert body.pop("recorded_at").startswith("2026-03-10T19:00:00")
    assert body == {
        "id": str(payment.pk),
        "number": "R-2026-0001",
        "invoice": "2026-0001",
        "invoice_id": str(payment.invoice_id),
        "member": "bens-bakery",
        "method": "cheque",
        "amount_minor": 120_00,
        "fee_minor": 0,
        "refunded_minor": 0,
        "currency": "USD",
        "received_on": "2026-03-10",
        "reference": "Cheque 1042",
    }


def test_invoices_and_payments_by_what_is_asked(visit, oak_street, tess, member, invoice):
    desk = visit(oak_street, tess)

    def found(path: str, query: str) -> list[str]:
        return [row["number"] for row in desk.get(f"{path}?{query}").json()["results"]]

    assert found(INVOICES, "") == ["2027-0001", "2026-0001"]
    assert found(INVOICES, "is_open=true") == ["2027-0001"]
    assert found(INVOICES, "is_open=false") == ["2026-0001"]
    assert found(INVOICES, "member=bens-bakery&until=2026-12-31") == ["2026-0001"]
    assert found(INVOICES, "since=2027-02-01") == ["2027-0001"]
    assert found(INVOICES, "member=mill-lane-mercantile") == []
    assert found(PAYMENTS, "method=cheque&member=bens-bakery") == ["R-2026-0001"]
    assert found(PAYMENTS, "method=cash") == []
    assert found(PAYMENTS, "since=2026-03-11") == found(PAYMENTS, "until=2026-03-09") == []
    assert found(PAYMENTS, "since=2026-03-10&until=2026-03-10") == ["R-2026-0001"]


@pytest.mark.parametrize(
    "query",
    [
        f"{MEMBERS}?on=2026-02-30",
        f"{MEMBERS}?status=loud",
        f"{MEMBERS}?tier=1",
        f"{INVOICES}?is_open=perhaps",
        f"{INVOICES}?since=%00",
        f"{INVOICES}?member=a%20b",
        f"{PAYMENTS}?method=shells",
        f"{PAYMENTS}?until=yesterday",
    ],
)
def test_a_filter_that_cannot_be_meant(visit, oak_street, ada, query):
    assert problem(visit(oak_street, ada).get(query)) == (400, PROBLEM, "Bad Request")


@pytest.mark.parametrize("path", [TIERS, MEMBERS, INVOICES, PAYMENTS])
def test_a_cursor_that_we_did_not_write(visit, oak_street, ada, path):
    for cursor in ("x", "%FF", "cD1nYXJiYWdl", "cj0xJnA9", "cD0lMDA="):
        answer = visit(oak_street, ada).get(f"{path}?cursor={cursor}")
        assert (cursor, *problem(answer)) == (cursor, 404, PROBLEM, "Not Found")


def test_pages_of_tiers_show_each_once(visit, oak_street):
    with in_alliance(oak_street):
        wanted = [str(make.a_tier().pk) for _n in range(30)]
    path, seen = TIERS, []
    while path:
        body = visit(oak_street).get(path).json()
        seen += [row["id"] for row in body["results"]]
        path = body["next"]
    assert seen == wanted
