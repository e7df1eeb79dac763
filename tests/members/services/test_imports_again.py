"""Rows come in once each, whoever presses, however often, whatever dies."""

from datetime import date

import pytest

from alliance.errors import DomainError
from alliance.models import JobProgress, OutboxMessage
from alliance.tenancy.scope import in_alliance
from members.models import (
    Business,
    ImportRow,
    ImportRun,
    MembershipPeriod,
    Tier,
)
from members.services.imports import answering, committing, inviting, runs, writing
from members.tasks.imports import work_on_import
from tests.factories import members as make
from tests.members import rosters
from tests.members.importing import (
    FULL,
    bring,
    codes,
    commit,
    figures,
    membership_of,
    preview,
    row,
    work,
)
from tests.members.sheets.reading import given
from tests.pledges.reading import audited, queries_of, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.mark.parametrize(
    "name",
    ["memberclicks.csv", "wild_apricot.txt", "neon.csv", "chambermaster.xlsx", "salesforce.xlsx"],
)
def test_the_same_file_again_says_nothing_new(ada, oak_street, tiers, name):
    run = preview(given(name), by=ada)
    answering.answer_all(run_id=run.pk, said="new")
    commit(run, by=ada)
    refused = run.counts["refuse"]
    again = preview(given(name), by=ada)
    assert figures(again) == (0, 0, again.counts["rows"] - refused, 0, refused)
    before = row_counts(oak_street)
    with pytest.raises(DomainError, match="There is nothing to bring in"):
        committing.start(run_id=again.pk, by=ada)
    assert row_counts(oak_street) == before


def test_a_worker_that_dies_while_bringing_in_brings_each_row_once(ada, tiers, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 7)
    run = preview(rosters.as_csv(rosters.roster(30)), by=ada)
    committing.start(run_id=run.pk, by=ada)
    for _death in range(3):
        committing.commit_chunk(runs.free(run.pk), {})
    assert ImportRow.objects.filter(run=run, done_at__isnull=False).count() == 21
    work(run)
    names = sorted(Business.objects.values_list("trade_name", flat=True))
    assert names == sorted(cells[0] for cells in rosters.roster(30))
    assert (run.state, MembershipPeriod.objects.count()) == ("committed", 30)


def test_the_task_twice_brings_in_once(ada, oak_street, tiers):
    run = bring(FULL, by=ada)
    before = row_counts(oak_street)
    work_on_import(alliance_id=str(oak_street.pk), run_id=str(run.pk))
    assert row_counts(oak_street) == before


def test_pressing_twice_is_said(ada, tiers):
    run = preview(FULL, by=ada)
    committing.start(run_id=run.pk, by=ada)
    with pytest.raises(DomainError, match="This import is being brought in now"):
        committing.start(run_id=run.pk, by=ada)
    assert len(audited("import.committed")) == 1


def test_one_import_at_a_time(ada, tiers):
    first, second = preview(FULL, by=ada), preview("Business name,City\nBen,O\n", by=ada)
    committing.start(run_id=first.pk, by=ada)
    with pytest.raises(DomainError, match="Another import is at work"):
        committing.start(run_id=second.pk, by=ada)
    work(first)
    committing.start(run_id=second.pk, by=ada)


def test_what_was_checked_before_others_came_in_is_checked_once_more(ada, tiers):
    first, second = preview(FULL, by=ada), preview(FULL, by=ada)
    commit(first, by=ada)
    committing.start(run_id=second.pk, by=ada)
    second.refresh_from_db()
    assert second.state == "checking"
    work(second)
    assert (second.state, figures(second)) == ("checked", (0, 0, 1, 0, 0))


def test_a_business_added_by_hand_meanwhile_is_met_too(ada, tiers):
    run = preview(FULL, by=ada)
    make.a_business(trade_name="Corner Cafe", slug="by-hand", phone="510 555 0199")
    commit(run, by=ada)
    assert (run.state, run.counts["update"], run.counts["create"]) == ("checked", 1, 0)


def test_one_row_that_does_not_go_does_not_hold_up_the_others(ada, tiers, monkeypatch):
    run = preview(rosters.as_csv(rosters.roster(6)), by=ada)
    bad = ImportRow.objects.get(run=run, number=4)
    bad.values["fields"]["founded_year"] = 999_999_999
    bad.save(update_fields=["values"])
    commit(run, by=ada)
    assert (run.state, Business.objects.count()) == ("committed", 5)
    assert (row(run, 4).action, codes(run)[4]) == ("refuse", ["commit"])


def test_something_unforeseen_leaves_whole_chunks_and_can_be_pressed_again(ada, tiers, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 5)
    run = preview(rosters.as_csv(rosters.roster(12)), by=ada)
    real, calls = committing.create_all, []

    def breaks_the_second_time(*args):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("a bug")
        real(*args)

    monkeypatch.setattr(committing, "create_all", breaks_the_second_time)
    commit(run, by=ada)
    assert (run.state, Business.objects.count()) == ("checked", 5)
    assert run.message == "Something broke on the way. Nothing is half done."
    monkeypatch.setattr(committing, "create_all", real)
    commit(run, by=ada)
    assert (run.state, Business.objects.count()) == ("committed", 12)


def test_more_rows_cost_no_more_queries_a_chunk(ada, tiers):
    def cost(count: int) -> int:
        run = preview(rosters.as_csv(rosters.roster(count)), by=ada)
        committing.start(run_id=run.pk, by=ada)
        found = queries_of(lambda: committing.commit_chunk(runs.free(run.pk), {}))
        work(run)
        return found

    assert cost(9) == cost(120)


def test_an_answer_that_came_before_a_failure_is_kept(ada):
    run = preview("Business name,Phone\nA one,510 555 0111\nZ two,510 555 0111\n", by=ada)
    assert figures(run) == (1, 0, 0, 1, 0)
    commit(run, by=ada)
    assert (Business.objects.filter(trade_name__in=["A one", "Z two"]).count(), figures(run)) == (
        1,
        (1, 0, 0, 1, 0),
    )


def test_inviting_is_a_step_of_its_own_and_writes_once(ada, oak_street, tiers):
    run = bring(FULL, by=ada)
    job = inviting.start(run_id=run.pk, by=ada)
    inviting.write(alliance=oak_street, job_id=job.pk, run_id=run.pk)
    letter = OutboxMessage.objects.get()
    assert (letter.to, letter.template, letter.context["business"], letter.is_confirmed) == (
        "cara@cafe.example",
        "members/email/seat_given",
        "Corner Cafe",
        False,
    )
    again = inviting.start(run_id=run.pk, by=ada)
    inviting.write(alliance=oak_street, job_id=again.pk, run_id=run.pk)
    assert OutboxMessage.objects.count() == 1
    assert set(
        JobProgress.objects.filter(pk__in=[job.pk, again.pk]).values_list("state", "done")
    ) == {("done", 1)}


def test_there_may_be_nobody_to_invite(ada, neighbour):
    run = bring("Business name,City\nBen,Oakland\n", by=ada)
    with pytest.raises(DomainError, match="nobody to write to"):
        inviting.start(run_id=run.pk, by=ada)


def test_nothing_of_it_reaches_the_neighbour(ada, neighbour, tiers):
    before = row_counts(neighbour.alliance)
    bring(given("memberclicks.csv"), by=ada)
    assert row_counts(neighbour.alliance) == before
    with in_alliance(neighbour.alliance):
        run = preview(given("memberclicks.csv"), by=neighbour.director)
        assert run.counts["create"] == 0 == Tier.objects.filter(name="Maker").count()
        assert not ImportRun.objects.filter(state="committed").exists()


def test_control_without_the_services_rules_the_database_still_refuses_an_overlap(ada, tiers):
    bring(FULL, by=ada)
    membership = membership_of("Corner Cafe")
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="period_no_overlap"), transaction.atomic():
        MembershipPeriod.objects.create(
            membership=membership,
            tier=membership.tier,
            starts_on=date(2026, 6, 1),
            ends_on=date(2026, 6, 2),
            paid_on=date(2026, 6, 1),
            source="imported",
        )
    assert writing.OF_BUSINESS.isdisjoint({"slug", "created_at"})
