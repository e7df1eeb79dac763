"""Writes the spreadsheets beside this file, as other membership systems export them.

    .venv/bin/python -m tests.data.make

Every business in them is made up. What is too large to be kept, or made to do
harm, is written by the tests themselves.
"""

import csv
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HERE = Path(__file__).parent
Rows = list[list[Any]]

# Windows-1252, CRLF, a line break and quotation marks inside cells, an address that comes
# twice, columns that nobody filled, and a row that lacks its name.
MEMBERCLICKS: Rows = [
    ["Organization Name", "Contact Name", "Email", "Phone", "Member Type", "Join Date",
     "Expiration Date", "Member Status", "Website", "Address Line 1", "City", "State", "Zip",
     "Notes", "", ""],
    ["Café Olé", "José Núñez", "jose@cafe-ole.example", "(510) 555-0101", "Corner shop",
     "3/14/2016", "12/31/2026", "Active", "www.cafe-ole.example", "12 Elm St", "Oakland", "CA",
     "94601", "Wants the \"corner\" table\r\nat every meeting", "", ""],
    ["Moss & Fern Plants", "Nadia Weber", "nadia@mossfern.example", "510.555.0102", "Corner shop",
     "10/02/2019", "12/31/2026", "Active", "https://mossfern.example/", "3400 Telegraph Ave",
     "Oakland", "CA", "94609", "", "", ""],
    ["Moss & Fern Nursery", "Nadia Weber", "nadia@mossfern.example", "510.555.0177", "Corner shop",
     "2/28/2020", "12/31/2026", "Active", "", "88 Foothill Blvd", "Oakland", "CA", "94606", "",
     "", ""],
    ["Zeitlers Schuhe – Repair", "Änne Zeitler", "hallo@zeitler", "555-0104", "Maker",
     "31/12/2018", "13/13/2026", "Lapsed", "not yet", "1 Grand Ave", "Oakland", "CA", "94610", "",
     "", ""],
    ["", "Nobody Known", "nobody@example.org", "", "Corner shop", "", "", "Active", "", "", "", "",
     "", "", "", ""],
]  # fmt: skip

# UTF-16 with tabs, as "Unicode text" is saved; several people of one business, a row each.
WILD_APRICOT: Rows = [
    ["User ID", "First name", "Last name", "Organization", "e-Mail", "Phone", "Membership level",
     "Membership status", "Member since", "Renewal due"],
    ["60123401", "Łucja", "Nowak", "Pierogi House", "lucja@pierogi.example", "+1 510 555 0110",
     "Corner shop", "Active", "05 Jan 2021", "31 Dec 2026"],
    ["60123402", "Piotr", "Nowak", "Pierogi House", "piotr@pierogi.example", "+1 510 555 0110",
     "Corner shop", "Active", "05 Jan 2021", "31 Dec 2026"],
    ["60123403", "Grace", "O’Neill", "O’Neill & Daughters, LLC", "grace@oneill.example", "",
     "Maker", "Renewal overdue", "17 Mar 2015", "16 Mar 2026"],
    ["60123404", "Sam", "Ito", "Ito Ceramics", "sam@ito.example", "510 555 0112", "Maker",
     "Archived", "09 Sep 2012", "08 Sep 2020"],
]  # fmt: skip

# Semicolons, a mark at the beginning, days and amounts as Europe writes them.
NEON: Rows = [
    ["Account ID", "Company Name", "Membership Name", "Membership Cost", "Term Start Date",
     "Term End Date", "Full Street Address (F)", "Zip Code", "Email 1", "Industry"],
    ["1001", "Atelier Brünn; Papier", "Maker", "1.250,00 €", "25.03.2026", "24.03.2027",
     "Lindenstraße 5", "10969", "info@bruenn.example", "Arts & Culture"],
    ["1002", "Kiez Bücher", "Maker", "80,00 €", "01.02.2026", "31.01.2027", "Weserstr. 9",
     "12045", "post@kiezbuecher.example", "Bookstore"],
    ["1003", "Werkhof", "Patron", "12.345 €", "01.02.2026", "31.01.2027", "", "", "", "Widgets"],
]  # fmt: skip


def text(rows: Rows, **dialect: Any) -> str:
    """Rows as delimited text."""
    out = StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def chambermaster() -> Workbook:
    """A title, merged headings in two rows, days as Excel keeps them, formulas without values."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Members"
    sheet.append(["Main Street Chamber: member list", None, None, "Printed 1 November 2026"])
    sheet.append([])
    sheet.append(["Company Name", "Primary Contact", None, None, "Physical Address", None, None,
                  "Membership", None, None, "Annual Dues", "No. of Employees"])  # fmt: skip
    sheet.append([None, "First Name", "Last Name", "Email", "Address 1", "City", "Zip Code",
                  "Type", "Join Date", "Paid Through"])  # fmt: skip
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:D3")
    sheet.merge_cells("E3:G3")
    sheet.merge_cells("H3:J3")
    rows: Rows = [
        ["Honeycrumb Bakery", "Ada", "Marsh", "ada@honeycrumb.example", "4100 Piedmont Ave",
         "Oakland", 94611, "Corner shop", date(2014, 5, 1), datetime(2026, 12, 31), 120, "7"],
        ["The Missing Link Bicycles", "Theo", "Vance", "theo@link.example", "1988 Shattuck Ave",
         "Berkeley", "94704", "Maker", date(2024, 2, 29), datetime(2027, 2, 28), "$80.00", "1-5"],
        ["=A5&\" (second shop)\"", "Ada", "Marsh", "ada2@honeycrumb.example", "1 College Ave",
         "Oakland", 94618, "Corner shop", date(2020, 1, 1), datetime(2026, 12, 31), 120, 3],
        ["Walden Pond Books", "Rosa", "Delgado", "rosa@walden.example", "3316 Grand Ave",
         "Oakland", 94610, "Maker", "around 2003", datetime(2026, 12, 31), "=K5/2", 12],
    ]  # fmt: skip
    for row in rows:
        sheet.append([*row, None, None, None])
    sheet["N60"].number_format = "0.00"
    sheet.cell(60, 14).value = None
    archive = book.create_sheet("Archive")
    archive.append(["Company Name", "Left"])
    archive.append(["Long Gone Video", date(2009, 1, 1)])
    hidden = book.create_sheet("Codes")
    hidden.append(["a", "b"])
    hidden.sheet_state = "hidden"
    return book


def salesforce() -> Workbook:
    """Days counted from 1904, as older Macs did, and postal codes that keep their zeros."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    sheet.append(["Account Name", "Billing Street", "Billing City", "Billing State/Province",
                  "Billing Zip/Postal Code", "Account Phone", "Industry", "Number of Employees",
                  "Membership Type", "Paid Through"])  # fmt: skip
    sheet.append(["Beacon Hill Coffee", "1 Beacon St", "Boston", "MA", 2139, 6175550120,
                  "Restaurant", 14, "Corner shop", date(2026, 12, 31)])  # fmt: skip
    sheet["E2"].number_format = "00000"
    return book


def main() -> None:
    """Writes them all."""
    crlf = {"lineterminator": "\r\n"}
    files = {
        "memberclicks.csv": text(MEMBERCLICKS, **crlf).encode("cp1252"),
        "wild_apricot.txt": text(WILD_APRICOT, delimiter="\t", **crlf).encode("utf-16"),
        "neon.csv": text(NEON, delimiter=";", **crlf).encode("utf-8-sig"),
    }
    for name, content in files.items():
        (HERE / name).write_bytes(content)
    chambermaster().save(HERE / "chambermaster.xlsx")
    salesforce().save(HERE / "salesforce.xlsx")


if __name__ == "__main__":
    main()
