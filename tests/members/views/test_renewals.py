"""The renewal run: everybody whose term ends in a month is invoiced once, with a letter."""

from datetime import timedelta

import pytest

from alliance.models import JobProgress, OutboxMessage
from alliance.tenancy.scope import in_alliance
from members.models import (
    DuesSettings,
    Invoice,
    LegalForm,
    Membership,
    Relief,
    VolunteerHours,
)
from members.queries.memberships import today
from members.queries.renewal_runs import months, preview
from members.services import memberships, renewal_runs
from members.tasks.papers import renew_month
from members.terms import same_day_later
from tests.factories import members as make
from tests.pledges.reading import queries_of, row_counts
from tests.pledges.views.browsing import active_parts, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def month(oak_street):
    """The month after this one."""
    with in_alliance(oak_street):
        return same_day_later(today().replace(day=1), 1)


def ending(day, *, email: str = "shop@example.com", **fields) -> Membership:
    """A member whose year ends on that day."""
    business = make.a_business(email=email)
    membership = make.a_membership(business=business, **fields)
    make.a_term(membership, starts_on=day - timedelta(days=364))
    return membership


@pytest.fixture
def crowd(oak_street, month, mill_lane) -> dict[str, Membership]:
    """Members of every sort whose terms end in that month, one whose does not, a neighbour."""
    with in_alliance(mill_lane):
        ending(month)
    with in_alliance(oak_street):
        found = {
            "plain": ending(month),
            "silent": ending(month + timedelta(days=9), email=""),
            "free": ending(
                month,
                tier=make.a_tier(allows_hardship=True),
                agreed_minor=0,
                relief=Relief.HARDSHIP,
            ),
            "held": ending(month),
            "left": ending(month),
            "later": ending(same_day_later(month, 1)),
        }
        memberships.hold(membership=found["held"], reason="x", by=None)
        memberships.cancel(membership=found["left"], by=None)
        make.a_membership()
    return found


def run(alliance, desk, month) -> JobProgress:
    """Presses the button and lets the worker work."""
    answer = desk.post("/staff/renewals/", {"month": month.strftime("%Y-%m")})
    with in_alliance(alliance):
        job = JobProgress.objects.latest("started_at")
    assert answer["Location"] == f"/staff/jobs/{job.pk}/"
    renew_month(alliance_id=str(alliance.pk), job_id=str(job.pk), month=month.isoformat())
    with in_alliance(alliance):
        job.refresh_from_db()
    return job


def test_the_preview_says_who_and_how_much_and_what_is_wrong(desk, month, crowd):
    page = desk.get(f"/staff/renewals/?month={month:%Y-%m}")
    read = words(page)
    assert (page.status_code, title(page)) == (200, "Renewals")
    assert "Issue 3 invoices and write to their members" in read
    for part in ("$240", "no e-mail address", "renewed at once, nothing to pay", "left out",
                 "suspended", "cancelled"):  # fmt: skip
        assert part in read, part
    rows = text(page).partition('id="endings"')[2]
    assert rows.count('scope="row"') == 5
    assert active_parts(page) == []


def test_the_run_issues_each_invoice_once_and_writes(desk, oak_street, month, crowd, ada):
    job = run(oak_street, desk, month)
    assert (job.state, job.message) == (
        "done",
        "3 invoices issued. 1 member has no e-mail address; print the invoice.",
    )
    with in_alliance(oak_street):
        made = {one.membership_id: one for one in Invoice.objects.all()}
        assert set(made) == {crowd[name].pk for name in ("plain", "silent", "free")}
        plain = made[crowd["plain"].pk]
        assert (plain.total_minor, plain.renews_from, plain.seat) == (120_00, month, ada)
        letters = list(OutboxMessage.objects.values_list("key", "to"))
        assert (f"invoice:{plain.pk}", "shop@example.com") in letters
        assert crowd["free"].periods.count() == 2
    assert plain.number in words(desk.get(f"/staff/renewals/?month={month:%Y-%m}"))


def test_again_it_asks_nobody_twice(desk, oak_street, month, crowd):
    run(oak_street, desk, month)
    before = row_counts(oak_street)
    page = desk.post("/staff/renewals/", {"month": month.strftime("%Y-%m")})
    assert problems(page) == [("", "Every term that ends in this month has its invoice.")]
    with in_alliance(oak_street):
        job = JobProgress.objects.get()
        JobProgress.objects.update(state="running")
    renew_month(alliance_id=str(oak_street.pk), job_id=str(job.pk), month=month.isoformat())
    assert row_counts(oak_street) == before


def test_a_run_that_died_goes_on_where_it_was(oak_street, month, crowd, ada, monkeypatch):
    real, calls = renewal_runs._renew, []

    def dies(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return real(*args, **kwargs)

    monkeypatch.setattr(renewal_runs, "CHUNK", 1)
    monkeypatch.setattr(renewal_runs, "_renew", dies)
    with in_alliance(oak_street):
        job = renewal_runs.start(month=month, by=ada)
    with pytest.raises(RuntimeError, match="killed"):
        renewal_runs.run(alliance=oak_street, job_id=job.pk, month=month)
    with in_alliance(oak_street):
        job.refresh_from_db()
        assert (job.state, Invoice.objects.count()) == ("failed", 1)
        job = renewal_runs.start(month=month, by=ada)
    renewal_runs.run(alliance=oak_street, job_id=job.pk, month=month)
    with in_alliance(oak_street):
        assert Invoice.objects.count() == 3
        assert preview(month).to_issue == []


def test_one_that_is_refused_does_not_hold_the_others_back(
    oak_street, month, crowd, ada, monkeypatch
):
    real = renewal_runs._renew

    def refuses(membership_id, *args, **kwargs):
        if membership_id == crowd["plain"].pk:
            raise renewal_runs.DomainError("No.")
        return real(membership_id, *args, **kwargs)

    monkeypatch.setattr(renewal_runs, "_renew", refuses)
    with in_alliance(oak_street):
        job = renewal_runs.start(month=month, by=ada)
    renewal_runs.run(alliance=oak_street, job_id=job.pk, month=month)
    with in_alliance(oak_street):
        job.refresh_from_db()
        assert job.message.endswith("1 was refused.")
        assert Invoice.objects.count() == 2


def test_what_the_law_asks_first_is_said_before_anything_is_issued(
    desk, oak_street, month, crowd, ada
):
    with in_alliance(oak_street):
        DuesSettings.objects.create(legal_form=LegalForm.BUSINESS_LEAGUE)
        VolunteerHours.objects.create(seat=ada, on=today(), minutes=90, is_policy=True)
    page = desk.get(f"/staff/renewals/?month={month:%Y-%m}")
    assert "Before an invoice goes out" in words(page)
    assert "Issue 3 invoices" not in words(page)
    before = row_counts(oak_street)
    page = desk.post("/staff/renewals/", {"month": month.strftime("%Y-%m")})
    assert page.status_code == 422
    assert "Before an invoice goes out" in problems(page)[0][1]
    assert row_counts(oak_street) == before


@pytest.mark.parametrize("asked", ["", "2026-13", "1999-01", "x", "2026-01-01"])
def test_a_month_that_cannot_be_chosen(desk, oak_street, asked):
    assert desk.get(f"/staff/renewals/?month={asked}").status_code == 422
    before = row_counts(oak_street)
    assert desk.post("/staff/renewals/", {"month": asked}).status_code == 422
    assert row_counts(oak_street) == before


def test_nobody_ends_then(desk, month):
    assert "No term ends then" in words(desk.get(f"/staff/renewals/?month={month:%Y-%m}"))


def test_the_months_that_can_be_chosen(in_oak_street):
    first = today().replace(day=1)
    assert months()[1] == first
    assert len(months()) == 14


def test_more_members_cost_no_more_queries(desk, oak_street, month, crowd):
    path = f"/staff/renewals/?month={month:%Y-%m}"
    desk.get(path)
    few = queries_of(lambda: desk.get(path))
    with in_alliance(oak_street):
        for _n in range(5):
            ending(month)
    assert queries_of(lambda: desk.get(path)) == few <= 18


def test_who_may_not(visit, oak_street, neighbour, ben, cleo):
    for seat in (ben, cleo, neighbour.director):
        browser = visit(oak_street, seat)
        assert browser.get("/staff/renewals/").status_code == 404
        assert browser.post("/staff/renewals/", {"month": "2026-01"}).status_code == 404
