"""The laws of strikes from their equations only, as in `oracles`."""

import math

from tests.kernel import slow_draws
from tests.mechanisms.oracles import Values
from tests.mechanisms.worlds import World


def every(w: World, path: str) -> list[float]:
    return [w.value(path, slot) for slot in range(w.count(path.partition(".")[0]))]


def able(w: World, entity: str, slot: int) -> float:
    """What damage leaves of a weapon's launches, a defence's capacity or a supply line's rate."""
    at = int(w.value(f"{entity}.at", slot))
    if at < 0:
        return 1.0
    h, now, before = w.value(f"{entity}.dependence", slot), w.value("target.damage", at), 0.0
    before = w.value("target.reference_damage", at)
    return (1 - h * now) / max(1 - h * before, 1e-9)


def arrived(w: World, entity: str, slot: int) -> float:
    lines = range(w.count("supply"))
    return sum(w.value("supply.delivered", i) for i in lines if w.value(f"supply.{entity}", i) == slot)


def salvos(w: World) -> Values:
    names = ("launched", "stock", "launch_deviation", "delivered", "cumulative_launched", "weeks_left")
    found: Values = {f"weapon.{n}": [] for n in names}
    for k in range(w.count("weapon")):
        key, stock, came = int(w.names["weapon"][k]), w.value("weapon.stock", k), arrived(w, "weapon", k)
        x = w.value("weapon.launch_persistence", k) * w.value("weapon.launch_deviation", k)
        x += w.value("weapon.launch_shock", k) * slow_draws.normal(int(w.key.now), 91, key)
        burst = w.value("weapon.burst", k) * slow_draws.normal(int(w.key.now), 92, key)
        wanted = w.value("weapon.launch_level", k) * w.value("weapon.posture", k) * able(w, "weapon", k)
        wanted *= math.exp(x + burst + w.value("weapon.launch_growth", k) * (w.week + 1))
        launched = min(wanted, came + stock / w.value("weapon.ration_weeks", k))
        left = max(0.0, stock + came - launched)
        lasts = min(520.0, left / (wanted - came)) if wanted > came else 520.0
        so_far = w.value("weapon.cumulative_launched", k) + launched
        for path, value in zip(found, (launched, left, x, came, so_far, lasts), strict=True):
            found[path].append(value)
    return found


def air_defence(w: World) -> Values:
    odds = []
    for n in range(w.count("interception")):
        z = w.value("interception.persistence", n) * w.value("interception.deviation", n)
        draw = slow_draws.normal(int(w.key.now), 93, int(w.names["interception"][n]))
        odds.append(z + w.value("interception.shock", n) * draw)
    leaked, downed = every(w, "weapon.launched"), [0.0] * len(odds)
    stocks, used = every(w, "defence.interceptors"), [0.0] * w.count("defence")
    lasts = [520.0] * len(used)
    for d in sorted(range(w.count("defence")), key=lambda slot: w.value("defence.rank", slot)):
        stops = [n for n in range(len(odds)) if w.value("interception.defence", n) == d]
        meets = [n for n in stops if w.value("interception.chance", n) > 0]
        weapon = {n: int(w.value("interception.weapon", n)) for n in stops}
        coming = sum(leaked[weapon[n]] for n in meets)
        needed = sum(leaked[weapon[n]] * w.value("interception.per_target", n) for n in meets)
        came = arrived(w, "defence", d)
        u = w.value("defence.posture", d) * able(w, "defence", d)
        capacity = w.value("defence.capacity", d) * u
        ready = came + stocks[d] / w.value("defence.ration_weeks", d)
        within = min(1.0, u, capacity / coming if coming else 1.0)
        f = min(within, ready / needed if needed else 1.0)
        used[d] = f * needed
        stocks[d] = max(0.0, stocks[d] + came - used[d])
        if within * needed > came:
            lasts[d] = min(520.0, stocks[d] / (within * needed - came))
        for n in stops:
            c = w.value("interception.chance", n)
            if 0 < c < 1:
                c = 1 / (1 + math.exp(-(math.log(c) - math.log1p(-c) + odds[n] + w.value("defence.edge", d))))
            downed[n] = c * f * leaked[weapon[n]]
        for n in stops:
            leaked[weapon[n]] -= downed[n]
    shares = [gone / sent if sent else 0.0 for gone, sent in zip(leaked, every(w, "weapon.launched"), strict=True)]
    return {
        "interception.deviation": odds,
        "interception.downed": downed,
        "weapon.leaked": leaked,
        "weapon.leak_share": shares,
        "defence.interceptors": stocks,
        "defence.used": used,
        "defence.weeks_left": lasts,
    }


def strike_damage(w: World) -> Values:
    aims = range(w.count("aim"))
    found: Values = {f"target.{n}": [] for n in ("damage", "hits", "civilians_killed")}
    killed, so_far = [0.0, 0.0], every(w, "side.cumulative_civilians_killed")
    for j in range(w.count("target")):
        hits = blow = dead = 0.0
        for a in (a for a in aims if w.value("aim.target", a) == j):
            k = int(w.value("aim.weapon", a))
            of_all = sum(w.value("aim.weight", b) for b in aims if w.value("aim.weapon", b) == k)
            share = w.value("aim.weight", a) / of_all * w.value("weapon.leaked", k) if of_all else 0.0
            hits += share
            blow += share * w.value("aim.damage", a) * math.exp(w.value("weapon.edge", k))
            dead += share * w.value("aim.killed", a)
        luck = slow_draws.normal(int(w.key.now), 94, int(w.names["target"][j]))
        dead *= math.exp(w.value("target.harm_shock", j) * luck)
        standing = 1 - w.value("target.damage", j) * (1 - w.value("target.repair", j))
        killed[int(w.value("target.side", j))] += dead
        for path, value in zip(found, (1 - standing * math.exp(-blow), hits, dead), strict=True):
            found[path].append(value)
    found["side.civilians_killed"] = killed
    found["side.cumulative_civilians_killed"] = [a + b for a, b in zip(so_far, killed, strict=True)]
    return found


def strike_wear(w: World) -> Values:
    worn = [0.0, 0.0]
    for j in range(w.count("target")):
        more = w.value("target.damage", j) - w.value("target.reference_damage", j)
        worn[int(w.value("target.side", j))] += w.value("target.wear", j) * more
    return {"side.endurance": [max(0.0, e - x) for e, x in zip(every(w, "side.endurance"), worn, strict=True)]}
