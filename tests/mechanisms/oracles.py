"""Laws once more, from their equations only: loops over plain floats, by name, sharing no line with the compiled ones.

Each takes the world before the law and returns path -> values after it, for what the equations speak of.
"""

import math
from itertools import permutations

from tests.kernel import slow_draws
from tests.mechanisms.worlds import World

Values = dict[str, list[float]]


UNDER, LEADS, BESIDE = range(3)


def integration(w: World) -> Values:
    found: Values = {f"contingent.{n}": [] for n in ("fluency", "integration", "usable", "joint_weeks", "interpreters")}
    found |= {f"contingent.lost_to_{n}": [] for n in ("interpreters", "officers", "discord", "dilution")}
    found |= {"contingent.interpreter_pool": [], "side.leadership": [], "side.officers_lent": []}
    found |= {"force.native_integration": [1.0] * w.count("force"), "contingent.concerted": []}
    mine = [int(w.value("contingent.side", c)) for c in range(w.count("contingent"))]
    under = [w.value("contingent.command", c) == UNDER for c in range(w.count("contingent"))]
    asked = [need(w, c, "officers") if under[c] else 0.0 for c in range(w.count("contingent"))]
    share = []
    for s in range(2):
        pool = w.value("side.officer_pool", s)
        all_asked = sum(a for a, side in zip(asked, mine, strict=True) if side == s)
        lent = min(all_asked, w.value("side.officers_lendable", s) * pool)
        share.append(lent / all_asked if all_asked else 1.0)
        lost = w.value("side.leadership_cost", s) * lent / pool if pool else 0.0
        found["side.officers_lent"].append(lent)
        found["side.leadership"].append(max(0.0, 1 - lost))
    for c, side in enumerate(mine):
        n, m = w.value("contingent.troops", c), w.value("contingent.interpreters", c)
        pool = w.value("contingent.interpreter_pool", c) + w.value("contingent.interpreter_training", c)
        j = w.value("contingent.joint_weeks", c)
        row = dict.fromkeys((p for p in found if p.startswith("contingent.")), 0.0)
        q = row["contingent.concerted"] = concerted(w, c)
        if n > 0:
            command = w.value("contingent.command", c)
            needed = 0.0 if command == BESIDE else need(w, c, "interpreters")
            more = min(pool, max(0.0, needed - m))
            m, pool = m + more, pool - more
            stayed = n - w.value("contingent.newcomers", c)
            j = (j + 1) * stayed / n
            served = w.value("contingent.served_weeks", c) + 1 if stayed > 0 else 0.0
            lack = {"interpreters": min(1.0, m / needed) if needed else 1.0, "officers": 1.0}
            given = 0.0
            if command == UNDER:
                lack["officers"] = min(1.0, share[side]) if asked[c] else 1.0
            elif command == LEADS:
                wanted = need(w, c, "officers")
                given = min(wanted, w.value("contingent.officers_given", c) * n)
                lack["officers"] = given / wanted if wanted else 1.0
            i0, eta = w.value("contingent.alone", c), w.value("contingent.fluency_exponent", c)
            d, tau = w.value("contingent.discord", c), w.value("contingent.learning_weeks", c)

            def used(lacking: frozenset[str], lack: dict = lack, i0: float = i0, eta: float = eta) -> float:
                return i0 + (1 - i0) * min([1.0, *(lack[what] for what in lacking)]) ** eta

            both = used(frozenset(lack))
            inside = both * (1 - d * math.exp(-j / tau))
            row["contingent.fluency"] = min(lack.values())
            row["contingent.integration"] = 1.0 if command == LEADS else inside
            row["contingent.usable"] = n - given if command == LEADS else n * inside
            if command == LEADS and q:
                force = 2 * int(w.value("contingent.location", c)) + side
                found["force.native_integration"][force] -= q * (1 - inside) / w.value("force.troops", force)
            for order in permutations(lack):
                before: frozenset[str] = frozenset()
                for what in order:
                    row[f"contingent.lost_to_{what}"] += q / 2 * (used(before) - used(before | {what}))
                    before |= {what}
            row["contingent.lost_to_discord"] = q * both * d * math.exp(-max(served, j) / tau)
            named = [v for p, v in row.items() if p.startswith("contingent.lost_to_")]
            row["contingent.lost_to_dilution"] = q - q * inside - sum(named)
        row |= {"contingent.interpreters": m, "contingent.interpreter_pool": pool, "contingent.joint_weeks": j}
        for path, value in row.items():
            found[path].append(value)
    return found


def concerted(w: World, c: int) -> float:
    """Those who act in concert with strangers: the contingent, or the part of the host's own whom it leads."""
    if w.value("contingent.command", c) != LEADS:
        return w.value("contingent.troops", c)
    where = [(int(w.value("contingent.location", o)), int(w.value("contingent.side", o))) for o in range(c + 1)]
    every = range(w.count("contingent"))
    there = [(w.value("contingent.location", o), w.value("contingent.side", o)) == where[c] for o in every]
    leading = [w.value("contingent.troops", o) * (w.value("contingent.command", o) == LEADS) for o in every]
    of_all = sum(n for n, here in zip(leading, there, strict=True) if here)
    k, s = where[c]
    return w.value("force.troops", 2 * k + s) * leading[c] / of_all if k >= 0 and of_all else 0.0


def need(w: World, c: int, what: str) -> float:
    return concerted(w, c) / w.value("contingent.soldiers_per_group", c) * w.value(f"contingent.{what}_per_group", c)


def waves(w: World) -> Values:
    """Further waves: each sender's contingents share what its ceiling leaves, waves before losses made up."""
    count = w.count("contingent")
    found: Values = {f"contingent.{n}": [w.value(f"contingent.{n}", c) for c in range(count)] for n in WAVES}
    senders = [w.value("contingent.sender", c) for c in range(count)]
    wave, lost = [0.0] * count, [0.0] * count
    for c in range(count):
        if w.value("contingent.sent", c) and w.week < w.value("contingent.withdrawn_from_week", c):
            due = slow_draws.uniform(int(w.key.now), 12, int(w.names["contingent"][c]))
            wave[c] = w.value("contingent.wave_troops", c) * (due < w.value("contingent.wave_probability", c))
            lost[c] = w.value("contingent.losses", c) * w.value("contingent.loss_replacement", c)
            lost[c] *= w.value("side.permanent_share", int(w.value("contingent.side", c)))
    for sender in set(senders):
        mine = [c for c in range(count) if senders[c] == sender]
        ceiling = min(w.value("contingent.troops_ceiling", c) for c in mine)
        room = max(0.0, ceiling - sum(w.value("contingent.sent", c) for c in mine))
        for asked in (wave, lost):
            of_all = sum(asked[c] for c in mine)
            part = min(1.0, room / of_all) if of_all else 0.0
            room -= part * of_all
            for c in mine:
                for name in WAVES:
                    found[f"contingent.{name}"][c] += part * asked[c]
    for c in range(count):
        if w.value("contingent.sent", c) and w.week < w.value("contingent.withdrawn_from_week", c):
            relieved = w.value("contingent.rotation", c) * w.value("contingent.troops", c)
            found["contingent.newcomers"][c] += relieved
    return found


WAVES = ("troops", "newcomers", "sent")


def power(w: World) -> Values:
    theatres = w.count("theatre")
    mass = [w.value("force.troops", i) for i in range(2 * theatres)]
    foreign = [0.0] * (2 * theatres)
    for c in range(w.count("contingent")):
        k, s = int(w.value("contingent.location", c)), int(w.value("contingent.side", c))
        if k >= 0 and w.value("theatre.open", k):
            foreign[2 * k + s] += w.value("contingent.quality", c) * w.value("contingent.usable", c)
    mass = [own * w.value("force.native_integration", i) + foreign[i] for i, own in enumerate(mass)]
    total = [sum(mass[2 * k + s] for k in range(theatres) if w.value("theatre.open", k)) for s in range(2)]
    power = [0.0] * (2 * theatres)
    for k in range(theatres):
        for s in range(2):
            if total[s] > 0:
                fire = max(w.value("side.fire", s), w.value("side.fire_demand", s) / 1000, 0.001)
                vehicles = max(w.value("side.equipment", s), 1.0)
                each = w.value("side.leadership", s) * (fire / total[s]) ** w.value("world.fire_exponent")
                each *= (vehicles / total[s]) ** w.value("world.equipment_exponent")
                power[2 * k + s] = each * mass[2 * k + s]
    return {"force.mass": mass, "force.foreign_mass": foreign, "force.power": power, "side.strength": total}


def ground(w: World) -> Values:
    found: Values = {f"theatre.{n}": [] for n in ("balance", "level_deviation", "tempo", "gain", "area", "open")}
    word = int(w.key.now)
    for k in range(w.count("theatre")):
        holder, name = int(w.value("theatre.holder", k)), int(w.names["theatre"][k])
        ours, theirs = (max(w.value("force.power", 2 * k + s), 1e-12) for s in (holder, 1 - holder))
        u, area, still = (w.value(f"theatre.{n}", k) for n in ("tempo", "area", "open"))
        balance, gain = math.log(ours) - math.log(theirs), 0.0
        d = w.value("theatre.level_deviation", k)
        if still:
            d *= w.value("theatre.level_persistence", k)
            d += w.value("theatre.level_shock", k) * slow_draws.normal(word, 34, name)
            m, g = w.value("theatre.long_run_tempo", k) + d, w.value("theatre.shock_scale", k)
            u = m + w.value("theatre.persistence", k) * (u - m)
            u += g * w.value("theatre.tempo_shock", k) * slow_draws.normal(word, 31, name)
            gain = u + w.value("theatre.power_response", k) * (balance - w.value("theatre.reference_balance", k))
            area += gain + g * w.value("theatre.area_noise", k) * slow_draws.normal(word, 32, name)
            if area <= 0 and w.value("theatre.closes_at_zero", k):
                still = 0.0
            area = min(max(area, 0.0), w.value("theatre.area_ceiling", k))
        for path, value in zip(found, (balance, d, u, gain, area, still), strict=True):
            found[path].append(value)
    return found


def activity(w: World) -> Values:
    found: Values = {"theatre.activity": [], "theatre.shock_scale": []}
    word = int(w.key.now)
    for k in range(w.count("theatre")):
        z = int(w.value("theatre.activity", k) >= 0.5)
        chance = w.value(("theatre.becoming_active", "theatre.becoming_quiet")[z], k)
        drawn = slow_draws.uniform(word, 33, int(w.names["theatre"][k]))
        if w.value("theatre.open", k) and w.key.week >= 0 and drawn < chance:
            z = 1 - z
        found["theatre.activity"].append(float(z))
        found["theatre.shock_scale"].append(1 + (w.value("theatre.active_scale", k) - 1) * z)
    return found


def fought_over(w: World) -> list[int]:
    """Open theatres in which the sides are in touch."""
    found = []
    for k in range(w.count("theatre")):
        area, most = w.value("theatre.area", k), w.value("theatre.area_ceiling", k)
        if w.value("theatre.open", k) and (w.value("theatre.contact_at_bounds", k) or 0 < area < most):
            found.append(k)
    return found


def weight(w: World, c: int) -> float:
    k = int(w.value("contingent.location", c))
    if k not in fought_over(w):
        return 0.0
    lack = w.value("contingent.vulnerability", c) * (1 - w.value("contingent.integration", c))
    exposed = w.value("contingent.exposure", c) * w.value("contingent.troops", c)
    return w.value("theatre.intensity", k) * exposed * (1 + lack)


def reopening(w: World) -> Values:
    theatres = range(w.count("theatre"))
    found: Values = {
        f"theatre.{n}": [w.value(f"theatre.{n}", k) for k in theatres]
        for n in ("open", "area", "tempo", "level_deviation")
    }
    natives = [w.value("force.troops", i) for i in range(w.count("force"))]
    places = [w.value("contingent.location", c) for c in range(w.count("contingent"))]
    for k in theatres:
        shares = [w.value("force.reference_share", 2 * k + s) for s in range(2)]
        due = slow_draws.uniform(int(w.key.now), 13, int(w.names["theatre"][k])) < w.value("theatre.reopening", k)
        if w.value("theatre.open", k) or not w.value("theatre.closes_at_zero", k) or not due or not all(shares):
            continue
        found["theatre.open"][k] = 1.0
        found["theatre.area"][k] = min(w.value("theatre.reopened_area", k), w.value("theatre.area_ceiling", k))
        found["theatre.tempo"][k] = w.value("theatre.long_run_tempo", k)
        found["theatre.level_deviation"][k] = 0.0
        for s, share in enumerate(shares):
            total = sum(natives[2 * j + s] for j in theatres)
            lack = share * total - natives[2 * k + s]
            others = total - natives[2 * k + s]
            if lack > 0 and others > 0:
                for j in theatres:
                    natives[2 * j + s] += lack if j == k else -lack * natives[2 * j + s] / others
        for c, place in enumerate(places):
            places[c] = k if place < 0 and w.value("contingent.theatre", c) == k else place
    return found | {"force.troops": natives, "contingent.location": places}


def losses(w: World) -> Values:
    theatres = fought_over(w)
    natives = [w.value("force.troops", i) for i in range(w.count("force"))]
    troops, interpreters = (
        [w.value(f"contingent.{n}", c) for c in range(w.count("contingent"))] for n in ("troops", "interpreters")
    )
    fallen = [0.0] * len(troops)
    deviations, every, officers = [], [], []
    for s in range(2):
        mine = [c for c in range(len(troops)) if w.value("contingent.side", c) == s]
        x = w.value("side.loss_persistence", s) * w.value("side.loss_deviation", s)
        x += w.value("side.loss_shock", s) * slow_draws.normal(int(w.key.now), 41, int(w.names["side"][s]))
        moved = sum(abs(w.value("theatre.gain", k)) for k in theatres) - w.value("side.reference_movement", s)
        exposed = sum(w.value("theatre.intensity", k) * natives[2 * k + s] for k in theatres)
        exposed += sum(weight(w, c) for c in mine)
        before = w.value("side.reference_exposed", s)
        y = w.value("side.loss_level", s) * math.exp(x + w.value("side.loss_tempo", s) * moved)
        y *= (exposed / before) ** w.value("side.loss_mass", s) if before else 1.0
        gone = w.value("side.permanent_share", s)
        rate, total, pool = (y / exposed if exposed else 0.0), 0.0, w.value("side.officer_pool", s)
        for c in mine:
            fallen[c] = min(troops[c], rate * weight(w, c))
            total += fallen[c]
            if fallen[c]:
                pool -= w.value("contingent.lent_officers", c) * gone * fallen[c] / troops[c]
                interpreters[c] -= interpreters[c] * gone * fallen[c] / troops[c]
                troops[c] -= gone * fallen[c]
        for k in theatres:
            lost = min(natives[2 * k + s], rate * w.value("theatre.intensity", k) * natives[2 * k + s])
            natives[2 * k + s] -= gone * lost
            total += lost
        deviations.append(x)
        every.append(total)
        officers.append(pool)
    found = {"side.loss_deviation": deviations, "side.losses": every, "side.officer_pool": officers}
    found |= {"contingent.losses": fallen, "contingent.troops": troops, "contingent.interpreters": interpreters}
    return found | {"force.troops": natives}


def reserves(w: World) -> Values:
    theatres = range(w.count("theatre"))
    wanted, after = [0.0] * w.count("force"), [0.0] * w.count("force")
    for s in range(2):
        natives = [w.value("force.troops", 2 * k + s) for k in theatres]
        free = [k for k in theatres if w.value("theatre.open", k)]
        shares = {k: w.value("force.reference_share", 2 * k + s) for k in free}
        all_shares, z = sum(shares.values()), w.value("side.fungible", s)
        foreign = {k: w.value("force.foreign_mass", 2 * k + s) for k in free}
        target = [0.0] * len(natives)
        for k in free:
            if all_shares > 0:
                part = shares[k] / all_shares
                target[k] = max(0.0, part * sum(natives) + z * (part * sum(foreign.values()) - foreign[k]))
        scale = sum(natives) / sum(target) if sum(target) > 0 else 0.0
        target = [t * scale for t in target] if sum(target) > 0 else natives
        moving = sum(max(0.0, n - t) for n, t in zip(natives, target, strict=True))
        part = min(1.0, w.value("side.reserve_cap", s) / moving) if moving > 0 else 0.0
        for k in theatres:
            wanted[2 * k + s] = target[k]
            after[2 * k + s] = natives[k] + part * (target[k] - natives[k])
    return {"force.wanted": wanted, "force.troops": after}


def supply(w: World) -> Values:
    found: Values = {f"supply.{n}": [] for n in ("transit", "delivered")}
    shells, vehicles = [0.0, 0.0], [w.value("side.equipment", s) for s in range(2)]
    for i in range(w.count("supply")):
        rate, s = w.value("supply.factor", i) * w.value("supply.per_week", i), int(w.value("supply.side", i))
        if w.value("supply.own", i):
            rate *= w.value("side.endurance", s) ** w.value("side.production_endurance", s)
        sent = min(rate * math.exp(w.value("supply.growth", i) * w.week), w.value("supply.ceiling", i))
        at, h = int(w.value("supply.at", i)), w.value("supply.dependence", i)
        if at >= 0:
            now, before = (1 - h * w.value(f"target.{n}", at) for n in ("damage", "reference_damage"))
            sent *= now / max(before, 1e-9)
        on_the_way = w.value("supply.transit", i) + sent
        found["supply.delivered"].append(on_the_way / w.value("supply.lag", i))
        found["supply.transit"].append(on_the_way - found["supply.delivered"][-1])
        arrived = {0: shells, 1: vehicles}.get(int(w.value("supply.good", i)), [0.0, 0.0])
        arrived[int(w.value("supply.side", i))] += found["supply.delivered"][-1]
    fired = [
        min(w.value("side.fire_demand", s), shells[s] + w.value("side.shells", s) / w.value("side.ration_weeks", s))
        for s in range(2)
    ]
    worn = [w.value("side.vehicles_per_loss", s) * w.value("side.losses", s) for s in range(2)]
    found |= {"side.fire": fired, "side.shells_delivered": shells}
    found["side.shells"] = [max(0.0, w.value("side.shells", s) + shells[s] - fired[s]) for s in range(2)]
    found["side.equipment"] = [max(0.0, e - x) for e, x in zip(vehicles, worn, strict=True)]
    return found
