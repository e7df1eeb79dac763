"""Lists of members of any length, made up, as a spreadsheet."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from random import Random

from openpyxl import Workbook

HEADINGS = [
    "Company Name", "First Name", "Last Name", "Email", "Phone", "Website", "Address 1", "City",
    "State", "Zip", "Industry", "Membership Level", "Annual Dues", "Member Since",
    "Paid Through", "Status",
]  # fmt: skip
_FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Flora", "Gus", "Hana", "Ines", "Jun", "Kofi")
_LAST = ("Abara", "Brandt", "Castell", "Diaz", "Engel", "Fuchs", "Garcia", "Hahn", "Ito", "Nowak")
_KINDS = {
    "Bakery": "Restaurants", "Books": "Retail", "Plumbing": "Construction", "Yoga": "Fitness",
    "Law": "Legal", "Gallery": "Arts", "Ceramics": "Crafts", "Laundry": "Services",
}  # fmt: skip
_STREETS = ["Elm", "Grand", "Piedmont", "Telegraph", "College", "Foothill", "Shattuck", "Market"]


def roster(count: int, *, tiers: tuple[str, ...] = ("Corner shop", "Maker")) -> list[list[str]]:
    """That many businesses, the same ones each time; no two are alike."""
    luck = Random(count)
    rows = []
    for n in range(count):
        kind = luck.choice(list(_KINDS))
        first, last = luck.choice(_FIRST), luck.choice(_LAST)
        joined = date(2010, 1, 1) + timedelta(days=luck.randrange(5_500))
        rows.append(
            [
                f"{last} {luck.choice(_STREETS)} {kind} {n}",
                first,
                last,
                f"{first}.{last}.{n}@{kind}{n}.example".lower(),
                f"510 {n // 10_000 + 200:03} {n % 10_000:04}",
                f"www.{kind}{n}.example".lower(),
                f"{n} {luck.choice(_STREETS)} Street",
                "Oakland",
                "CA",
                f"{94000 + n % 900}",
                _KINDS[kind],
                luck.choice(tiers),
                "",
                joined.strftime("%m/%d/%Y"),
                "12/31/2027",
                "Active",
            ]
        )
    return rows


def as_csv(rows: list[list[str]]) -> bytes:
    """With its headings, as a CSV file."""
    out = StringIO()
    csv.writer(out).writerows([HEADINGS, *rows])
    return out.getvalue().encode()


def as_workbook(rows: list[list[str]]) -> bytes:
    """With its headings, as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Members")
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
