"""The geometry of charts: nothing drawn is nothing, and unknown is not drawn at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance import charts
from alliance.charts import Value

SIZES = st.lists(st.none() | st.integers(0, 10**9), max_size=130)


def bars_of(*sizes: float | None) -> charts.Bars:
    return charts.bars([Value(f"n{n}", f"Nr {n}", size) for n, size in enumerate(sizes)])


def test_the_largest_is_as_high_as_the_drawing_and_the_others_in_proportion():
    drawing = bars_of(50, 100, 25)
    assert [(bar.height, bar.y) for bar in drawing.bars] == [(60, 66), (120, 6), (30, 96)]


def test_something_shows_and_nothing_does_not():
    assert [bar.height for bar in bars_of(1, 10**6, 0, None).bars] == [2, 120, 0, 0]


def test_few_bars_leave_room():
    drawing = bars_of(1, 2)
    assert (drawing.width, [bar.x for bar in drawing.bars]) == (288, [7, 55])


def test_many_bars_share_the_width_and_twelve_labels():
    drawing = bars_of(*range(120))
    assert drawing.width == 576
    assert [bar.short for bar in drawing.bars if bar.short] == [f"n{n}" for n in range(0, 120, 10)]


@given(SIZES)
def test_bars_stay_inside_and_in_their_order(sizes):
    drawing = bars_of(*sizes)
    places = [bar.x for bar in drawing.bars]
    assert places == sorted(places)
    for bar in drawing.bars:
        assert 0 <= bar.x <= bar.x + drawing.bar <= drawing.width
        assert charts.TOP <= bar.y <= drawing.base == bar.y + bar.height
        assert (bar.height > 0) == bool(bar.value.size)


@pytest.mark.parametrize(
    ("sizes", "path"),
    [
        ([], ""),
        ([None, None], ""),
        ([0, 10], "M68 126h0L116 6"),
        ([10, None, 5], "M68 6h0M164 66h0"),
        ([None, 10, 10], "M116 6h0L164 6"),
    ],
)
def test_lines_break_where_nothing_is_known(sizes, path):
    drawing = charts.lines([("2026", sizes)], ["Jan", "Feb", "Mar"])
    assert drawing.lines == [charts.Line("2026", path, 1)]


def test_the_first_line_matters_most_and_all_share_one_scale():
    drawing = charts.lines([("2026", [5, 5]), ("2025", [10, 0])], ["Jan", "Feb"])
    assert [(line.name, line.style) for line in drawing.lines] == [("2026", 1), ("2025", 2)]
    assert (drawing.most, [line.path for line in drawing.lines]) == (
        10,
        ["M68 66h0L116 66", "M68 6h0L116 126"],
    )
