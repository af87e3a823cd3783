"""Update: move a case to a later date, ask its questions again, seal them, and tell what changed and why.

A folder holds what an update leaves: the moved case as a scenario file that extends the old one, with its fit; where
the posterior goes on from; the old scenario as it was; and every number with its three times. The next update begins
from the newest of them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tertius.calendar import DAYS
from tertius.engine import Layout, Options
from tertius.errors import DataError, OptionError, ScenarioError, UnknownName
from tertius.evidence import WITHIN, Holdings, out_on
from tertius.forecasts.fitting import fit_text
from tertius.forecasts.ledger.database import Ledger
from tertius.forecasts.ledger.entries import digest
from tertius.forecasts.ledger.methodology import code_digest
from tertius.forecasts.ledger.rows import forecasts_of
from tertius.forecasts.ledger.sealing import Sealed, lineage, seal
from tertius.forecasts.questions.asking import Answers
from tertius.forecasts.questions.rule import Question
from tertius.forecasts.questions.settling import Steps
from tertius.forecasts.updating.cases import Case, case_of, check_records, events_by
from tertius.forecasts.updating.changes import Change, Key, changed_inputs, changes, past_of, shared_out
from tertius.forecasts.updating.fits import fit_of
from tertius.forecasts.updating.numbers import Kept, Number, keep, kept, mended, numbers_of, open_questions
from tertius.forecasts.updating.record import Table, record_of
from tertius.forecasts.updating.sequence import packed, unpacked
from tertius.inference.measuring import known_series, targets
from tertius.shipped import shipped_scenarios
from tertius.world import Scenario
from tertius.world.loader import load_scenario
from tertius.world.moving import Passed
from tertius.world.records import LONGEST_HORIZON
from tertius.world.yaml_source import write_yaml


@dataclass(frozen=True)
class Given:
    """What an update is made from. evidence: steps that accepted claims tell; baseline: day of an earlier update."""

    base: Layout
    questions: tuple[Question, ...]
    holdings: Holdings | None
    records: tuple[Steps, ...]
    evidence: Steps | None
    day: date
    options: Options
    folder: Path
    baseline: date | None = None

    @property
    def file(self) -> Path:
        """Where its numbers are kept."""
        return self.folder / f"{self.base.scenario.name}.numbers.jsonl"

    @property
    def recorded(self) -> date:
        """The day up to which steps are on record."""
        return max((each.until for each in self.records), default=self.base.scenario.as_of)


@dataclass(frozen=True)
class Updated:
    """An update.

    day       the new as-of date; before: that of the last update, or of the scenario where this is the first
    file      the moved case
    passed    events and occasions whose day went by
    notes     what was left out, what is stale, what stays as written
    changed   which inputs changed since the last update
    changes   each number beside what it was
    sealed    what was sealed; None where no question could be
    over      ids of questions whose window is over; left: id -> why it was not asked again
    record    whose record stands beside the chances
    """

    day: date
    before: date
    file: Path
    passed: tuple[Passed, ...]
    notes: tuple[str, ...]
    changed: tuple[str, ...]
    changes: tuple[Change, ...]
    sealed: Sealed | None
    over: tuple[str, ...]
    left: dict[str, str]
    record: str


def latest_day(base: Layout, holdings: Holdings | None, records: Sequence[Steps]) -> date:
    """The last Sunday up to which something is known. Raises OptionError where that is not after the as-of date."""
    check_records(base.scenario, records)
    known = [each.until for each in records]
    for target in targets(base):
        try:
            last = None if holdings is None else known_series(holdings, target).last
        except (DataError, UnknownName):
            continue
        known += [last] if last is not None else []
    day = max(known, default=base.scenario.as_of)
    day -= timedelta(days=(day.weekday() + 1) % DAYS)
    if day <= base.scenario.as_of:
        given = f"nothing known after {base.scenario.as_of}, the scenario's own date"
        raise OptionError("--as-of", given, "data or a record of a later week", "give newer --data, or --record FILE")
    return day


def update(given: Given, ledger: Ledger | None) -> Updated:
    """Make an update and leave it in its folder; seal in the ledger where one is given.

    Raises:
        OptionError: a day that is not after the scenario's, or ends no week. DataError: data or a folder that cannot be
            used. ScenarioError: a record that does not fit.
    """
    base = given.base.scenario
    if given.day <= base.as_of:
        raise OptionError("--as-of", str(given.day), f"a Sunday after {base.as_of}", "name a later day")
    check_records(base, given.records)
    if given.day > base.as_of + timedelta(days=DAYS * LONGEST_HORIZON):
        allowed = f"a Sunday at most {LONGEST_HORIZON} weeks after {base.as_of}"
        raise OptionError("--as-of", str(given.day), allowed, "begin from a later scenario")
    if given.day.weekday() != DAYS - 1:
        near = given.day - timedelta(days=given.day.weekday() + 1)
        raise OptionError("--as-of", str(given.day), "the end of a week, a Sunday", f"such as {near}")
    said = mended(given.file)
    held = kept(given.file)
    inputs = _inputs(given)
    if not [each for each in held if each.available < given.day]:
        _, first, _ = numbers_of(given.base, base, given.questions, given.holdings, base.as_of, given.options)
        keep(given.file, first, {**inputs, "data": "as written", "evidence": ""})
        held = kept(given.file)
    past = past_of(held, given.day, given.baseline)
    case = _case(given)
    layout, file = _written(given, case)
    still, over = open_questions(given.questions, base.as_of, given.day)
    answers, numbers, left = numbers_of(layout, base, still, given.holdings, given.recorded, given.options)
    now = {each.key: each for each in numbers}
    last = past[0]
    changed = changed_inputs(inputs, last.inputs) if last is not None else ()
    causes: Mapping[Key, Mapping[str, float]] = {}
    if last is not None:
        keys = [key for key in now if key in last.numbers]
        causes = shared_out(keys, now, last, changed, lambda new: _again(given, last, new, still))
    sealed = _seal(ledger, answers)
    table = _record(ledger, base)
    keep(given.file, numbers, inputs)
    return Updated(
        day=given.day,
        before=last.available if last is not None else base.as_of,
        file=file,
        passed=tuple(each for each in case.moved.passed if _is_new(each, base, last)),
        notes=(*([said] if said else ()), *case.notes),
        changed=changed,
        changes=changes(now, past, causes, lambda number: _beside(number, given, table)),
        sealed=sealed,
        over=tuple(over),
        left=left,
        record=table.source,
    )


def _is_new(passed: Passed, base: Scenario, last: Kept | None) -> bool:
    """Whether the last update has not told it: a day of the calendar is told once."""
    section, _, name = passed.path.partition(".")
    day = base.calendar[name].date if section == "calendar" else None
    return last is None or day is None or day > last.available


def _inputs(given: Given) -> dict[str, str]:
    """Digests of what the numbers rest on: data (with date and record), evidence, scenario and code."""
    scenario, holdings = given.base.scenario, given.holdings
    series = {}
    for told in scenario.observations.values():
        for name in (told.series, told.beside, told.balance):
            if name is not None and holdings is not None and name in holdings.names():
                series[name] = holdings.digest([name])
    steps = sorted(
        (key, step.date.isoformat(), step.step, step.after)
        for each in given.records
        for key, step in each.record.items()
        if step.date <= given.day
    )
    happened = sorted((name, str(when)) for name, when in events_by(given.records, given.day).items())
    claims = [] if given.evidence is None else sorted(given.evidence.record)
    assumed = {path: quantity.describe() for path, quantity in given.base.overrides.items()}
    return {
        "data": digest([given.day.isoformat(), series, steps, happened]),
        "evidence": digest(claims) if claims else "",
        "scenario": digest([scenario.digest, assumed, sorted(each.id for each in given.questions)]),
        "code": code_digest(),
    }


def _stem(given: Given, day: date) -> str:
    return f"{given.base.scenario.name}-{day}"


def _before(given: Given, day: date) -> Path | None:
    """The newest posterior of the folder that is older than a day."""
    name = given.base.scenario.name
    found = []
    for file in given.folder.glob(f"{name}-*.state.npz") if given.folder.is_dir() else ():
        try:
            of = date.fromisoformat(file.name.removeprefix(f"{name}-").removesuffix(".state.npz"))
        except ValueError:
            continue
        if of < day:
            found.append((of, file))
    return max(found)[1] if found else None


def _case(given: Given, base: Layout | None = None, evidence: bool = True) -> Case:
    state = _before(given, given.day)
    told = [*given.records, *([given.evidence] if evidence and given.evidence is not None else [])]
    before = unpacked(state) if state is not None else None
    return case_of(base or given.base, _out(given, given.day), told, given.day, before, given.options.seed)


def _out(given: Given, day: date) -> Holdings | None:
    """Series as far as they are out when the case of a day is made."""
    return None if given.holdings is None else out_on(given.holdings, day + WITHIN)


def _written(given: Given, case: Case) -> tuple[Layout, Path]:
    """The moved case as files, and as the layout that they give."""
    base, stem, folder = given.base.scenario, _stem(given, case.day), given.folder
    folder.mkdir(parents=True, exist_ok=True)
    fit = fit_of(case, given.base, given.holdings, given.options.seed)
    overlay = dict(case.moved.overlay)
    if overlay.get("fit", "") is None and fit is None and "fit" not in base.tree.children():
        overlay.pop("fit")
    scenario = case.moved.scenario
    if fit is not None:
        overlay["fit"] = f"{stem}.fit.json"
        _write(folder / f"{stem}.fit.json", fit_text(fit).encode())
        scenario = replace(scenario, fit=folder / f"{stem}.fit.json")
    source = Path(base.tree.file)
    shipped = shipped_scenarios()
    parent = base.name if shipped.get(base.name) == source else os.path.relpath(source, folder)
    title = f"{base.title}, moved to {case.day}"[:200]
    text = write_yaml({"tertius": 1, "extends": parent, "title": title, **overlay})
    file = folder / f"{stem}.yaml"
    _write(file, f"# Made by tertius update; what it says is laid over {parent}.\n{text}".encode())
    if case.posteriors is not None:
        _write(folder / f"{stem}.state.npz", packed(case.posteriors))
    _write(folder / f"{base.name}-base-{base.digest[:12]}.yaml", base.without_fit().to_yaml().encode())
    load_scenario(file)  # what is written can be read
    return Layout.of(scenario, dict(given.base.overrides)), file


def _write(file: Path, content: bytes) -> None:
    scratch = file.with_name(f".{file.name}.{os.getpid()}.part")
    scratch.write_bytes(content)
    os.replace(scratch, file)


def _again(given: Given, last: Kept, new: frozenset[str], questions: Sequence[Question]) -> Mapping[Key, Number]:
    """The numbers with some inputs new and the others as at the last update, by the code of today."""
    base = given.base if "scenario" in new else _old_base(given, last)
    evidence = given.evidence if "evidence" in new else None
    if "data" in new:
        told = replace(given, evidence=evidence, base=base)
        layout = _case(told).layout
    else:
        day = last.available
        known = [*given.records, *([_dated(evidence, day)] if evidence is not None else [])]
        state = given.folder / f"{_stem(given, day)}.state.npz"
        before = unpacked(state) if state.is_file() else None
        holdings = _out(given, day) if day > base.scenario.as_of else None  # else its own fit stands
        layout = case_of(base, holdings, known, day, before, given.options.seed).layout
    _, numbers, _ = numbers_of(layout, base.scenario, questions, given.holdings, given.recorded, given.options)
    return {each.key: each for each in numbers}


def _dated(evidence: Steps, day: date) -> Steps:
    """Claims as if they had been let in by an earlier day: what they make is then theirs, and not the later date's."""
    record = {key: step.model_copy(update={"date": min(step.date, day)}) for key, step in evidence.record.items()}
    return replace(evidence, record=record)


def _old_base(given: Given, last: Kept) -> Layout:
    """The scenario as it was at the last update; the present one where it is not kept."""
    prefix = next(
        (f for f in given.folder.glob(f"{given.base.scenario.name}-base-*.yaml") if _digest_of(f, given, last)), None
    )
    if prefix is None:
        return given.base
    scenario = replace(load_scenario(prefix), name=given.base.scenario.name)
    return Layout.of(scenario, dict(given.base.overrides))


def _digest_of(file: Path, given: Given, last: Kept) -> bool:
    try:
        scenario = load_scenario(file)
    except ScenarioError:
        return False
    assumed = {path: quantity.describe() for path, quantity in given.base.overrides.items()}
    told = digest([scenario.digest, assumed, sorted(each.id for each in given.questions)])
    return told == last.inputs.get("scenario")


def _seal(ledger: Ledger | None, answers: Answers | None) -> Sealed | None:
    if ledger is None or answers is None:
        return None
    try:
        return seal(ledger, answers)
    except DataError as error:
        if error.place != "seal" or "none of which" not in error.given:
            raise
        return None


def _record(ledger: Ledger | None, scenario: Scenario) -> Table:
    forecasts = [] if ledger is None else forecasts_of(ledger.entries(), datetime.now(UTC).date())
    return record_of(forecasts, lineage(scenario))


def _beside(number: Number, given: Given, table: Table) -> str:
    """What came of numbers like one: chances by the table, an observed outcome by the fit's own backtest."""
    weeks = (date.fromisoformat(number.target) - given.day).days / DAYS
    if number.kind == "level":
        return _missed(number, given.base, weeks)
    if number.kind != "chance" or number.value in (0.0, 1.0):  # nothing is open that a record could speak of
        return ""
    asked = next((each for each in given.questions if each.id == number.question), None)
    return "" if asked is None else table.beside(asked.instrument is None, round(weeks), number.value)


def _missed(number: Number, base: Layout, weeks: float) -> str:
    """By how much forecasts over about as many weeks missed, beside the best simple rule; empty without a backtest."""
    outputs = {told.output for told in base.scenario.outcomes.values() if told.name == number.name}
    observed = {name for name, told in base.scenario.observations.items() if told.output in outputs}
    told = base.posterior.told.get("record", {}).get("rows", []) if base.posterior is not None else []
    rows = [row for row in told if row["series"] in observed and row["kind"] == "cumulative"]
    if not rows:
        return ""
    near = min(rows, key=lambda row: abs(row["horizon"] - weeks))
    return f"{near['horizon']} weeks: missed by {near['crps']:,.0f}, a simple rule by {near['best_crps']:,.0f}"
