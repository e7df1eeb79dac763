"""The staff's side of joining: the list, one application, many at once."""

import pytest

from alliance.models import JobProgress, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Application, Business, Membership
from members.tasks.applications import approve_applications
from tests.conftest import _person
from tests.factories import members as make
from tests.members.reading import reads_of, steps_of
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import active_parts, hidden, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)


@pytest.fixture
def tier(oak_street):
    with in_alliance(oak_street):
        return make.a_tier(name="Corner shop", allows_hardship=True)


@pytest.fixture
def moss(oak_street, tier):
    """Fern's application, submitted."""
    with in_alliance(oak_street):
        return make.an_application(tier, city="Oakland", blurb="House plants.")


@pytest.fixture
def theirs(neighbour):
    """The neighbour's."""
    with in_alliance(neighbour.alliance):
        return make.an_application(make.a_tier(), trade_name="Not ours", email="n@example.com")


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def test_the_queue_leads_to_the_list_and_the_list_to_the_application(desk, moss, theirs):
    assert "Applications to decide" in words(desk.get("/staff/"))
    read = words(desk.get("/staff/applications/"))
    assert "Moss & Fern Fern Castellano, fern@example.com Corner shop $120 submitted" in read
    assert "Not ours" not in read
    page = desk.get(f"/staff/applications/{moss.pk}/")
    assert title(page) == "Moss & Fern"
    for said in (
        "House plants.",
        "Oakland",
        "Fern Castellano gets a seat, and an invoice over $120.",
    ):
        assert said in words(page)


def test_the_list_by_state_and_by_words(desk, oak_street, tier, moss):
    with in_alliance(oak_street):
        make.a_draft_application(tier, trade_name="Kai's Kiosk", email="kai@example.com")

    def shown(query: str) -> list[str]:
        read = words(desk.get(f"/staff/applications/{query}"))
        return [name for name in ("Moss & Fern", "Kai's Kiosk") if name in read]

    assert {
        query: shown(query)
        for query in ("", "?state=submitted", "?state=draft", "?state=declined", "?q=KAI",
                      "?q=fern@", "?state=nonsense", "?state=draft&q=moss")
    } == {
        "": ["Moss & Fern", "Kai's Kiosk"],
        "?state=submitted": ["Moss & Fern"],
        "?state=draft": ["Kai's Kiosk"],
        "?state=declined": [],
        "?q=KAI": ["Kai's Kiosk"],
        "?q=fern@": ["Moss & Fern"],
        "?state=nonsense": ["Moss & Fern", "Kai's Kiosk"],
        "?state=draft&q=moss": [],
    }  # fmt: skip


def test_an_empty_list_says_what_it_is_for(desk):
    assert "Nobody has applied yet" in words(desk.get("/staff/applications/"))


def test_only_who_decides_on_members_comes_here(visit, oak_street, moss, tess, cleo, ben):
    with in_alliance(oak_street):
        kim = give_seat(person=_person("Kim"), role=Role.MEMBERSHIP, by=None)
    paths = ("/staff/applications/", f"/staff/applications/{moss.pk}/")
    found = {
        str(who.person): [visit(oak_street, who).get(path).status_code for path in paths]
        for who in (kim, tess, cleo, ben)
    }
    assert found == {
        "Kim": [200, 200],
        "Tess": [404, 404],
        "Cleo": [404, 404],
        "Ben": [404, 404],
    }


def test_approving_makes_a_member_and_a_second_press_says_so(desk, oak_street, moss):
    path = f"/staff/applications/{moss.pk}/approval/"
    done = desk.post(path, follow=True)
    assert "“Moss & Fern” is now: waiting for payment. The applicant has been told." in words(done)
    assert "The member Moss & Fern" in words(done)
    with in_alliance(oak_street):
        before = row_counts(oak_street)
    again = desk.post(path, follow=True)
    assert "This application is waiting for payment now; that is no longer possible." in words(
        again
    )
    assert row_counts(oak_street) == before


def test_who_may_be_here_already_is_asked_about(desk, oak_street, tier, bakery):
    with in_alliance(oak_street):
        twin = make.an_application(tier, trade_name="BEN'S BAKERY")
    path = f"/staff/applications/{twin.pk}/"
    read = words(desk.get(path))
    assert "They may be here already." in read
    assert "Ben's Bakery: the same name" in read
    asked = desk.post(f"{path}approval/")
    assert (asked.status_code, problems(asked)) == (
        422,
        [("id_business_group", "Choose whether it is one of these businesses.")],
    )
    forged = desk.post(f"{path}approval/", {"business": str(twin.pk)})
    assert forged.status_code == 422
    with in_alliance(oak_street):
        assert fresh(twin).state == "submitted"
    desk.post(f"{path}approval/", {"business": str(bakery.pk)})
    with in_alliance(oak_street):
        assert (fresh(twin).membership.business, Business.objects.count()) == (bakery, 1)


def test_a_namesake_becomes_a_business_of_its_own(desk, oak_street, tier, bakery):
    with in_alliance(oak_street):
        twin = make.an_application(tier, trade_name="Ben's Bakery")
    desk.post(f"/staff/applications/{twin.pk}/approval/", {"business": "new"})
    with in_alliance(oak_street):
        assert sorted(Business.objects.values_list("slug", flat=True)) == [
            "bens-bakery",
            "bens-bakery-2",
        ]


def test_asking_and_declining_need_words_and_say_what_has_happened(desk, oak_street, moss, ada):
    path = f"/staff/applications/{moss.pk}/"
    answers = {}
    for step, field in (("question", "question"), ("decline", "reason")):
        for typed in ("", "   ", "q" * 601, "a\x00b"):
            answer = desk.post(f"{path}{step}/", {field: typed})
            answers[step, typed] = (answer.status_code, [a for a, _s in problems(answer)])
    assert set(map(str, answers.values())) == {"(422, ['id_question'])", "(422, ['id_reason'])"}
    asked = desk.post(f"{path}question/", {"question": "Which street?"}, follow=True)
    assert "The question is on its way." in words(asked)
    assert "question asked. “Which street?”" in words(asked)
    declined = desk.post(f"{path}decline/", {"reason": "You are a chain."}, follow=True)
    assert "Declined. The applicant has been told why." in words(declined)
    with in_alliance(oak_street):
        assert steps_of(moss)[2:] == [
            ("info_requested", "Which street?", ada.pk),
            ("declined", "You are a chain.", ada.pk),
        ]
    assert "Take them in" not in words(declined)


def test_a_second_question_and_a_second_decision_are_refused_in_words(desk, moss):
    path = f"/staff/applications/{moss.pk}/"
    desk.post(f"{path}question/", {"question": "One?"})
    again = desk.post(f"{path}question/", {"question": "Two?"}, follow=True)
    assert "This application is question asked now; that is no longer possible." in words(again)
    desk.post(f"{path}decline/", {"reason": "No."})
    again = desk.post(f"{path}decline/", {"reason": "No."}, follow=True)
    assert "This application is declined now; that is no longer possible." in words(again)


def many(oak_street, tier, count=3):
    """So many submitted applications."""
    with in_alliance(oak_street):
        return [
            make.an_application(tier, trade_name=f"Shop {n}", email=f"p{n}@example.com")
            for n in range(count)
        ]


def test_many_at_once_after_a_page_that_names_counts(desk, oak_street, tier, ada):
    found = many(oak_street, tier)
    with in_alliance(oak_street):
        less = {"relief": "hardship", "relief_note": "Hard.", "amount_minor": 0}
        free = make.an_application(tier, trade_name="Free", email="free@example.com", **less)
        draft = make.a_draft_application(tier, trade_name="Draft", email="draft@example.com")
    ticked = [str(each.pk) for each in (*found[:2], free, draft)]
    page = desk.post("/staff/applications/approval/", {"application": ticked})
    assert title(page) == "Approve several"
    for said in (
        "Approve 3 applications?",
        "Corner shop 3",
        "Ask for relief, and get what they ask for 1",
        "Pay nothing, and are members at once 1",
        "Invoices that go out, together $240",
    ):
        assert said in words(page)
    with in_alliance(oak_street):
        assert not Membership.objects.exists()
    ids = hidden(page, "ids")
    done = desk.post("/staff/applications/approval/", {"ids": ids, "confirmed": "1"})
    with in_alliance(oak_street):
        job = JobProgress.objects.get()
    assert (done["Location"], job.title) == (f"/staff/jobs/{job.pk}/", "3 applications approved")
    approve_applications(
        alliance_id=str(oak_street.pk),
        job_id=str(job.pk),
        seat_id=str(ada.pk),
        application_ids=ids,
    )
    with in_alliance(oak_street):
        assert dict(Application.objects.values_list("trade_name", "state")) == {
            "Shop 0": "awaiting_payment",
            "Shop 1": "awaiting_payment",
            "Shop 2": "submitted",
            "Free": "activated",
            "Draft": "draft",
        }


def test_all_that_wait_are_those_of_the_moment_that_was_shown(desk, oak_street, tier):
    many(oak_street, tier, 2)
    page = desk.post("/staff/applications/approval/", {"all": "1"})
    many(oak_street, make_other(oak_street), 1)
    assert "Approve 2 applications?" in words(page)
    assert len(hidden(page, "ids").split(",")) == 2


def make_other(alliance):
    with in_alliance(alliance):
        return make.a_tier()


def test_nothing_ticked_nonsense_and_the_neighbours_choose_nothing(desk, oak_street, theirs):
    before = row_counts(oak_street)
    for chosen in ({}, {"application": ["x", "", "%00"]}, {"ids": "a,b"},
                   {"application": [str(theirs.pk)], "confirmed": "1"}):  # fmt: skip
        answer = desk.post("/staff/applications/approval/", chosen, follow=True)
        assert "Tick the applications first; only submitted ones count." in words(answer)
    assert row_counts(oak_street) == before


def test_the_neighbours_application_is_not_found(desk, oak_street, neighbour, theirs):
    path = f"/staff/applications/{theirs.pk}/"
    assert desk.get(path).status_code == 404
    for step in ("approval", "question", "decline"):
        said = {"question": "Where?", "reason": "No."}
        assert desk.post(f"{path}{step}/", said).status_code == 404
    with in_alliance(neighbour.alliance):
        assert fresh(theirs).state == "submitted"


def test_pages_cost_the_same_however_many_there_are(desk, oak_street, tier, moss):
    paths = ("/staff/applications/", f"/staff/applications/{moss.pk}/", "/staff/")
    before = {path: reads_of(lambda p=path: desk.get(p)) for path in paths}
    with in_alliance(oak_street):
        for n in range(12):
            make.a_business(trade_name=f"Moss {n}")
    many(oak_street, tier, 30)
    for path in paths[:2]:
        assert (path, reads_of(lambda p=path: desk.get(p))) == (path, before[path])
        assert before[path] <= 12


def test_a_long_list_has_a_next_page(desk, oak_street, tier):
    many(oak_street, tier, 27)
    first = desk.get("/staff/applications/")
    assert first.context["page"].next_query
    rest = desk.get(f"/staff/applications/?{first.context['page'].next_query}")
    assert len(first.context["page"].rows) + len(rest.context["page"].rows) == 27


def test_a_note_on_hardship_is_text(desk, oak_street, tier):
    with in_alliance(oak_street):
        less = {"relief": "hardship", "amount_minor": 1_00, "relief_note": "<img src=x onerror=1>"}
        application = make.an_application(tier, **less)
    page = desk.get(f"/staff/applications/{application.pk}/")
    assert "&lt;img src=x onerror=1&gt;" in text(page)
    assert active_parts(page) == []
