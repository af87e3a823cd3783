"""The tables: every number is the answer's, with a unit and a meaning; files open in public tools as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest
from pyarrow import parquet
from tests.impact.levies import brief, made
from tests.impact.levies import war as levied
from tests.report.test_strikes import made as struck
from tests.report.test_system import war, whole

from tertius.engine import Layout, Options
from tertius.errors import UnknownName
from tertius.impact.answer import Answer
from tertius.impact.causes import Causes, Part, Split
from tertius.impact.claims import ClaimMoves, ClaimTold, Evidence, OutcomeShift, Shift
from tertius.impact.dissent import Apart, Dissent, Voice
from tertius.impact.ignorance import Ignorance, Narrowing, Parted
from tertius.impact.making import make_answer
from tertius.impact.question import question_of
from tertius.impact.record import Record, Score
from tertius.impact.written import plain_data
from tertius.report.formats.csv import write as write_csv
from tertius.report.formats.parquet import write as write_parquet
from tertius.report.tables import TABLES, columns, every_column, filled, rows, to_arrow, to_csv, to_pandas
from tertius.world import Scenario, load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
OF_ROW = "as the column unit says"
OF_THE_SCENARIO = {("facts", "value"), ("rungs", "height")}


def full() -> Answer:
    """An answer that has something of what few wars have."""
    found = whole()
    part = Part("whole", "The whole", 1.5, 0.25, (-1.0, 2.5))
    name = found.headlines[0]
    shift = Shift(1.25, 1.75, 0.5, 0.125, True)
    moved = ClaimMoves(1.5, False, shift, (OutcomeShift(name, found.last, shift),), (), ())
    lead = ("ab12", "event", None, {"source": "A"}, "=2+2", "wire.txt", "An agency", "B2")
    claims = (ClaimTold(1, *lead, "counts", "", moved), ClaimTold(2, *lead, "outside", "of no record", None))
    told = (OutcomeShift(name, found.last, shift, (1.0, 2.0, 3.0), (2.0, 3.0, 4.0)),)
    evidence = Evidence(9, 9, 8.5, 5.0, True, True, found.run.as_of, 26, (), claims, told, (), (), (), ())
    return replace(
        found,
        causes=(Causes("actors", "x", found.question, found.last, 1, 40, 2, {name: Split(name, part, part, (part,))}),),
        evidence=evidence,
        ignorance=(Ignorance(name, found.last, Parted(0.5, 0.5, 0.0625), (Narrowing("world.x", 0.25),), 9),),
    )


@cache
def joined() -> tuple[Answer, Scenario]:
    """A war that a contingent joins, with what a fit adds."""
    layout = Layout.of(load_scenario("river-war"))
    parts = ("reactions", "battlefield", "series", "needs", "system")
    found = make_answer(layout, question_of(layout), Options(futures=60, weeks=13), parts=parts).answer
    voice = Voice("level", 0.5, 40, (1.0, 2.0, 3.0), 2.25, 0.5, 1.125, 0.375)
    apart = Apart(0.5, 0.25, False)
    score = Score("front", 4, "km2", 3.5, "drift", 4.5, 0.25, (-0.5, 0.75), 0.875, 40, None, ("drift", "none"))
    dissent = Dissent("front", found.headlines[0], found.last, (voice,), (), 0.125, apart, apart)
    past = Record(date(2024, 1, 2), date(2024, 6, 2), (score,), {}, 3, 0, 4, (), (), ())
    return replace(found, dissent=(dissent,), record=past), layout.scenario


def answers() -> Iterator[tuple[Answer, Scenario]]:
    yield full(), war()
    yield brief(), levied()
    yield joined()
    yield struck().answer, load_scenario("gulf-2025")


def test_every_column_has_a_form_a_unit_and_a_meaning() -> None:
    told = list(every_column())
    assert {one.table for one in told} == set(TABLES)
    for one in told:
        place = f"{one.table}.{one.column}"
        assert one.meaning, place
        assert bool(one.unit) == (one.form in ("number", "whole number")), place
        if one.unit == OF_ROW:
            assert "unit" in {each.column for each in told if each.table == one.table}, place
    for name, table in TABLES.items():
        assert table.title.endswith("."), name
        assert len({one.column for one in columns(name, table.row)}) == len(columns(name, table.row)), name


def test_every_table_has_rows_and_each_number_of_them_is_the_answers() -> None:
    seen: set[str] = set()
    for answer, scenario in answers():
        known = set(numbers(plain_data(answer)))
        for name, held in filled(answer, scenario).items():
            seen.add(name)
            for column in columns(name, TABLES[name].row):
                if column.kind is float and (name, column.column) not in OF_THE_SCENARIO:
                    values = {getattr(row, column.column) for row in held} - {None}
                    assert values <= known, f"{name}.{column.column}: {sorted(values - known)[:3]}"
    assert seen == set(TABLES)


def numbers(data: Any) -> Iterator[float]:
    if isinstance(data, dict):
        for value in data.values():
            yield from numbers(value)
    elif isinstance(data, list):
        for value in data:
            yield from numbers(value)
    elif isinstance(data, float | int):
        yield data


def test_outcomes_are_those_of_the_answer_and_in_its_order() -> None:
    answer = brief()
    held = rows(answer, levied(), "outcomes")
    assert [(row.outcome, row.week, row.difference) for row in held] == [
        (found.outcome, found.week, found.mean) for found in answer.differences
    ]
    assert {(row.week, row.date) for row in held} == {(week, answer.run.dates[week]) for week in answer.run.horizons}


def test_an_unknown_table_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="nearest: reactions"):
        rows(brief(), levied(), "reaction")


def test_csv_and_parquet_hold_the_same_values(tmp_path: Any) -> None:
    answer, scenario = full(), war()
    assert write_csv(answer, scenario, None, tmp_path).keys() == {  # type: ignore[arg-type]  # draws no figure
        name.replace(".parquet", ".csv")
        for name in write_parquet(answer, scenario, None, tmp_path)  # type: ignore[arg-type]
    }
    for name, held in filled(answer, scenario).items():
        frame = pd.read_csv(
            tmp_path / "tables" / f"{name}.csv", keep_default_na=False, na_values=[""], float_precision="round_trip"
        )
        told = columns(name, TABLES[name].row)
        assert list(frame.columns) == [one.column for one in told]
        arrow = parquet.read_table(tmp_path / "tables" / f"{name}.parquet")
        assert arrow.equals(to_arrow(name, held))
        for one in told:
            field = arrow.schema.field(one.column)
            assert field.metadata[b"unit"].decode() == one.unit
            values = [getattr(row, one.column) for row in held]
            assert arrow.column(one.column).to_pylist() == values
            if one.kind is float:
                assert [None if pd.isna(value) else value for value in frame[one.column]] == values


def test_the_csv_is_rfc_4180_and_spreadsheets_take_no_text_for_a_formula() -> None:
    source = TABLES["sources"].row
    nasty = ["=1+1", "+1", "-1", "@sum", "\tx", 'a "b", c\r\nd', "＝1", "plain – ü"]
    held = [source(text, text, text, date(2024, 1, 2), None, "A1", None) for text in nasty]
    text = to_csv("sources", held)
    assert text.endswith("\r\n")
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[1] for row in back[1:]] == [f"'{x}" if x not in nasty[5:6] + nasty[7:] else x for x in nasty]
    assert back[1][3:5] == ["2024-01-02", ""]
    assert not any(cell.startswith(tuple("=+-@")) for row in back[1:] for cell in row if cell)


def test_numbers_below_zero_stay_numbers() -> None:
    held = [row for row in rows(brief("A"), levied("A"), "outcomes") if row.difference < 0]
    assert held
    text = to_csv("outcomes", held)
    frame = pd.read_csv(io.StringIO(text), float_precision="round_trip")
    assert list(frame["difference"]) == [row.difference for row in held]


def test_pandas_has_numbers_truths_and_dates() -> None:
    frame = to_pandas(brief(), levied(), "outcomes")
    assert frame["difference"].dtype == "float64"
    assert frame["is_headline"].dtype == "bool"
    assert str(frame["date"].dtype).startswith("datetime64")
    assert len(frame) == len(made().answer.differences)
