"""Who a row may be: proposed by a likeness, decided by a name and a mark, or by the user."""

import pytest

from alliance.errors import DomainError
from members.models import Business
from members.services.imports import answering
from tests.factories import members as make
from tests.members.importing import HEAD, actions, commit, figures, preview, row

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def moss(in_oak_street) -> Business:
    """Somebody who is here already."""
    return make.a_business(
        trade_name="Moss & Fern Plants",
        slug="moss",
        email="hello@mossfern.example",
        phone="(510) 555-0102",
        website="https://www.mossfern.example/",
        postal_code="94609",
        city="Oakland",
    )


MATCHES = {
    "Moss and Fern Plants,,510 555 0102,,,": ("update", ()),
    "MOSS & FERN PLANTS LLC,hello@mossfern.example,,,,": ("update", ()),
    "Moss & Fern Plants,,,,94609,": ("skip", ()),
    "Moss & Fern Plants,,,,,": ("skip", ()),
    "Moss & Fern Plants,,,mossfern.example,94609-1234,Oakland": ("update", ()),
    "Moss & Fern Plants,,,http://mossfern.example,94609,Oakland": ("skip", ()),
    "Moss & Fern Plants,other@elsewhere.example,,,10001,": ("ask", ("name",)),
    "Somebody Else,hello@mossfern.example,,,,": ("ask", ("email",)),
    "Somebody Else,,+1 (510) 555-0102 x4,,,": ("ask", ("phone",)),
    "Somebody Else,,,MossFern.example/about,,": ("ask", ("site",)),
    "Mos & Fern Plants,,,,,": ("ask", ("like",)),
    "Fern & Moss Plants,,,,94609,": ("ask", ("like", "postal")),
    "Moss & Fern Planets,,,,10001,": ("create", ()),
    "Somebody Else,,,,94609,Oakland": ("create", ()),
}


@pytest.mark.parametrize("line", MATCHES)
def test_a_likeness_proposes_and_only_a_name_with_a_mark_decides(ada, moss, line):
    run = preview(f"{HEAD}{line}\n", by=ada)
    found = row(run, 2)
    matches = found.values.get("matches", [])
    assert (found.action, tuple(matches[0]["why"]) if matches else ()) == MATCHES[line]
    assert (found.business_id == moss.pk) == (found.action in ("update", "skip"))


def test_a_representatives_address_is_a_mark_too(ada, bakery, ben):
    run = preview(f"{HEAD}Somebody Else,{ben.person.email},,,,\n", by=ada)
    assert row(run, 2).values["matches"] == [
        {"ref": str(bakery.pk), "why": ["email"], "is_certain": False}
    ]


def test_the_neighbours_businesses_are_nobody_here(ada, neighbour):
    theirs = neighbour.business
    run = preview(f"{HEAD}{theirs.trade_name},gus@example.com,,,,\n", by=ada)
    assert actions(run) == [(2, "create")]


def test_two_who_could_be_meant_are_a_question(ada, moss):
    make.a_business(trade_name="Moss & Fern Plants", slug="moss-2", phone=moss.phone)
    run = preview(f"{HEAD}Moss & Fern Plants,new@x.example,{moss.phone},,,\n", by=ada)
    found = row(run, 2)
    assert (found.action, len(found.values["matches"])) == ("ask", 2)


def test_a_change_shows_what_stands_there_and_what_would(ada, moss):
    run = preview(f"{HEAD}Moss & Fern Plants,,510 555 0102,,94610,\n", by=ada)
    assert row(run, 2).values["changes"] == [["postal_code", "94609", "94610"]]


def test_duplicates_inside_the_file(ada):
    lines = (
        "Corner Cafe,a@cafe.example,,,,\n"
        "Corner Cafe,a@cafe.example,,,,\n"
        "Corner Café Inc.,a@cafe.example,510 555 0199,,,\n"
        "Else,A+tag@cafe.example,,,,\n"
    )
    run = preview(HEAD + lines, by=ada)
    assert actions(run) == [(2, "create"), (3, "skip"), (4, "ask"), (5, "ask")]
    assert row(run, 3).values["note"] == "Says the same as row 2."


def test_two_rows_that_change_one_business_are_a_question(ada, moss):
    name = "Moss & Fern Plants,,510 555 0102"
    lines = f"{name},,94610,\n{name},,94611,\n"
    run = preview(HEAD + lines, by=ada)
    assert actions(run) == [(2, "update"), (3, "ask")]


def test_what_a_whole_file_has_in_common_tells_nobody_apart(ada):
    lines = "".join(
        f"Shop {word},,510 555 0100,,,\n" for word in ("Abc", "Deer", "Fox", "Gnu", "Hen", "Ibis")
    )
    found = [action for _n, action in actions(preview(HEAD + lines, by=ada))]
    assert found == ["create", "ask", "ask", "ask", "create", "create"]


@pytest.fixture
def asked(ada, moss):
    """A run with two questions."""
    lines = "Somebody Else,hello@mossfern.example,,,,\nMos & Fern Plants,,,,,Berkeley\n"
    return preview(HEAD + lines, by=ada)


def answered(run, number: int, said: str) -> tuple[str, object]:
    """The row's action and business after an answer."""
    answering.answer(run_id=run.pk, answers={row(run, number).pk: said})
    found = row(run, number)
    return found.action, found.business_id


def test_each_answer_and_a_changed_mind(asked, moss):
    assert figures(asked) == (0, 0, 0, 2, 0)
    assert answered(asked, 3, f"same:{moss.pk}") == ("update", moss.pk)
    assert row(asked, 3).values["changes"] == [
        ["trade_name", "Moss & Fern Plants", "Mos & Fern Plants"],
        ["city", "Oakland", "Berkeley"],
    ]
    assert answered(asked, 3, "new") == ("create", None)
    assert answered(asked, 3, "out") == ("skip", None)
    asked.refresh_from_db()
    assert figures(asked) == (0, 0, 1, 1, 0)


def test_what_was_not_proposed_is_no_answer(asked, bakery, neighbour):
    for said in (
        f"same:{bakery.pk}",
        f"same:{neighbour.business.pk}",
        "row:2",
        "same:x",
        "",
        "yes",
    ):
        assert answered(asked, 2, said) == ("ask", None)


def test_a_row_that_asks_nothing_takes_no_answer(ada, moss):
    run = preview(f"{HEAD}Moss & Fern Plants,,510 555 0102,,94610,\n", by=ada)
    assert answered(run, 2, "new") == ("update", moss.pk)


@pytest.mark.parametrize(
    ("said", "expected"),
    [("new", (2, 0, 0, 0, 0)), ("out", (0, 0, 2, 0, 0)), ("same", (0, 2, 0, 0, 0))],
)
def test_one_answer_for_all(asked, said, expected):
    assert answering.answer_all(run_id=asked.pk, said=said) == 2
    asked.refresh_from_db()
    assert figures(asked) == expected


def test_once_it_is_in_nothing_is_answered_any_more(asked, ada):
    answering.answer_all(run_id=asked.pk, said="new")
    commit(asked, by=ada)
    with pytest.raises(DomainError, match="This import is brought in now"):
        answered(asked, 2, "out")
