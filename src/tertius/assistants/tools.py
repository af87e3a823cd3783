"""The calls that an assistant may make; each is one of the public front within the server's bounds."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import anyio
from mcp.server.mcpserver import Context
from pydantic import Field

import tertius
from tertius.api.calls import Watch
from tertius.api.days import day_option
from tertius.assistants.bounds import Bounds
from tertius.assistants.kept import Kept, name_of
from tertius.assistants.telling import head_of, page_of, rest_of, watch_text
from tertius.defaults import SEED
from tertius.engine import law_hash
from tertius.evidence.reading.documents import LIMIT
from tertius.impact.written import plain_data, written
from tertius.report.asked_questions import asked_data

if TYPE_CHECKING:
    from tertius.api.result import Comparison

Data: TypeAlias = dict[str, Any]
Named: TypeAlias = Annotated[str, Field(description="A shipped scenario, or a YAML file in the server's folder.")]
Events: TypeAlias = Annotated[
    list[str],
    Field(
        description="EVENT or EVENT:MODE undone in the other world; MODE never, withdraw or no-further. Else its own."
    ),
]
Values: TypeAlias = dict[str, float]
Assumed: TypeAlias = Annotated[Values, Field(description="PATH: number, set in every world. explain says what it is.")]
Altered: TypeAlias = Annotated[Values, Field(description="PATH: number, set in the other world alone.")]
Futures: TypeAlias = Annotated[
    int | None, Field(description="How many futures: more take longer and leave less to chance. Else 1,000.")
]
Weeks: TypeAlias = Annotated[int | None, Field(description="Horizon in weeks; else the scenario's.")]
Seed: TypeAlias = Annotated[int, Field(description="Same seed, same numbers.")]
Answered: TypeAlias = Annotated[str, Field(description="The id that a call gave under rest.answer.")]
NONE: list[str] = []
NOTHING: Values = {}
OFTEN = 0.5
"""Seconds between two reports of progress."""


@dataclass(frozen=True)
class Calls:
    """The calls of one server, one run at a time.

    bounds   what may be asked
    running  held while futures are run
    """

    bounds: Bounds
    running: threading.Lock = field(default_factory=threading.Lock)

    @property
    def kept(self) -> Kept:
        """The answers of this server's folder."""
        return Kept(self.bounds.answers)

    def scenarios(self) -> Data:
        """List the wars that can be asked about: those shipped, and files in the server's folder."""
        shipped = [
            {"name": each.name, "title": each.title, "as_of": each.as_of.isoformat()} for each in tertius.scenarios()
        ]
        return {"shipped": shipped, "files": self.bounds.scenarios()}

    def check(self, scenario: Named) -> Data:
        """Check a scenario: what it holds, or every problem with its line, what is allowed and the fix."""
        return asdict(tertius.check(self.bounds.scenario(scenario))) | {"valid": True}

    def explain(
        self,
        path: Annotated[str, Field(description="Such as theatres.river.area, contingents, or the law ground.")],
        scenario: Annotated[str, Field(description="Whose values are told; else a shipped one that has it.")] = "",
    ) -> Data:
        """Say what a quantity, output, record, section or law means: unit, value or prior, source, laws that use it."""
        found = asdict(tertius.explain(path, self.bounds.scenario(scenario) if scenario else None))
        return found | {"file": Path(found["file"]).name if found["file"] else None}

    def country(
        self,
        code: Annotated[str, Field(description="ISO code of three letters, or a state's name.")],
        beside: Annotated[str, Field(description="Another state: what the two are to each other.")] = "",
        year: Annotated[int | None, Field(description="As of this year; else the last known.")] = None,
    ) -> Data:
        """Look a state up: strength, regime, neighbours, allies, rivals; every number with its year and publisher."""
        return tertius.country(code, beside or None, year).data()

    def read(
        self,
        text: Annotated[str, Field(description="The text itself.")] = "",
        file: Annotated[str, Field(description="Or a text, HTML or PDF file in the server's folder.")] = "",
        published: Annotated[str, Field(description="Its day, YYYY-MM-DD, which 'last week' counts from.")] = "",
        scenario: Annotated[str, Field(description="Name the instruments of this scenario, too.")] = "",
    ) -> Data:
        """Read a text: who does what to whom, how surely, by whose word; stances; quantities; each with its words."""
        if len(text) > LIMIT:
            fix = "read it in parts, or put it into the server's folder"
            raise tertius.OptionError("text", f"{len(text):,} signs", f"at most {LIMIT:,}", fix)
        place = self.bounds.file("file", file) if file else ""
        named = self.bounds.scenario(scenario) if scenario else None
        return tertius.read(place, text=text, published=published, scenario=named).data()

    def brief(
        self,
        context: Context[Any, Any],
        scenario: Named,
        without: Events = NONE,
        set_in_other: Altered = NOTHING,
        assume: Assumed = NOTHING,
        whole: Annotated[
            bool, Field(description="All chapters, not only the first page's; takes three times.")
        ] = False,
        futures: Futures = None,
        weeks: Weeks = None,
        seed: Seed = SEED,
    ) -> Data:
        """Say what an entry into a war changes: first page in words, headline differences, chances; the rest by id.

        Differences are the scenario as it stands less the other world. Intervals hold 80%.
        """
        asked: Data = {"without": list(without), "settings": dict(set_in_other), "assume": dict(assume)}
        told: Data = asked | {"whole": whole, "futures": self.bounds.counted(futures), "weeks": weeks, "seed": seed}
        make = partial(tertius.brief, light=True, **told)

        def head(made: Comparison) -> Data:
            return head_of(made, made.answer.headlines) | page_of(made)

        return self._answered("brief", scenario, told, make, context, head)

    def compare(
        self,
        context: Context[Any, Any],
        scenario: Named,
        without: Events = NONE,
        set_in_other: Altered = NOTHING,
        assume: Assumed = NOTHING,
        outcomes: Annotated[list[str], Field(description="Ids of the outcomes told; else the headline ones.")] = NONE,
        futures: Futures = None,
        weeks: Weeks = None,
        seed: Seed = SEED,
    ) -> Data:
        """Compare a scenario as it stands with another world, future by future with the same luck: differences.

        Each difference is the scenario as it stands less the other world, with its 80% interval and its error.
        """
        asked: Data = {"without": list(without), "settings": dict(set_in_other), "assume": dict(assume)}
        told: Data = asked | {"futures": self.bounds.counted(futures), "weeks": weeks, "seed": seed}
        make = partial(tertius.compare, **told)

        def head(made: Comparison) -> Data:
            known = [each.id for each in made.answer.outcomes]
            for name in outcomes:
                if name not in known:
                    raise tertius.UnknownName("outcome", name, known)
            return head_of(made, outcomes or made.answer.headlines)

        return self._answered("compare", scenario, told | {"outcomes": list(outcomes)}, make, context, head)

    def ask(
        self,
        context: Context[Any, Any],
        scenario: Named,
        only: Annotated[list[str], Field(description="Ids of the questions; else all of the file.")] = NONE,
        file: Annotated[
            str, Field(description="A file of questions in the server's folder; else the shipped one.")
        ] = "",
        assume: Assumed = NOTHING,
        futures: Futures = None,
        seed: Seed = SEED,
    ) -> Data:
        """Answer questions that can be settled: chances with 80% intervals, base rates, what an entry adds, reasons."""
        place = self.bounds.file("file", file) if file else None
        told: Data = {"only": tuple(only), "futures": self.bounds.counted(futures), "seed": seed}
        war = tertius.load(self.bounds.scenario(scenario))
        with self.running:
            found = tertius.ask(
                war, place, dict(assume), threads=self.bounds.threads, progress=progress_of(context), **told
            )
        return asked_data(found)

    def watch(
        self,
        context: Context[Any, Any],
        scenario: Named,
        targets: Annotated[
            list[str], Field(description="war-ends, INSTRUMENT:up, LADDER.RUNG, OUTCOME>NUMBER.")
        ] = NONE,
        as_of: Annotated[
            str, Field(description="Day of the watch, YYYY-MM-DD; nothing later is used. Else today.")
        ] = "",
        records: Annotated[list[str], Field(description="Later scenarios, or files of steps in the folder.")] = NONE,
        data: Annotated[
            str, Field(description="Folder of data files below the server's; else no series is read.")
        ] = "",
        rules: Annotated[str, Field(description="File of own rules and sightings in the folder.")] = "",
        assume: Assumed = NOTHING,
        futures: Futures = None,
        weeks: Weeks = None,
        seed: Seed = SEED,
    ) -> Data:
        """Hold what to watch for against what was seen since the as-of date: each event's chance before and now."""
        place = self.bounds.file("data", data, folder_too=True) if data else None
        own = self.bounds.file("rules", rules) if rules else None
        held = [self.bounds.scenario(name, "records") for name in records]
        day = day_option("as_of", as_of or None)
        war = tertius.load(self.bounds.scenario(scenario))
        told: Data = {"futures": self.bounds.counted(futures), "weeks": weeks, "seed": seed}
        with self.running:
            found = tertius.watch(
                war, place, tuple(targets), dict(assume), as_of=day, records=held, rules=own,
                threads=self.bounds.threads, progress=progress_of(context), **told,
            )  # fmt: skip
        whole, text = json.dumps(plain_data(found), ensure_ascii=False), watch_text(found, war.record)
        name = name_of({"call": "watch", "data": whole})
        events = [{"event": each.target.id, "came": each.came and each.came.isoformat(), "before": each.before,
                   "chance": each.chance, "interval": each.interval} for each in found.events]  # fmt: skip
        head = {"scenario": found.scenario, "as_of": found.as_of.isoformat(), "day": found.day.isoformat(),
                "futures": found.futures, "events": events, "text": text, "rest": rest_of(name, whole)}  # fmt: skip
        self.kept.put(name, head, whole, text)
        return head

    def rest(
        self,
        answer: Answered,
        path: Annotated[
            str, Field(description="A part, such as sensitivity or reactions.rows.3; text for words.")
        ] = "",
        first: Annotated[int, Field(description="From which item of a list, or sign of a text, on.")] = 0,
    ) -> Data:
        """Look at any part of an answer that brief, compare or watch gave: its numbers, or its chapters in words."""
        return self.kept.look(answer, path, first)

    def _answered(
        self,
        call: str,
        scenario: str,
        told: Mapping[str, Any],
        make: Callable[..., Comparison],
        context: Context[Any, Any],
        head: Callable[[Comparison], Data],
    ) -> Data:
        """What a call gives of an answer, which is kept whole; the same question is not run twice."""
        war = tertius.load(self.bounds.scenario(scenario))
        basis = {"call": call, "scenario": war.record.digest, "laws": law_hash(), "version": tertius.__version__}
        name = name_of({**basis, **told})
        with self.running:
            before = self.kept.head(name)
            if before is not None:
                return before
            made = make(war, threads=self.bounds.threads, progress=progress_of(context))
        whole = written(made.answer)
        found = head(made) | {"rest": rest_of(name, whole)}
        self.kept.put(name, found, whole, made.text())
        return found


CALLS = ("scenarios", "brief", "compare", "ask", "watch", "rest", "explain", "check", "country", "read")
"""Names of the methods that are tools."""


def progress_of(context: Context[Any, Any]) -> Watch:
    """Reports of progress to the client, from the thread in which a call runs, not too often."""
    last = 0.0

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= OFTEN or done == total:
            last = now
            anyio.from_thread.run(context.report_progress, done, total, stage)

    return report
