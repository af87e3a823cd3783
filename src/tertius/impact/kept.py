"""Futures that are kept so that claims weigh them at once: none that is accepted, changed or undone needs a run.

What is kept of both worlds: outcomes week by week, of the scenario as it stands what claims are held against, and
whether each headline chance comes in each future. With few futures that agree with the claims `Evidence.enough` says
so; `impact.weighed.compare_by` then runs more, this does not.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.errors import ArchiveError
from tertius.evidence.claims.bearings import Weighable
from tertius.impact.battlefield import lands_held
from tertius.impact.claims import Evidence, Shift
from tertius.impact.comparison import Comparison, pair, weeks_of
from tertius.impact.needed import claim_outputs, first_page_outputs
from tertius.impact.question import Question, other_of
from tertius.impact.reactions import left_in, reactions
from tertius.impact.summary import chances
from tertius.impact.system import happened
from tertius.impact.weighed import evidence_on, shift_of
from tertius.inference.conditioning import Floats, weigh
from tertius.nested import read_json


@dataclass(frozen=True)
class Kept:
    """Futures of both worlds, for weighing.

    worlds   the two worlds
    chances  what each headline chance is of, as `summary.Chance.what`, and its week
    came     whether it comes, shape (chance, trajectory), 1 or 0
    """

    worlds: Comparison
    chances: tuple[tuple[str, int], ...]
    came: Floats


@dataclass(frozen=True)
class ChanceShift:
    """How a headline chance moves.

    what   what it is of, as `summary.Chance.what`
    week   weeks after the as-of date
    shift  how it moves
    """

    what: str
    week: int
    shift: Shift


@dataclass(frozen=True)
class Weighing:
    """Claims weighed on futures that were kept."""

    evidence: Evidence
    chances: tuple[ChanceShift, ...]


def keep(
    layout: Layout,
    question: Question,
    options: Options,
    wanted: Sequence[tuple[str, int]] = (),
    progress: Progress | None = None,
) -> Kept:
    """Run both worlds and keep what claims need. wanted: chances to follow; else those that a first page would tell."""
    read = tuple(dict.fromkeys((*first_page_outputs(layout), *claim_outputs(layout))))
    found = pair(layout, question, replace(options, outputs=read), (), progress)
    told = tuple(wanted) or tuple((one.what, one.week) for one in chances(found, reactions(found)))
    came = np.array([_came(found.base, what, week) for what, week in told], dtype=np.float64)
    return Kept(found, told, came.reshape(len(told), len(found.base.trajectories)))


def _came(world: Ensemble, what: str, week: int) -> np.ndarray:
    """Whether a chance of the first page comes in each future, shape (trajectory,)."""
    kind, _, path = what.partition(":")
    week = min(week, world.weeks)
    if kind == "end":
        return np.asarray(happened(world.path("world.ended"))[:, week] > 0)
    if kind == "rung":
        return np.asarray(happened(world.path(f"{path}.reached"))[:, week] > 0)
    if kind == "step":
        name, _, direction = path.rpartition(":")
        level = world.path(f"instruments.{name}.level").astype(np.float64)
        return np.asarray(left_in(level, direction) <= week)
    return next(held[kind] for name, held in lands_held(world) if name == path)


def weighed_on(kept: Kept, claims: Sequence[Weighable]) -> Weighing:
    """What claims move of the futures that were kept. Raises as `conditioning.weigh` does."""
    weighed = weigh(kept.worlds.base, claims)
    moved = [weighed.moved(came, weighed.base, weighed.weights) for came in kept.came]
    rows = [ChanceShift(what, week, shift_of(each)) for (what, week), each in zip(kept.chances, moved, strict=True)]
    return Weighing(evidence_on(kept.worlds, weighed), tuple(rows))


def packed(kept: Kept) -> bytes:
    """The futures as one compressed file of arrays."""
    base, other = kept.worlds.base, kept.worlds.other
    paths = claim_outputs(base.layout)
    about = {
        "seed": base.seed,
        "weeks": base.weeks,
        "replicates": base.replicates,
        "asked": base.asked,
        "paths": list(paths),
        "chances": [list(each) for each in kept.chances],
    }
    held = np.stack([base.path(path) for path in paths], axis=2) if paths else np.zeros((*base.samples.shape[:2], 0))
    sink = io.BytesIO()
    np.savez_compressed(
        sink,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        trajectories=base.trajectories,
        base=base.samples.astype(np.float32),
        other=other.samples.astype(np.float32),
        held=held.astype(np.float32),
        came=kept.came.astype(np.bool_),
    )
    return sink.getvalue()


def unpacked(file: Path, layout: Layout, question: Question) -> Kept:
    """The futures of such a file, of the scenario and question that they were run for. Raises ArchiveError."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            about = read_json(arrays["about"].tobytes())
            numbers, held, came = arrays["trajectories"], arrays["held"], arrays["came"].astype(np.float64)
            samples = [arrays[name].astype(np.float64) for name in ("base", "other")]
        told = about["seed"], about["weeks"], about["replicates"], about["asked"]
        paths, rows = tuple(about["paths"]), tuple((str(what), int(week)) for what, week in about["chances"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{file.name} is damaged ({error}); weigh the claims anew") from error
    none = np.zeros((0, about["weeks"] + 1, 0), dtype=np.float32)
    base = Ensemble("base", layout, *told, numbers, samples[0], paths, held)
    other = Ensemble("other", other_of(layout, question), *told, numbers, samples[1], (), none)
    weeks = weeks_of(layout, Options(weeks=base.weeks))
    return Kept(Comparison(base, other, question, weeks), rows, came)
