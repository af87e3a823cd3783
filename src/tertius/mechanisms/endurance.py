"""Endurance: what a side can still bear wears down by time, losses and sanctions, and aid spares it.

    e <- max(0, e - d - a (L / L_0 - 1) - (1 - v - w) S + A)                                   (1)

e is a share of what it could bear at the as-of date; what is in force then is in d. S and A are the wear by sanctions
and the relief by aid that instruments have added since (law of carrying out). Recruitment follows as e^z, own
production as e^y (laws of replacement and supply), readiness to settle by (1 - e) (law of termination).

    symbol  in code        meaning                                                   unit     range
    e       endurance      what it can still bear, as a share                        1        >= 0
    d       drain          wear at the losses and sanctions of the as-of date        1/week   >= 0
    a       loss_wear      more wear at twice the losses of the as-of date           1/week   >= 0
    L       losses         this week's losses; L_0 at the as-of date                 persons/week >= 0
    S       sanctioned     wear by new sanctions, before evasion; below 0: lifted    1/week   any
    v       evasion        share of it that is evaded as of the as-of date           1        [0, 1]
    w       evaded         change of that by instruments                             1        any
    A       aided          wear taken away by new aid; below 0: withdrawn            1/week   any

Limits:   d = a = 0 and no instrument: e stays; v = 1: new sanctions do nothing.
Source:   attrition of the means to wage war as one slow stock, our choice; sanctions leak by third parties.
Evidence: none separates economy, manpower and will at hand, so they are one; rates are judgement (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import AIDED, ENDURANCE, EVADED, LOSSES, SANCTIONED, parameter, state
from tertius.mechanisms.carrying_out import STRAIN

EVASION = parameter(
    "side", "evasion", "1", "share of the wear by new sanctions that is evaded", low=0, high=1, default=0.0
)
DRAIN = parameter(
    "side", "drain", "1/week", "wear at the losses and sanctions of the as-of date", low=0, default=0.0, most=1.0
)
LOSS_WEAR = parameter("side", "loss_wear", "1/week", "more wear at twice the losses", low=0, default=0.0, most=1.0)
REFERENCE_LOSSES = state("side", "reference_losses", "persons/week", "losses at the as-of date", low=0, recorded=False)


@mechanism(
    stage="endurance",
    channel="endurance",
    reads=(DRAIN, LOSS_WEAR, LOSSES, SANCTIONED, AIDED, EVASION, EVADED),
    writes=(ENDURANCE, REFERENCE_LOSSES),
    off=((DRAIN, 0.0), (LOSS_WEAR, 0.0), (STRAIN, 0.0)),
    at_start=True,
)
def endurance(state: State, params: Params, key: Key) -> None:
    for s in range(2):
        if key.week < 0:
            state.side[s, REFERENCE_LOSSES] = state.side[s, LOSSES]
            continue
        reference = state.side[s, REFERENCE_LOSSES]
        more = state.side[s, LOSSES] / reference - 1.0 if reference > 0.0 else 0.0
        leak = 1.0 - min(max(params.side[s, EVASION] + state.side[s, EVADED], 0.0), 1.0)
        wear = params.side[s, DRAIN] + params.side[s, LOSS_WEAR] * more
        wear += leak * state.side[s, SANCTIONED] - state.side[s, AIDED]
        state.side[s, ENDURANCE] = max(0.0, state.side[s, ENDURANCE] - wear)
