"""Who speaks for a business, on its owner's own page and at the desk."""

from uuid import uuid4

import pytest

from alliance.models import OutboxMessage, Person, Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Representative, RepresentativeKind
from members.services.businesses import add_representative
from tests.factories import members as make
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")

NORA = {"email": "nora@example.org", "name": "Nora", "kind": "billing"}


@pytest.fixture
def me(visit, oak_street, ben):
    """Ben's browser: he owns the bakery."""
    return visit(oak_street, ben)


@pytest.fixture
def membership(oak_street, bakery):
    """The bakery's, with a tier of two seats."""
    with in_alliance(oak_street):
        return make.a_membership(business=bakery, tier=make.a_tier(name="Corner shop", seats=2))


@pytest.fixture
def nora(oak_street, bakery, ben) -> Representative:
    """Nora pays the bakery's bills."""
    with in_alliance(oak_street):
        person = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
        return add_representative(
            business=bakery, person=person, by=ben, kind=RepresentativeKind.BILLING
        )


def living(alliance) -> list[tuple[str, str]]:
    with in_alliance(alliance):
        live = Representative.objects.live().select_related("seat__person").order_by("created_at")
        return [(str(r.seat.person), r.kind) for r in live]


class TestOwner:
    def test_invites(self, me, oak_street, membership):
        assert me.get("/me/seats/new/").status_code == 200
        page = me.post("/me/seats/new/", NORA, follow=True)
        assert page.redirect_chain == [("/me/seats/", 302)]
        assert "Nora speaks for Ben's Bakery now. An invitation is on its way." in words(page)
        assert "2 of 2 seats are taken; “Corner shop” comes with 2." in words(page)
        assert living(oak_street) == [("Ben", "owner"), ("Nora", "billing")]
        with in_alliance(oak_street):
            assert OutboxMessage.objects.get().to == "nora@example.org"

    def test_hears_the_limit(self, me, oak_street, membership, nora):
        assert "All seats are taken." in words(me.get("/me/seats/"))
        assert "/me/seats/new/" not in text(me.get("/me/seats/"))
        before = row_counts(oak_street)
        answer = me.post("/me/seats/new/", NORA | {"email": "gil@example.org", "name": "Gil"})
        assert answer.status_code == 422
        assert problems(answer) == [
            (
                "",
                "“Corner shop” comes with 2 seats, and all are taken. End one first, or ask the "
                "alliance for a tier with more.",
            )
        ]
        assert "gil@example.org" in text(answer)
        assert row_counts(oak_street) == before

    WRONG = (
        ({"email": ""}, ("id_email", "Enter an e-mail address.")),
        ({"email": "nora"}, ("id_email", "Enter an e-mail address such as maria@example.com.")),
        ({"email": "BEN@example.org"}, ("id_email", "Ben speaks for Ben's Bakery already.")),
        ({"name": " "}, ("id_name", "Enter the person’s name.")),
        (
            {"name": "No\nra"},
            ("id_name", "Please leave out line breaks and hidden characters."),
        ),
        (
            {"kind": "king"},
            ("id_kind_group", "Select a valid choice. king is not one of the available choices."),
        ),
    )

    def test_a_sentence_at_the_field_and_nothing_stored(self, me, oak_street, membership):
        before = row_counts(oak_street)
        for change, problem in self.WRONG:
            answer = me.post("/me/seats/new/", NORA | change)
            assert (answer.status_code, problems(answer)) == (422, [problem])
            assert title(answer) == "Error: Invite somebody"
        assert row_counts(oak_street) == before

    def test_changes_what_somebody_is(self, me, oak_street, nora):
        path = f"/me/seats/{nora.pk}/"
        assert 'value="billing" id="id_kind_1" checked' in text(me.get(path)) or (
            "checked" in text(me.get(path))
        )
        page = me.post(path, {"kind": "owner"}, follow=True)
        assert "Nora is now: owner." in words(page)
        assert living(oak_street) == [("Ben", "owner"), ("Nora", "owner")]

    def test_ends_and_gives_again(self, me, oak_street, nora):
        page = me.post(f"/me/seats/{nora.pk}/end/", follow=True)
        assert page.redirect_chain == [("/me/seats/", 302)]
        assert "Nora no longer speaks for Ben's Bakery. A mistake?" in words(page)
        assert "Ended lately" in words(page)
        assert living(oak_street) == [("Ben", "owner")]
        page = me.post(f"/me/seats/{nora.pk}/again/", follow=True)
        assert "Nora speaks for Ben's Bakery again." in words(page)
        assert living(oak_street) == [("Ben", "owner"), ("Nora", "billing")]

    def test_stays_the_last_owner(self, me, oak_street, nora, ben):
        with in_alliance(oak_street):
            own = Representative.objects.get(seat=ben)
        answer = me.post(f"/me/seats/{own.pk}/", {"kind": "rep"})
        sentence = "Somebody has to be the owner. Make another person an owner first."
        assert (answer.status_code, problems(answer)) == (422, [("id_kind_group", sentence)])
        assert sentence in words(me.post(f"/me/seats/{own.pk}/end/", follow=True))
        assert living(oak_street) == [("Ben", "owner"), ("Nora", "billing")]

    def test_leaves_once_another_owns_it(self, me, oak_street, nora, ben):
        me.post(f"/me/seats/{nora.pk}/", {"kind": "owner"})
        with in_alliance(oak_street):
            own = Representative.objects.get(seat=ben)
        assert "This is your own seat" in words(me.get(f"/me/seats/{own.pk}/"))
        assert me.post(f"/me/seats/{own.pk}/end/")["Location"] == "/welcome/"
        assert living(oak_street) == [("Nora", "owner")]
        assert me.get("/me/seats/").status_code == 404


class TestOthers:
    def test_whoever_is_no_owner_sees_and_changes_nothing(self, visit, oak_street, nora, ben):
        browser = visit(oak_street, nora.seat)
        page = browser.get("/me/seats/")
        assert "Only an owner changes who speaks for the business." in words(page)
        assert "Ben" in words(page)
        with in_alliance(oak_street):
            own = Representative.objects.get(seat=ben)
        before = row_counts(oak_street)
        assert browser.get("/me/seats/new/").status_code == 404
        assert browser.post("/me/seats/new/", NORA).status_code == 404
        for step in ("", "end/", "again/"):
            assert browser.post(f"/me/seats/{own.pk}/{step}", {"kind": "rep"}).status_code == 404
        assert row_counts(oak_street) == before

    def test_another_business_of_the_alliance(self, me, oak_street, nora):
        with in_alliance(oak_street):
            books = make.a_business(trade_name="The Book Nook")
            gil = Person.objects.create_user(email="gil@example.org", password="x", name="Gil")
            theirs = add_representative(business=books, person=gil, by=None)
        for step in ("", "end/", "again/"):
            assert me.post(f"/me/seats/{theirs.pk}/{step}", {"kind": "rep"}).status_code == 404
        assert ("Gil", "rep") in living(oak_street)

    def test_the_neighbours(self, me, desk, oak_street, neighbour, bakery):
        with in_alliance(neighbour.alliance):
            theirs = Representative.objects.get(seat=neighbour.dan)
        for pk in (theirs.pk, uuid4()):
            for step in ("", "end/", "again/"):
                assert me.post(f"/me/seats/{pk}/{step}", {"kind": "rep"}).status_code == 404
                at_desk = f"/staff/members/bens-bakery/people/{pk}/{step}"
                assert desk.post(at_desk, {"kind": "rep"}).status_code == 404
        slug = neighbour.business.slug
        assert desk.get(f"/staff/members/{slug}/people/new/").status_code == 404
        assert living(neighbour.alliance) == [("Dan", "rep")]

    def test_steps_are_posted(self, me, desk, nora):
        for step in ("end", "again"):
            assert me.get(f"/me/seats/{nora.pk}/{step}/").status_code == 405
            path = f"/staff/members/bens-bakery/people/{nora.pk}/{step}/"
            assert desk.get(path).status_code == 405


class TestDesk:
    def test_invites_the_first_owner(self, desk, oak_street, membership):
        path = "/staff/members/bens-bakery/people/new/"
        assert desk.get(path).status_code == 200
        page = desk.post(path, NORA | {"kind": "owner"}, follow=True)
        assert page.redirect_chain == [("/staff/members/bens-bakery/#people", 302)]
        assert ("Nora", "owner") in living(oak_street)

    def test_changes_ends_and_gives_again(self, desk, oak_street, nora):
        path = f"/staff/members/bens-bakery/people/{nora.pk}/"
        assert desk.get(path).status_code == 200
        desk.post(path, {"kind": "rep"})
        assert living(oak_street) == [("Ben", "owner"), ("Nora", "rep")]
        page = desk.post(path + "end/", follow=True)
        assert "Nora no longer speaks for Ben's Bakery." in words(page)
        assert living(oak_street) == [("Ben", "owner")]
        desk.post(path + "again/")
        assert living(oak_street) == [("Ben", "owner"), ("Nora", "rep")]

    @pytest.mark.parametrize("role", [Role.TREASURER, Role.COMMUNITY, Role.AUDITOR])
    def test_only_whoever_looks_after_members(self, visit, oak_street, nora, role):
        with in_alliance(oak_street):
            seat: Seat = give_seat(
                person=Person.objects.create_user(email="gil@example.org", password="x"),
                role=role,
                by=None,
            )
        browser = visit(oak_street, seat)
        for path in ("people/new/", f"people/{nora.pk}/", f"people/{nora.pk}/end/"):
            assert browser.post(f"/staff/members/bens-bakery/{path}").status_code == 404
        page = browser.get("/staff/members/bens-bakery/")
        assert (page.status_code, "Invite somebody" in words(page)) == (200, False)
