"""Further waves: a sender that has come once may send more, make up losses and rotate its troops.

Once the first soldiers are there (S > 0) and the contingent has not been withdrawn,

    with probability h a wave of v arrives, as far as the ceiling allows:
        N_wave = min(v, C - S)                                                                   (1)
    losses that are made up, as far as the ceiling allows after all waves:
        N_loss = min(r x, C - S - N_wave)                                                        (2)
    rotation: a share k of those present changes places with newcomers, numbers unchanged        (3)

x being last week's permanent losses of the contingent. A sender's contingents on one side share one ceiling, the least
of theirs, and S is what it has sent in all of them; where it allows less than they ask for, they share by what they
ask. Who is relieved goes home and may come again, so that relief takes nothing from it.

    symbol  in code            meaning                                           unit      range
    h       wave_probability   that a wave arrives in a week                     1/week    [0, 1]
    v       wave_troops        soldiers in one wave                              persons   >= 0
    C       troops_ceiling     soldiers the sender will send in all              persons   >= 0
    r       loss_replacement   share of permanent losses that is made up         1         [0, 1]
    k       rotation           share that is relieved by newcomers               1/week    [0, 1]
    S       sent               soldiers sent so far, in all its contingents      persons   >= 0

Limits:   h = r = k = 0 change nothing; S never passes C through (1) and (2).
Source:   our choice of form; a constant hazard is the least that a further decision can be.
Evidence: none before a first wave has been followed by a second; the scenario's priors say how wide that is.
"""

from tertius.kernel import Key, Params, State, mechanism, uniform
from tertius.kernel.fields import (
    CONTINGENT_LOSSES,
    CONTINGENT_SIDE,
    NEWCOMERS,
    PERMANENT_SHARE,
    SENDER,
    SENT,
    TROOPS,
    parameter,
    state,
)
from tertius.kernel.mechanism import part
from tertius.mechanisms.event_calendar import WITHDRAWN_FROM

STREAM = 12
WAVE_PROBABILITY = parameter(
    "contingent", "wave_probability", "1/week", "that a further wave arrives in a week", low=0, high=1, default=0.0
)
WAVE_TROOPS = parameter("contingent", "wave_troops", "persons", "soldiers in one further wave", low=0, default=0.0)
TROOPS_CEILING = parameter(
    "contingent", "troops_ceiling", "persons", "soldiers the sender will send in all", low=0, default=1e9
)
LOSS_REPLACEMENT = parameter(
    "contingent", "loss_replacement", "1", "share of permanent losses the sender makes up", low=0, high=1, default=0.0
)
ROTATION = parameter(
    "contingent", "rotation", "1/week", "share relieved by newcomers each week", low=0, high=1, default=0.0
)


ROOM = state("contingent", "room", "persons", "how many more its sender may send", low=0, recorded=False)
WAVE = state("contingent", "wave", "persons", "soldiers in this week's further wave", low=0, recorded=False)
MADE_UP = state("contingent", "made_up", "persons", "losses made up this week", low=0, recorded=False)


@part
def room_left(state: State, params: Params, c: int) -> float:
    """How many more the sender of a contingent may send: the least of its ceilings less what it sent in all."""
    sent = 0.0
    ceiling = params.contingent[c, TROOPS_CEILING]
    for other in range(state.contingent.shape[0]):
        if params.contingent_links[other, SENDER] == params.contingent_links[c, SENDER]:
            sent += state.contingent[other, SENT]
            ceiling = min(ceiling, params.contingent[other, TROOPS_CEILING])
    return max(0.0, ceiling - sent)


@part
def asked(state: State, params: Params, key: Key, c: int) -> None:
    """Note what a contingent asks for: a wave, if one is due, and its losses."""
    state.contingent[c, ROOM] = room_left(state, params, c)
    state.contingent[c, WAVE] = 0.0
    state.contingent[c, MADE_UP] = 0.0
    if state.contingent[c, SENT] <= 0.0 or key.week >= params.contingent[c, WITHDRAWN_FROM]:
        return
    if uniform(key, STREAM, key.contingent[c]) < params.contingent[c, WAVE_PROBABILITY]:
        state.contingent[c, WAVE] = params.contingent[c, WAVE_TROOPS]
    side = params.contingent_links[c, CONTINGENT_SIDE]
    lost = state.contingent[c, CONTINGENT_LOSSES] * params.side[side, PERMANENT_SHARE]
    state.contingent[c, MADE_UP] = params.contingent[c, LOSS_REPLACEMENT] * lost


@part
def shared(asks: float, of_all: float, room: float) -> float:
    """What comes of what one contingent asks for, where all of its sender's ask for `of_all`."""
    return asks if of_all <= room else room * (asks / of_all)


@mechanism(
    stage="waves",
    channel="waves",
    reads=(
        WAVE_PROBABILITY,
        WAVE_TROOPS,
        TROOPS_CEILING,
        LOSS_REPLACEMENT,
        ROTATION,
        CONTINGENT_LOSSES,
        CONTINGENT_SIDE,
        SENDER,
        PERMANENT_SHARE,
        WITHDRAWN_FROM,
    ),
    writes=(TROOPS, NEWCOMERS, SENT, ROOM, WAVE, MADE_UP),
    off=((WAVE_PROBABILITY, 0.0), (LOSS_REPLACEMENT, 0.0), (ROTATION, 0.0)),
    stream=STREAM,
)
def further_waves(state: State, params: Params, key: Key) -> None:
    for c in range(state.contingent.shape[0]):
        asked(state, params, key, c)
    for c in range(state.contingent.shape[0]):
        if state.contingent[c, SENT] <= 0.0 or key.week >= params.contingent[c, WITHDRAWN_FROM]:
            continue
        waves = 0.0
        losses = 0.0
        for other in range(state.contingent.shape[0]):
            if params.contingent_links[other, SENDER] == params.contingent_links[c, SENDER]:
                waves += state.contingent[other, WAVE]
                losses += state.contingent[other, MADE_UP]
        room = state.contingent[c, ROOM]
        wave = shared(state.contingent[c, WAVE], waves, room)
        made_up = shared(state.contingent[c, MADE_UP], losses, max(0.0, room - waves))
        relieved = params.contingent[c, ROTATION] * state.contingent[c, TROOPS]
        state.contingent[c, TROOPS] += wave + made_up
        state.contingent[c, NEWCOMERS] += wave + made_up + relieved
        state.contingent[c, SENT] += wave + made_up
