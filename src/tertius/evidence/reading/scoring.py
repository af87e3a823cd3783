"""Precision and recall against a gold set, on sets of (source, action, target) for each text.

An action that the gold event lists in `also` counts as the coded one; gold events that differ only in mode or speaker
are
one; each is matched once. A swap is a false event that a gold event becomes when its source and target change places.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from tertius.errors import DataError
from tertius.evidence.reading.records import Event

Triple = tuple[str, str, str]


def read_gold(text: str, place: str) -> list[dict[str, Any]]:
    """Return the records of a gold file. Raises DataError, naming the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            _ = (record["text"], [(event["source"], event["action"], event["target"]) for event in record["events"]])
            if record.get("published"):
                date.fromisoformat(record["published"])
        except (ValueError, KeyError, TypeError) as error:
            fix = "one JSON object a line with id, text, published, events"
            raise DataError(
                f"{place}, line {number}", f"a line that is no gold record ({error})", fix, "correct the line"
            ) from error
        found.append(record)
    return found


def score(gold: list[dict[str, Any]]) -> dict[str, Any]:
    """Read every text of a gold set and compare. Returns counts, precision, recall, by tag, and what was missed."""
    from tertius.evidence.reading.reader import read_text

    total = [0, 0, 0, 0]
    tags: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    modes = [0, 0, 0]
    texts = []
    for record in gold:
        published = date.fromisoformat(record["published"]) if record.get("published") else None
        events = read_text(record["text"], published, str(record.get("id", ""))).events
        hit, missed, false, swapped, matched = compare(record["events"], events)
        counts = [len(hit), len(missed), len(false), len(swapped)]
        for place, count in enumerate(counts):
            total[place] += count
            for tag in record.get("hard", []):
                tags[tag][place] += count
        for right, event in matched:
            modes[0] += 1
            modes[1] += right["mode"] == event.mode
            modes[2] += right.get("said_by") == event.said_by
        if missed or false:
            texts.append(
                {"id": record.get("id"), "text": record["text"], "missed": missed, "false": false, "swapped": swapped}
            )
    return {
        **_rates(total),
        "texts": len(gold),
        "mode_right": modes[1] / modes[0] if modes[0] else None,
        "said_by_right": modes[2] / modes[0] if modes[0] else None,
        "tags": {tag: _rates(counts) for tag, counts in sorted(tags.items())},
        "wrong": texts,
    }


def _rates(counts: list[int]) -> dict[str, Any]:
    hit, missed, false, swapped = counts
    return {
        "precision": hit / (hit + false) if hit + false else None,
        "recall": hit / (hit + missed) if hit + missed else None,
        "matched": hit,
        "missed": missed,
        "false": false,
        "swapped": swapped,
    }


def compare(
    gold: Iterable[dict[str, Any]], events: Iterable[Event]
) -> tuple[list[Triple], list[Triple], list[Triple], list[Triple], list[tuple[dict[str, Any], Event]]]:
    """Return matched, missed, false and swapped triples, and the matched pairs for mode and speaker."""
    wanted: dict[Triple, set[str]] = {}
    firsts: dict[Triple, list[dict[str, Any]]] = defaultdict(list)
    for record in gold:
        key = (record["source"], record["action"], record["target"] or "")
        wanted.setdefault(key, {record["action"]}).update(record.get("also", []))
        firsts[key].append(record)
    given: dict[Triple, list[Event]] = defaultdict(list)
    for event in events:
        given[(event.source, event.action, event.target)].append(event)
    hit: list[Triple] = []
    matched: list[tuple[dict[str, Any], Event]] = []
    used: set[Triple] = set()
    for key, actions in wanted.items():
        order = [key[1], *sorted(actions - {key[1]})]
        for triple in ((key[0], action, key[2]) for action in order):
            if triple in given and triple not in used:
                used.add(triple)
                hit.append(key)
                matched += zip(firsts[key], given[triple], strict=False)
                break
    missed = [key for key in wanted if key not in hit]
    false = [triple for triple in given if triple not in used]
    turned = {(target, source) for source, _, target in wanted}
    swapped = [
        triple
        for triple in false
        if (triple[0], triple[2]) in turned and not any((triple[0], triple[2]) == (w[0], w[2]) for w in wanted)
    ]
    return hit, missed, false, swapped, matched
