"""What an article proposes for a draft: who fights whom, who comes in beside whom, the day, and numbers of the entry.

Reading tells who does what to whom. Of it is taken: the pair of which one sends soldiers to the other, or fights beside
it; whom the helped one fights; the day of publication. Each comes with the words that it rests on. What cannot be told
is left out, for the user to give.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from tertius.builder.rebels import Rebels, rebels
from tertius.builder.request import Party, Request, party
from tertius.builder.written import Written, about, known
from tertius.errors import OptionError, UnknownName

if TYPE_CHECKING:
    from tertius.evidence.reading import Reading
    from tertius.evidence.reading.records import Event

ARTICLE: Final = "article"
"""Id of the article among a draft's sources."""
SOURED: Final = {"denied": 0.0, "considered": 0.3, "predicted": 0.3, "threatened": 0.3, "announced": 0.8}
"""How much of an event's confidence counts, by its mode; else all."""
HELPING: Final = {"AID": 1.0, "SUPPORT": 0.3, "COOPERATE": 0.1, "AGREE": 0.1}
TROOPS: Final = "troops"
FIGHTERS: Final = re.compile(r"\b(soldier|fighter|troop|trooper|man|personnel|combatant|volunteer)s?\b|^persons$")
AT_WAR: Final = re.compile(
    r"\b(?:against|(?:war|conflict|offensive|invasion|fighting|campaign|battle)s?(?: \w+)? (?:in|against|of|on|with))"
    r" (?:the )?(?:\w+ )?$"
)
ITS_WAR: Final = re.compile(r"^(?:'s|’s)? (?:war|conflict|invasion)\b")
DATELINE: Final = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}}) )?(?P<month>{'|'.join(month_name[1:])})"
    r"(?: (?P<later>\d{1,2}),)? (?P<year>[12]\d{3})\b"
)
ALONGSIDE: Final = re.compile(r"\b(?P<how>\w+) (?:alongside|beside|at the side of|on the side of) (?:the )?(?:\w+ )?$")
UNSURE: Final = re.compile(r"\b(?:den(?:y|ies|ied)|not|never|no|if|may|might|could|would)\b")
BACKING: Final = re.compile(r"\b(?:back|support|arm|train|reinforc|help)(?:s|e|es|ed|ing)? (?:the )?(?:\w+ )?$")
BACKED: Final = re.compile(r"\b(?P<who>[A-Z]\w+)-(?:backed|supported|armed) (?:the )?$")
PLACES: Final = ("state", "place", "seat")
"""Kinds of names that the name of an armed group may hold."""
FIGHTING: Final = re.compile(r"^(?:fight|battl|combat)")
PER_GROUP: Final = {"interpreter": "interpreters_per_group", "officer": "officers_per_group"}
HARD_BREAK: Final = re.compile(r"(?P<line>^[^\n]{59,}[^\n.!?:;\"”])\n(?=[^\s\n])", re.MULTILINE)
LONGEST: Final = 160  # characters of a quotation


@dataclass(frozen=True)
class Ground:
    """Something taken from the article: the option that it answers, what was taken, and the words."""

    option: str
    value: str
    words: str


@dataclass(frozen=True)
class Proposal:
    """What an article proposes; empty where it does not tell.

    between   the belligerents; the one that the article has attack first, else the one that is helped
    present   whether the entrant's soldiers are told to be fighting
    as_of     the day asked for, else the article's own
    own       the article's own day, where it tells one
    amounts   quantities of the entrant's soldiers: (section, name) -> quantity as a scenario writes it
    """

    file: str
    title: str
    between: tuple[str, str] | tuple[()]
    entrant: str
    beside: str
    as_of: date | None
    own: date | None
    present: bool
    amounts: Mapping[tuple[str, str], Written]
    grounds: tuple[Ground, ...]

    def about(self, request: Request) -> Proposal:
        """The same without what is told of soldiers other than the request's entrant's."""
        own = _resolved(self.entrant, request.as_of) if self.entrant else None
        if own is not None and own.key == request.entrant.key:
            return self
        numbers = {name for _, name in self.amounts}
        kept = tuple(each for each in self.grounds if each.option.rpartition(".")[2] not in numbers)
        return replace(self, amounts={}, grounds=kept)

    @property
    def source(self) -> Written:
        """The article as a source of the draft; who publishes it, and its grade, are the analyst's to say."""
        told = {"title": self.title, "publisher": f"file {self.file}"}
        dated = self.own or self.as_of
        day = {} if dated is None else {"date": dated.isoformat()}
        return {**told, **day, "grade": "F6", "note": "Its publisher was not judged: correct publisher and grade."}


def unwrapped(text: str) -> str:
    """A text without the breaks of hard-wrapped lines: those in the middle of a sentence, after a long line."""
    return HARD_BREAK.sub(r"\g<line> ", text)


def proposed(reading: Reading, file: str, as_of: date | None = None) -> Proposal:
    """What a text that was read proposes, as of a day (else its own, else today for the names).

    Raises OptionError: the text is of a later day.
    """
    own = reading.published or _dateline(reading.text)
    day = as_of or own
    if own is not None and as_of is not None and own > as_of:
        allowed = f"an article of {as_of} or earlier: nothing later is used"
        raise OptionError("--from", f"{file}, of {own}", allowed, "name an earlier article, or a later --as-of")
    at = day or date.today()
    events = [event for event in reading.events if _resolved(event.source, at) and _resolved(event.target, at)]
    beside_each_other = list(_alongside(reading.text, at))
    meant = {(pair[0], pair[1].partition("@")[2]) for pair, *_ in beside_each_other if "@" in pair[1]}
    told_of = [event for event in events if (event.source, event.target) not in meant]  # the group's host, misread
    helped = _most((*_helping(told_of), *((pair, weight, words) for pair, weight, words, _ in beside_each_other)))
    entrant, beside = helped[0] if helped else ("", "")
    fought = _most(_fighting(reading.text, events, entrant, beside, at)) if beside else None
    between: tuple[str, str] | tuple[()] = ()
    present, grounds = False, []
    if helped:
        grounds += [Ground("--entrant", entrant, helped[1]), Ground("--beside", beside, helped[1])]
        joins = [event for event in events if (event.source, event.target) == helped[0]]
        present = any(FIGHTING.match(each.trigger) and each.mode in ("ongoing", "happened") for each in joins)
        present |= any(fights for pair, _, _, fights in beside_each_other if pair == helped[0])
    if fought:
        other, words = fought[0][1], fought[1]
        attacked = any(e.action == "ASSAULT" and (e.source, e.target) == (other, beside) for e in events)
        between = (other, beside) if attacked else (beside, other)
        grounds.append(Ground("--between", " ".join(between), words))
    if day is not None:
        grounds.append(Ground("--as-of", day.isoformat(), "given" if as_of else "the article's own day"))
    if present:
        grounds.append(Ground("--present", "they fight there already", helped[1] if helped else ""))
    grounds += _groups_told(reading.text, at)
    grounds = [replace(each, words=_short(each.words)) for each in grounds]
    title = next((line.strip() for line in reading.text.splitlines() if line.strip()), file)
    amounts, told = _amounts(reading, events, entrant, beside)
    return Proposal(file, _short(title), between, entrant, beside, day, own, present, amounts, (*grounds, *told))


def _groups_told(text: str, day: date) -> Iterator[Ground]:
    """Each armed group that no list knows, once, with what is to be added of it."""
    first: dict[str, Rebels] = {}
    for each in _unknown(text, day):
        first.setdefault(each.name, each)
    for each in first.values():
        add = "no list knows it: look up its fighters, losses, recruits and arms first, and whether it fights there"
        if not each.host:
            add = f"the article does not tell in whose land it fights: write {each.name}@CODE"
        code = each.code if each.host else each.name
        yield Ground("group", f"{code}, {add}", _around(text, each.start, each.end))


def _helping(events: Iterable[Event]) -> Iterator[tuple[tuple[str, str], float, str]]:
    for event in events:
        weight = HELPING.get(event.action, 0.0) * SOURED.get(event.mode, 1.0) * event.confidence
        if weight and event.source != event.target:
            yield (event.source, event.target), weight * (3.0 if event.kind == TROOPS else 1.0), event.quote


def _alongside(text: str, day: date) -> Iterator[tuple[tuple[str, str], float, str, bool]]:
    """Who is told to be alongside whom, where the sentence says so in plain words; and whether they are fighting."""
    found = [(start, end, code) for start, end, code in _mentions(text, day) if _resolved(code, day)]
    for place, (start, end, code) in enumerate(found):
        before, sentence = text[max(0, start - 60) : start], _around(text, start, end)
        how = ALONGSIDE.search(before)
        others = [other for first, last, other in found[:place] if sentence.find(text[first:last]) >= 0]
        given = [other for other in others if other != code]
        if UNSURE.search(sentence):
            continue
        backed = BACKED.search(before) if "@" in code else None
        patron = next((own for (_, _, own), _ in _known(backed["who"], day)), "") if backed else ""
        if patron and patron != code:
            yield (patron, code), 0.4, sentence, False
        elif given and how:
            yield (given[0], code), 0.7, sentence, how["how"] == "fighting"
        elif given and "@" in code and BACKING.search(before):
            yield (given[0], code), 0.4, sentence, False


def _mentions(text: str, day: date) -> list[tuple[int, int, str]]:
    """Start, end and code of the states and groups that a text names, those that no list knows included."""
    unknown = [(each.start, each.end, each.code) for each in _unknown(text, day) if each.host]
    known = [place for place, _ in _known(text, day)]
    return sorted([*unknown, *(p for p in known if not any(a <= p[0] and p[1] <= b for a, b, _ in unknown))])


def _known(text: str, day: date) -> list[tuple[tuple[int, int, str], str]]:
    """Each name of the gazetteer with what kind of name it is."""
    from tertius.evidence.reading.gazetteer import find

    told = [(mention, mention.on(day)) for mention in find(text)]
    return [((one.start, one.end, on.code), on.kind) for one, on in told if on.names and on.names[0].code]


@cache
def _unknown(text: str, day: date) -> tuple[Rebels, ...]:
    """Armed groups that no list knows."""
    states: list[tuple[int, int, str]] = []
    taken: list[tuple[int, int, str]] = []
    sided: list[tuple[int, int, str]] = []
    for place, kind in _known(text, day):
        found = _resolved(place[2], day)
        is_state = found is not None and not found.group
        sided += [place] if is_state else []
        (states if is_state and kind in PLACES else taken).append(place)
    return rebels(text, sided, taken)


def _fighting(
    text: str, events: Iterable[Event], entrant: str, beside: str, day: date
) -> Iterator[tuple[tuple[str, str], float, str]]:
    """Whom the helped one fights, by what is told of attacks and by 'the war in ...', 'against ...'."""
    for event in events:
        if event.action == "ASSAULT" and event.mode != "denied":
            for one, other in ((event.source, event.target), (event.target, event.source)):
                if one in (beside, entrant) and other not in (beside, entrant):
                    yield (beside, other), event.confidence * (2.0 if one == beside else 1.0), event.quote
    for start, end, code in _mentions(text, day):
        if code in (beside, entrant) or not _resolved(code, day):
            continue
        before, behind = text[max(0, start - 60) : start], text[end : end + 20]
        if AT_WAR.search(before) or ITS_WAR.search(behind):
            yield (beside, code), 0.5, _around(text, start, end)


def _most(rows: Iterable[tuple[tuple[str, str], float, str]]) -> tuple[tuple[str, str], str] | None:
    """The pair with most behind it, and the words that say most; the first told of equals."""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for pair, weight, words in rows:
        weights[pair] += weight
        if pair not in best or weight > best[pair][0]:
            best[pair] = (weight, words)
    if not weights or max(weights.values()) <= 0:
        return None
    found = max(weights, key=lambda pair: weights[pair])
    return found, best[found][1]


def _amounts(
    reading: Reading, events: Iterable[Event], entrant: str, beside: str
) -> tuple[dict[tuple[str, str], Written], list[Ground]]:
    """Numbers of the entrant's soldiers: how many, and what a group of them needs."""
    found: dict[tuple[str, str], Written] = {}
    told = []
    counts = [
        (number.value, event.quote)
        for event in events
        if (event.source, event.target) == (entrant, beside) and event.kind == TROOPS
        for number in event.numbers
        if FIGHTERS.search(number.unit)
    ]
    for each in reading.quantities:
        if each.per is None and entrant in each.about and FIGHTERS.search(each.what):
            counts.append((each.value, each.quote))
        elif each.per and each.what in PER_GROUP and {entrant, beside} & set(each.about):
            quoted = f'Article: "{_short(each.quote)}"'
            found["contingents", PER_GROUP[each.what]] = known(each.value, "persons", ARTICLE, quoted)
            found["contingents", "soldiers_per_group"] = known(each.per, "persons", ARTICLE, quoted)
            told.append(
                Ground(PER_GROUP[each.what], f"{each.value:g} for each {each.per:g} soldiers", _short(each.quote))
            )
    if counts:
        number, words = max(counts)
        note = f'Article: "{_short(words)}" That one in ten is twice as many is judgement.'
        found["events", "troops"] = about(number, 2 * number, "persons", ARTICLE, note)
        told.append(Ground("events.entry.troops", f"{number:,.0f}", _short(words)))
    return found, told


def _dateline(text: str) -> date | None:
    """The first full date near the beginning, as in a dateline."""
    found = DATELINE.search(text[:400])
    if found is None:
        return None
    month = list(month_name).index(found["month"])
    try:
        return date(int(found["year"]), month, int(found["day"] or found["later"] or 0))
    except ValueError:
        return None


@cache
def _resolved(name: str, day: date) -> Party | None:
    """The state or known group of that name on the day, if there is one."""
    try:
        return party(name, day, "--from")
    except (UnknownName, OptionError):
        return None


def _around(text: str, start: int, end: int) -> str:
    """The sentence about a place of a text."""
    first = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start)) + 1
    last = min(place for place in (text.find(". ", end), text.find("\n", end), len(text)) if place >= 0)
    return text[first : last + 1].strip()


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
