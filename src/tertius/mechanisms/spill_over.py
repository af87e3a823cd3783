"""Spill-over: what is climbed on one ladder moves the rungs of the others.

    y_r = c_r sum over rungs q of other ladders of (reached_q - reached_q at the as-of date)     (1)

    symbol  in code      meaning                                                        unit   range
    c       spill_over   log of the factor on its rate for each rung climbed elsewhere  1      any
    y       contagion    log of the factor on its rate                                  1      any

Limits:   c = 0: crises do not know of each other.
Source:   attention and resources bound by one crisis, and opportunity seen in it; linear in the rungs, our choice.
Evidence: none that separates contagion from common causes; a prior with both signs where that is honest (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import CONTAGION, REACHED, parameter
from tertius.mechanisms.escalation import REFERENCE_REACHED, RUNG_LADDER

SPILL_OVER = parameter(
    "rung", "spill_over", "1", "log of the factor on its rate for each rung climbed elsewhere", default=0.0
)


@mechanism(
    stage="escalation",
    channel="escalation",
    reads=(SPILL_OVER, REACHED, REFERENCE_REACHED, RUNG_LADDER),
    writes=(CONTAGION,),
    off=((SPILL_OVER, 0.0),),
    at_start=True,
)
def spill_over(state: State, params: Params, key: Key) -> None:
    rungs = state.rung.shape[0]
    climbed = 0.0
    for r in range(rungs):
        climbed += state.rung[r, REACHED] - state.rung[r, REFERENCE_REACHED]
    for r in range(rungs):
        own = 0.0
        for q in range(rungs):
            if params.rung_links[q, RUNG_LADDER] == params.rung_links[r, RUNG_LADDER]:
                own += state.rung[q, REACHED] - state.rung[q, REFERENCE_REACHED]
        state.rung[r, CONTAGION] = params.rung[r, SPILL_OVER] * (climbed - own)
