"""Every address says who may come, and keeps to it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone
from rest_framework.views import APIView

from alliance import access
from alliance.access import MATRIX, Action, public_page, seat_page
from alliance.models import Alliance, Role, Seat
from alliance.services.seats import end_seat, give_seat
from alliance.tenancy.scope import in_alliance
from lending.models import LenderSeat
from tests.architecture.addresses import UNMARKED, Address, addresses, walk
from tests.architecture.probing import House, fill, furnish
from tests.conftest import PASSWORD, _person

# Who may do what: the whole matrix, so that no right comes or goes unseen.
STAFF = [
    "auditor", "campaigns", "community", "lending_officer", "membership", "owner", "treasurer",
    "volunteer",
]  # fmt: skip
STEWARDS = ["advisor", "custodian", "facilitator"]
RIGHTS = {
    "staff.see_desk": STAFF,
    "staff.change_alliance": ["owner"],
    "staff.manage_keys": ["owner"],
    "staff.manage_seats": ["owner"],
    "staff.see_audit": ["auditor", "owner"],
    "staff.mend_outbox": ["owner"],
    "ledger.see_journal": ["auditor", "owner", "treasurer"],
    "ledger.export_journal": ["auditor", "owner", "treasurer"],
    "ledger.post": ["owner", "treasurer"],
    "gatherings.see": STAFF,
    "gatherings.manage": ["campaigns", "community", "owner"],
    "gatherings.keep_door": ["campaigns", "community", "member", "owner", "volunteer"],
    "gatherings.export": ["auditor", "community", "owner"],
    "members.represent": ["member"],
    "members.connect_stripe": ["owner", "treasurer"],
    "members.see": [
        "auditor",
        "community",
        "lending_officer",
        "membership",
        "owner",
        "treasurer",
    ],
    "members.manage": ["membership", "owner"],
    "members.manage_tiers": ["owner", "treasurer"],
    "members.see_money": ["auditor", "membership", "owner", "treasurer"],
    "members.take_money": ["owner", "treasurer"],
    "members.import": ["membership", "owner"],
    "members.manage_volunteers": ["community", "membership", "owner"],
    "members.manage_resources": ["community", "owner"],
    "members.volunteer": sorted(set(Role.values) - {"auditor", "evaluator", "lender"}),
    "members.see_reports": ["auditor", "membership", "owner", "treasurer"],
    "members.welcome": ["community", "membership", "owner"],
    "directory.see": ["auditor", "community", "membership", "owner"],
    "directory.manage": ["community", "membership", "owner"],
    "directory.confirm_ownership": ["membership", "owner"],
    "directory.set": ["owner"],
    "moderation.see_cases": ["advisor", "community", "custodian", "owner"],
    "moderation.tend": ["community", "custodian", "owner"],
    "moderation.facilitate": ["community", "facilitator", "owner"],
    "moderation.advise": ["advisor", "owner"],
    "moderation.set_agreements": ["community", "owner"],
    "moderation.appoint": ["community", "owner"],
    "moderation.see_log": [
        "advisor",
        "auditor",
        "community",
        "custodian",
        "facilitator",
        "owner",
    ],
    "groups.take_part": sorted({*STAFF, *STEWARDS, "member"}),
    "groups.see": STAFF,
    "groups.manage": ["community", "owner"],
    "groups.look_after": ["community", "custodian", "facilitator", "owner"],
    "pledges.see_drives": STAFF,
    "pledges.review_drives": ["community", "lending_officer", "owner"],
    "pledges.set_policy": ["lending_officer", "owner"],
    "pledges.settle_disputes": ["community", "lending_officer", "owner", "volunteer"],
    "pledges.export": ["auditor", "lending_officer", "owner", "treasurer"],
    "lending.see": ["auditor", "lending_officer", "owner", "treasurer"],
    "lending.approve": ["lending_officer", "owner", "treasurer"],
    "lending.manage_lenders": ["lending_officer", "owner"],
    "lending.record_payments": ["lending_officer", "owner", "treasurer"],
    "lending.lend": ["lender"],
}


def unmarked(patterns: list[object]) -> list[str]:
    return [a.name for a in walk(patterns, "planted") if a.access is None]


def test_every_address_says_who_may_come_or_is_explained() -> None:
    silent = {a.name for a in addresses() if a.access is None}

    assert silent - set(UNMARKED) == set()


def test_each_explanation_is_still_needed() -> None:
    silent = {a.name for a in addresses() if a.access is None}

    assert set(UNMARKED) - silent == set()
    assert all(reason.strip() for reason in UNMARKED.values())


def test_control_a_view_that_says_nothing_is_found() -> None:
    class Forgotten(APIView):
        pass

    planted = [
        path("said/", public_page(lambda request: HttpResponse()), name="said"),
        path("silent/", lambda request: HttpResponse(), name="silent"),
        path("forgotten/", Forgotten.as_view(), name="forgotten"),
    ]

    assert unmarked(planted) == ["silent", "forgotten"]


def test_every_action_that_an_address_names_is_in_the_matrix() -> None:
    named = {a.access for a in addresses() if a.access and ":" not in a.access}

    assert named - {"public", "person"} - set(MATRIX) == set()


def test_the_matrix_is_what_was_agreed() -> None:
    assert {name: sorted(action.roles) for name, action in MATRIX.items()} == RIGHTS
    assert sorted(access.STAFF) == STAFF
    assert sorted(access.STEWARDS) == STEWARDS


def test_two_actions_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"staff\.see_desk"):
        access.register(Action("staff.see_desk", "Another", frozenset({Role.MEMBER})))

    assert sorted(MATRIX["staff.see_desk"].roles) == STAFF


@pytest.fixture
def house(oak_street: Alliance, oven: object, ada: Seat) -> House:
    """oak_street with one object for every address that takes one."""
    return furnish(oak_street)


OWN_PAGES = (
    "pledges:",
    "members:",
    "moderation_staff:",
    "directory:",
    "gatherings:",
    "groups:",
    "lending:",
)
PROTECTED = [
    a
    for a in addresses("alliance.urls")
    if a.access and a.access != "public" and not a.access.startswith("api:")
]


@pytest.fixture
def staff(oak_street: Alliance, visit: Callable[..., Client]) -> dict[str, Client]:
    """A browser for each role, whose person has that one seat."""
    with in_alliance(oak_street):
        return {
            role: visit(oak_street, give_seat(person=_person(f"r-{role}"), role=role, by=None))
            for role in Role
        }


def answers(house: House, clients: dict[str, Client], method: str) -> dict[str, dict[str, int]]:
    """Each request finds the house as it was furnished."""

    def status(client: Client, address: Address) -> int:
        with transaction.atomic():
            found: int = getattr(client, method)(f"/{fill(address, house.ours)}").status_code
            transaction.set_rollback(True)
        return found

    return {a.name: {who: status(client, a) for who, client in clients.items()} for a in PROTECTED}


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_anonymous_visitor_is_asked_to_sign_in(
    house: House, visit: Callable[..., Client], oak_street: Alliance, method: str
) -> None:
    anonymous = visit(oak_street)
    for a in PROTECTED:
        address = f"/{fill(a, house.ours)}"
        response = getattr(anonymous, method)(address)

        assert (response.status_code, response["Location"]) == (
            302,
            f"/accounts/login/?next={address}",
        ), a.name


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_person_without_the_right_learns_nothing(
    house: House, staff: dict[str, Client], method: str
) -> None:
    found = answers(house, staff, method)
    refused = {
        a.name: {role for role in Role.values if role not in MATRIX[a.access].roles}
        for a in PROTECTED
        if a.access in MATRIX
    }

    assert {
        name: {role for role, status in found[name].items() if status == 404}
        for name in refused
        # A member's own pages answer 404 for another's business too; see below.
        if not name.startswith(OWN_PAGES)
    } == {name: roles for name, roles in refused.items() if not name.startswith(OWN_PAGES)}
    assert [
        (name, role)
        for name, roles in refused.items()
        for role in roles
        if found[name][role] != 404
    ] == []


def test_a_member_comes_to_their_own_pages(
    house: House, ben: Seat, visit: Callable[..., Client], oak_street: Alliance
) -> None:
    browser = visit(oak_street, ben)
    own = [a for a in PROTECTED if a.access == "members.represent"]

    statuses = {a.name: browser.get(f"/{fill(a, house.ours)}").status_code for a in own}

    assert statuses == {
        "pledges:till": 200,
        "pledges:till_purchase": 200,
        "pledges:till_undo": 405,
        "pledges:till_entry": 405,
        "pledges:till_people": 200,
        "pledges:till_code": 200,
        "pledges:to_confirm": 200,
        "pledges:till_confirm": 405,
        "pledges:till_answer": 200,
        "pledges:till_photo": 200,
        "pledges:points_of_sale": 200,
        "pledges:revoke_point_of_sale": 405,
        "pledges:own_drives": 200,
        "pledges:write": 200,
        "pledges:own_drive": 200,
        "pledges:private_qr": 404,  # it has opened to all
        "pledges:own_prints": 200,
        "pledges:letter": 200,
        "pledges:edit": 404,  # an open drive is not a draft any more
        "pledges:submission": 405,
        "gatherings:propose": 200,
        "gatherings:proposal": 200,
        "gatherings:edit_proposal": 404,  # it is published
        "gatherings:submission": 405,
        "directory:own_listing": 200,
        "directory:own_listing_edit": 200,
        "directory:own_listing_preview": 200,
        "directory:own_listing_photographs": 200,
        **{
            f"directory:own_listing_{name}": 405
            for name in ("publication", "discard", "version", "pause", "resumption", "photograph")
        },
        "directory:own_ownership": 200,
        "directory:own_appeal": 405,
        "directory:confirmations": 200,
        "directory:confirm": 405,
        "directory:own_referrals": 200,
        "directory:own_referral": 200,
        "lending:own_loan": 200,
        "lending:own_application": 200,
        "lending:own_offer": 200,
        **{
            f"lending:{name}": 405
            for name in (
                "submission",
                "withdrawal",
                "share",
                "unshare",
                "decline",
                "change_mind",
            )
        },
        "members:own_invoice": 200,
        "members:own_paper": 302,
        "members:own_paper_job": 404,
        "members:own_statement": 200,
        "members:own_statement_job": 404,
        "members:me": 200,
        "members:own_business": 200,
        "members:seats": 200,
        "members:invite": 200,
        "members:seat": 200,
        "members:end_seat": 405,
        "members:give_again": 405,
        "members:own_value": 200,
        "members:keep_card": 200,
        "members:stop_renewal": 302,  # no card is kept
        "members:own_card_visit": 302,  # it is over
        "members:own_card_thanks": 200,
        "members:own_card_unsaved": 200,
        "members:commitment": 404,  # nothing is promised here
        "members:introduction": 200,
        "members:welcome_buddy": 405,
        "members:welcome_details": 405,
        "members:welcome_team": 405,
        "members:welcome_neighbour": 405,
    }


def test_a_lenders_person_comes_to_their_own_pages(
    house: House, visit: Callable[..., Client], oak_street: Alliance
) -> None:
    with in_alliance(oak_street):
        lena = LenderSeat.objects.select_related("seat__person").get().seat
    browser = visit(oak_street, lena)
    own = [a for a in PROTECTED if a.access == "lending.lend"]

    statuses = {a.name: browser.get(f"/{fill(a, house.ours)}").status_code for a in own}

    assert statuses == {
        "lending:desk": 200,
        "lending:portfolio_csv": 200,
        "lending:lend_application": 200,
        "lending:lend_offer": 200,
        "lending:lend_offer_back": 405,
        "lending:lend_loan": 200,
        "lending:lend_pay_out": 405,
        "lending:lend_pay": 405,
        "lending:lend_payment_back": 405,
        "lending:lend_call_off": 405,
        "lending:lend_write_off": 200,
        "lending:payments_csv": 200,
        "lending:schedule_csv": 200,
    }


def test_a_seat_that_ended_opens_nothing(
    oak_street: Alliance, ada: Seat, cleo: Seat, visit: Callable[..., Client]
) -> None:
    browser = visit(oak_street, cleo)
    assert browser.get("/staff/").status_code == 200

    with in_alliance(oak_street):
        end_seat(seat=cleo, by=ada)
    assert browser.get("/staff/").status_code == 404


def test_a_seat_that_expired_opens_nothing(
    oak_street: Alliance, cleo: Seat, visit: Callable[..., Client]
) -> None:
    with in_alliance(oak_street):
        Seat.objects.filter(pk=cleo.pk).update(expires_at=timezone.now())

    assert visit(oak_street, cleo).get("/staff/").status_code == 404


def test_a_seat_at_the_neighbours_opens_nothing_here(
    oak_street: Alliance, neighbour: SimpleNamespace, visit: Callable[..., Client]
) -> None:
    flora = visit(oak_street, neighbour.director)

    assert [flora.get("/staff/").status_code, flora.get("/staff/audit/").status_code] == [404, 404]


def test_control_without_the_decorator_anybody_would_come(rf: RequestFactory, ben: Seat) -> None:
    def desk(request: HttpRequest) -> HttpResponse:
        return HttpResponse("the desk")

    request = rf.get("/staff/")
    request.user, request.seats = ben.person, (ben,)

    assert desk(request).content == b"the desk"
    with pytest.raises(Http404):
        seat_page(access.SEE_DESK)(desk)(request)


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_signing_in_leads_nowhere_else(
    oak_street: Alliance, ada: Seat, visit: Callable[..., Client], next_url: str
) -> None:
    EmailAddress.objects.create(user=ada.person, email=ada.person.email, verified=True)
    response = visit(oak_street).post(
        "/accounts/login/",
        {"login": ada.person.email, "password": PASSWORD, "next": next_url},
    )

    assert (response.status_code, response["Location"]) == (302, "/welcome/")
