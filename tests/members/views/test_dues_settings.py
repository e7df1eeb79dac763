"""Dues and papers at the desk: what was decided, what is printed, the part for lobbying."""

import pytest

from alliance.models import Person, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import DuesSettings, LobbyingShare, VolunteerHours
from members.queries.memberships import today
from tests.pledges.reading import queries_of, row_counts
from tests.pledges.views.browsing import active_parts, kept, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")

DUES, SHARE = "/staff/dues/", "/staff/dues/lobbying/"


def form(**changes: str | None) -> dict[str, str]:
    """The form as the desk sends it; None leaves a field out."""
    data = {
        "legal_form": "501c6",
        "legal_name": "Oak Street Alliance, Inc.",
        "tax_number": "12-3456789",
        "days_to_pay": "14",
        "how_to_pay": "Cheques to 1 Oak Street.",
        "commitment": "We buy from each other.",
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def policy_work(alliance, seat, *, minutes: int) -> int:
    with in_alliance(alliance):
        day = today()
        VolunteerHours.objects.create(seat=seat, on=day, minutes=minutes, is_policy=True)
        return day.year


def test_saved_and_shown(desk, oak_street, neighbour):
    assert kept(desk.get(DUES), "days_to_pay") == "30"
    page = desk.post(DUES, form(approves_by_itself="on"), follow=True)
    assert page.redirect_chain == [(DUES, 302)]
    assert "Saved. The next papers say it." in words(page)
    assert "Dues to Oak Street Alliance, Inc. are not deductible" in words(page)
    with in_alliance(oak_street):
        found = DuesSettings.objects.values().get()
    assert {name: found[name] for name in (*form(), "approves_by_itself")} == {
        **form(),
        "days_to_pay": 14,
        "approves_by_itself": True,
    }
    with in_alliance(neighbour.alliance):
        assert DuesSettings.objects.count() == 0


WRONG = {
    "a form of one's own": (
        {"legal_form": "guild"},
        (
            "id_legal_form_group",
            "Select a valid choice. guild is not one of the available choices.",
        ),
    ),
    "too long to pay": (
        {"days_to_pay": "121"},
        ("id_days_to_pay", "Ensure this value is less than or equal to 120."),
    ),
    "days below nothing": (
        {"days_to_pay": "-1"},
        ("id_days_to_pay", "Ensure this value is greater than or equal to 0."),
    ),
    "no days": ({"days_to_pay": ""}, ("id_days_to_pay", "Enter a number of days from 0 to 120.")),
    "a name of two lines": (
        {"legal_name": "Oak\nStreet"},
        ("id_legal_name", "Please leave out line breaks and hidden characters."),
    ),
    "endless words": (
        {"commitment": "c" * 2001},
        ("id_commitment", "Ensure this value has at most 2000 characters (it has 2001)."),
    ),
}


def test_a_sentence_at_the_field_and_nothing_stored(desk, oak_street):
    before, answers = row_counts(oak_street), {}
    for what, (change, _problem) in WRONG.items():
        answer = desk.post(DUES, form(**change))
        assert "Cheques to 1 Oak Street." in text(answer)
        answers[what] = (answer.status_code, problems(answer))
    assert answers == {what: (422, [problem]) for what, (_change, problem) in WRONG.items()}
    assert row_counts(oak_street) == before


def test_words_are_never_active(desk):
    desk.post(DUES, form(commitment="<script>alert(1)</script>", legal_name="<b onclick=x>"))
    assert active_parts(desk.get(DUES)) == []


class TestLobbying:
    def test_the_years_with_their_hours(self, desk, oak_street, ben, neighbour):
        year = policy_work(oak_street, ben, minutes=90)
        policy_work(neighbour.alliance, neighbour.dan, minutes=600)
        assert f"{year} 1.5 to be set" in words(desk.get(DUES))

    def test_a_block_is_announced_and_lifted(self, desk, oak_street, ben):
        year = policy_work(oak_street, ben, minutes=90)
        assert "No invoice can go out." not in words(desk.get(DUES))
        desk.post(DUES, form())
        assert "No invoice can go out." in words(desk.get(DUES))
        assert kept(desk.get(f"{SHARE}?year={year}"), "year") == str(year)
        page = desk.post(SHARE, {"year": str(year), "share": "12.5"}, follow=True)
        assert page.redirect_chain == [(DUES, 302)]
        read = words(page)
        assert f"12.5% of the dues of {year} goes to lobbying." in read
        assert "No invoice can go out." not in read
        assert f"{year} 1.5 12.5%" in read

    def test_what_is_set_stands_in_the_form(self, desk, oak_street):
        desk.post(SHARE, {"year": "2025", "share": "7,25 %"})
        assert kept(desk.get(f"{SHARE}?year=2025"), "share") == "7.25"
        with in_alliance(oak_street):
            assert list(LobbyingShare.objects.values_list("year", "basis_points")) == [(2025, 725)]

    WRONG = (
        ({"share": ""}, ("id_share", "Enter a share such as 12.5; 0 if none of it does.")),
        (
            {"share": "12.345"},
            ("id_share", "Enter a share such as 12 or 12.5, with two decimals at most."),
        ),
        (
            {"share": "a lot"},
            ("id_share", "Enter a share such as 12 or 12.5, with two decimals at most."),
        ),
        (
            {"share": "-3"},
            ("id_share", "Enter a share such as 12 or 12.5, with two decimals at most."),
        ),
        ({"share": "100.01"}, ("id_share", "A share is at most 100 percent.")),
        ({"year": ""}, ("id_year", "Enter a year such as 2026.")),
        ({"year": "1999"}, ("id_year", "Ensure this value is greater than or equal to 2000.")),
        ({"year": "9" * 30}, ("id_year", "Ensure this value is less than or equal to 2200.")),
    )

    def test_what_cannot_be_meant(self, desk, oak_street):
        before = row_counts(oak_street)
        for change, problem in self.WRONG:
            answer = desk.post(SHARE, {"year": "2026", "share": "12"} | change)
            assert (answer.status_code, problems(answer)) == (422, [problem])
            assert title(answer) == "Error: The part that goes to lobbying"
        assert row_counts(oak_street) == before

    def test_an_odd_year_in_the_address_begins_with_this_one(self, desk):
        for year in ("", "20", "year", "²⁰²⁶", "99999"):
            shown = kept(desk.get(SHARE, {"year": year}), "year")
            assert len(shown) == 4


@pytest.mark.parametrize("role", [Role.MEMBERSHIP, Role.COMMUNITY, Role.AUDITOR, Role.MEMBER])
def test_who_may_come(visit, oak_street, role):
    with in_alliance(oak_street):
        person = Person.objects.create_user(email="gil@example.org", password="x")
        browser = visit(oak_street, give_seat(person=person, role=role, by=None))
    for path in (DUES, SHARE):
        assert browser.get(path).status_code == 404
        assert browser.post(path, form()).status_code == 404
        assert visit(oak_street).get(path)["Location"].startswith("/accounts/login/")
    with in_alliance(oak_street):
        assert DuesSettings.objects.count() == 0


def test_the_page_costs_the_same_with_a_little_work_and_with_much(desk, oak_street, ben):
    desk.get(DUES)
    few = queries_of(lambda: desk.get(DUES))
    for _n in range(20):
        policy_work(oak_street, ben, minutes=30)
    assert queries_of(lambda: desk.get(DUES)) == few
    assert few <= 13
