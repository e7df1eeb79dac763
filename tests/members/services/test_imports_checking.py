"""Each row understood, each problem said, and nothing written before anybody has agreed."""

import pytest

from members.services.imports import checking, mapping, runs
from members.services.imports.mapping import Choices
from tests.factories import members as make
from tests.members import rosters
from tests.members.importing import actions, codes, figures, preview, read, row, says, work
from tests.members.sheets.reading import given
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_memberclicks(ada, tiers):
    run = preview(given("memberclicks.csv"), by=ada)
    assert actions(run) == [
        (2, "create"), (3, "create"), (4, "ask"), (5, "refuse"), (6, "refuse"),
    ]  # fmt: skip
    assert says(run) == {
        5: [
            "Email: “hallo@zeitler” is not an e-mail address.",
            "Expiration Date: “13/13/2026” is not a day that we can read.",
            "Website: “not yet” is not the address of a website.",
        ],
        6: [
            "Organization Name: nothing stands there.",
            "Member Status: it does not say until when it is paid.",
        ],
    }
    assert row(run, 2).values["fields"] == {
        "trade_name": "Café Olé",
        "contact_name": "José Núñez",
        "email": "jose@cafe-ole.example",
        "contact_email": "jose@cafe-ole.example",
        "phone": "(510) 555-0101",
        "tier": str(tiers[0].pk),
        "joined_on": "2016-03-14",
        "paid_until": "2026-12-31",
        "status": "standing",
        "website": "https://www.cafe-ole.example",
        "street": "12 Elm St",
        "city": "Oakland",
        "region": "CA",
        "postal_code": "94601",
    }


def test_several_people_of_one_business_are_a_question(ada, tiers):
    run = preview(given("wild_apricot.txt"), by=ada)
    assert actions(run) == [(2, "create"), (3, "ask"), (4, "create"), (5, "create")]
    assert row(run, 3).values["matches"] == [
        {"ref": 2, "why": ["name", "phone"], "is_certain": True}
    ]
    assert row(run, 4).values["fields"]["status"] == "lapsed"
    assert row(run, 5).values["fields"]["status"] == "cancelled"


def test_european_days_and_amounts_and_words_to_explain(ada, tiers):
    run = preview(given("neon.csv"), by=ada)
    assert [fields["dues"] for n in (2, 3) if (fields := row(run, n).values["fields"])] == [
        1250_00,
        80_00,
    ]
    assert row(run, 2).values["fields"]["paid_from"] == "2026-03-25"
    assert codes(run) == {4: ["tier", "money", "segment"]}
    assert set(run.counts["words"]) == {"tier:patron", "segment:widgets"}


def test_formulas_without_values_and_excel_days(ada, tiers):
    run = preview(given("chambermaster.xlsx"), by=ada)
    assert actions(run) == [(5, "create"), (6, "create"), (7, "refuse"), (8, "refuse")]
    assert codes(run) == {7: ["formula", "no_name"], 8: ["date", "formula"]}
    fields = row(run, 6).values["fields"]
    assert (fields["joined_on"], fields["paid_until"], fields["size_band"]) == (
        "2024-02-29",
        "2027-02-28",
        "2-5",
    )


PROBLEMS = {
    "Business name": ("x" * 121, ["too_long"], "refuse"),
    "About": ("x" * 601, ["shortened"], "create"),
    "E-mail": ("nobody", ["email"], "create"),
    "Phone": ("n/a", ["phone"], "create"),
    "Website": ("soon", ["website"], "create"),
    "Founded": ("long ago", ["number"], "create"),
    "Latitude": ("north", ["number"], "create"),
    "Member since": ("2999-01-01", ["date"], "refuse"),
    "Paid until": ("2026-02-30", ["date"], "refuse"),
    "Dues": ("12.345", ["money"], "refuse"),
    "Tier": ("Platinum", ["tier"], "refuse"),
    "Kind of business": ("Widgets", ["segment"], "create"),
    "Standing": ("purple", ["word"], "create"),
    "Contact": ("Ben", ["no_person"], "create"),
}


@pytest.mark.parametrize("heading", PROBLEMS)
def test_what_does_not_fit_is_said_and_decides(ada, heading):
    text, problems, action = PROBLEMS[heading]
    name = "" if heading == "Business name" else "Business name,"
    head = f"{name}City,{heading}\n" if name else f"City,{heading}\n"
    run = preview(f"{head}{'Ben,' if name else ''}Oakland,{text}\n", by=ada)
    assert (codes(run), actions(run)) == ({2: problems}, [(2, action)])
    assert run.counts["problems"] == {problems[0]: 1}


DAYS = {
    ("2026-06-01", "", "2026-05-31"): ["days_wrong"],
    ("", "2026-06-01", "2026-05-31"): ["days_wrong"],
    ("", "2027-01-01", ""): ["days_wrong"],
    ("", "", "2099-01-01"): ["days_wrong"],
    ("2026-06-01", "2026-06-01", "2027-05-31"): [],
}


@pytest.mark.parametrize("days", DAYS)
def test_days_that_contradict_each_other(ada, tiers, days):
    head = "Business name,Tier,Paid from,Member since,Paid until\n"
    run = preview(f"{head}Ben,Maker,{','.join(days)}\n", by=ada)
    assert codes(run).get(2, []) == DAYS[days]


def test_a_shifted_row_is_noticed(ada):
    many = "".join(f"Shop {n},Oakland\n" for n in range(2, 40))
    run = preview(f"Business name,City\n{many}Ben,Oakland,CA,94601\n", by=ada)
    assert (codes(run), row(run, 40).action) == ({40: ["more_cells"]}, "create")
    # Among the first rows it is a column without a heading, to be named or left out.
    assert read("Business name,City\nBen,Oakland,CA\n", by=ada).columns[2] == "C"


def test_headings_once_more_in_the_middle_are_skipped(ada):
    run = preview("Business name,City\nBen,Oakland\nBUSINESS NAME,City\nCleo,Oakland\n", by=ada)
    assert actions(run) == [(2, "create"), (3, "skip"), (4, "create")]


def test_paid_without_a_tier_is_a_choice_for_all_such_rows(ada, tiers):
    text = "Business name,Paid until\nBen,2026-12-31\nCleo,\n"
    run = preview(text, by=ada)
    assert (actions(run), codes(run)) == ([(2, "refuse"), (3, "create")], {2: ["no_tier"]})
    run = preview(text, by=ada, default_tier=tiers[1])
    assert figures(run) == (2, 0, 0, 0, 0)


def test_a_tier_by_its_name_however_written_or_by_its_price(ada, tiers):
    run = preview("Business name,Tier,Dues\nA,CORNER  shop,\nB,,80\nC,,120\nD,,7\n", by=ada)
    found = [row(run, n).values["fields"] for n in (2, 3, 4, 5)]
    assert [fields.get("tier") or fields.get("tier_else") for fields in found] == [
        str(tiers[0].pk),
        str(tiers[1].pk),
        str(tiers[0].pk),
        None,
    ]


def test_dues_off_the_scale_of_a_tier(ada):
    make.a_tier(name="Sliding", price_minor=100_00, least_minor=50_00, most_minor=250_00)
    run = preview("Business name,Tier,Dues\nA,Sliding,75\nB,Sliding,20\n", by=ada)
    assert says(run) == {3: ["Dues: Choose between $50 and $250."]}


def test_a_worker_that_dies_while_checking_changes_nothing_of_the_result(ada, monkeypatch):
    rows = [*rosters.roster(20), *rosters.roster(5)]
    whole = preview(rosters.as_csv(rows), by=ada)
    monkeypatch.setattr(checking, "CHUNK", 6)
    run = read(rosters.as_csv(rows), by=ada)
    choices = Choices("mdy", None, run.options["default_segment"])
    mapping.name_columns(run_id=run.pk, mapping=run.mapping, choices=choices, by=ada)
    for _death in range(3):
        checking.check_chunk(runs.free(run.pk), {})
    work(run)
    assert (actions(run), run.counts) == (actions(whole), whole.counts)


def test_more_rows_cost_no_more_queries_a_chunk(ada, tiers):
    def cost(count: int) -> int:
        run = read(rosters.as_csv(rosters.roster(count)), by=ada)
        choices = Choices("mdy", None, "services")
        mapping.name_columns(run_id=run.pk, mapping=run.mapping, choices=choices, by=ada)
        return queries_of(lambda: checking.check_chunk(runs.free(run.pk), {}))

    assert cost(10) == cost(200)
