"""The simulation on the command line."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

FEW = ["--drives", "3", "--pledges", "20", "--days", "365"]


def said(*arguments):
    """What the command writes, and its code for the shell."""
    out = StringIO()
    try:
        call_command("simulate_loans", *FEW, *arguments, stdout=out)
    except CommandError as error:
        return str(error), error.returncode
    return out.getvalue().removesuffix("\n"), 0


def test_tables_for_the_eye():
    text, code = said("--habits", "kept:0.6,partly:0.2,late:0.1,never:0.1")
    titles = [block.splitlines()[0] for block in text.split("\n\n")]
    assert (titles, code) == (
        [
            "3 drives of 20 pledges, 365 days from 2026-01-01, seed 1; h* 0.58, margin 0.50, "
            "APR 0.0399, repaid from pledges.",
            "Pledges by the year in which their term ended",
            "Running pledges at the end of each month",
            "The advance rates side by side",
            "Loans at 10.0%",
            "Loans at 20.0%",
            "Loans at 33.0%",
        ],
        0,
    )


def test_the_same_question_has_the_same_answer():
    assert said("--seed", "7") == said("--seed", "7") != said("--seed", "8")


def test_json_has_everything_and_unknown_is_null():
    told = json.loads(said("--json", "--days", "400")[0])
    assert list(told) == ["seed", "conservative_honour", "years", "months", "advances"]
    assert (told["conservative_honour"], told["years"][0]["pledges"]) == (0.58, 60)
    assert told["months"][-1]["pace"] is None
    assert [rate["advance"] for rate in told["advances"]] == [0.1, 0.2, 0.33]
    assert told["advances"][0]["months"][0]["late"] == {"1-29": 0, "30-59": 0, "60+": 0}


def test_csv_has_a_row_for_each_rate_and_month():
    rows = list(csv.DictReader(StringIO(said("--csv")[0])))
    assert len(rows) == 3 * 13
    assert rows[0] == {
        "advance": "0.10",
        "on": "2026-01-31",
        "lent": "3",
        "on time": "3",
        "1-29": "0",
        "30-59": "0",
        "60+": "0",
        "repaid": "0",
        "written off": "0",
        "outstanding_minor": rows[0]["outstanding_minor"],
        "owed_minor": "0",
    }


def test_a_margin_that_nobody_has_is_answered_with_a_sentence():
    assert said("--margin", "0.9") == (
        "The margin is a ratio from 0 to 0.60, not Decimal('0.9').",
        2,
    )


@pytest.mark.parametrize(
    "wrong",
    [("--amount", "1.005"), ("--honour", "many"), ("--habits", "kept:2"), ("--pays", "never")],
)
def test_what_cannot_be_read_is_named(wrong):
    assert f"argument {wrong[0]}" in said(*wrong)[0]
