"""Red lines: warnings are believed as far as they cost, and lines crossed without an answer are believed less.

A line is crossed while an output of the run is at its threshold or above. Others give it the credibility c, the chance
that it would be answered. In log odds, each of these in the week after it happens,

    a step of the signal, up (1) or down (-1):   + k (1 or -1)                              (1)
    the line is answered within T weeks:         + g                                        (2)
    it is crossed and was not answered in time:  - l                                        (3)

A line is answered by a step up of its instrument, or by soldiers whom that instrument sends and who are in the field.

By Bayes' rule, a signal that one who would answer sends always, and one who would not sends exp(-k) as often, adds k to
the log odds: what costs nothing says nothing. Worth of a step up of the instrument that would cross it, and of the
instrument that would answer, less that at the as-of date:

    - D (c - c_0)   the rival is held back;        B c   while crossed and not answered yet    (4)

    symbol  in code                 meaning                                                unit   range
    c       credibility             chance that it would be answered, as others see it     1      [0, 1]
    k       signal_cost             log of how much rarer a bluffer sends the signal       1      >= 0
    g       gained                  log odds gained by an answer                           1      >= 0
    l       lost                    log odds lost by none                                  1      >= 0
    T       answer_weeks            weeks within which an answer counts                    week   >= 0
    D       deterrence              worth that certainty of an answer takes from a step    1      >= 0
    B       tied_hands              worth of answering, as one's word is given             1      >= 0
            threshold               value of the output from which on it is crossed        output any

Limits:   k = 0: cheap talk changes nothing; g = l = 0: record does not count; D = B = 0: words move no one.
Source:   costly signals: Spence 1973, Fearon 1997 (tying hands, sinking costs); reputation for resolve: Weisiger and
          Yarhi-Milo 2015; (4) our choice.
Evidence: whether audiences punish bluffs is disputed (Snyder and Borghard 2011); sizes are judgement (scenario).
"""

import math

from numba import njit

from tertius.kernel import Key, Params, State, mechanism, read_output
from tertius.kernel.fields import CREDIBILITY, CROSSED, SIGNALLED, STEP, TROOPS, link, parameter, state
from tertius.kernel.mechanism import part

SIGNAL_COST = parameter(
    "red_line", "signal_cost", "1", "log of how much rarer a bluffer sends the signal", low=0, default=0.0
)
GAINED = parameter("red_line", "gained", "1", "log odds gained by an answer", low=0, default=0.0)
LOST = parameter("red_line", "lost", "1", "log odds lost by none", low=0, default=0.0)
ANSWER_WEEKS = parameter("red_line", "answer_weeks", "week", "weeks in which an answer counts", low=0, default=8.0)
DETERRENCE = parameter(
    "red_line", "deterrence", "1", "worth that certainty of an answer takes from a step", low=0, default=0.0
)
TIED_HANDS = parameter("red_line", "tied_hands", "1", "worth of answering, as one's word is given", low=0, default=0.0)
THRESHOLD = parameter("red_line", "threshold", "output", "value of the output from which on it is crossed")
REFERENCE_CREDIBILITY = state("red_line", "reference_credibility", "1", "credibility at the as-of date", recorded=False)
WAITING = state("red_line", "waiting", "1", "1 while it is crossed and an answer would still count", low=0, high=1)
WAITED = state("red_line", "waited", "week", "weeks since it was crossed", low=0, recorded=False)
UNANSWERED = state("red_line", "unanswered", "1", "times it was crossed and not answered in time", low=0)
ANSWERED = state("red_line", "answered", "1", "times it was crossed and answered in time", low=0)
LINE_ENTITY = link("red_line", "output_entity", "index of the output's entity in ENTITIES")
LINE_SLOT = link("red_line", "output_slot", "slot of the output's record")
LINE_FIELD = link("red_line", "output_field", "slot of the output's field")
SIGNAL = link("red_line", "signal", "slot of the instrument that signals it; -1 for none")
ANSWER = link("red_line", "answer", "slot of the instrument that would answer; -1 for none")
ANSWER_CONTINGENT = link("red_line", "answer_contingent", "slot of the contingent that it sends; -1 for none")
DETERS = link("red_line", "deters", "slot of the instrument that would cross it; -1 for none")


@njit
def updated(chance: float, log_odds: float) -> float:
    """A probability after its log odds have moved; certainty stays."""
    if log_odds == 0.0 or chance <= 0.0 or chance >= 1.0:
        return chance
    return chance / (chance + (1.0 - chance) * math.exp(-log_odds))


@njit
def answers(state: State, answer: int, contingent: int) -> bool:
    """Whether the instrument that would answer was stepped up, or its soldiers are in the field."""
    stepped = answer >= 0 and state.instrument[answer, STEP] > 0.0
    return bool(stepped or (contingent >= 0 and state.contingent[contingent, TROOPS] > 0.0))


@part
def news(state: State, params: Params, w: int, is_crossed: bool) -> float:
    """Change of a line's log odds by what happened to it in the week, (1) to (3)."""
    moved = 0.0
    signal, answer = params.red_line_links[w, SIGNAL], params.red_line_links[w, ANSWER]
    if signal >= 0:
        moved += params.red_line[w, SIGNAL_COST] * state.instrument[signal, STEP]
    if state.red_line[w, WAITING] > 0.0:
        state.red_line[w, WAITED] += 1.0
        if answers(state, answer, params.red_line_links[w, ANSWER_CONTINGENT]):
            moved += params.red_line[w, GAINED]
            state.red_line[w, ANSWERED] += 1.0
            state.red_line[w, WAITING] = 0.0
        elif state.red_line[w, WAITED] > params.red_line[w, ANSWER_WEEKS]:
            moved -= params.red_line[w, LOST]
            state.red_line[w, UNANSWERED] += 1.0
            state.red_line[w, WAITING] = 0.0
    if is_crossed and state.red_line[w, CROSSED] == 0.0:
        state.red_line[w, WAITING] = 1.0
        state.red_line[w, WAITED] = 0.0
    return moved


@mechanism(
    stage="signals",
    channel="decisions",
    by=(),
    reads=(
        SIGNAL_COST,
        GAINED,
        LOST,
        ANSWER_WEEKS,
        DETERRENCE,
        TIED_HANDS,
        THRESHOLD,
        LINE_ENTITY,
        LINE_SLOT,
        LINE_FIELD,
        SIGNAL,
        ANSWER,
        ANSWER_CONTINGENT,
        DETERS,
        STEP,
        TROOPS,
    ),
    writes=(
        CREDIBILITY,
        CROSSED,
        REFERENCE_CREDIBILITY,
        WAITING,
        WAITED,
        UNANSWERED,
        ANSWERED,
        SIGNALLED,
    ),
    off=((SIGNAL_COST, 0.0), (GAINED, 0.0), (LOST, 0.0), (DETERRENCE, 0.0), (TIED_HANDS, 0.0)),
    at_start=True,
)
def red_lines(state: State, params: Params, key: Key) -> None:
    for w in range(state.red_line.shape[0]):
        entity, slot = params.red_line_links[w, LINE_ENTITY], params.red_line_links[w, LINE_SLOT]
        now = read_output(state, entity, slot, params.red_line_links[w, LINE_FIELD])
        is_crossed = now >= params.red_line[w, THRESHOLD]
        if key.week < 0:
            state.red_line[w, REFERENCE_CREDIBILITY] = state.red_line[w, CREDIBILITY]
        else:
            moved = news(state, params, w, is_crossed)
            state.red_line[w, CREDIBILITY] = updated(state.red_line[w, CREDIBILITY], moved)
        state.red_line[w, CROSSED] = 1.0 if is_crossed else 0.0
    # Only now, so that a line may be drawn at what another one does to an instrument.
    for i in range(state.instrument.shape[0]):
        state.instrument[i, SIGNALLED] = 0.0
    for w in range(state.red_line.shape[0]):
        believed = state.red_line[w, CREDIBILITY]
        deters, answer = params.red_line_links[w, DETERS], params.red_line_links[w, ANSWER]
        if deters >= 0:
            more = believed - state.red_line[w, REFERENCE_CREDIBILITY]
            state.instrument[deters, SIGNALLED] -= params.red_line[w, DETERRENCE] * more
        if answer >= 0 and state.red_line[w, WAITING] > 0.0:
            state.instrument[answer, SIGNALLED] += params.red_line[w, TIED_HANDS] * believed
