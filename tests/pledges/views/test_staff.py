"""The staff's side: review, figures with their lists, fraud, questions, the file."""

import csv
from io import StringIO

import pytest

from alliance.access import STAFF
from alliance.models import JobProgress, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, PledgeDrive, Redemption
from pledges.services import drives, pledges, redemptions
from pledges.tasks import export_pledges
from tests.factories import pledges as make
from tests.pledges.reading import money_of, moves_of, row_counts
from tests.pledges.views.browsing import problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)


@pytest.fixture
def submitted(oak_street, bakery, ben) -> PledgeDrive:
    """A drive that waits for review."""
    with in_alliance(oak_street):
        make.a_plain_policy()
        return drives.submit_drive(drive=make.a_draft(business=bakery, by=ben), by=ben)


@pytest.fixture
def questioned(oak_street, eves_pledge, ben) -> Redemption:
    """A purchase that Eve has questioned."""
    with in_alliance(oak_street):
        claim = make.a_claim(eves_pledge, by=ben)
        return redemptions.dispute(redemption=claim, reason="I was away.")


def state_of(alliance) -> str:
    """The one drive's state."""
    with in_alliance(alliance):
        return PledgeDrive.objects.get().state


def test_from_the_queue_to_an_open_drive(desk, visit, oak_street, submitted):
    assert "Drives to review" in words(desk.get("/staff/"))
    assert "A second oven" in words(desk.get("/staff/drives/"))
    assert title(desk.get(f"/staff/drives/{submitted.slug}/")) == "A second oven"
    page = desk.post(f"/staff/drives/{submitted.slug}/approval/", follow=True)
    assert "“A second oven” is now: gathering pledges." in words(page)
    assert visit(oak_street).get(f"/pledge/{submitted.slug}/").status_code == 200


def test_a_second_press_says_what_has_happened(desk, oak_street, submitted):
    desk.post(f"/staff/drives/{submitted.slug}/approval/")
    page = desk.post(f"/staff/drives/{submitted.slug}/approval/", follow=True)
    assert "This drive is gathering pledges now; that step is no longer open." in words(page)
    with in_alliance(oak_street):
        assert len(moves_of(submitted)) == 2


def test_returning_with_a_sentence(desk, oak_street, submitted, ada):
    path = f"/staff/drives/{submitted.slug}/return/"
    assert "Say what should change." in words(desk.post(path, {"reason": " "}, follow=True))
    assert state_of(oak_street) == "in_review"
    desk.post(path, {"reason": "Say what it costs."})
    with in_alliance(oak_street):
        assert moves_of(submitted)[-1] == ("in_review", "draft", "Say what it costs.", ada.pk)


@pytest.mark.parametrize("reason", ["a\x00b", "🍕" * 1_000, "\u202ex", "<script>alert(1)</script>"])
def test_whatever_the_reason_there_is_an_answer(desk, oak_street, oven, eves_pledge, reason):
    assert desk.post(f"/staff/drives/{oven.slug}/end/", {"reason": reason}).status_code == 302
    page = desk.get(f"/staff/drives/{oven.slug}/")
    assert (page.status_code, "<script>alert" in text(page)) == (200, False)
    assert state_of(oak_street) == "ended_early"


def test_a_gathering_drive_is_not_let_through_to_honouring(desk, oak_street, oven):
    page = desk.post(f"/staff/drives/{oven.slug}/serving/", follow=True)
    assert "Only a qualified drive can be honoured." in words(page)
    assert state_of(oak_street) == "gathering"


def test_steps_are_posted(desk, oven):
    for step in ("approval", "return", "serving", "end", "export"):
        assert desk.get(f"/staff/drives/{oven.slug}/{step}/").status_code == 405


# --- the figures and their lists ----------------------------------------------------


@pytest.fixture
def told(oak_street, oven, ada, ben):
    """A pledge in each of several states."""
    with in_alliance(oak_street):
        names = ("Nora New", "Ada Active", "Carl Cancelled", "Vera Void", "Full Fay")
        for name in names:
            email = f"{name.split()[0].lower()}@example.com"
            promise = make.an_intended_pledge(oven, email, name=name)
            if name != "Nora New":
                pledges.confirm(pledge=promise, version=1)
        by_name = {pledge.name: pledge for pledge in Pledge.objects.all()}
        pledges.cancel(pledge=by_name["Carl Cancelled"])
        pledges.void(pledge=by_name["Vera Void"], reason="Made up.", by=ada)
        make.a_confirmed_purchase(by_name["Full Fay"], by=ben, spent_minor=240_00)
    return names


EVERYONE = {"Nora New", "Ada Active", "Carl Cancelled", "Vera Void", "Full Fay"}
SHOWN = {
    "": EVERYONE,
    "state=intended": {"Nora New"},
    "state=standing": {"Ada Active", "Full Fay"},
    "state=pledgers": {"Ada Active", "Full Fay", "Carl Cancelled"},
    "state=dropped": {"Carl Cancelled"},
    "state=void": {"Vera Void"},
    "q=carl": {"Carl Cancelled"},
    "q=NORA%40example": {"Nora New"},
    "q=a&state=active": {"Ada Active"},
    "q=nobody": set(),
    "q=%25": set(),
    "q=%27%3B--": set(),
    # What cannot be meant shows everything rather than nothing.
    "state=loud": EVERYONE,
}


def test_search_and_filter(desk, oven, told):
    found = {}
    for query in SHOWN:
        read = words(desk.get(f"/staff/drives/{oven.slug}/?{query}"))
        found[query] = {name for name in told if name in read}
    assert found == SHOWN


STATUSES = {
    "after=x": 200,
    "after=8J-NlQ": 200,
    "after=MjAyNnx4": 200,
    "after=MDAwMS0wMS0wMXwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA": 200,
    "month=9999-12": 200,
    "month=0001-01": 200,
    "month=2026-13&state=%F0%9F%8D%95": 200,
    "q=%FF%FE": 200,
    "q=%00": 400,
    "after=%00": 400,
}


@pytest.mark.parametrize("path", ["/staff/drives/a-second-oven/", "/staff/purchases/"])
def test_a_query_that_nobody_typed(desk, oven, told, path):
    assert {query: desk.get(f"{path}?{query}").status_code for query in STATUSES} == STATUSES


def test_purchases_of_a_drive_that_there_is_not(desk):
    for slug in ("no-such-drive", "%F0%9F%8D%95", "a+b", "..%2F"):
        assert desk.get(f"/staff/purchases/?drive={slug}").status_code == 404


def test_the_neighbours_drive_pledges_and_purchases_are_not_found(desk, neighbour):
    paths = [
        f"/staff/drives/{neighbour.drive.slug}/",
        f"/staff/pledges/{neighbour.pledge.pk}/void/",
        f"/staff/disputes/{neighbour.claim.pk}/",
        f"/staff/purchases/?drive={neighbour.drive.slug}",
    ]
    assert [desk.get(path).status_code for path in paths] == [404] * 4
    for step in ("approval", "return", "serving", "end", "export"):
        path = f"/staff/drives/{neighbour.drive.slug}/{step}/"
        assert desk.post(path, {"reason": "Not ours."}).status_code == 404
    with in_alliance(neighbour.alliance):
        assert money_of(neighbour.pledge)[0] == "active"
    assert "Gus Neighbour" not in words(desk.get("/staff/purchases/"))


# --- fraud and questions --------------------------------------------------------------


def test_taking_fraud_out(desk, oak_street, eves_pledge):
    path = f"/staff/pledges/{eves_pledge.pk}/void/"
    assert desk.get(path).status_code == 200
    refused = desk.post(path, {"reason": ""})
    assert (refused.status_code, [anchor for anchor, _s in problems(refused)]) == (
        422,
        ["id_reason"],
    )
    page = desk.post(path, {"reason": "A made-up person."}, follow=True)
    assert "The pledge counts nowhere any more." in words(page)
    with in_alliance(oak_street):
        assert money_of(eves_pledge)[0] == "void"
    again = desk.post(path, {"reason": "Once more."})
    assert (again.status_code, problems(again)) == (
        422,
        [("", "This pledge is void; that is no longer possible.")],
    )


@pytest.mark.parametrize(
    ("decision", "money"),
    [("counts", ("active", 240_00, 18_00, 18_00)), ("not", ("active", 240_00, 0, 0))],
)
def test_settling_a_question(desk, oak_street, eves_pledge, questioned, decision, money):
    assert "Ben's Bakery" in words(desk.get("/staff/disputes/"))
    path = f"/staff/disputes/{questioned.pk}/"
    assert "I was away." in words(desk.get(path))
    page = desk.post(path, {"decision": decision, "reason": "The receipt."}, follow=True)
    assert "Settled. The customer has been told." in words(page)
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == money
    again = desk.post(path, {"decision": "counts", "reason": "Once more."})
    assert (again.status_code, problems(again)) == (422, [("", "This has been settled already.")])


def test_half_a_decision_is_none(desk, oak_street, questioned):
    before = row_counts(oak_street)
    for form in (
        {"decision": "", "reason": "Why."},
        {"decision": "perhaps", "reason": "Why."},
        {"decision": "counts", "reason": ""},
        {"decision": "counts", "reason": "r" * 401},
        {"decision": "counts", "reason": "\x00"},
    ):
        assert desk.post(f"/staff/disputes/{questioned.pk}/", form).status_code == 422
    assert row_counts(oak_street) == before


# --- the file -------------------------------------------------------------------------


def test_exporting_from_the_button_to_the_file(desk, visit, oak_street, oven, eves_pledge, cleo):
    started = desk.post(f"/staff/drives/{oven.slug}/export/")
    with in_alliance(oak_street):
        job = JobProgress.objects.get()
    assert started["Location"] == f"/staff/jobs/{job.pk}/"
    assert desk.get(started["Location"]).status_code == 200
    export_pledges(alliance_id=str(oak_street.pk), job_id=str(job.pk), drive_id=str(oven.pk))
    file = desk.get(f"/staff/jobs/{job.pk}/result/")
    assert (file["Content-Type"], file["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="pledges-a-second-oven.csv"',
    )
    assert [row[1] for row in csv.reader(StringIO(text(file)))] == ["e-mail", "eve@example.com"]
    assert visit(oak_street, cleo).get(f"/staff/jobs/{job.pk}/result/").status_code == 404


# --- who may come -----------------------------------------------------------------------

REVIEW = {"owner", "lending_officer", "community"}
MAY = {
    "/staff/drives/": set(STAFF),
    "/staff/drives/{drive}/": set(STAFF),
    "/staff/purchases/": set(STAFF),
    "/staff/pledges/{pledge}/void/": REVIEW,
    "/staff/disputes/": REVIEW | {"volunteer"},
    "/staff/disputes/{claim}/": REVIEW | {"volunteer"},
}


@pytest.mark.parametrize("path", MAY)
def test_who_may_come(visit, oak_street, oven, eves_pledge, questioned, ada, neighbour, path):
    here = path.format(drive=oven.slug, pledge=eves_pledge.pk, claim=questioned.pk)
    assert visit(oak_street).get(here)["Location"].startswith("/accounts/login/")
    assert visit(oak_street, neighbour.director).get(here).status_code == 404
    seen = set()
    for role in Role.values:
        person = type(ada.person).objects.create_user(email=f"{role}@example.net", password="x")
        with in_alliance(oak_street):
            seat = give_seat(person=person, role=Role(role), by=None)
        if visit(oak_street, seat).get(here).status_code == 200:
            seen.add(role)
    assert seen == MAY[path]


@pytest.mark.parametrize("step", ["approval", "return", "serving", "end", "export"])
def test_who_may_take_a_step(visit, oak_street, oven, ada, step):
    allowed = {"owner", "treasurer", "lending_officer", "auditor"} if step == "export" else REVIEW
    took = set()
    for role in Role.values:
        person = type(ada.person).objects.create_user(email=f"{role}@example.net", password="x")
        with in_alliance(oak_street):
            seat = give_seat(person=person, role=Role(role), by=None)
        answer = visit(oak_street, seat).post(f"/staff/drives/{oven.slug}/{step}/")
        if answer.status_code == 302:
            took.add(role)
    assert took == allowed
