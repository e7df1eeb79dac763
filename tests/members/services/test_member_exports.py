"""All members as a file: nothing in it runs, and bringing it in again changes nothing."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from alliance.models import JobProgress
from alliance.tenancy.scope import in_alliance
from members.models import Business, RepresentativeKind
from members.services import member_exports
from members.services.businesses import add_representative
from members.services.imports import runs
from members.tasks.imports import export_members
from tests.factories import members as make
from tests.members import rosters
from tests.members.importing import bring, figures, preview, row
from tests.members.sheets.reading import given as spreadsheet
from tests.pledges.reading import audited, queries_of, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def exported(kind: str, by) -> bytes:
    """The file, after the worker has done its part."""
    job = member_exports.start(kind=kind, by=by)
    export_members(alliance_id=str(by.alliance_id), job_id=str(job.pk), kind=kind)
    job.refresh_from_db()
    assert job.state == "done"
    return bytes(job.file.content) if job.file else job.result.encode()


def lines(content: bytes) -> list[dict[str, str]]:
    """A CSV export's rows by heading."""
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def test_all_that_is_kept_of_a_member(ada, bakery, ben, tiers):
    membership = make.a_membership(
        business=bakery, tier=tiers[1], joined_on=date(2024, 5, 1), agreed_minor=65_00
    )
    make.a_term(membership, starts_on=date(2026, 1, 1))
    add_representative(business=bakery, person=ada.person, by=None, kind=RepresentativeKind.BILLING)
    found = lines(exported("csv", ada))
    assert [{key: value for key, value in line.items() if value} for line in found] == [
        {
            "Business name": "Ben's Bakery",
            "Legal name": bakery.legal_name,
            "Kind of business": "Food & drink",
            "At this place since": "2014-05-01",
            "Contact": "Ben",
            "Contact’s e-mail": "ben@example.org",
            "Contact’s part": "owner",
            "Tier": "Maker",
            "Dues": "65.00",
            "Member since": "2024-05-01",
            "Paid from": "2026-01-01",
            "Paid until": "2026-12-31",
            "Paid on": "2026-01-01",
            "Standing": found[0]["Standing"],
            "Address on this site": "bens-bakery",
            "Further people": "Ada <ada@example.org>",
        }
    ]
    assert found[0]["Standing"] in ("current", "renewing", "grace", "lapsed")


def test_the_job_has_a_name_and_the_audit_log_who_took_it(ada, bakery, oak_street):
    exported("xlsx", ada)
    job = JobProgress.objects.get()
    assert (job.done, job.total, job.result_name[:20]) == (1, 1, "members-oak-street-2")
    assert audited("members.exported") == [
        ("members.exported", ada.pk, oak_street.pk, {"rows": 1, "kind": "xlsx"})
    ]


NASTY = (
    "=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A", "|cmd", "%0A",
    "'=1", "''=1", "'Round the corner", "=cmd|'/C calc'!A0", '"quoted"', "a,b;c", "two\nlines",
    "  spaces  ", "日本 🍕", "é", "#FORMULA!x", "-5", "1,5", "2026-03-04", "0049", '="0049"',
)  # fmt: skip


@pytest.mark.parametrize("kind", member_exports.KINDS)
@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_name_does_not_run_and_comes_back_as_it_is(ada, kind, text):
    make.a_business(
        trade_name=f"{text}", legal_name=text, slug="nasty", blurb=text, street=text, city=text
    )
    content = exported(kind, ada)
    if kind == "xlsx":
        sheet = load_workbook(BytesIO(content)).active
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
        assert not [c for line in sheet.iter_rows() for c in line if c.data_type == "n" and c.value]
    else:
        cells = [
            cell for line in csv.reader(StringIO(content.decode(), newline="")) for cell in line
        ]
        assert not [c for c in cells if c[:1] in tuple("=+@|%\t\r＝＋－＠")]
    assert figures(preview(content, by=ada)) == (0, 0, 1, 0, 0)


WORDS = st.text(
    st.one_of(
        st.sampled_from("'=+-@|%\t\r\n＝＋－＠\",;#:./ 012abcé\u200b\u202e\x07\x1f\ufffe"),
        st.characters(codec="utf-8", exclude_characters="\x00"),
    ),
    max_size=40,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_bringing_in_what_was_taken_out_changes_nothing(ada, oak_street, tiers, data):
    for other in Business.objects.filter(slug__startswith="any-"):
        other.delete()
    for n in range(data.draw(st.integers(1, 3))):
        draw = {name: data.draw(WORDS) for name in ("name", "blurb", "street", "city", "phone")}
        business = Business.objects.create(
            trade_name=draw["name"] or "x",
            legal_name=draw["name"] or "x",
            slug=f"any-{n}",
            segment=data.draw(st.sampled_from(["food", "trades", "making"])),
            categories=data.draw(st.lists(WORDS, max_size=3)),
            blurb=draw["blurb"],
            street=draw["street"],
            city=draw["city"],
            phone=draw["phone"][:32],
            website=data.draw(
                st.sampled_from(["", "http://www.X.example/", "https://x.example/a"])
            ),
            founded_year=data.draw(st.one_of(st.none(), st.integers(1500, 2026))),
            latitude=data.draw(st.one_of(st.none(), st.just("37.500000"))),
        )
        assert business.pk
    kind = data.draw(st.sampled_from(member_exports.KINDS))
    before = Business.objects.order_by("pk").values()
    stood = list(before)
    run = preview(exported(kind, ada), by=ada)
    counts = figures(run)
    assert (counts[0], counts[1], counts[3]) == (0, 0, 0), run.rows.values("action", "values")
    assert list(before.all()) == stood
    runs.drop(run_id=run.pk, by=ada)


@pytest.mark.parametrize("kind", member_exports.KINDS)
def test_a_whole_alliance_goes_out_and_in_again_unchanged(ada, oak_street, tiers, kind):
    bring(rosters.as_csv(rosters.roster(60)), by=ada)
    bring(spreadsheet("wild_apricot.txt"), by=ada)
    before = row_counts(oak_street)
    run = preview(exported(kind, ada), by=ada)
    assert figures(run) == (0, 0, run.counts["rows"], 0, 0)
    kept = {"ImportRun", "ImportRow", "StoredFile", "JobProgress", "AuditEntry"}
    after = row_counts(oak_street)
    assert {name for name in after if after[name] != before[name]} == kept


def test_one_cell_changed_in_it_is_one_change(ada, tiers):
    bring(rosters.as_csv(rosters.roster(5)), by=ada)
    content = exported("csv", ada).decode()
    name = Business.objects.earliest("pk").trade_name
    street = Business.objects.earliest("pk").street
    run = preview(content.replace(f",{street},", ",1 New Street,", 1), by=ada)
    assert figures(run) == (0, 1, 4, 0, 0)
    changed = next(r for r in run.rows.all() if r.action == "update")
    assert row(run, changed.number).values["changes"] == [["street", street, "1 New Street"]]
    assert changed.values["fields"]["trade_name"] == name


def test_many_members_cost_no_more_queries_a_chunk(ada, oak_street, tiers):
    def cost() -> int:
        job = member_exports.start(kind="csv", by=ada)
        ids = {"alliance": oak_street, "job_id": job.pk, "kind": "csv"}
        return queries_of(lambda: member_exports.write(**ids))

    bring(rosters.as_csv(rosters.roster(3)), by=ada)
    few = cost()
    bring(rosters.as_csv(rosters.roster(90)), by=ada)
    assert cost() == few


def test_the_task_twice_writes_one_file(ada, bakery):
    job = member_exports.start(kind="xlsx", by=ada)
    ids = {"alliance_id": str(ada.alliance_id), "job_id": str(job.pk), "kind": "xlsx"}
    export_members(**ids)
    first = JobProgress.objects.values().get()
    export_members(**ids)
    assert JobProgress.objects.values().get() == first


def test_nothing_of_the_neighbour_is_in_the_file(ada, bakery, neighbour):
    content = exported("csv", ada)
    assert [line["Business name"] for line in lines(content)] == ["Ben's Bakery"]
    assert neighbour.business.trade_name.encode() not in content
    with in_alliance(neighbour.alliance):
        assert not JobProgress.objects.exists()


def test_a_file_that_breaks_on_the_way_is_said(ada, bakery, oak_street, monkeypatch):
    job = member_exports.start(kind="xlsx", by=ada)

    def broken(businesses):
        raise RuntimeError("a bug")

    monkeypatch.setattr(member_exports, "lines", broken)
    with pytest.raises(RuntimeError):
        member_exports.write(alliance=oak_street, job_id=job.pk, kind="xlsx")
    job.refresh_from_db()
    assert (job.state, job.message) == (
        "failed",
        "Something broke on the way. Please start it again.",
    )
