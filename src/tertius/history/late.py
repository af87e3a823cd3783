"""Late entries: what wars did that a third state entered after their first year; which are most like one at hand.

    distance^2 = (n - n0)^2 + ((log(1 + age) - log(1 + age0)) / s)^2 + ((r - r0) / s')^2              (1)

    symbol  in code         meaning                                                             unit
    n       between_states  1 for a war between states, 0 for one within a state                1
    age     age             from the war's first day, or first year, to the entry               year
    r       ratio           log of the entrants' capability over that of the state they joined  1
    s, s'   -               standard deviation over all late entries                            1

States that entered one war for one side in one year are one entry. A ratio that is not known (rebels were joined)
counts as one s' away. `comparisons` sets entries since 1946 beside years of conflicts of the same kind and age that
nobody entered. That an entered war was already larger the year before is a control that no entry can have caused: it
shows the selection. The bound says how strong an unseen cause would have to be to make the whole difference.

Source: COW inter-state wars that began before 1946, entries a year or more after the first day; UCDP secondary parties
        that came after a conflict's first year, 1947 to 2004. CINC of the year before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tertius.history.panel import numbers, read_table
from tertius.history.reference import rounded

ENTRIES, TERMINATION = "entries.parquet", "ucdp_termination.parquet"
INTERSTATE, PANEL_WAR, COUNTRIES = "cow_interstate.parquet", "panel_war.parquet", "country_year.parquet"
YEAR = 365.25  # days
FIRST_UCDP = 1946
BEFORE = 1990  # of the comparison: later conflicts are not all there
HORIZONS = (1, 2, 5)  # years
AGES = (1, 2, 4, 10, 100)  # years; edges of the comparison
INTERNAL = 3  # UCDP's types: 1 colonial, 2 between states, 3 and 4 internal
WAR = 2  # UCDP's intensity
DRAWS = 400
PER_WAR = 2
_COW = {1: "won", 2: "lost", 3: "settled", 6: "line"}
_UCDP = {1: "settled", 2: "line", 3: "a", 4: "b", 5: "faded"}


@dataclass(frozen=True)
class LateEntry:
    """States that entered one war for one side in one year.

    war             what the war is called
    entrants        who entered, the strongest first
    year            of the entry
    between_states  whether it was a war between states
    age             years that it had lasted
    ratio           log of their capability over that of the state they joined; None where that is not known
    lasted_on       years that it went on; None where it had not ended by 2004
    result          for the side joined: won, lost, settled, line, faded, other
    """

    war: str
    entrants: tuple[str, ...]
    year: int
    between_states: bool
    age: float
    ratio: float | None
    lasted_on: float | None
    result: str


def most_like(
    found: Sequence[LateEntry], between_states: bool, age: float, ratio: float, count: int = 10
) -> list[LateEntry]:
    """The late entries nearest by (1), the nearest first, no more than two into one war.

    Args:
        found: to choose from.
        between_states, age, ratio: of the case.
        count: how many at most.
    """
    if not found:
        return []
    ages = np.log1p([one.age for one in found])
    ratios = np.array([np.nan if one.ratio is None else one.ratio for one in found])
    spread = [float(np.nanstd(x)) or 1.0 if np.isfinite(x).any() else 1.0 for x in (ages, ratios)]
    far = ((ages - np.log1p(age)) / spread[0]) ** 2
    far += np.where(np.isnan(ratios), 1.0, ((np.nan_to_num(ratios) - ratio) / spread[1]) ** 2)
    far += np.array([one.between_states is not between_states for one in found])
    chosen: list[LateEntry] = []
    for place in np.argsort(far, kind="stable"):
        if sum(one.war == found[place].war for one in chosen) < PER_WAR and len(chosen) < count:
            chosen.append(found[place])
    return chosen


def late_data(history: Path, entries: Path, countries: Path) -> dict[str, Any]:
    """All late entries and the comparison, for the file. Raises DataError."""
    cow, cow_digest = _of_cow(history / PANEL_WAR, entries / INTERSTATE)
    rows, digest = _rows_of_ucdp(entries / ENTRIES)
    episodes, episodes_digest = _episode_years(entries / TERMINATION)
    found = [*cow, *_of_ucdp(rows, _capabilities(countries / COUNTRIES))]
    found.sort(key=lambda one: (one.year, one.war, one.entrants))
    return {
        "files": {INTERSTATE: cow_digest, ENTRIES: digest, TERMINATION: episodes_digest},
        "entries": [asdict(one) | {"entrants": list(one.entrants)} for one in found],
        "comparisons": comparisons(rows, episodes),
    }


def read_entries(rows: Sequence[dict[str, Any]]) -> tuple[LateEntry, ...]:
    """Late entries of the file's rows."""
    return tuple(LateEntry(**{**row, "entrants": tuple(row["entrants"])}) for row in rows)


def _of_cow(panel_path: Path, interstate: Path) -> tuple[list[LateEntry], str]:
    names = ["war", "name", "ccode", "state", "side", "start1", "end1", "end2", "war_start", "days_after_start"]
    names += ["outcome", "initiator"]
    table, digest = read_table(interstate, names)
    panel, _ = read_table(panel_path, ["disp", "ccode", "cinc", "A_cinc", "B_cinc"])
    known = {(int(d), int(c)): row for row, (d, c) in enumerate(zip(panel["disp"], panel["ccode"], strict=True))}
    groups: dict[tuple[int, int, int], list[int]] = {}
    for row, days in enumerate(table["days_after_start"]):
        start = table["war_start"][row].astype("datetime64[Y]").astype(int) + 1970
        if days >= YEAR and start < FIRST_UCDP:
            groups.setdefault((int(table["war"][row]), int(table["side"][row]), int(days / YEAR)), []).append(row)
    found = []
    for (war, side, _), rows in groups.items():
        of_war = np.flatnonzero(table["war"] == war)
        last = np.nanmax(np.stack([table[n][of_war].astype("datetime64[D]") for n in ("end1", "end2")]))
        first = table["war_start"][rows[0]].astype("datetime64[D]")
        day = min(table["start1"][r].astype("datetime64[D]") for r in rows)
        places = [known[war, int(table["ccode"][r])] for r in rows if (war, int(table["ccode"][r])) in known]
        share = float(np.nansum(panel["cinc"][places])) if places else float("nan")
        began = side in set(table["side"][of_war][table["initiator"][of_war] == 1].tolist())
        joined = float(panel["A_cinc" if began else "B_cinc"][places[0]]) if places else float("nan")
        order = sorted(rows, key=lambda r: -_share_of(panel, known, war, int(table["ccode"][r])))
        found.append(
            LateEntry(
                war=str(table["name"][rows[0]]),
                entrants=tuple(str(table["state"][r]) for r in order),
                year=int(str(day)[:4]),
                between_states=True,
                age=rounded(float((day - first).astype(float)) / YEAR),
                ratio=_log_ratio(share, joined),
                lasted_on=rounded(float((last - day).astype(float)) / YEAR),
                result=_COW.get(int(table["outcome"][order[0]]), "other"),
            )
        )
    return found, digest


def _share_of(panel: dict[str, Any], known: dict[tuple[int, int], int], war: int, state: int) -> float:
    row = known.get((war, state))
    return 0.0 if row is None else float(np.nan_to_num(panel["cinc"][row]))


def _log_ratio(share: float, joined: float) -> float | None:
    good = np.isfinite(share) and np.isfinite(joined) and share > 0 and joined > 0
    return float(rounded(np.log(share / joined))) if good else None


def _rows_of_ucdp(path: Path) -> tuple[list[dict[str, Any]], str]:
    names = ["conflict_id", "location", "type", "entrant", "entrant_ccode", "side", "first_year", "last_year"]
    names += ["a_ccode", "b_ccode", "episode_start", "episode_end", "outcome", "late_episode", "int_m1"]
    table, digest = read_table(path, names)
    columns = {name: table[name].tolist() for name in names}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return rows, digest


def _capabilities(path: Path) -> dict[tuple[int, int], float]:
    table, _ = read_table(path, ["ccode", "year", "cinc"])
    cinc = numbers(table["cinc"], "cinc", str(path), finite=False)
    states = zip(table["ccode"], table["year"], cinc, strict=True)
    return {(int(code), int(year)): float(value) for code, year, value in states if np.isfinite(value)}


def _of_ucdp(rows: Sequence[dict[str, Any]], capability: dict[tuple[int, int], float]) -> list[LateEntry]:
    groups: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["late_episode"] == 1:
            groups.setdefault((row["conflict_id"], row["first_year"], row["side"]), []).append(row)
    found = []
    for (_, year, side), states in groups.items():
        share = {r["entrant"]: capability.get((r["entrant_ccode"], year - 1), 0.0) for r in states}
        code = _number(states[0][f"{side}_ccode"])
        joined = float("nan") if code is None else capability.get((int(code), year - 1), float("nan"))
        end, outcome = _number(states[0]["episode_end"]), _number(states[0]["outcome"])
        told = _UCDP.get(int(outcome), "other") if outcome is not None else "other"
        found.append(
            LateEntry(
                war=str(states[0]["location"]),
                entrants=tuple(sorted(share, key=lambda name: -share[name])),
                year=int(year),
                between_states=states[0]["type"] == 2,
                age=float(year - states[0]["episode_start"]),
                ratio=_log_ratio(sum(share.values()), joined),
                lasted_on=None if end is None else float(end - year),
                result=("won" if told == side else "lost") if told in ("a", "b") else told,
            )
        )
    return found


def _number(value: Any) -> float | None:
    return None if value is None or not np.isfinite(float(value)) else float(value)


def _episode_years(path: Path) -> tuple[dict[tuple[int, int], dict[str, Any]], str]:
    """(conflict, year) -> type, intensity, first year of its episode, the year that ended in; up to 2004."""
    names = ["conflict_id", "episode", "year", "type", "intensity", "terminated"]
    table, digest = read_table(path, names)
    first: dict[tuple[int, int], int] = {}
    last: dict[tuple[int, int], int] = {}
    columns = (table[name] for name in ("conflict_id", "episode", "year", "terminated"))
    for conflict, episode, year, over in zip(*columns, strict=True):
        key = int(conflict), int(episode)
        first[key] = min(first.get(key, 9999), int(year))
        if over == 1:
            last[key] = int(year)
    found = {}
    for row in range(len(table["year"])):
        key = int(table["conflict_id"][row]), int(table["episode"][row])
        found[key[0], int(table["year"][row])] = {
            "internal": int(table["type"][row]) >= INTERNAL,
            "war": int(table["intensity"][row]) == WAR,
            "start": first[key],
            "end": last.get(key, 9999),
        }
    return found, digest


def comparisons(
    rows: Sequence[dict[str, Any]], years: dict[tuple[int, int], dict[str, Any]], seed: int = 1
) -> dict[str, Any]:
    """Late entries before 1990 beside conflict-years of the same kind and age that no foreign troops were in.

    Shares that ended within one, two and five years, with the difference's 80% interval by drawing conflicts anew; once
    more among those of the same size the year before; and, as control, the share that was a war the year before.
    """
    present = {(r["conflict_id"], y) for r in rows for y in range(r["first_year"], r["last_year"] + 1)}
    entered = {(r["conflict_id"], r["first_year"]) for r in rows if r["late_episode"] == 1 and r["first_year"] < BEFORE}
    told = []
    for (conflict, year), row in years.items():
        age = year - row["start"]
        before = years.get((conflict, year - 1))
        if age < 1 or year >= BEFORE or before is None:
            continue
        if (conflict, year) in entered or (conflict, year) not in present:
            cell = (row["internal"], int(np.searchsorted(AGES, age, side="right")))
            ended = [float(row["end"] - year <= k) for k in HORIZONS]
            told.append((conflict, (conflict, year) in entered, cell, before["war"], *ended))
    generator = np.random.Generator(np.random.Philox(seed))
    return {
        "entries": sum(one[1] for one in told),
        "conflicts_entered": len({one[0] for one in told if one[1]}),
        "years_beside": sum(not one[1] for one in told),
        "same_kind_and_age": [_compared(told, 4 + k, False, generator) | {"years": y} for k, y in enumerate(HORIZONS)],
        "same_size_too": [_compared(told, 4 + k, True, generator) | {"years": y} for k, y in enumerate(HORIZONS)],
        "war_the_year_before": _compared(told, 3, False, generator),
    }


def _compared(
    told: list[tuple[Any, ...]], column: int, same_size: bool, generator: np.random.Generator
) -> dict[str, Any]:
    """Mean of a column among entries and years beside them, cell by cell at the entries' weights; and the bound."""
    conflicts = sorted({one[0] for one in told})
    of = {name: [one for one in told if one[0] == name] for name in conflicts}

    def means(rows: list[tuple[Any, ...]]) -> tuple[float, float]:
        cells: dict[Any, tuple[list[float], list[float]]] = {}
        for one in rows:
            cells.setdefault((one[2], one[3] if same_size else None), ([], []))[one[1]].append(float(one[column]))
        both = [(beside, own) for beside, own in cells.values() if beside and own]
        weight = sum(len(own) for _, own in both)
        if not weight:
            return np.nan, np.nan
        entered = sum(sum(own) for _, own in both) / weight
        return entered, sum(float(np.mean(beside)) * len(own) for beside, own in both) / weight

    entered, beside = means(told)
    drawn = []
    for _ in range(DRAWS):
        names = generator.choice(len(conflicts), len(conflicts))
        a, b = means([one for name in names for one in of[conflicts[name]]])
        drawn.append(a - b)
    low, high = np.nanquantile(np.array(drawn, dtype=np.float64), [0.1, 0.9])
    return {
        "entered": rounded(entered),
        "beside": rounded(beside),
        "difference": [rounded(entered - beside), rounded(low), rounded(high)],
        "bound": rounded(bound(entered, beside)),
    }


def bound(entered: float, beside: float) -> float:
    """How strongly, as a risk ratio, an unseen cause must go with entry and with the end to make all of the gap.

    The E-value of VanderWeele and Ding 2017; 1 where there is no gap.
    """
    if min(entered, beside) <= 0:
        return float(entered != beside) * 99.0 + 1.0
    ratio = max(entered, beside) / min(entered, beside)
    return float(ratio + np.sqrt(ratio * (ratio - 1.0)))


def ended_within(found: Sequence[LateEntry], years: float) -> int:
    """How many of some entries were followed by the war's end within so many years."""
    return sum(one.lasted_on is not None and one.lasted_on <= years for one in found)
