"""The simulation on the command line: what is asked, and the answer as tables, JSON or CSV.

100 drives of 100 pledges, three advance rates side by side:
    --drives 100 --pledges 100 --honour 0.6 --unlike --seed 7
"""

import csv
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from io import StringIO
from typing import Any

from lending.arithmetic.amounts import shown
from lending.arithmetic.behaviour import Honours, MeanHonour, Mix
from lending.arithmetic.outcomes import AdvanceResult, YearOfHonour
from lending.arithmetic.repayment import Arrears
from lending.arithmetic.simulation import Pays, Plan, SimulationResult, simulate

HABITS = "kept:0.6,partly:0.2,late:0.1,never:0.1"


def add_arguments(parser: ArgumentParser) -> None:
    """What may be asked; every default is the plan's own."""
    own = Plan()
    parser.add_argument("--drives", type=int, default=own.drives)
    parser.add_argument("--pledges", type=int, default=own.pledges, help="of each drive")
    parser.add_argument("--days", type=int, default=own.days)
    parser.add_argument("--spread", type=int, default=own.spread_days, help="days of beginnings")
    parser.add_argument("--amount", type=_minor, nargs="+", default=list(own.amounts_minor))
    parser.add_argument("--months", type=int, default=own.months, choices=(6, 9, 12))
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--honour", type=_ratio, default=Decimal("0.70"), help="mean, such as 0.70")
    how.add_argument("--habits", type=_mix, help=f"parts that add up to 1, such as {HABITS}")
    parser.add_argument("--unlike", action="store_true", help="each drive has a mean of its own")
    parser.add_argument("--kept", type=int, default=0, help="past pledges that were kept, for h*")
    parser.add_argument("--missed", type=int, default=0)
    parser.add_argument("--apr", type=_ratio, default=own.apr)
    parser.add_argument("--margin", type=_ratio, default=own.margin)
    parser.add_argument("--advance", type=_ratio, nargs="+", default=list(own.advances))
    parser.add_argument("--pays", type=Pays, choices=list(Pays), default=own.pays)
    parser.add_argument(
        "--without-cover-rule", action="store_true", help="lend A·E, covered or not"
    )
    parser.add_argument("--write-off", type=int, default=own.write_off_days, help="days late")
    parser.add_argument("--seed", type=int, default=own.seed)
    parser.add_argument("--starts-on", type=date.fromisoformat, default=own.starts_on)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true", help="the months, one row a rate and month")


def answer(options: Mapping[str, Any]) -> str:
    """Plays what was asked and says what became of it.

    Raises:
        ValueError: a number is out of its range, with a sentence that says which.
    """
    result = simulate(plan_of(options))
    form = as_json if options["json"] else as_csv if options["csv"] else as_tables
    return form(result)


def plan_of(options: Mapping[str, Any]) -> Plan:
    """The plan that was asked for.

    Raises:
        ValueError: as the plan.
    """
    habits: Mix | None = options["habits"]
    honours: Honours = habits or MeanHonour(options["honour"], unlike=options["unlike"])
    return Plan(
        drives=options["drives"],
        pledges=options["pledges"],
        days=options["days"],
        spread_days=options["spread"],
        amounts_minor=tuple(options["amount"]),
        months=options["months"],
        honours=honours,
        kept=options["kept"],
        missed=options["missed"],
        apr=options["apr"],
        margin=options["margin"],
        advances=tuple(options["advance"]),
        within_rules=not options["without_cover_rule"],
        pays=options["pays"],
        write_off_days=options["write_off"],
        seed=options["seed"],
        starts_on=options["starts_on"],
    )


def as_tables(result: SimulationResult) -> str:
    """Plain text: the record, the pledges month by month, the rates side by side, their months."""
    plan = result.plan
    parts = [
        f"{plan.drives} drives of {plan.pledges} pledges, {plan.days} days from "
        f"{plan.starts_on}, seed {plan.seed}; h* {plan.honour}, margin {plan.margin}, "
        f"APR {plan.apr}, repaid {plan.pays}.",
        _table("Pledges by the year in which their term ended", YEARS, map(_year, result.years)),
        _table("Running pledges at the end of each month", PLEDGES, _pledge_rows(result)),
        _table("The advance rates side by side", RATES, map(_rate, result.advances)),
        *(
            _table(f"Loans at {_percent(rate.advance)}", LOANS, _loan_rows(rate))
            for rate in result.advances
        ),
    ]
    return "\n\n".join(parts)


def as_csv(result: SimulationResult) -> str:
    """The months of all rates, a row each, as a spreadsheet reads them; amounts in minor units."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    ends = ("repaid", "written off", "outstanding_minor", "owed_minor")
    rows.writerow(("advance", "on", "lent", "on time", *Arrears, *ends))
    for rate in result.advances:
        for at in rate.months:
            counts = (at.lent, at.on_time, *at.late.values(), at.repaid, at.written_off)
            rows.writerow((rate.advance, at.on, *counts, at.outstanding_minor, at.owed_minor))
    return out.getvalue()


def as_json(result: SimulationResult) -> str:
    """All of it; amounts in minor units, ratios with four decimals, null where unknown."""
    told = {
        "seed": result.plan.seed,
        "conservative_honour": result.plan.honour,
        "years": [vars(year) | {"honour": year.honour} for year in result.years],
        "months": [vars(month) for month in result.months],
        "advances": [
            {name: value for name, value in vars(rate).items() if name not in ("months", "loans")}
            | {"loans": len(rate.loans), "months": [vars(month) for month in rate.months]}
            for rate in result.advances
        ],
    }
    return json.dumps(told, default=_plain, indent=2)


YEARS = ("year", "pledges", "kept", "partly", "missed", "pledged", "honoured", "H")
PLEDGES = ("month's end", "running", "pledged", "honoured", "pace", "projected", "at risk")
COVERS, ENDS = ("cover h*", "cover seen"), ("repaid", "on time", "in arrears", "written off")
RATES = ("A", "loans", "lent", *COVERS, *ENDS, "lost")
LOANS = ("month's end", "on time", *Arrears, "repaid", "written off", "outstanding", "owed")


def _year(year: YearOfHonour) -> tuple[object, ...]:
    counts = (year.pledges, year.kept, year.partly, year.missed)
    sums = (_money(year.pledged_minor), _money(year.honoured_minor), _percent(year.honour))
    return (year.year or "running", *counts, *sums)


def _pledge_rows(result: SimulationResult) -> Iterable[tuple[object, ...]]:
    for at in result.months:
        sums = (_money(at.pledged_minor), _money(at.honoured_minor))
        yield at.on, at.pledges, *sums, _percent(at.pace), _percent(at.projected_honour), at.at_risk


def _rate(rate: AdvanceResult) -> tuple[object, ...]:
    covers = (_times(rate.cover), _times(rate.seen_cover))
    ends = (rate.end.repaid, rate.end.on_time, sum(rate.end.late.values()), rate.end.written_off)
    shares = (_percent(Fraction(count, rate.end.lent)) if rate.end.lent else "—" for count in ends)
    lost = _money(rate.written_off_minor)
    return _percent(rate.advance), rate.end.lent, _money(rate.lent_minor), *covers, *shares, lost


def _loan_rows(rate: AdvanceResult) -> Iterable[tuple[object, ...]]:
    for at in rate.months:
        counts = (at.on_time, *at.late.values(), at.repaid, at.written_off)
        yield at.on, *counts, _money(at.outstanding_minor), _money(at.owed_minor)


def _table(title: str, names: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Columns as wide as their widest cell, figures to the right."""
    cells = [[str(name) for name in names], *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join([title, *lines])


def _money(minor: int) -> str:
    return f"{Decimal(minor).scaleb(-2):,.2f}"


def _percent(ratio: Fraction | Decimal | None) -> str:
    return "—" if ratio is None else f"{shown(100 * Fraction(ratio), 1)}%"


def _times(ratio: Fraction | None) -> str:
    return "—" if ratio is None else f"{shown(ratio, 2)}"


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return float(shown(value))
    return float(value) if isinstance(value, Decimal) else str(value)


def _ratio(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ArgumentTypeError(f"a number such as 0.33, not {text!r}") from error


def _minor(text: str) -> int:
    minor = _ratio(text) * 100
    if minor != int(minor):
        raise ArgumentTypeError(f"an amount such as 240 or 240.50, not {text!r}")
    return int(minor)


def _mix(text: str) -> Mix:
    try:
        return Mix.read(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
