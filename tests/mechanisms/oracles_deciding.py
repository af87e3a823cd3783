"""The deciding laws once more, from their equations only: loops over plain floats, by name."""

import math

from tests.kernel import slow_draws
from tests.mechanisms.oracles import Values
from tests.mechanisms.worlds import World

from tertius.kernel.fields import ENTITIES


def effects(w: World, i: int) -> dict[int, float]:
    """Stake -> change with one level more of instrument i."""
    span = range(int(w.value("instrument.first_consequence", i)), int(w.value("instrument.end_consequence", i)))
    return {int(w.value("consequence.stake", n)): w.value("consequence.per_level", n) for n in span}


def stakes(w: World) -> Values:
    found: Values = {f"stake.{n}": [] for n in ("level", "perceived", "unsettled")}
    for x in range(w.count("stake")):
        level = 0.0
        for d in range(w.count("driver")):
            if int(w.value("driver.stake", d)) == x:
                entity = ENTITIES[int(w.value("driver.output_entity", d))]
                slot, field = int(w.value("driver.output_slot", d)), int(w.value("driver.output_field", d))
                change = float(getattr(w.state, entity)[slot, field]) - w.value("driver.reference_output", d)
                level += w.value("driver.effect", d) * change / w.value("driver.scale", d)
        for i in range(w.count("instrument")):
            moved = w.value("instrument.level", i) - w.value("instrument.reference_level", i)
            first = int(w.value("instrument.first_consequence", i))
            for n in range(first, int(w.value("instrument.end_consequence", i))):
                if int(w.value("consequence.stake", n)) == x:
                    level += w.value("consequence.at_once", n) * w.value("consequence.per_level", n) * moved
        known = w.value("stake.perceived", x)
        learnt = w.value("stake.visibility", x) * (level - known)
        unusual = w.value("stake.unsettled", x) * (1 - w.value("world.habituation"))
        for path, value in zip(found, (level, known + learnt, unusual + learnt), strict=True):
            found[path].append(value)
    return found


class Mind:
    """What one actor cares for and would do, as of last week's chances."""

    def __init__(self, w: World, a: int) -> None:
        self.mine = range(int(w.value("actor.first_instrument", a)), int(w.value("actor.end_instrument", a)))
        count = w.count("stake")
        self.slope, self.marginal = {}, {}
        for x in range(count):
            change, wants = w.value("stake.unsettled", x), w.value("interest.wants", a * count + x)
            pressed = 1.0 - 2.0 * w.value("world.opportunism")
            looms = w.value("world.loss_aversion") if wants * change < 0 else pressed
            self.slope[x] = looms * w.value("interest.share", a * count + x)
            self.marginal[x] = -self.slope[x] * change
        chance = w.value("actor.act_chance", a)
        self.mean = dict.fromkeys(range(count), 0.0)
        for i in self.mine:
            net = w.value("option.chance", 2 * i) - w.value("option.chance", 2 * i + 1)
            for x, effect in effects(w, i).items():
                self.mean[x] += net / chance * effect if chance else 0.0


def excitation(w: World) -> Values:
    """Only weeks after the as-of date: no future is claimed then."""
    fade = math.exp(-1 / w.value("world.memory_weeks")) if w.value("world.memory_weeks") else 0.0
    chosen = w.value("world.decision_law") == 71
    came = []
    for c in range(w.count("contingent")):
        first = w.value("contingent.sent", c) > 0 and w.value("contingent.was_sent", c) == 0
        came.append(fade * w.value("contingent.entered", c) + first)
    whose = [int(w.value("contingent.actor", c)) for c in range(len(came))]
    sides = [1 if w.value("contingent.side", c) == 0 else -1 for c in range(len(came))]
    count = w.count("instrument")
    actor = [int(w.value("instrument.actor", i)) for i in range(count)]
    serves = [int(w.value("instrument.favours", i)) for i in range(count)]
    done = [(actor[j], serves[j], w.value("instrument.recent", j)) for j in range(count)]
    done += list(zip(whose, sides, came, strict=True))
    found: Values = {"contingent.entered": came, "instrument.urged": []}
    found |= {f"instrument.by_{term}": [] for term in ("own", "partners", "rivals")}
    for i in range(count):
        lately = {"own": sum(z for a, _, z in done if a == actor[i])}
        lately["partners"] = sum(z for a, s, z in done if a != actor[i] and s == serves[i])
        lately["rivals"] = sum(z for a, s, z in done if a != actor[i] and s == -serves[i])
        total = 0.0
        for term, z in lately.items():
            part = w.value(f"instrument.excited_{term}", i) * (z - w.value(f"instrument.usual_{term}", i))
            part = min(2.0, max(-2.0, part)) * chosen * (term == "own" or serves[i] != 0)
            found[f"instrument.by_{term}"].append(part)
            total += part
        found["instrument.urged"].append(w.value("instrument.urged", i) + total)
    return found


def deliberation(w: World) -> Values:
    minds = [Mind(w, a) for a in range(w.count("actor"))]
    by_interests = w.value("world.decision_law") == 52
    lam, ahead, kap = (w.value(f"world.{n}") for n in ("choice_precision", "foresight_weeks", "act_response"))
    found: Values = {f"instrument.{n}": [] for n in ("direct", "indirect", "followed", "restrained")}
    found |= {"option.value": [], "option.chance": [], "actor.act_chance": [], "actor.pressure": []}
    found["consequence.worth"] = []
    for a, mind in enumerate(minds):
        masses: list[float] = []
        for i in mind.mine:
            own = effects(w, i)
            direct = lam * sum(mind.marginal[x] * effect for x, effect in own.items())
            for n in range(*(int(w.value(f"instrument.{end}_consequence", i)) for end in ("first", "end"))):
                stake = int(w.value("consequence.stake", n))
                moved = lam * mind.marginal[stake] * w.value("consequence.per_level", n)
                found["consequence.worth"].append(moved if by_interests else 0.0)
            indirect = 0.0
            for b, rival in enumerate(minds):
                for j in rival.mine if b != a else ():
                    theirs = effects(w, j)
                    up, down = w.value("option.chance", 2 * j), w.value("option.chance", 2 * j + 1)
                    worth = sum(mind.marginal[x] * effect for x, effect in theirs.items())
                    answer = 0.0
                    for x, effect in own.items():
                        response = (up + down) * theirs.get(x, 0.0) - (1 - kap) * (up - down) * rival.mean[x]
                        answer -= lam * rival.slope[x] * effect * response
                    indirect += lam * ahead * worth * answer
            indirect = min(1.0, max(-1.0, indirect))
            alike = [
                j
                for j in range(w.count("instrument"))
                if w.value("instrument.group", j) == w.value("instrument.group", i) and j not in mind.mine
            ]
            others = sum(w.value("instrument.recent", j) for j in alike)
            followed = w.value("actor.following", a) * others
            level = w.value("instrument.level", i)
            away = level - w.value("instrument.reference_level", i)
            restrained = -w.value("instrument.restraint", i) * away
            if not by_interests:
                direct = indirect = followed = restrained = 0.0
            worth = direct + indirect + followed + restrained + w.value("instrument.signalled", i)
            worth += w.value("instrument.urged", i)
            worth = min(4.0, max(-4.0, worth))
            for path, value in zip(found, (direct, indirect, followed, restrained), strict=False):
                found[path].append(value)
            found["option.value"] += [worth, -worth]
            for sign, is_open in ((1, level < w.value("instrument.top_level", i)), (-1, level > 0)):
                rate = w.value("option.rate", 2 * i + (sign < 0))
                masses.append(rate * math.exp(sign * worth) if is_open else 0.0)
        before = w.value("actor.reference_rate", a)
        mass, weekly = sum(masses), w.value("actor.pace", a) * before * 7 / 365.25
        raised = math.log(mass / before) if mass and before else 0.0
        barred = []
        for o in range(len(masses)):
            i = mind.mine[o // 2]
            capped = o % 2 == 0 and w.value("instrument.capped", i) > 0
            barred.append(capped or w.value("instrument.held", i) > 0)
        free = [m * (not barred[o]) for o, m in enumerate(masses)]
        hazard = weekly * math.exp((kap if by_interests else 1.0) * raised) * (sum(free) / mass if mass else 0.0)
        acts = 1 - math.exp(-hazard)
        found["option.chance"] += [acts * m / sum(free) if sum(free) else 0.0 for m in free]
        found["actor.act_chance"].append(acts)
        found["actor.pressure"].append(raised)
    return found


def decisions(w: World) -> Values:
    word = int(w.key.now)
    levels = [w.value("instrument.level", i) for i in range(w.count("instrument"))]
    steps = [0.0] * len(levels)
    for i in range(len(levels)):
        forced = w.value("instrument.forced_step", i)
        if w.week == math.floor(w.value("instrument.forced_week", i)):
            within = 0 <= levels[i] + forced <= w.value("instrument.top_level", i)
            steps[i] = forced if within else 0.0
    for a in range(w.count("actor")):
        first, end = int(w.value("actor.first_instrument", a)), int(w.value("actor.end_instrument", a))
        chance = w.value("actor.act_chance", a)
        if w.value("actor.pace", a) <= 0 or not chance:
            continue
        hazard = -math.log(max(1 - chance, 1e-300))
        race = {
            o: -math.log(slow_draws.uniform(word, 51, int(w.names["option"][o])))
            / (hazard * w.value("option.chance", o) / chance)
            for o in range(2 * first, 2 * end)
            if w.value("option.chance", o) > 0
        }
        race = {o: time for o, time in race.items() if time < 1}
        if race:
            best = min(race, key=lambda o: race[o])
            if not steps[best // 2]:
                steps[best // 2] = -1.0 if best % 2 else 1.0
    memory = w.value("world.memory_weeks")
    fade = math.exp(-1 / memory) if memory else 0.0
    recent = [w.value("instrument.recent", i) * fade + step for i, step in enumerate(steps)]
    moved = [level + step for level, step in zip(levels, steps, strict=True)]
    return {"instrument.level": moved, "instrument.step": steps, "instrument.recent": recent}


def carrying_out(w: World) -> Values:
    found: Values = {"supply.factor": [w.value("supply.factor", i) for i in range(w.count("supply"))]}
    troops, sent = ([w.value(f"contingent.{n}", c) for c in range(w.count("contingent"))] for n in ("troops", "sent"))
    moved = {"recruits": "mobilised", "evaded": "evaded", "settlement": "offered"}
    found |= {
        f"side.{n}": [w.value(f"side.{n}", s) for s in range(2)] for n in (*moved.values(), "sanctioned", "aided")
    }
    for entity in ("weapon", "defence"):
        for what in ("posture", "edge"):
            found[f"{entity}.{what}"] = [w.value(f"{entity}.{what}", slot) for slot in range(w.count(entity))]
    begun, came = [n > 0 for n in sent], [0.0] * len(sent)
    asked = {v: called(w, v, begun) for v in range(w.count("lever"))}
    for v in range(w.count("lever")):
        i, target = int(w.value("lever.instrument", v)), int(w.value("lever.target", v))
        step, kind = w.value("instrument.step", i), int(w.value("lever.kind", v))
        if kind == 0:
            found["supply.factor"][target] *= math.exp(w.value("lever.log_factor", v) * step)
        elif kind == 2:
            for what, path in moved.items():
                found[f"side.{path}"][target] += w.value(f"lever.{what}", v) * step
            strain = w.value("lever.strain", v)
            found["side.sanctioned" if strain > 0 else "side.aided"][target] += abs(strain) * step
        elif kind > 2:
            for what in ("posture", "edge"):
                found[f"{'weapon' if kind == 3 else 'defence'}.{what}"][target] += w.value(f"lever.{what}", v) * step
        elif step and w.value("lever.soldiers", v) and w.week < w.value("contingent.withdrawn_from_week", target):
            if not begun[target] and not w.value("lever.opens", v):
                continue
            if step > 0:
                fellows = [c for c in range(len(sent)) if sender(w, c) == sender(w, target)]
                ceiling = min(w.value("contingent.troops_ceiling", c) for c in fellows)
                room = max(0.0, ceiling - sum(w.value("contingent.sent", c) for c in fellows))
                of_all = sum(
                    n for other, n in asked.items() if n and sender(w, target_of(w, other)) == sender(w, target)
                )
                more = asked[v] * min(1.0, room / of_all)
                troops[target] += more
                came[target] += more
            else:
                level = w.value("instrument.level", i)
                troops[target] *= level / (level + 1)
    sent = [before + more for before, more in zip(sent, came, strict=True)]
    return found | {"contingent.troops": troops, "contingent.sent": sent}


def called(w: World, v: int, begun: list[bool]) -> float:
    """Soldiers whom a lever calls for."""
    if w.value("lever.kind", v) != 1 or w.value("instrument.step", int(w.value("lever.instrument", v))) <= 0:
        return 0.0
    gone = w.week >= w.value("contingent.withdrawn_from_week", target_of(w, v))
    opened = begun[target_of(w, v)] or w.value("lever.opens", v)
    return w.value("lever.soldiers", v) if opened and not gone else 0.0


def target_of(w: World, v: int) -> int:
    return int(w.value("lever.target", v))


def sender(w: World, c: int) -> float:
    return w.value("contingent.sender", c)
