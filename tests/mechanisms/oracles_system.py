"""The laws of the system around the war once more, from their equations only: loops over plain floats, by name."""

import math

from tests.kernel import slow_draws
from tests.mechanisms.oracles import Values
from tests.mechanisms.worlds import World

from tertius.kernel.fields import ENTITIES


def column(w: World, path: str) -> list[float]:
    return [w.value(path, slot) for slot in range(w.count(path.partition(".")[0]))]


def output(w: World, record: str, slot: int) -> float:
    """What the output reads that a rung or a red line names."""
    entity = ENTITIES[int(w.value(f"{record}.output_entity", slot))]
    place = int(w.value(f"{record}.output_slot", slot)), int(w.value(f"{record}.output_field", slot))
    return float(getattr(w.state, entity)[place])


def given_for(w: World, b: int) -> tuple[list[int], list[int]]:
    """Contingents and supply lines that belong to a bargain."""
    sent = (column(w, f"{e}.bargain") for e in ("contingent", "supply"))
    soldiers, lines = ([slot for slot, bargain in enumerate(each) if bargain == b] for each in sent)
    return soldiers, lines


def exchange(w: World) -> Values:
    names = ("given", "received", "cumulative_received", "leverage", "reference_ratio", "end_chance", "alive")
    found: Values = {f"bargain.{name}": [] for name in names}
    found["supply.factor"] = column(w, "supply.factor")
    for b in range(w.count("bargain")):
        price = {n: w.value(f"bargain.{n}", b) for n in ("soldier_cost", "loss_cost", "item_cost")}
        pay = {n: w.value(f"bargain.{n}", b) for n in ("pay_per_soldier", "pay_per_item", "paid_share")}
        soldiers, lines = given_for(w, b)
        n = sum(w.value("contingent.troops", c) for c in soldiers)
        x = sum(w.value("contingent.losses", c) for c in soldiers)
        d = sum(w.value("supply.delivered", i) for i in lines)
        payment, holds = int(w.value("bargain.payment", b)), w.value("bargain.alive", b) == 1
        kind = (
            w.value("bargain.worth_in_kind", b) * w.value("instrument.level", payment)
            if payment >= 0 and holds
            else 0.0
        )
        cost = price["soldier_cost"] * n + price["loss_cost"] * x + price["item_cost"] * d
        gain = pay["paid_share"] * (pay["pay_per_soldier"] * n + pay["pay_per_item"] * d) + kind
        patron, first = w.value("bargain.patron_income", b), w.value("bargain.reference_ratio", b)
        both = cost > 0 and gain > 0
        first = math.log(cost) - math.log(gain) if both and first == 0 else first
        worse = math.log(cost) - math.log(gain) - first if both else 0.0
        rate = w.value("bargain.end_rate", b)
        hazard = rate * math.exp(w.value("bargain.grievance", b) * sorted((-3.0, worse, 3.0))[1]) if holds else 0.0
        chance = 1 - math.exp(-hazard)
        ends = hazard > 0 and slow_draws.uniform(int(w.key.now), 61, int(w.names["bargain"][b])) < chance
        before = w.value("bargain.cumulative_received", b)
        row = (cost, gain, before + gain, patron / (patron + gain) if patron else 0.0, first, chance)
        for path, value in zip(found, (*row, float(holds and not ends)), strict=False):
            found[path].append(value)
        for i in lines if ends else ():
            found["supply.factor"][i] *= w.value("bargain.kept", b)
    return found


def homecoming(w: World) -> Values:
    found: Values = {f"contingent.{name}": [] for name in ("troops", "newcomers", "sent")}
    for c in range(w.count("contingent")):
        row = [w.value(path, c) for path in found]
        b = int(w.value("contingent.bargain", c))
        if b >= 0 and w.value("bargain.alive", b) == 0 and w.value("bargain.end_rate", b) > 0:
            row = [0.0, 0.0, w.value("contingent.sent_while_held", c)]
        for path, value in zip(found, row, strict=True):
            found[path].append(value)
    return found


def endurance(w: World) -> Values:
    left = []
    for s in range(2):
        usual, now = w.value("side.reference_losses", s), w.value("side.losses", s)
        evaded = sorted((0.0, w.value("side.evasion", s) + w.value("side.evaded", s), 1.0))[1]
        e = w.value("side.endurance", s) - w.value("side.drain", s)
        e -= w.value("side.loss_wear", s) * (now / usual - 1) if usual else 0.0
        left.append(max(0.0, e - (1 - evaded) * w.value("side.sanctioned", s) + w.value("side.aided", s)))
    return {"side.endurance": left}


def escalation(w: World) -> Values:
    before = column(w, "rung.reached")
    found: Values = {
        "rung.reached": list(before),
        "rung.chance": column(w, "rung.chance"),
        "rung.reached_before": before,
    }
    for r in range(w.count("rung")):
        if w.value("rung.output_entity", r) >= 0:
            found["rung.reached"][r] = float(output(w, "rung", r) >= w.value("rung.threshold", r))
            continue
        stake, below = int(w.value("rung.stake", r)), int(w.value("rung.below", r))
        x = w.value("stake.level", stake) if stake >= 0 else 0.0
        log = w.value("rung.response", r) * x + w.value("rung.contagion", r)
        leap = w.value("rung.leap", r) if below >= 0 and not before[below] else 1.0
        chance = 1 - math.exp(-w.value("rung.rate", r) * math.exp(sorted((-4.0, log, 4.0))[1]) * leap)
        leaves = 1 - math.exp(-w.value("rung.relief", r))
        drawn = slow_draws.uniform(int(w.key.now), 62, int(w.names["rung"][r]))
        found["rung.chance"][r] = chance
        found["rung.reached"][r] = float(drawn >= leaves if before[r] else drawn < chance)
    return found


def spill_over(w: World) -> Values:
    count, ladder = range(w.count("rung")), column(w, "rung.ladder")
    climbed = [w.value("rung.reached", r) - w.value("rung.reference_reached", r) for r in count]
    elsewhere = [sum(climbed[q] for q in count if ladder[q] != ladder[r]) for r in count]
    return {"rung.contagion": [w.value("rung.spill_over", r) * elsewhere[r] for r in count]}


def red_lines(w: World) -> Values:
    names = ("credibility", "crossed", "waiting", "answered", "unanswered")
    found: Values = {f"red_line.{name}": [] for name in names}
    worth = [0.0] * w.count("instrument")
    for n in range(w.count("red_line")):
        c, crossed, waiting, answered, unanswered = (w.value(f"red_line.{name}", n) for name in names)
        signal, answer, deters = (int(w.value(f"red_line.{role}", n)) for role in ("signal", "answer", "deters"))
        stepped = lambda i: w.value("instrument.step", i) if i >= 0 else 0.0  # noqa: E731
        odds = w.value("red_line.signal_cost", n) * stepped(signal)
        if waiting:
            late = w.value("red_line.waited", n) + 1 > w.value("red_line.answer_weeks", n)
            sent = int(w.value("red_line.answer_contingent", n))
            if stepped(answer) == 1 or (sent >= 0 and w.value("contingent.troops", sent) > 0):
                odds, answered, waiting = odds + w.value("red_line.gained", n), answered + 1, 0.0
            elif late:
                odds, unanswered, waiting = odds - w.value("red_line.lost", n), unanswered + 1, 0.0
        now = float(output(w, "red_line", n) >= w.value("red_line.threshold", n))
        waiting = 1.0 if now and not crossed else waiting
        c = 1 / (1 + (1 / c - 1) * math.exp(-odds)) if 0 < c < 1 else c
        if deters >= 0:
            worth[deters] -= w.value("red_line.deterrence", n) * (c - w.value("red_line.reference_credibility", n))
        if answer >= 0 and waiting:
            worth[answer] += w.value("red_line.tied_hands", n) * c
        for path, value in zip(found, (c, now, waiting, answered, unanswered), strict=True):
            found[path].append(value)
    return found | {"instrument.signalled": worth}


def perceived_threat(w: World) -> Values:
    count = w.count("stake")
    threat = []
    for a in range(w.count("actor")):
        harms = (-w.value("interest.wants", a * count + x) * w.value("stake.perceived", x) for x in range(count))
        shares = (w.value("interest.share", a * count + x) for x in range(count))
        threat.append(sum(share * max(0.0, harm) for share, harm in zip(shares, harms, strict=True)))
    return {"actor.threat": threat}


def realignment(w: World) -> Values:
    close = []
    for n in range(w.count("tie")):
        pair = {int(w.value("tie.first", n)), int(w.value("tie.second", n))}
        c, f = w.value("tie.closeness", n), w.value("tie.fading", n)
        c += f * (w.value("tie.reference_closeness", n) - c)
        c += w.value("tie.balancing", n) * min(w.value("actor.threat", a) for a in pair)
        for i in range(w.count("instrument")):
            if {w.value("instrument.actor", i), w.value("instrument.towards", i)} == pair:
                c += w.value("instrument.warmth", i) * w.value("instrument.step", i)
        close.append(sorted((-1.0, c, 1.0))[1])
    return {"tie.closeness": close}


def termination(w: World) -> Values:
    is_open = [k for k in range(w.count("theatre")) if w.value("theatre.open", k)]
    moved = [abs(w.value("theatre.balance", k) - w.value("theatre.last_balance", k)) for k in is_open]
    o = w.value("world.optimism") * (1 - w.value("world.learning"))
    o += w.value("world.surprise") * sum(moved) / len(moved) if moved else 0.0
    before = w.value("world.reference_optimism") * (1 - w.value("world.learning"))
    before += w.value("world.surprise") * w.value("world.usual_news")
    readiness, usual = [], -before
    for s in range(2):
        weary = w.value("side.weariness", s)
        readiness.append(weary * max(0.0, 1 - w.value("side.endurance", s)) + w.value("side.offered", s))
        usual += weary * sorted((0.0, w.value("side.drain", s) * (w.week + 1), 1.0))[1]
        usual += w.value("side.usual_offers", s) * (w.week + 1)
    room = sum(readiness) - o
    h, low, q = (w.value(f"world.{n}") for n in ("quick_end_rate", "slow_end_rate", "quick_share"))
    age = w.value("world.war_age") + w.week
    chance = h
    if q < 1:
        g = q / (1 - q) * math.exp(-max(0.0, h - low) * age)
        chance = math.log((1 + g) / (g * math.exp(-h) + math.exp(-low)))
    years = age * 7 / 365.25
    own = w.value("world.very_old_end_rate") if years >= 4 else w.value("world.old_end_rate") if years >= 2 else 0.0
    chance = own or chance
    log = w.value("world.overlap_response") * (room - usual)
    hazard = chance * math.exp(sorted((-3.0, log, 3.0))[1])
    pressure = w.value("world.end_pressure") + hazard
    settled = hazard > 0 and slow_draws.uniform(int(w.key.trajectory), 63, 0) < 1 - math.exp(-pressure)
    collapsed, collapsing = [], []
    for s in range(2):
        below = w.value("world.collapse_below")
        k = w.value("world.collapse_rate") * max(0.0, 1 - w.value("side.endurance", s) / below) if below else 0.0
        collapsing.append(w.value("side.collapse_pressure", s) + (0.0 if settled else k))
        drawn = slow_draws.uniform(int(w.key.trajectory), 64, int(w.names["side"][s]))
        collapsed.append(float(not settled and k > 0 and drawn < 1 - math.exp(-collapsing[s])))
    found = {"world.optimism": [o], "world.overlap": [room], "world.end_chance": [1 - math.exp(-hazard)]}
    found |= {"world.end_pressure": [pressure], "side.collapse_pressure": collapsing}
    found |= {"world.ended": [float(settled or any(collapsed))], "world.reference_optimism": [before]}
    kind = kind_of_end(w) if settled else ("", 0)
    for path in ("world.settled", "world.ceasefire", "world.faded"):
        found[path] = [float(kind == (path, 0))]
    found["side.aims_met"] = [float(kind == ("side.aims_met", s)) for s in range(2)]
    return found | {"side.readiness": readiness, "side.collapsed": collapsed}


def kind_of_end(w: World) -> tuple[str, int]:
    """The kind whose waiting time is shortest."""
    ways = [("settled", "settlement"), ("ceasefire", "line"), ("faded", "fading")]
    named = [((f"world.{kind}", 0), w.value(f"world.{share}_share"), i) for i, (kind, share) in enumerate(ways)]
    named += [(("side.aims_met", s), w.value("side.aims_share", s), int(w.names["side"][s])) for s in range(2)]
    times = {
        kind: -math.log(slow_draws.uniform(int(w.key.trajectory), 65, name)) / weight
        for kind, weight, name in named
        if weight
    }
    return min(times, key=lambda kind: times[kind]) if times else ("world.settled", 0)


def replacement(w: World) -> Values:
    natives, theatres = column(w, "force.troops"), range(w.count("theatre"))
    for s in range(2):
        share = {k: w.value("force.reference_share", 2 * k + s) for k in theatres if w.value("theatre.open", k)}
        e, z, beyond = (w.value(f"side.{n}", s) for n in ("endurance", "recruitment_endurance", "recruitment"))
        moved = w.value("side.movement", s) - w.value("side.reference_movement", s)
        tempo = min(3.0, max(-3.0, w.value("side.loss_tempo", s) * moved))
        y = w.value("side.loss_level", s) * math.exp(w.value("side.loss_deviation", s) + tempo)
        made_up = w.value("side.loss_replacement", s) * w.value("side.permanent_share", s) * y
        steady = w.value("side.loss_replacement", s) * w.value("side.drain", s) * max(0, w.week)
        recruits = max(0.0, (beyond + made_up) * (e + steady) ** z + w.value("side.mobilised", s))
        for k in share if sum(share.values()) > 0 else ():
            natives[2 * k + s] += recruits * share[k] / sum(share.values())
    return {"force.troops": natives}
