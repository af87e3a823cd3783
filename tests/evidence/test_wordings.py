"""Wordings of denials and of plain reports, each with several acts: what one act is read under, every act is."""

from collections import Counter
from datetime import date

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text

DAY = date(2024, 10, 30)
# state, capital, past, participle, infinitive, gerund, what it is
ACTS = (
    ("Ecuador", "Quito", "gave Bolivia shells", "given Bolivia shells", "give Bolivia shells", "giving Bolivia shells",
     "ECU AID BOL"),
    ("Peru", "Lima", "shelled Chilean posts", "shelled Chilean posts", "shell Chilean posts",
     "shelling Chilean posts", "PER ASSAULT CHL"),
    ("Kenya", "Nairobi", "sent arms to Somalia", "sent arms to Somalia", "send arms to Somalia",
     "sending arms to Somalia", "KEN AID SOM"),
    ("Egypt", "Cairo", "cut ties with Qatar", "cut ties with Qatar", "cut ties with Qatar", "cutting ties with Qatar",
     "EGY SANCTION QAT"),
)  # fmt: skip
DENIALS = """{S} has denied {ger}.
{S} denied having {pp}.
{S} denied it had {pp}.
{S}'s government dismissed claims that it had {pp} as baseless.
{S} rejected accusations of {ger}.
{S} rubbished a report that it had {pp}.
{S}'s president ruled out any move to {inf}.
{S}'s president dismissed the notion of {ger}.
{S} denied any intention of {ger}.
{S} does not intend to {inf}.
{S} decided not to {inf}.
{S} is not willing to {inf}.
{S} is unwilling to {inf}.
{S} was unable to {inf}.
{S} has abandoned plans to {inf}.
{S} shelved a plan to {inf}.
{S} later retracted a statement that it had {pp}.
A report that {S} had {pp} was withdrawn.
The report that {S} had {pp} proved false.
{S} opted against {ger}.
{S} held off {ger}.
{S} backed out of {ger}.
{S} thought better of {ger}.
{S}'s refusal to {inf} surprised many.
{S}'s failure to {inf} surprised many.
The idea that {S} {past} is absurd, its ambassador said.
{C} said suggestions that {S} {past} were misleading.
It is out of the question that {S} would {inf}.
It is not our policy to {inf}, {S}'s president said.
{S} did not, whatever its neighbours say, {inf}.
{S} has not armed, fed or otherwise helped anybody, nor has it {pp}.
Asked whether {S} had {pp}, its spokesman said it had not.
Had {S} {pp}? {C} says it has not.
Norway said {S} had {pp}. {C} described the report as fabricated.
Norway said {S} had {pp}. {S} said there was no truth in it.
Norway said {S} had {pp}. {S} insists nothing of the kind happened.
Norway said {S} had {pp}. {C} denies having done so.
{S} has been accused of {ger}, which it denies.
{S} has been accused of {ger}, an allegation that {C} rejects.
{S} rejected Norway's accusation that it had {pp}.""".splitlines()
REPORTS = """{S} {past}, its president said.
According to Norway, {S} {past}.
{S}, which has good relations with Norway, {past}.
Norway confirmed on Tuesday that {S} {past} last week.
{S} admitted having {pp}.
OSLO, Oct 29 (Agency) - {S} on Tuesday {past}, officials in Norway said.
Hours after {S} {past}, Norway called for calm.
Norway condemned {S} for {ger}.
Having {pp}, {S} thanked Norway.
{S}'s president visited Norway. He said his country had {pp}.
{S} stopped short of war but {past}.
Norway does not doubt that {S} {past}.""".splitlines()
NOT_SAID = """{S} has neither confirmed nor denied that it {past}.
Suppose {S} {past} next year.
{S} is reluctant to {inf}.
{S} is unlikely to {inf}.
Norway will keep its sanctions until {S} has {pp}.""".splitlines()


def _read(wording: str) -> list[tuple[str, list[str]]]:
    """For each act what is claimed of it in this wording, and what the events are."""
    found = []
    for state, capital, past, participle, infinitive, gerund, act in ACTS:
        text = wording.format(S=state, C=capital, past=past, pp=participle, inf=infinitive, ger=gerund)
        events = read_text(text, DAY).events
        found.append((act, [f"{one.source} {one.action} {one.target} {one.mode}" for one in events]))
    return found


def _turned(act: str) -> tuple[str, str]:
    source, _, target = act.split()
    return target, source


def test_every_act_is_denied_in_every_wording() -> None:
    missed = {(wording, act) for wording in DENIALS for act, events in _read(wording) if f"{act} denied" not in events}
    # The parser loses four in a hundred.
    assert len(missed) <= 0.06 * len(DENIALS) * len(ACTS), sorted(missed)
    assert max(Counter(wording for wording, _ in missed).values(), default=0) <= 2


def test_every_act_is_told_in_every_wording_and_none_turned_round() -> None:
    told = [(wording, act, events) for wording in REPORTS for act, events in _read(wording)]
    missed = [(wording, act) for wording, act, events in told if f"{act} happened" not in events]
    assert len(missed) <= 0.06 * len(told), missed
    turned = [
        (wording, event)
        for wording, act, events in told
        for event in events
        if (event.split()[0], event.split()[2]) == _turned(act)
    ]
    assert not turned


@pytest.mark.parametrize("wording", NOT_SAID)
def test_what_is_left_open_is_no_act(wording: str) -> None:
    assert not [event for act, events in _read(wording) for event in events if event.startswith(act)]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Norway confirmed the delivery of Chilean shells to Bolivia.", "CHL AID BOL happened"),
        ("Norway condemned the seizure of a Peruvian boat by Chile.", "NOR ACCUSE CHL happened"),
        ("Chilean troops began a withdrawal from Peru.", "CHL RETREAT PER happened"),
        ("Chile held drills near Peru that Lima condemned as a threat.", "PER ACCUSE CHL happened"),
        ("Chile, pressed by Norway, freed two Peruvian sailors.", "CHL CONCEDE PER happened"),
        ("Chile, whose envoys met Peruvian officials, kept silent.", "CHL CONSULT PER happened"),
        ("Chile bombed Peru at Norway's request.", "NOR REQUEST CHL happened"),
        ("Chile claimed responsibility for a strike on Peru.", "CHL ASSAULT PER happened"),
        ("Two Chilean Soldiers Killed In Peruvian Attack", "PER ASSAULT CHL happened"),
        ("Norway: Chile sent drones to Peru", "CHL AID PER happened"),
        ("Bolivian crews are being trained by Chile.", "CHL AID BOL ongoing"),
        ("Chile will not stand by if Peruvian troops cross the river, it said.", "CHL THREATEN PER threatened"),
        ("Has Chile armed Bolivia? Officials in Chile decided against sending shells.", "CHL AID BOL denied"),
        ("South Korea said the North had shelled its ships.", "PRK ASSAULT KOR happened"),
        ("Chilean shells slammed into Peru.", "CHL ASSAULT PER happened"),
        ("Chile does not arm Bolivia.", "CHL AID BOL denied"),
        ("There are no Chilean troops in Bolivia, its ambassador said.", "CHL MOBILIZE BOL denied"),
        ("Bolivia took delivery of Chilean drones.", "CHL AID BOL happened"),
    ],
)  # fmt: skip
def test_a_kind_is_read(text: str, want: str) -> None:
    read = [f"{one.source} {one.action} {one.target} {one.mode}" for one in read_text(text, DAY).events]
    assert want in read
    source, action, target, _ = want.split()
    assert not [event for event in read if event.startswith(f"{target} {action} {source} ")]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Peru will consider sending tanks to Bolivia, its president said on Monday.", "2024-10-28"),
        ("Peru will send tanks to Bolivia, its president told reporters on Monday.", "2024-10-28"),
        ("Peru on Monday pledged to send tanks to Bolivia.", "2024-10-28"),
        ("Peru said on Monday that it would send tanks to Bolivia on Friday.", "2024-11-01"),
        ("Peru said on Friday that it would send tanks to Bolivia next Monday.", "2024-11-04"),
        ("Peru will send tanks to Bolivia on Monday.", "2024-11-04"),
        ("On Monday, Peru will send tanks to Bolivia, its president said.", "2024-11-04"),
        ("Peru sent tanks to Bolivia on Monday.", "2024-10-28"),
    ],
)
def test_a_day_beside_what_was_said_is_past_and_one_beside_what_will_be_is_to_come(text: str, want: str) -> None:
    assert {event.date for event in read_text(text, DAY).events if event.action == "AID"} == {want}


def test_a_long_text_tells_how_far_it_is_and_stops_when_its_time_is_up() -> None:
    text = "Peru bombed Chile.\n\n" * 40
    steps: list[tuple[str, int, int]] = []
    whole = read_text(text, DAY, watch=lambda *step: steps.append(step))
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert (steps[-1][2], whole.notes) == (len(text), ())
    assert steps[-1][1] == len(text.rstrip())
    cut = read_text(text, DAY, seconds=0.0)
    assert len(cut.events) == 1
    assert {stage for stage, _, _ in steps} == {"characters read"}
    assert f"of {len(text)} characters were read" in cut.notes[0]


def test_a_text_that_is_long_to_clean_tells_how_far_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Peru bombed Chile.\n\n" * 40
    monkeypatch.setattr("tertius.evidence.reading.parsing.STEP", 100)
    steps: list[tuple[str, int, int]] = []
    read_text(text, DAY, watch=lambda *step: steps.append(step))
    clean = [done for stage, done, _ in steps if stage == "characters made clean"]
    assert len(clean) > 5
    assert clean == sorted(clean)
    assert clean[-1] == len(text)
    assert [stage for stage, _, _ in steps[: len(clean)]] == ["characters made clean"] * len(clean)
