"""Which column and which word means what: proposed, corrected, remembered."""

import pytest

from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from members.models import Business, ImportState, Segment, Tier
from members.services.imports import mapping
from tests.members.importing import HEAD, check, commit, figures, preview, read, row, work
from tests.members.sheets.reading import given
from tests.pledges.reading import row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_columns_are_proposed_and_need_a_name(ada):
    run = read("Firm,City\nBen,Oakland\n", by=ada)
    assert run.mapping == {"City": "city"}
    with pytest.raises(DomainError, match="which column holds the businesses’ names"):
        check(run, by=ada)
    with pytest.raises(DomainError, match="Only one column can be: Business name"):
        check(run, by=ada, mapping={"Firm": "trade_name", "City": "trade_name"})
    assert check(run, by=ada, mapping={"Firm": "trade_name"}).state == ImportState.CHECKED


def test_what_was_corrected_is_remembered_for_the_same_headings_in_any_order(ada):
    run = read("Firm,Town,Remarks\nBen,Oakland,x\n", by=ada)
    mine = {"Firm": "trade_name", "Town": "neighbourhood"}
    check(run, by=ada, mapping=mine, default_segment="making")
    again = read("town,REMARKS,firm\nOakland,x,Cleo\n", by=ada)
    assert again.mapping == {"town": "neighbourhood", "firm": "trade_name"}
    assert again.options["default_segment"] == "making"
    assert read("Firm,Town,Other\nBen,Oakland,x\n", by=ada).mapping == {"Town": "city"}


def test_the_neighbours_corrections_are_theirs(ada, neighbour):
    with in_alliance(neighbour.alliance):
        run = read("Firm,Town\nGus,Milltown\n", by=neighbour.director)
        check(run, by=neighbour.director, mapping={"Firm": "trade_name"})
    assert read("Firm,Town\nBen,Oakland\n", by=ada).mapping == {"Town": "city"}


@pytest.mark.parametrize(
    ("days", "order", "is_clear"),
    [("3/25/2026", "mdy", True), ("25/3/2026", "dmy", True), ("3/4/2026", "mdy", False)],
)
def test_the_order_of_days_is_told_by_the_file_or_proposed_by_the_place(ada, days, order, is_clear):
    run = read(f"Business name,Member since\nBen,{days}\n", by=ada)
    assert (run.options["date_order"], run.options["is_order_clear"]) == (order, is_clear)


def test_nothing_is_written_while_looking(ada, oak_street, tiers):
    run = read(given("memberclicks.csv"), by=ada)
    before = row_counts(oak_street)
    check(run, by=ada)
    after = row_counts(oak_street)
    assert {name for name, count in after.items() if count != before[name]} == {
        "AuditEntry",
        "JobProgress",
    }


def test_going_back_to_the_columns_and_on_again(ada):
    run = preview(HEAD + "Ben,b@ben.example,,,,\n", by=ada)
    mapping.back_to_columns(run_id=run.pk)
    run.refresh_from_db()
    check(run, by=ada, mapping={"Business name": "trade_name"})
    assert row(run, 2).values["fields"] == {"trade_name": "Ben"}


PATRONS = (
    "Business name,Tier,Dues,Kind of business\n"
    "A,Patron,500,Widgets\nB,patron,500,Widgets\nC,Patron,450,widgets!\n"
)


def test_a_word_is_explained_once_for_all_its_rows(ada, tiers):
    run = preview(PATRONS, by=ada)
    assert figures(run) == (0, 0, 0, 0, 3)
    word = run.counts["words"]["tier:patron"]
    assert (word["word"], word["rows"], word["prices"]) == ("Patron", 3, {"50000": 2, "45000": 1})
    mapping.answer_words(
        run_id=run.pk,
        tiers={"Patron": str(tiers[1].pk)},
        segments={"Widgets": Segment.MAKING},
        by=ada,
    )
    work(run)
    assert (figures(run), run.counts["words"]) == ((3, 0, 0, 0, 0), {})
    assert {row(run, n).values["fields"]["segment"] for n in (2, 3, 4)} == {"making"}


def test_a_tier_is_made_when_its_rows_come_in_and_only_then(ada, tiers):
    run = preview(PATRONS, by=ada)
    answers = {"Patron": "new:50000"}
    mapping.answer_words(run_id=run.pk, tiers=answers, segments={}, by=ada)
    work(run)
    assert not Tier.objects.filter(name="Patron").exists()
    commit(run, by=ada)
    made = Tier.objects.get(name="Patron")
    assert (made.price_minor, made.is_public) == (500_00, False)
    found = dict(Business.objects.values_list("trade_name", "memberships__agreed_minor"))
    assert {name: found[name] for name in "ABC"} == {"A": None, "B": None, "C": 450_00}


def test_a_kind_of_business_that_is_none_is_no_answer(ada):
    run = preview(PATRONS, by=ada)
    mapping.answer_words(run_id=run.pk, tiers={}, segments={"Widgets": "purple"}, by=ada)
    assert work(run).options["segments"] == {}
