"""Make the answer to a question: all of its numbers, with progress told stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress, law_hash, run_arms
from tertius.engine.arm import FIRST
from tertius.engine.beside import beside
from tertius.errors import OptionError
from tertius.impact.answer import FORM, Answer, OutcomeTold, Ran
from tertius.impact.battlefield import battlefield
from tertius.impact.causes import SPLITS, causes
from tertius.impact.comparison import Comparison, pair
from tertius.impact.dissent import dissent
from tertius.impact.first_moves import first_moves
from tertius.impact.grounds import grounds
from tertius.impact.hypotheses import hypotheses
from tertius.impact.ignorance import ignorance
from tertius.impact.need import needs
from tertius.impact.needed import answer_outputs, claim_outputs, first_page_outputs, why_outputs
from tertius.impact.observables import outputs_read
from tertius.impact.past_entries import past_entries
from tertius.impact.past_wars import past_wars
from tertius.impact.question import Question, alternative, other_of
from tertius.impact.reactions import reactions
from tertius.impact.reasons import all_reasons
from tertius.impact.record import record, scored_by
from tertius.impact.sensitivity import sensitivity
from tertius.impact.series import series
from tertius.impact.signs import signs_of, sought
from tertius.impact.strikes import strikes
from tertius.impact.summary import chances, summary
from tertius.impact.system import system
from tertius.impact.timeline import timeline
from tertius.memory import give_back

if TYPE_CHECKING:
    from tertius.evidence.claims.bearings import Weighable

COMPARISON = ("reactions", "system")
FIRST_PAGE = ("summary", "reactions", "battlefield", "timeline", "sensitivity", "grounds", "record", "signs")
REACTIONS = ("summary", "reactions", "reasons", "first_moves", "needs")
SEEN = ("series", "strikes", "system", "past_entries", "past_wars", "rivals", "dissent", "ignorance")
WHOLE = (*FIRST_PAGE, *REACTIONS[2:], *SEEN)
"""Parts of an answer: of a comparison, of a brief's first page, of what other states do, of a whole brief."""
Watch = Callable[[str, int, int], None]
"""Told the stage, what of it is done, and what of it there is."""


@dataclass(frozen=True)
class Made:
    """An answer with the two worlds that it was read from."""

    answer: Answer
    comparison: Comparison


def make_answer(
    layout: Layout,
    question: Question,
    options: Options,
    *,
    parts: Sequence[str] = WHOLE,
    horizons: Sequence[int] = (),
    splits: Sequence[str] = (),
    claims: Sequence[Weighable] | None = None,
    to_save: bool = False,
    watch: Watch | None = None,
    pool: Executor | None = None,
) -> Made:
    """Run both worlds of a question, and all that its parts ask for.

    parts     COMPARISON, FIRST_PAGE, REACTIONS or WHOLE
    horizons  weeks after which outcomes are told; else the scenario's
    splits    'mechanisms', 'actors': share the difference out over these too, where the scenario has them
    claims    the comparison is on futures drawn by their weights; what is run beside it is not
    to_save   whether an archive will be written: what it tells of every state is then read from these futures
    pool      workers for what many runs take, quantities moved and splits; without them threads. No number changes
    Raises OptionError where the scenario has no outcomes, and what the parts raise.
    """
    if not layout.scenario.outcomes:
        raise OptionError("scenario", layout.scenario.name, "a scenario with outcomes", "add an outcomes section")
    stage = _stages(watch)
    whole = bool(set(parts) - set(FIRST_PAGE))
    changed = alternative(layout, question.without, question.set_in_other)
    # Which steps are open is another matter where the other world starts from other levels.
    worlds = [layout, other_of(layout, question)] if any(path.endswith(".level") for path in changed) else [layout]
    read = [path for world in worlds for path in (answer_outputs(world) if whole else first_page_outputs(world))]
    read += claim_outputs(layout) if claims is not None else ()
    read += outputs_read(layout.scenario) if "signs" in parts else ()
    options = replace(options, outputs=tuple(dict.fromkeys(read)))
    if claims is None:
        # Of the first futures also what is large to keep: running them again for it would take longer.
        more = replace(options, further=tuple(layout.places) if to_save else () if whole else why_outputs(worlds))
        found, seen, evidence = pair(layout, question, more, horizons, stage("paired futures")), None, None
        found = _told_of_first(found) if to_save else found
        give_back()  # what the run worked in: what is read from it comes on top
    else:
        from tertius.impact.weighed import compare_by

        found, seen, evidence = compare_by(layout, question, options, claims, horizons, stage("paired futures"))
    made = answer_of(found, options, parts, watch, seen, pool)
    if splits:
        shared = tuple(
            causes(layout, options, by, question.without, question.set_in_other, progress=stage(by), pool=pool)
            for by in splits
            if SPLITS[by](layout)
        )
        made = replace(made, causes=shared, asked=(*made.asked, "causes"))
    if claims is not None:
        made = replace(made, evidence=evidence, asked=(*made.asked, "evidence"))
    return Made(made, found)


def _told_of_first(found: Comparison) -> Comparison:
    """The same with what an archive tells of the first futures in place of their states, which take much memory."""
    worlds = found.base, found.other
    with ThreadPoolExecutor(len(worlds)) as pool:
        told = list(pool.map(Ensemble.of_first, worlds))
    base, other = (replace(world, told=held, further=None) for world, held in zip(worlds, told, strict=True))
    return replace(found, base=base, other=other)


def answer_of(
    found: Comparison,
    options: Options,
    parts: Sequence[str] = WHOLE,
    watch: Watch | None = None,
    seen: Comparison | None = None,
    pool: Executor | None = None,
) -> Answer:
    """The answer that two worlds give.

    options  with which they were run; what is run beside them takes its seed and threads
    seen     the same with every future that was run, where claims drew some of them
    pool     as of `make_answer`
    """
    layout, whole = found.base.layout, seen or found
    read = partial(_of_pair, found, whole, options, parts)
    # The two worlds are read while others run: this thread, which tells of progress, waits for these.
    with beside(read) as reading:
        run = _run_beside(found, whole, options, parts, _stages(watch), pool)
        held = reading()
    made = replace(_told(found, tuple(parts)), **held, **run)
    if "grounds" in parts and made.sensitivity is not None:
        first = made.at(made.headlines[0], made.last)
        made = replace(made, grounds=grounds(layout, made.sensitivity, first))
    return made


def lighter(made: Made) -> Made:
    """The same, its worlds as an archive gives them back: outcomes and no states, which take most of the memory."""
    none = np.zeros((0, made.answer.run.weeks + 1, 0), dtype=np.float32)
    worlds = (made.comparison.base, made.comparison.other)
    base, other = (replace(each, kept=(), everything=none, further=None) for each in worlds)
    return Made(made.answer, replace(made.comparison, base=base, other=other))


def _stages(watch: Watch | None) -> Callable[[str], Progress | None]:
    return lambda name: None if watch is None else partial(watch, name)


def _told(found: Comparison, parts: tuple[str, ...]) -> Answer:
    """What every answer holds."""
    base = found.base
    scenario = base.layout.scenario
    return Answer(
        form=FORM,
        question=found.question,
        asked=parts,
        run=Ran(
            scenario=scenario.name,
            title=scenario.title,
            digest=scenario.digest,
            as_of=scenario.as_of,
            laws=law_hash(),
            version=version("tertius"),
            seed=base.seed,
            asked=base.asked,
            futures=len(base.trajectories),
            replicates=base.replicates,
            rows=len(np.unique(found.rows)),
            weeks=base.weeks,
            horizons=found.horizons,
            dates=tuple(base.dates),
            complete=base.complete,
        ),
        outcomes=tuple(
            OutcomeTold(
                name,
                told.name,
                told.unit,
                told.material.central,
                told.favours,
                name in scenario.headlines,
                scored_by(scenario, told.output),
            )
            for name, told in scenario.outcomes.items()
        ),
        differences=tuple(found.table()),
        any_moved=found.any_material(scenario.headlines, base.weeks),
    )


def _of_pair(
    found: Comparison, seen: Comparison, options: Options, parts: Sequence[str], stop: Event
) -> dict[str, Any]:
    """Parts that are read from the two worlds' futures; `seen` holds them all, before claims weighed them.

    stop   leaves the rest out once it is set
    """
    headlines = found.base.layout.scenario.headlines
    # What signs need of the headline chances is asked last, so that most of them is sought while these are read.
    with beside(lambda _: sought(seen.base, headlines[0]) if "signs" in parts else None) as known:
        told = reactions(found) if "reactions" in parts else None
        heads = chances(found, told) if "summary" in parts else ()
        makers: dict[str, Callable[[], object]] = {
            "reactions": lambda: told,
            "summary": lambda: summary(found, told, heads, lambda outputs, week: _again(seen, options, outputs, week)),
            "reasons": lambda: all_reasons(found, told) if told is not None else (),
            "needs": lambda: needs(found),
            "battlefield": lambda: battlefield(found),
            "record": lambda: record(found.base.layout),
            "series": lambda: series(found),
            "strikes": lambda: strikes(found),
            "timeline": lambda: timeline(found, told),
            "system": lambda: system(found),
            "past_entries": lambda: past_entries(found),
            "past_wars": past_wars,
            "dissent": lambda: dissent(seen, headlines),
            "ignorance": lambda: ignorance(seen, headlines),
        }
        with beside(lambda _: signs_of(known(), heads)) as signs:
            held: dict[str, Any] = {}
            for name in parts:
                if name in makers and not stop.is_set():
                    held[name] = makers[name]()
            return held | ({"signs": signs()} if "signs" in parts else {})


def _again(seen: Comparison, options: Options, outputs: tuple[str, ...], week: int) -> Comparison:
    """The first futures of both worlds with these outputs kept: run again up to a week, where they were not."""
    count = min(FIRST, seen.base.asked)
    base, other = seen.base.first(count), seen.other.first(count)
    if base is None or other is None or not base.here.issuperset(outputs) or len(base.everything) < count:
        few = replace(options, futures=count, weeks=week, outputs=outputs)
        base, other = run_arms([seen.base.layout, seen.other.layout], few)
    return replace(seen, base=base, other=other)


def _run_beside(
    found: Comparison,
    seen: Comparison,
    options: Options,
    parts: Sequence[str],
    stage: Callable[[str], Progress | None],
    pool: Executor | None,
) -> dict[str, Any]:
    """Parts for which other futures are run."""
    layout, other = found.base.layout, found.other.layout
    moved = Options(found.base.asked, options.weeks, options.seed, options.threads)
    rival = replace(options, futures=seen.base.asked)
    makers: dict[str, Callable[[], object]] = {
        # The longest blocks first: these leave the interpreter to what is read beside them.
        "rivals": lambda: hypotheses(seen, rival, progress=stage("hypotheses")),
        "first_moves": lambda: first_moves(layout, moved, progress=stage("first moves")),
        "sensitivity": lambda: sensitivity(
            layout,
            other,
            options,
            progress=stage("assumptions"),
            seen=seen,
            whole=set(parts) > set(FIRST_PAGE),
            pool=pool,
        ),
    }
    return {name: make() for name, make in makers.items() if name in parts}
