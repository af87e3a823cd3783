"""Verify: what the ledger shows, layer by layer, and what it does not.

content   each entry's hash is that of what it says; each forecast's question is the one that was hashed
order     entries follow each other without a gap, each with the hash of the one before; the last one that this
          machine saw, or a hash that a reader kept, is among them
time      the times written rise, and live forecasts were written before their window closed. These are the words of
          the machine that wrote them; outside stamps, where there are some, vouch for the entries before them
outcome   the rule is run anew on the data given, and gives what was resolved
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise

from tertius.errors import DataError
from tertius.evidence import Holdings
from tertius.evidence.address import without_secrets
from tertius.forecasts.ledger.database import Ledger
from tertius.forecasts.ledger.entries import KINDS, START, Entry, digest
from tertius.forecasts.ledger.resolving import outcome
from tertius.forecasts.ledger.rows import forecasts_of
from tertius.forecasts.ledger.seen import last_seen, note
from tertius.forecasts.ledger.stamping import DAMAGED, VERIFIED, Roots, Stamp, clock_faults, stamps_of
from tertius.forecasts.questions.settling import Steps


@dataclass(frozen=True)
class Layer:
    """One layer.

    name      content, order, time or outcome
    shown     what is shown, in a sentence
    not_shown what is not; empty where all is
    faults    what is wrong
    """

    name: str
    shown: str
    not_shown: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Verified:
    """What `verify` found.

    entries  how many
    head     hash of the last; whoever keeps it can hold the ledger to it later
    layers   content, order, time, outcome
    stamps   outside time stamps, oldest first
    """

    entries: int
    head: str
    layers: tuple[Layer, ...]
    stamps: tuple[Stamp, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether no layer has a fault."""
        return not any(layer.faults for layer in self.layers)


def verify(
    ledger: Ledger,
    holdings: Holdings | None = None,
    records: Sequence[Steps] = (),
    head: str = "",
    roots: Roots | None = None,
) -> Verified:
    """Check a ledger. head: a hash that was kept, or the beginning of one; roots: of `read_roots`. Raises DataError."""
    entries = ledger.entries()
    if not entries:
        raise DataError(f"--ledger {without_secrets(ledger.address)}", "no entry", "a ledger", "put back a copy of it")
    content = _content(entries)
    order = _order(entries, ledger, head)
    stamps = stamps_of(entries, roots)
    layers = [content, order, _time(entries, stamps)]
    broken = bool(content.faults)
    layers.append(
        Layer("outcome", "", "nothing: the content is not what was written", ())
        if broken
        else _outcome(entries, holdings, records)
    )
    if not any(layer.faults for layer in layers):
        note(ledger.key, entries[-1].seq, entries[-1].hash)
    return Verified(len(entries), entries[-1].hash, tuple(layers), stamps)


def check_chain(ledger: Ledger) -> None:
    """Refuse a ledger whose entries are not as written or do not follow each other: nothing may be made of it.

    Raises:
        DataError: the first fault, and how many there are.
    """
    entries = ledger.entries()
    faults = [*_content(entries).faults, *_order(entries, ledger, "").faults]
    if faults:
        more = f"; and {len(faults) - 1} faults more" if len(faults) > 1 else ""
        fix = "put the ledger back from a copy; tertius ledger verify says more"
        place = f"--ledger {without_secrets(ledger.address)}"
        raise DataError(place, f"{faults[0]}{more}", "a ledger as it was written", fix)


def _content(entries: Sequence[Entry]) -> Layer:
    faults = []
    for each in entries:
        if each.hash != each.computed:
            faults.append(f"entry {each.seq} ({each.identity}) is not what was written: its hash differs")
        elif each.kind not in KINDS:
            faults.append(f"entry {each.seq} is of no known kind: {each.kind}")
        elif not each.is_whole:
            faults.append(f"entry {each.seq} does not hold what a {each.kind} entry holds")
        elif each.kind == "sealed" and each.told["question_digest"] != digest(each.told["question"]):
            faults.append(f"entry {each.seq}: its question is not the one that was hashed")
    return Layer("content", f"{len(entries) - len(faults)} of {len(entries)} entries are as written", "", tuple(faults))


def _order(entries: Sequence[Entry], ledger: Ledger, head: str) -> Layer:
    faults = []
    previous, due = START, 1
    for each in entries:
        if each.seq != due:
            faults.append(
                f"entry {due} is missing" if each.seq == due + 1 else f"entries {due} to {each.seq - 1} are missing"
            )
        if each.previous != previous and each.seq == due:
            faults.append(f"entry {each.seq} does not follow the one before it")
        previous, due = each.hash, each.seq + 1
    by_seq = {each.seq: each.hash for each in entries}
    seen = last_seen(ledger.key)
    if seen is not None and by_seq.get(seen[0]) != seen[1]:
        faults.append(
            f"entry {seen[0]}, as this machine saw it here before, is missing or differs: another ledger, or a cut one"
        )
    if head and not any(hashed.startswith(head.lower()) for hashed in by_seq.values()):
        faults.append(f"no entry has the hash {head[:16]} that was kept")
    held = [name for name, is_held in (("the last entry seen here", seen), ("the hash given", head)) if is_held]
    shown = "each entry follows the one before" + (f", up from {' and '.join(held)}" if held else "")
    lacking = "" if held else "that it is the ledger of before and whole at its end: nothing was seen here, give --head"
    return Layer("order", shown, lacking, tuple(faults))


def _time(entries: Sequence[Entry], stamps: Sequence[Stamp]) -> Layer:
    faults = [f"entry {each.entry}, a time stamp: {each.why}" for each in stamps if each.state == DAMAGED]
    faults += clock_faults(stamps, entries)
    verified = [each for each in stamps if each.state == VERIFIED]
    live = stamped = 0
    for before, each in pairwise(entries):
        if each.recorded < before.recorded:
            faults.append(f"entry {each.seq} was written before entry {before.seq}, by its own time")
    for each in entries:
        if each.kind != "sealed" or each.hash != each.computed or not each.is_whole:
            continue  # told by the layer of content
        ends = str(each.told["ends"])
        if each.told["kind"] == "live":
            live += 1
            stamped += any(one.covers >= each.seq and one.time[:10] < ends for one in verified)
            if each.recorded[:10] >= ends:
                faults.append(f"entry {each.seq} is called live and was not sealed before {ends}")
    shown = f"times rise; {live} live forecasts were sealed before their windows closed, by the writer's own clock"
    if verified:
        shown += f", {stamped} of them by an outside stamp"
    lacking = [_unvouched(entries, stamps, verified)]
    ahead = sum(each.kind == "resolved" and each.is_whole and "judged" in each.told for each in entries)
    if ahead:
        lacking.append(f"that {ahead} outcomes had come (--today was ahead)")
    return Layer("time", shown, "; ".join(each for each in lacking if each), tuple(faults))


def _unvouched(entries: Sequence[Entry], stamps: Sequence[Stamp], verified: Sequence[Stamp]) -> str:
    """For which entries nobody but the writer vouches; empty where a stamp covers all but stamps."""
    if not stamps:
        return "that the clock was right: no outside time stamp is kept"
    if not verified:
        return "that the clock was right: no stamp is verified"
    covered = max(each.covers for each in verified)
    rest = [each.seq for each in entries if each.seq > covered and each.kind != "stamped"]
    return f"that the clock was right from entry {rest[0]} on: no verified stamp covers it" if rest else ""


def _outcome(entries: Sequence[Entry], holdings: Holdings | None, records: Sequence[Steps]) -> Layer:
    today = datetime.now(UTC).date()
    faults: list[str] = []
    again = by_hand = open_ones = by_word = 0
    done = [each for each in forecasts_of(entries, today) if each.result is not None]
    for each in done:
        assert each.result is not None
        if each.result["by"] != "rule":
            by_hand += each.result["by"] == "hand"
            by_word += each.result["by"] == "backtest"
            continue
        judged = date.fromisoformat(each.result.get("judged", today.isoformat()))
        found = outcome(each, holdings, records, max(today, judged))
        if isinstance(found, str):
            open_ones += 1
        elif (found["status"], found["rows"]) != (each.result["status"], each.result["rows"]):
            was, now = each.result["value"], found["value"]
            faults.append(f"entry {each.entry.seq} ({each.name}) was resolved at {was}; the data now give {now}")
        else:
            again += 1
    lacking = [f"{open_ones} whose data are not given"] if open_ones else []
    lacking += [f"{by_hand} resolved by hand, which rest on their sources"] if by_hand else []
    lacking += [f"{by_word} settled by the backtest that made them: run it anew"] if by_word else []
    return Layer(
        "outcome", f"{again} of {len(done)} resolutions come out the same again", "; ".join(lacking), tuple(faults)
    )
