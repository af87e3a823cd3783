"""Precision and recall against a gold set, on sets of (source, action, target) for each text.

An action that the gold event lists in `also` counts as the coded one, and so does a whole triple written there
("PRK MOBILIZE RUS"); gold events that differ only in mode or speaker are one; each is matched once. What a text lists
as `optional` ("KOR * PRK", with * for anything and - for nobody) counts neither way. A swap is a false event that a
gold event becomes when its source and target change places.

Each rate has an interval of 90% by a bootstrap over texts, since the events of one text are right or wrong together.

    kind of fault   what it means
    nothing         no event was read between these two
    action          the two are right, the action is another
    party           the action is right, and one of the two
    swapped         source and target have changed places
    invented        an event between two who have none in the gold
    mode            matched, but (say) a denial read as a report
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from tertius.evidence.reading.records import Event, Reading

Triple = tuple[str, str, str]
ReadText = Callable[[str, date | None, str], Reading]
"""A reader: text, day of publication and name to what it claims."""
LEVEL = 0.9
BANDS = (0.0, 0.8, 0.85, 0.9, 0.95, 1.0)
"""Edges of the bands of confidence that a reliability curve is told in."""
RESAMPLES = 2000
SEED = 1


@dataclass(frozen=True)
class Compared:
    """One text's events against its gold."""

    hit: list[Triple]
    missed: list[Triple]
    false: list[Triple]
    swapped: list[Triple]
    matched: list[tuple[dict[str, Any], Event]] = field(default_factory=list)

    def counts(self) -> tuple[int, int, int, int]:
        """Matched, missed, false, swapped."""
        return len(self.hit), len(self.missed), len(self.false), len(self.swapped)


def by_rules(text: str, published: date | None, place: str) -> Reading:
    """What the rules read in a text; any other reader of this form can be scored too."""
    from tertius.evidence.reading.reader import read_text

    return read_text(text, published, place)


def events_of(record: dict[str, Any], read: ReadText = by_rules) -> tuple[Event, ...]:
    """Return what is read in a gold record's text, which may be a page of HTML."""
    from tertius.evidence.reading.documents import read_document

    published = date.fromisoformat(record["published"]) if record.get("published") else None
    place = str(record.get("place") or record.get("id", "text"))
    document = read_document(record["text"].encode(), place)
    return read(document.text, published, place).events


def score(gold: list[dict[str, Any]], read: ReadText = by_rules) -> dict[str, Any]:
    """Read every text of a gold set and compare.

    Args:
        gold: records of `gold.read_gold`.
        read: the reader to score.

    Returns:
        Counts and rates, in all and by group, and what was missed.
    """
    counts: list[tuple[int, int, int, int]] = []
    groups: dict[str, dict[str, list[list[int]]]] = {
        name: defaultdict(lambda: [[0] * 4 for _ in gold]) for name in ("tags", "types", "conflicts", "actions")
    }
    faults: Counter[str] = Counter()
    modes = [0, 0, 0]
    denied = [0, 0]
    texts = []
    surely: list[tuple[float, bool]] = []
    for place, record in enumerate(gold):
        events = events_of(record, read)
        found = compare(record["events"], events, record.get("optional", ()))
        right_ones = {id(event) for _, event in found.matched}
        surely += [
            (event.confidence, id(event) in right_ones)
            for event in events
            if id(event) in right_ones or (event.source, event.action, event.target) in found.false
        ]
        counts.append(found.counts())
        labels = [
            *(("tags", tag) for tag in record.get("hard", ())),
            *((f"{name}s", record[name]) for name in ("type", "conflict") if record.get(name)),
        ]
        for group, label in labels:
            groups[group][label][place] = list(found.counts())
        for column, triples in enumerate((found.hit, found.missed, found.false, found.swapped)):
            for triple in triples:
                groups["actions"][triple[1]][place][column] += 1
        faults.update(_faults(found))
        denied[1] += sum(one["mode"] == "denied" for one in record["events"])
        for right, event in found.matched:
            is_mode = event.mode in (right["mode"], *right.get("modes", ()))
            modes[0] += 1
            modes[1] += is_mode
            modes[2] += right.get("said_by") == event.said_by
            denied[0] += right["mode"] == event.mode == "denied"
            if not is_mode:
                faults[f"mode: {right['mode']} read as {event.mode}"] += 1
        if found.missed or found.false:
            texts.append(
                {"id": record.get("id"), "text": record["text"], "missed": found.missed, "false": found.false,
                 "swapped": found.swapped}
            )  # fmt: skip
    return {
        **_rates(counts),
        "texts": len(gold),
        "mode_right": modes[1] / modes[0] if modes[0] else None,
        "said_by_right": modes[2] / modes[0] if modes[0] else None,
        "denials_right": denied[0] / denied[1] if denied[1] else None,
        **{group: {label: _rates(rows) for label, rows in sorted(kept.items())} for group, kept in groups.items()},
        "reliability": reliability(surely),
        "faults": dict(sorted(faults.items(), key=lambda each: (-each[1], each[0]))),
        "wrong": texts,
    }


def _rates(rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Rates of counts by text (matched, missed, false, swapped), with their intervals."""
    table = np.asarray(rows, dtype=float).reshape(-1, 4)
    hit, missed, false, swapped = (int(value) for value in table.sum(axis=0))
    draws = np.random.default_rng(SEED).integers(0, len(table), (RESAMPLES, len(table))) if len(table) else None
    sums = table[draws].sum(axis=1) if draws is not None else table

    def interval(other: int) -> list[float] | None:
        whole = sums[:, 0] + sums[:, other]
        shares = sums[whole > 0, 0] / whole[whole > 0]
        edges = (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)
        return [round(float(value), 3) for value in np.quantile(shares, edges)] if len(shares) else None

    return {
        "precision": hit / (hit + false) if hit + false else None,
        "precision_90": interval(2),
        "recall": hit / (hit + missed) if hit + missed else None,
        "recall_90": interval(1),
        "matched": hit,
        "missed": missed,
        "false": false,
        "swapped": swapped,
    }


def reliability(judged: Sequence[tuple[float, bool]]) -> list[dict[str, float]]:
    """Return for each band of confidence its mean, the share of its events that were right, and their number."""
    found = []
    for low, high in pairwise(BANDS):
        inside = [(sure, right) for sure, right in judged if low <= sure < high or (high == BANDS[-1] and sure == high)]
        if inside:
            means = np.mean(np.array(inside, dtype=float), axis=0)
            row = {"from": low, "to": high, "mean": round(float(means[0]), 3), "right": round(float(means[1]), 3)}
            found.append({**row, "events": len(inside)})
    return found


def _faults(found: Compared) -> Iterable[str]:
    """Yield the kind of each missed and each false event."""
    for source, action, target in found.missed:
        pairs = {(one[0], one[2]) for one in found.false}
        partly = any(one[1] == action and (one[0] == source or one[2] == target) for one in found.false)
        if (target, source) in pairs:
            yield "missed: swapped"
        elif (source, target) in pairs:
            yield "missed: action"
        else:
            yield "missed: party" if partly else "missed: nothing"
    for source, action, target in found.false:
        known = {(one[0], one[2]) for one in (*found.hit, *found.missed)}
        partly = any(one[1] == action and (one[0] == source or one[2] == target) for one in found.missed)
        if (source, action, target) in found.swapped:
            yield "false: swapped"
        elif (source, target) in known:
            yield "false: action"
        else:
            yield "false: party" if partly else "false: invented"


def _written(target: str | None) -> str:
    return target or ""


def compare(gold: Iterable[dict[str, Any]], events: Iterable[Event], optional: Iterable[str] = ()) -> Compared:
    """Return what of the gold was matched and missed, what else was read, and the pairs for mode and speaker."""
    wanted: dict[Triple, list[Triple]] = {}
    firsts: dict[Triple, list[dict[str, Any]]] = defaultdict(list)
    for record in gold:
        key = (record["source"], record["action"], _written(record["target"]))
        allowed = wanted.setdefault(key, [key])
        for other in record.get("also", ()):
            parts = other.split()
            one = (key[0], other, key[2]) if len(parts) == 1 else (parts[0], parts[1], parts[2].replace("-", ""))
            if one not in allowed:
                allowed.append(one)
        firsts[key].append(record)
    given: dict[Triple, list[Event]] = defaultdict(list)
    for event in events:
        given[(event.source, event.action, event.target)].append(event)
    hit: list[Triple] = []
    matched: list[tuple[dict[str, Any], Event]] = []
    used: set[Triple] = set()
    # What is written exactly is matched first, so that no alternative of another event takes it.
    for exact in (True, False):
        for key, allowed in wanted.items():
            if key in hit:
                continue
            for triple in allowed[:1] if exact else allowed[1:]:
                if triple in given and triple not in used:
                    used.add(triple)
                    hit.append(key)
                    matched += _paired(firsts[key], given[triple])
                    break
    missed = [key for key in wanted if key not in hit]
    also = {triple for key in hit for triple in wanted[key]}
    patterns = [pattern.split() for pattern in optional]
    false = [
        triple
        for triple in given
        if triple not in used and triple not in also and not any(_fits(triple, pattern) for pattern in patterns)
    ]
    turned = {(target, source) for source, _, target in wanted}
    swapped = [
        triple
        for triple in false
        if (triple[0], triple[2]) in turned and not any((triple[0], triple[2]) == (w[0], w[2]) for w in wanted)
    ]
    return Compared(hit, missed, false, swapped, matched)


def _paired(gold: list[dict[str, Any]], events: list[Event]) -> list[tuple[dict[str, Any], Event]]:
    """Pair gold events of one triple with those read: those of one mode first."""
    left = list(events)
    found = []
    for record in sorted(gold, key=lambda one: not any(one["mode"] == event.mode for event in events)):
        if left:
            best = max(left, key=lambda event: (event.mode == record["mode"], event.said_by == record.get("said_by")))
            left.remove(best)
            found.append((record, best))
    return found


def _fits(triple: Triple, pattern: list[str]) -> bool:
    return all(
        wanted == "*" or wanted.replace("-", "") == given for wanted, given in zip(pattern, triple, strict=False)
    )
