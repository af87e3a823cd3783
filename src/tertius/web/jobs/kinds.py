"""What can be asked, and with which arguments: the one table of kinds, and how arguments are checked before they wait.

Arguments are JSON data and name no file: scenarios, questions and evidence are those of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from tertius.defaults import FUTURES, SEED
from tertius.errors import OptionError, UnknownName, nearest

QUICK: Final = 1000
"""Futures of what a reader waits for."""
MOST_FUTURES: Final = 20_000
MOST_NAMES: Final = 60
Name = Annotated[str, Field(max_length=200)]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_NAMES)]
Settings = Annotated[dict[Name, FiniteFloat], Field(max_length=MOST_NAMES)]
Futures = Annotated[int, Field(ge=1, le=MOST_FUTURES)]


class Arguments(BaseModel):
    """What any kind takes: further names are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = SEED


class Asked(Arguments):
    """A run over the horizon."""

    weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    assume: Settings = Field(default_factory=dict, description="quantities set in every world: path -> value")


class Worlds(Asked):
    """Two worlds: as it stands, and another."""

    without: Names = Field((), description="events undone in the other world, each EVENT or EVENT:MODE")
    mode: Literal["", "never", "withdraw", "no-further"] = ""
    settings: Settings = Field(default_factory=dict, description="quantities set in the other world alone")


class Brief(Worlds):
    """The answer of a case, kept among its results."""

    futures: Futures = FUTURES
    whole: bool = True
    causes: bool = False
    evidence: bool = Field(False, description="weigh the futures by the claims that were accepted")


class WhatIf(Worlds):
    """Another world beside the one that stands."""

    steps: Names = Field((), description="steps forced in the other world, each INSTRUMENT:up or :down, with @WEEK")
    both_steps: Names = Field((), description="steps forced in both worlds, written the same way")
    futures: Futures = QUICK


class Chronicle(Worlds):
    """One future, told in lines."""

    future: Annotated[int, Field(ge=0, lt=MOST_FUTURES)] | None = None
    futures: Futures = QUICK


class Given(Arguments):
    """What others do once one has stepped."""

    instrument: Name
    direction: Literal["up", "down"] = "up"
    assume: Settings = Field(default_factory=dict)
    futures: Futures = QUICK
    weeks: Annotated[int, Field(ge=1, le=520)] | None = None


class Options(Worlds):
    """What one state could do."""

    actor: Name
    levers: Names = ()
    at: Annotated[tuple[Annotated[int, Field(ge=0, le=520)], ...], Field(max_length=12)] = (0, 13)
    values: Names = ()
    pairs: bool = True
    futures: Annotated[int, Field(ge=0, le=MOST_FUTURES)] = 0


class Inverse(Asked):
    """What would have to change for an event to become likely, or no longer."""

    event: Name = ""
    above: Annotated[FiniteFloat, Field(gt=0, lt=1)] | None = None
    below: Annotated[FiniteFloat, Field(gt=0, lt=1)] | None = None
    actors: Names = ()
    futures: Annotated[int, Field(ge=0, le=MOST_FUTURES)] = 0


class Indicators(Asked):
    """What to watch for."""

    targets: Names = ()
    futures: Futures = FUTURES


class Hypotheses(Asked):
    """What tells rival hypotheses apart."""

    names: Names = ()
    futures: Futures = FUTURES


class Watch(Indicators):
    """What has tripped by a day."""

    as_of: date | None = None
    evidence: bool = Field(False, description="weigh the futures by the claims that were accepted")


class Storylines(Worlds):
    """The kinds of path that futures take."""

    box: Name = ""
    futures: Futures = FUTURES


class Ask(Arguments):
    """Questions that can be settled."""

    only: Names = ()
    assume: Settings = Field(default_factory=dict)
    futures: Futures = FUTURES


class Missing(Arguments):
    """What is yet to be looked up."""

    futures: Futures = 400
    weeks: Annotated[int, Field(ge=1, le=520)] | None = None


class Read(BaseModel):
    """A text that was sent before, to be read and filed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upload: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="hash of the text, as sending it gave")]
    name: Name = ""
    origin: Name = ""
    grade: Annotated[str, Field(pattern=r"^[A-Fa-f][1-6]$")] = "B2"
    published: Annotated[str, Field(max_length=10)] = ""
    by: Name = ""


class DataFile(BaseModel):
    """A file of series that was sent before, to be read and kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upload: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="hash of the file, as sending it gave")]
    name: Name


class Seal(Arguments):
    """Answers to be sealed."""

    only: Names = ()
    kind: Literal["", "live", "backtest"] = ""
    futures: Futures = FUTURES


class Verify(BaseModel):
    """A ledger to be checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    head: Annotated[str, Field(pattern=r"^([0-9a-f]{8,64})?$", description="a hash that was kept")] = ""


class New(BaseModel):
    """A war to draft; what an article tells need not be given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="id of the case that is made")]
    between: Annotated[tuple[Name, ...], Field(max_length=2)] = ()
    entrant: Name = ""
    beside: Name = ""
    as_of: date | None = None
    third: Names = ()
    began: date | None = None
    present: bool | None = None
    kind: Literal["front", "strikes", "both"] = "front"
    upload: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", description="hash of an article that was sent")] = ""


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bundle(BaseModel):
    """A result as a static site, packed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    result: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""


class Prospects(BaseModel):
    """A seat of a seminar that asks what the steps of its state would change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seminar: Name
    branch: Name
    turn: Annotated[int, Field(ge=0, le=520, description="turns that the branch had when it was asked")]
    state: Name


class Courses(BaseModel):
    """Branches of a seminar beside the program's futures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seminar: Name
    turns: Annotated[dict[Name, int], Field(max_length=MOST_NAMES, description="branch -> turns that it had")]


class Estimates(Arguments):
    """A round of estimates to begin: what is estimated, by how many, and the hash of the secret that leads it."""

    round: Name
    lead: Name
    events: Names = ()
    quantities: Names = ()
    questions: Names = ()
    analysts: Annotated[int, Field(ge=1, le=50)] = 3
    names: Names = ()
    futures: Futures = QUICK


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    place      MODULE:NAME of the function of (desk, case, arguments, progress) that does it and returns JSON data
    arguments  what it takes
    what       what it does, for a reader
    lasting    whether its result answers the same question again while the case is the same
    hidden     whether it is asked, and its result told, at addresses of its own alone: a seat's, an analyst's
    """

    place: str
    arguments: type[BaseModel]
    what: str
    lasting: bool = True
    hidden: bool = False


_HERE = "tertius.web.jobs.asking"
_EVIDENCE = "tertius.web.jobs.evidence"
_LEDGER = "tertius.web.jobs.ledger"
_TOGETHER = "tertius.web.jobs.together"
KINDS: Final[Mapping[str, Kind]] = {
    "brief": Kind(f"{_HERE}:brief", Brief, "the answer, with all that it rests on", lasting=False),
    "what-if": Kind(f"{_HERE}:what_if", WhatIf, "another world beside the one that stands"),
    "chronicle": Kind(f"{_HERE}:chronicle", Chronicle, "one future, told in dated lines"),
    "given": Kind(f"{_HERE}:given", Given, "what others do once one state has taken a step"),
    "options": Kind(f"{_HERE}:options", Options, "what one state could do, and what each step changes"),
    "inverse": Kind(f"{_HERE}:inverse", Inverse, "what would have to change for an event to become likely"),
    "indicators": Kind(f"{_HERE}:indicators", Indicators, "what tells early whether an event comes"),
    "hypotheses": Kind(f"{_HERE}:hypotheses", Hypotheses, "what speaks for each of the case's rival hypotheses"),
    "watch": Kind(f"{_HERE}:watch", Watch, "what has tripped by a day", lasting=False),
    "storylines": Kind(f"{_HERE}:storylines", Storylines, "the kinds of path that the futures take"),
    "ask": Kind(f"{_HERE}:ask", Ask, "answers to questions that can be settled"),
    "read": Kind(f"{_EVIDENCE}:read", Read, "a text, read and filed in the inbox", lasting=False),
    "data": Kind(f"{_EVIDENCE}:data", DataFile, "a file of series, read and kept with its case", lasting=False),
    "weigh": Kind(f"{_EVIDENCE}:weigh", Nothing, "futures that claims are weighed on", lasting=False),
    "bundle": Kind("tertius.web.bundling:bundled", Bundle, "a result as a static site, to be taken", lasting=False),
    "seal": Kind(f"{_LEDGER}:seal", Seal, "answers, sealed in the ledger", lasting=False),
    "verify": Kind(f"{_LEDGER}:verify", Verify, "the ledger, checked layer by layer", lasting=False),
    "new": Kind("tertius.web.jobs.drafting:new", New, "a draft of another war, as a case of its own", lasting=False),
    "missing": Kind(f"{_HERE}:missing", Missing, "what is yet to be looked up, by what it moves"),
    "prospects": Kind(
        f"{_TOGETHER}:prospects", Prospects, "what each step of a played state would change", hidden=True
    ),
    "courses": Kind(f"{_TOGETHER}:courses", Courses, "branches of a seminar beside its futures", hidden=True),
    "estimates": Kind(f"{_TOGETHER}:estimates", Estimates, "a round of estimates, begun", lasting=False, hidden=True),
}
"""Name -> kind. Another kind of work is one line here, its arguments, and its function anywhere."""


def kind_of(name: str) -> Kind:
    """A kind by its name. Raises UnknownName."""
    if name not in KINDS:
        raise UnknownName("kind of job", name, KINDS)
    return KINDS[name]


def checked(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a kind, with what is taken where nothing is said, as JSON data. Raises UnknownName, OptionError."""
    model = kind_of(name).arguments
    try:
        return model.model_validate_json(_text(arguments)).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "arguments"
        if first["type"] == "extra_forbidden":
            near = nearest(str(first["loc"][0]), model.model_fields)
            fix = f"write {near}" if near else "leave it out"
            raise OptionError(place, _short(first["input"]), ", ".join(model.model_fields), fix) from None
        raise OptionError(place, _short(first["input"]), first["msg"], f"change {place}") from None


def _text(arguments: Mapping[str, Any]) -> str:
    import json

    try:
        return json.dumps(dict(arguments))
    except (TypeError, ValueError, RecursionError) as error:
        raise OptionError("arguments", type(arguments).__name__, "a JSON object", f"send one ({error})") from error


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
