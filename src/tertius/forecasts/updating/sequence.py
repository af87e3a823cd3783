"""The posterior of a case from week to week: each observation's structures carried on, weighed by past scores.

At each date every structure tells what it expects; once the weeks have passed it is scored, and the weights of the
structures follow by the rule of `forecasts.pool`, times the weights with which the sequence began. A sequence begins
from the fit that the scenario names, else from a fit of its own on what was known on its first day.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tertius.calendar import DAYS
from tertius.engine import Layout
from tertius.engine.posterior import Block
from tertius.engine.posterior import Structure as Part
from tertius.errors import DataError
from tertius.evidence import Holdings
from tertius.forecasts.ledger.scoring import crps_of_quantiles
from tertius.forecasts.pool import weights_by_score
from tertius.forecasts.questions.past import LEVELS
from tertius.inference.fit import FEWEST_WEEKS, Fitted, Model
from tertius.inference.measuring import Target, contradiction, measure, targets
from tertius.inference.sequential import Held, Step, assimilate, begin, begin_from, fitted_of
from tertius.inference.structures import Measured, structures_of
from tertius.nested import read_json

Floats = NDArray[np.float64]
HORIZONS = (1, 4, 13, 26)
ROWS = 400
KEPT = 104  # dates whose forecasts are kept to be scored


@dataclass(frozen=True)
class Track:
    """One observation's sequence.

    held     structure -> its posterior
    first    weights with which the sequence began, by structure
    days     dates at which the structures told what they expect, oldest first
    told     what they told: quantiles at LEVELS of the change over HORIZONS, shape (date, structure, horizon, level)
    weights  of the structures now
    """

    held: Mapping[str, Held]
    first: Mapping[str, float]
    days: tuple[date, ...]
    told: Floats
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Sequence:
    """The posterior of a case on a day. tracks: observation -> its sequence; notes: what was left out, what was far."""

    day: date
    tracks: Mapping[str, Track]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Carried:
    """A sequence on a day with what a run needs of it. fitted: observation -> its structures as fits."""

    sequence: Sequence
    blocks: tuple[Block, ...]
    fitted: Mapping[str, tuple[Fitted, ...]]
    steps: Mapping[str, Mapping[str, Step]]


def carried(
    layout: Layout, holdings: Holdings, day: date, before: Sequence | None, seed: int, own_fit: Layout | None = None
) -> Carried:
    """Carry the posterior of a case on to a day, or begin it.

    Args:
        layout: the case as of the day, whose quantities are learnt.
        holdings: what was known on the day.
        day: the day.
        before: the sequence of an earlier day; None begins one.
        seed: names the random numbers.
        own_fit: where one begins: the scenario as it was fitted, whose fit is taken as the beginning.

    Raises:
        DataError: readings that no row can yield.
    """
    tracks: dict[str, Track] = {}
    notes: list[str] = []
    blocks, fitted, steps = [], {}, {}
    for target in targets(layout):
        try:
            measured = padded(holdings, target, day)
        except DataError as error:
            notes.append(f"{target.name} left out: {error.place}: {error.given}")
            continue
        if measured.known < FEWEST_WEEKS:
            notes.append(f"{target.name} left out: {measured.known} known weeks, fewer than {FEWEST_WEEKS}")
            continue
        try:
            track, took = _track(target, measured, day, before, seed, own_fit, holdings)
        except FloatingPointError as error:
            raise contradiction(holdings, target, day) from error
        notes += [f"{target.name}: the week was far from what {name} expected" for name, s in took.items() if s.is_far]
        models = [Model(target, each) for each in structures_of(target.output)]
        now = tuple(fitted_of(model, track.held[model.structure.name], measured, seed, f"{day}") for model in models)
        track = _scored(track, now, measured, day)
        tracks[target.name], fitted[target.name], steps[target.name] = track, now, took
        blocks.append(_block(target, now, track))
    return Carried(Sequence(day, tracks, tuple(notes)), tuple(blocks), fitted, steps)


def padded(holdings: Holdings, target: Target, day: date) -> Measured:
    """What is known, up to a day; weeks that are not known are missing. Raises DataError."""
    found = measure(holdings, target, day)
    last = holdings.series(target.observation.series).until(day).last
    gap = 0 if last is None else (day - last).days // DAYS
    if gap <= 0 or not len(found.change):
        return found
    change = np.concatenate([found.change, np.full((gap, 2), np.nan)])
    moved = None if found.balance is None else np.concatenate([found.balance, np.full(gap, found.balance[-1])])
    return replace(found, change=change, balance=moved)


def _track(
    target: Target,
    measured: Measured,
    day: date,
    before: Sequence | None,
    seed: int,
    own_fit: Layout | None,
    holdings: Holdings,
) -> tuple[Track, dict[str, Step]]:
    models = {each.name: Model(target, each) for each in structures_of(target.output)}
    old = before.tracks.get(target.name) if before is not None else None
    if old is not None and all(
        name in old.held and old.held[name].unknown == model.unknown(measured) for name, model in models.items()
    ):
        found = {name: assimilate(model, old.held[name], measured, seed, f"{day}") for name, model in models.items()}
        held = {name: one for name, (one, _) in found.items()}
        return replace(old, held=held), {name: step for name, (_, step) in found.items()}
    block = _own_block(target, own_fit)
    if block is None or own_fit is None:
        held = {name: begin(model, measured, seed, f"{day}", ROWS) for name, model in models.items()}
        weights = {name: 1.0 / len(models) for name in models}
        return Track(held, weights, (), _nothing(len(models)), weights), {}
    fitted_on = own_fit.scenario.as_of
    then = padded(holdings, target, fitted_on)
    held, steps = {}, {}
    weights = {part.name: part.weight for part in block.structures}
    for name, model in models.items():
        (part,) = [each for each in block.structures if each.name == name]
        short = {path.rpartition(".")[2]: part.rows[:, place] for place, path in enumerate(block.columns)}
        rows = {key: values for key, values in short.items() if not np.isnan(values).any()}
        held[name] = begin_from(model, then, rows, seed, f"{fitted_on}")
        if model.unknown(measured) != held[name].unknown:
            held[name] = begin(model, measured, seed, f"{day}", ROWS)
        elif day > fitted_on:
            held[name], steps[name] = assimilate(model, held[name], measured, seed, f"{day}")
    return Track(held, weights, (), _nothing(len(models)), weights), steps


def _nothing(members: int) -> Floats:
    return np.zeros((0, members, len(HORIZONS), len(LEVELS)))


def _own_block(target: Target, own_fit: Layout | None) -> Block | None:
    posterior = own_fit.posterior if own_fit is not None else None
    blocks = posterior.blocks if posterior is not None else ()
    names = {each.name for each in structures_of(target.output)}
    found = [each for each in blocks if each.observation == target.name]
    return found[0] if found and {part.name for part in found[0].structures} == names else None


def _scored(track: Track, now: tuple[Fitted, ...], measured: Measured, day: date) -> Track:
    """The track with what is expected on the day, and weights by what was expected before and has come."""
    change = measured.change[:, 0]
    if not track.days or track.days[-1] < day:
        paths = [np.cumsum(one.ahead(max(HORIZONS)), axis=1) for one in now]
        told = np.array([[np.quantile(path[:, h - 1], LEVELS) for h in HORIZONS] for path in paths])
        days = (*track.days, day)[-KEPT:]
        track = replace(track, days=days, told=np.concatenate([track.told, told[None]])[-KEPT:])
    scores = np.full(track.told.shape[:3], np.nan)
    for place, then in enumerate(track.days):
        origin = len(change) - (day - then).days // DAYS
        for row, horizon in enumerate(HORIZONS):
            if origin >= 0 and origin + horizon <= len(change):
                came = float(change[origin : origin + horizon].sum())
                if np.isfinite(came):
                    scores[place, :, row] = [crps_of_quantiles(each, came) for each in track.told[place, :, row]]
    every = (
        max(1, round(float(np.median(np.diff([d.toordinal() for d in track.days]))) / DAYS))
        if len(track.days) > 1
        else 1
    )
    by_score = weights_by_score(scores, HORIZONS, len(track.days) - 1, every)
    raw = by_score * np.array([track.first[one.model.structure.name] for one in now])
    return replace(
        track,
        weights={one.model.structure.name: float(w) for one, w in zip(now, raw / raw.sum(), strict=True)},
    )


def _block(target: Target, now: tuple[Fitted, ...], track: Track) -> Block:
    columns = sorted({name for each in now for name in each.model.structure.columns if name in target.quantities})
    parts = []
    for each in now:
        held = each.named | each.end
        silent = np.full(len(each.height), np.nan)
        rows = [held.get(name, silent) if name in each.model.structure.columns else silent for name in columns]
        parts.append(Part(each.model.structure.name, track.weights[each.model.structure.name], np.stack(rows, axis=1)))
    return Block(target.name, tuple(f"{target.record}.{name}" for name in columns), tuple(parts))


def packed(sequence: Sequence) -> bytes:
    """A sequence as a file (compressed arrays of NumPy with one text)."""
    arrays: dict[str, NDArray[np.generic]] = {}
    head: dict[str, object] = {"day": sequence.day.isoformat(), "notes": list(sequence.notes), "tracks": {}}
    told: dict[str, object] = {}
    for name, track in sequence.tracks.items():
        told[name] = {
            "first": dict(track.first),
            "weights": dict(track.weights),
            "days": [day.isoformat() for day in track.days],
            "unknown": {key: list(held.unknown) for key, held in track.held.items()},
        }
        arrays[f"{name}/told"] = track.told
        for key, held in track.held.items():
            arrays |= {f"{name}/{key}/{part}": getattr(held, part) for part in ("z", "weight", "height")}
    head["tracks"] = told
    arrays["head"] = np.array(json.dumps(head, sort_keys=True))
    sink = io.BytesIO()
    np.savez_compressed(sink, **arrays)  # type: ignore[arg-type]
    return sink.getvalue()


def unpacked(file: Path) -> Sequence:
    """A sequence from its file. Raises DataError where it is damaged."""
    try:
        with np.load(file, allow_pickle=False) as read:
            head = read_json(str(read["head"]))
            tracks = {}
            for name, told in head["tracks"].items():
                held = {
                    key: Held(tuple(names), *(read[f"{name}/{key}/{part}"] for part in ("z", "weight", "height")))
                    for key, names in told["unknown"].items()
                }
                days = tuple(date.fromisoformat(day) for day in told["days"])
                tracks[name] = Track(held, told["first"], days, read[f"{name}/told"], told["weights"])
            return Sequence(date.fromisoformat(head["day"]), tracks, tuple(head["notes"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        fix = "remove the file; the update then begins from the scenario's own fit"
        raise DataError(str(file), f"damaged: {error}", "a state that tertius update wrote", fix) from error
