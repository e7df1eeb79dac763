"""Where the headings stand, and what they mean."""

from members.sheets.synonyms import folded, guess
from members.sheets.table import open_table
from tests.members.sheets.reading import given, workbook

LABELS = {"segment": "Kind of business", "contact_email": "Contact’s e-mail"}


def meanings(name: str) -> dict[str, str]:
    """Heading → field of one of the given files."""
    headings = open_table(given(name)).headings
    return {headings[place]: field for place, field in guess(headings).items()}


def test_headings_below_a_title_and_above_the_rows():
    table = open_table(
        b"Members of 2026\n\nPrinted today,,\nCompany,E-Mail,Town\nBen,b@x.example,O\n"
    )
    assert table.headings == ["Company", "E-Mail", "Town"]


def test_headings_that_nobody_knows_are_the_first_filled_row():
    assert open_table(b"Foo,Bar\n1,2\n").headings == ["Foo", "Bar"]


def test_headings_once_each_and_none_without_a_name():
    table = open_table(workbook(["Phone", None, "Phone", "Phone"], ["1", "x", "2", "3", "y"]))
    assert table.headings == ["Phone", "B", "Phone (2)", "Phone (3)", "E"]


def test_a_first_row_of_data_that_looks_like_nothing_is_not_merged():
    table = open_table(b"Company,Name,City\nBakery,Ben,Oakland\n,Cleo,Berkeley\n")
    assert (table.headings, [row.number for row in table.rows]) == (
        ["Company", "Name", "City"],
        [2, 3],
    )


def test_each_system_speaks_its_own_words():
    assert meanings("memberclicks.csv") == {
        "Organization Name": "trade_name",
        "Contact Name": "contact_name",
        "Email": "email",
        "Phone": "phone",
        "Member Type": "tier",
        "Join Date": "joined_on",
        "Expiration Date": "paid_until",
        "Member Status": "status",
        "Website": "website",
        "Address Line 1": "street",
        "City": "city",
        "State": "region",
        "Zip": "postal_code",
    }
    assert meanings("wild_apricot.txt") == {
        "First name": "contact_first",
        "Last name": "contact_last",
        "Organization": "trade_name",
        "e-Mail": "email",
        "Phone": "phone",
        "Membership level": "tier",
        "Membership status": "status",
        "Member since": "joined_on",
        "Renewal due": "paid_until",
    }
    assert meanings("neon.csv") == {
        "Company Name": "trade_name",
        "Membership Name": "tier",
        "Membership Cost": "dues",
        "Term Start Date": "paid_from",
        "Term End Date": "paid_until",
        "Full Street Address (F)": "street",
        "Zip Code": "postal_code",
        "Email 1": "email",
        "Industry": "segment",
    }
    assert meanings("salesforce.xlsx")["Account Name"] == "trade_name"
    assert meanings("chambermaster.xlsx")["Primary Contact: Email"] == "contact_email"


def test_a_name_beside_a_company_is_a_person():
    assert guess(["Name", "Company", "Email"]) == {1: "trade_name", 0: "contact_name", 2: "email"}
    assert guess(["Name", "Email"]) == {0: "trade_name", 1: "email"}


def test_two_names_of_one_business():
    assert guess(["Company Name", "DBA"]) == {1: "trade_name", 0: "legal_name"}


def test_our_own_names_win():
    assert guess(["Kind of business", "Contact’s e-mail"], LABELS) == {
        0: "segment",
        1: "contact_email",
    }


def test_a_field_is_filled_once():
    assert guess(["Phone", "Mobile", "Work phone"]) == {0: "phone"}


def test_folding():
    assert folded("  E-Mail Addreß * ") == "e mail address"
