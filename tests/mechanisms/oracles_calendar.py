"""The laws of occasions and of joiners once more, from their equations only: loops over plain floats, by name."""

import math

from tests.kernel import slow_draws
from tests.mechanisms.oracles import Values
from tests.mechanisms.worlds import World


def occasions(w: World) -> Values:
    """Only weeks after the as-of date: no future is claimed then."""
    chosen = w.value("world.decision_law") == 72
    coming = w.week + 1
    held = [math.floor(w.value("occasion.week", o)) for o in range(w.count("occasion"))]
    near = [abs(coming - week) <= 1 for week in held]
    turned = [w.value("turn.turned", t) for t in range(w.count("turn"))]
    for o, week in enumerate(held):
        mine = [t for t in range(len(turned)) if w.value("turn.occasion", t) == o]
        if coming - week != 1 or not mine:
            continue
        weights = [w.value("turn.turn_weight", t) for t in mine]
        word = slow_draws.trajectory(w.seed, w.number)
        drawn = slow_draws.uniform(word, 73, int(w.names["occasion"][o])) * sum(weights)
        for t, weight in zip(mine, weights, strict=True):
            if drawn < weight:
                turned[t] = 1.0
                break
            drawn -= weight
    added = []
    for i in range(w.count("instrument")):
        actor = int(w.value("instrument.actor", i))
        pulled = sum(
            w.value("occasion.pull", o)
            for o in range(len(held))
            if near[o] and (int(w.value("occasion.who", o)) >> actor) % 2
        )
        total = min(2.0, max(-2.0, pulled - w.value("instrument.usual_occasions", i)))
        for p in range(w.count("push")):
            turn = int(w.value("push.turn", p))
            since = coming - held[int(w.value("push.occasion", p))] - 1 - w.value("push.delay", p)
            came = turned[turn] > 0 if turn >= 0 else True
            if int(w.value("push.instrument", p)) == i and came and 0 <= since < w.value("push.lasting", p):
                total += w.value("push.log_factor", p)
        added.append(total if chosen else 0.0)
    urged = [w.value("instrument.urged", i) + more for i, more in enumerate(added)]
    return {
        "occasion.nearness": [float(each) for each in near],
        "turn.turned": turned,
        "instrument.by_calendar": added,
        "instrument.urged": urged,
    }


def joiners(w: World) -> Values:
    """Weeks after the as-of date."""
    count = w.count("contingent")
    came = [
        1.0
        if w.value("contingent.troops", c) > 0 or w.value("contingent.sent", c) > 0
        else w.value("contingent.came", c)
        for c in range(count)
    ]
    before = [w.value("contingent.came_before", c) for c in range(count)]
    whose = [int(w.value("contingent.actor", c)) for c in range(count)]
    sides = [1 if w.value("contingent.side", c) == 0 else -1 for c in range(count)]

    def joined(marks: list[float], side: int, but: int) -> float:
        """States other than one whose soldiers are with a side; contingents of nobody count one each."""
        with_it = [c for c in range(count) if marks[c] > 0 and sides[c] == side and whose[c] != but]
        return float(len({(whose[c], c if whose[c] < 0 else -1) for c in with_it}))

    def share(number: float) -> float:
        return number / (1 + number)

    added = []
    for i in range(w.count("instrument")):
        actor, side = int(w.value("instrument.actor", i)), int(w.value("instrument.joins", i))
        mine = any(came[c] > 0 for c in range(count) if whose[c] == actor)
        total = 0.0
        if side and not mine:
            for name, where in (("own", side), ("other", -side)):
                more = share(joined(came, where, actor)) - share(joined(before, where, actor))
                total += w.value(f"world.joined_{name}") * more
        added.append(w.value("world.joiners_doing") * total)
    urged = [w.value("instrument.urged", i) + more for i, more in enumerate(added)]
    return {"contingent.came": came, "instrument.by_joiners": added, "instrument.urged": urged}
