<<<<<<< HEAD
"""What several people work on at once: one file, written whole at every change, refused where it was cut off or edited.

It holds secrets and is readable by its owner alone.
=======
"""Futures that are kept so that claims weigh them at once: no claim that is accepted, changed or taken back needs a run.

What is kept of both worlds: outcomes week by week, of the scenario as it stands what claims are held against, and
whether each headline chance comes in each future. With few futures that agree with the claims `Evidence.enough` says
so; `impact.claims.compare_by` then runs more, this does not.
>>>>>>> main
"""

from __future__ import annotations

<<<<<<< HEAD
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from tertius.engine import Layout
from tertius.engine.compiled import law_hash
from tertius.errors import ArchiveError, OptionError
from tertius.evidence.lock import locked

LONGEST_NAME = 60
LONGEST_TEXT = 2000


class Record(Protocol):
    """A frozen dataclass that says which form it has, and what it was made on."""

    @property
    def form(self) -> int:
        """Version of what is written."""

    @property
    def scenario(self) -> str:
        """Name of the scenario."""

    @property
    def digest(self) -> str:
        """What `digest_of` gave for it."""


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Kept(Generic[R]):
    """How records of one kind are kept: the word for one, and its type."""

    word: str
    kind: type[R]
    form: int

    @property
    def file(self) -> str:
        """Name of the file in its folder."""
        return f"{self.word}.json"

    @contextmanager
    def held(self, folder: Path) -> Iterator[None]:
        """Let nobody else change it meanwhile, in this process or another. Raises ArchiveError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with locked(folder / f"{self.word}.lock"):
                yield
        except OSError as error:
            raise ArchiveError(f"cannot write {folder}: {error.strerror or error}; choose another folder") from error

    def write(self, folder: Path, record: R) -> None:
        """Write it whole or not at all, safe against the loss of power. Raises OSError."""
        body = _form(self.kind).dump_python(record, mode="json")
        text = json.dumps({"sha256": _hash(body), self.word: body}, ensure_ascii=False)
        scratch = folder / f".{self.file}.{os.getpid()}.part"
        try:
            opened = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(folder / self.file)
        finally:
            scratch.unlink(missing_ok=True)

    def read(self, folder: Path, layout: Layout) -> R:
        """Read what is kept in a folder. Raises ArchiveError where there is none, it is damaged, or of another war."""
        file = folder / self.file
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            if told["sha256"] != _hash(told[self.word]):
                raise ValueError("it was cut off or edited")
            if told[self.word]["form"] != self.form:
                raise ValueError(f"it has form {told[self.word]['form']}, this version reads form {self.form}")
            record: R = _form(self.kind).validate_python(told[self.word])
        except FileNotFoundError:
            told_so = f"{folder} holds no {self.word}: there is no {self.file}; begin one, or name another folder"
            raise ArchiveError(told_so) from None
        except OSError as error:
            raise ArchiveError(f"{file}: {error.strerror or error}; name another folder") from error
        except (ValueError, KeyError, TypeError) as error:
            unread = isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
            why = "it was cut off or edited" if unread else str(error).splitlines()[0]
            raise ArchiveError(f"{file} is damaged ({why}); put back a copy of it, or begin another") from None
        self._check(record, layout)
        return record

    def _check(self, record: R, layout: Layout) -> None:
        name = layout.scenario.name
        if record.scenario != name:
            raise ArchiveError(f"this {self.word} is of the scenario {record.scenario}, not {name}; open it with that")
        if record.digest != digest_of(layout):
            raise ArchiveError(
                f"the scenario {name}, or the laws, were changed since this {self.word} began; put back what it was "
                "begun with, or begin another"
            )


def digest_of(layout: Layout) -> str:
    """Hash of the scenario, of what is set by hand in it, and of the laws."""
    told = [f"{path}={quantity!r}" for path, quantity in sorted(layout.overrides.items())]
    return sha256("\0".join([layout.scenario.digest, law_hash(), *told]).encode()).hexdigest()


def secret() -> str:
    """A secret that cannot be guessed, fit for an address."""
    return secrets.token_urlsafe(24)


def one_line(option: str, text: str, longest: int = LONGEST_NAME) -> str:
    """A text as it is kept: one line, without control characters. Raises OptionError for one that is too long."""
    told = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(told) > longest:
        raise OptionError(option, told[:LONGEST_NAME] + "…", f"{longest} signs at most", "shorten it")
    return told


@cache
def _form(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _hash(body: Any) -> str:
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
=======
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
from tertius.impact.claims import Evidence, Shift, evidence_on, shift_of
from tertius.impact.comparison import Comparison, pair, weeks_of
from tertius.impact.needed import claim_outputs, first_page_outputs
from tertius.impact.question import Question, other_of
from tertius.impact.reactions import left_in, reactions
from tertius.impact.summary import chances
from tertius.impact.system import happened
from tertius.inference.conditioning import Floats, weigh


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
    rows = [
        ChanceShift(what, week, shift_of(each)) for (what, week), each in zip(kept.chances, moved, strict=True)
    ]
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
            about = json.loads(arrays["about"].tobytes())
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
>>>>>>> main
