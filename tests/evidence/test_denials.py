"""Denials as members times frames: every word of denial in every frame that takes it; denials that turn each other."""

from collections import Counter
from datetime import date
from itertools import product

import pytest

pytest.importorskip("spacy", reason="the extra 'read' is not installed")

from tertius.evidence.reading import read_text

DAY = date(2024, 10, 30)
VERBS = ("denied", "dismissed", "rejected", "refuted", "rebutted", "disputed", "repudiated", "contradicted")
NOUNS = ("claims", "reports", "allegations", "accusations", "suggestions")
FALSE = ("false", "untrue", "baseless", "unfounded", "fabricated", "a lie", "nonsense", "fiction", "propaganda")
KEPT_FROM = """failed to {inf}
refused to {inf}
declined to {inf}
stopped short of {ger}
ruled out {ger}
decided against {ger}
refrained from {ger}
resisted {ger}
has no intention of {ger}
has no plans to {inf}
has no wish to {inf}
sees no need to {inf}
made no move to {inf}
is in no position to {inf}
is in no hurry to {inf}
is nowhere near {ger}
is far from {ger}
has yet to {inf}
under no circumstances will {inf}
had nothing to do with {ger}
is not going to {inf}
chose not to {inf}""".splitlines()
# state, seat, gerund, infinitive, participle, past, as a noun phrase that is done, what it is
ACTS = (
    ("Kenya", "Nairobi", "sending shells to Somalia", "send shells to Somalia", "sent shells to Somalia",
     "sent shells to Somalia", "Kenyan shells being sent to Somalia", "KEN AID SOM"),
    ("Peru", "Lima", "shelling Chilean posts", "shell Chilean posts", "shelled Chilean posts",
     "shelled Chilean posts", "Chilean posts being shelled by Peru", "PER ASSAULT CHL"),
)  # fmt: skip
FRAMES = {
    # verbs
    "{S} {verb} that it had {pp}.": (VERBS, ()),
    "{S} {verb} {ger}.": (VERBS, ()),
    "{S}'s foreign ministry on Monday {verb} having {pp}.": (VERBS, ()),
    "Norway says {S} {past}, which {C} {verb}.": (VERBS, ()),
    "Norway says {S} {past}. {C} {verb} it.": (VERBS, ()),
    "Norway accused {S} of {ger}, but {C} {verb} this.": (VERBS, ()),
    # verbs with nouns
    "{S} {verb} {noun} that it had {pp}.": (VERBS, NOUNS),
    "{S} {verb} {noun} of {being}.": (VERBS, NOUNS),
    "{Noun} that {S} {past} were {verb} by {C}.": (VERBS, NOUNS),
    "{Noun} of {S} {ger} were {verb} in {C}.": (VERBS, NOUNS),
    # what is false
    "It is {false} that {S} {past}, {C} said.": (FALSE, ()),
    "Norway says that {S} {past}, which {C} calls {false}.": (FALSE, ()),
    'Norway says {S} {past}. "This is {false}," {S}\'s spokesman said.': (FALSE, ()),
    "{Noun} of {being} are {false}, {C} said.": (FALSE, NOUNS),
    "{Noun} of {S} {ger} are {false}, {C} said.": (FALSE, NOUNS),
    "{S} called {noun} that it had {pp} {false}.": (FALSE, NOUNS),
    # what is not done
    "{S} {kept}.": (KEPT_FROM, ()),
    "{S} {kept}, a spokesman in {C} said on Monday.": (KEPT_FROM, ()),
    "{S}, its foreign minister said, {kept}.": (KEPT_FROM, ()),
}
SPOKEN = """No {arms} have been sent to Somalia, Kenya said.
"Not a single {arm} has gone to Somalia," Kenya's foreign ministry said.
There are no plans to send {arms} to Somalia, Kenya said.
"Sending {arms} to Somalia is not our policy," Kenya's president said.
Kenya's envoy told the council on Monday that no {arm} had been sent to Somalia.
Kenyan foreign ministry: No {arms} have been sent to Somalia.""".splitlines()
# text, what is claimed of the sending
TURNED = [
    ("Kenya did not deny sending shells to Somalia.", "happened"),
    ("Kenya refused to deny that it had sent shells to Somalia.", "happened"),
    ("Kenya denied failing to send shells to Somalia.", "happened"),
    ("Kenya did not fail to send shells to Somalia.", "happened"),
    ("Kenya could not resist sending shells to Somalia.", "happened"),
    ("It is not false that Kenya sent shells to Somalia.", "happened"),
    ("Claims of Kenya sending shells to Somalia are not false, Norway said.", "happened"),
    ("Norway rejected the claim that Kenya had not sent shells to Somalia.", "happened"),
    ("Norway says Kenya sent shells to Somalia, which Nairobi does not deny.", "happened"),
    ("Norway says Kenya sent shells to Somalia. Nairobi did not call the report false.", "happened"),
    ("Kenya had no choice but to send shells to Somalia.", "happened"),
    ("Kenya lost no time in sending shells to Somalia.", "happened"),
    ("Kenya has not ruled out sending shells to Somalia.", "considered"),
    ("Kenya refused to rule out sending shells to Somalia.", "considered"),
    ("Kenya has no reason not to send shells to Somalia.", None),
    ("Kenya neither confirmed nor denied sending shells to Somalia.", None),
]


def _members(frame: str) -> list[tuple[tuple[str, str], str, str]]:
    """The frame's words, its text and what it denies, the acts in turn."""
    first, second = FRAMES[frame]
    found = []
    for place, (one, noun) in enumerate(product(first, second or ("claims",))):
        state, seat, gerund, infinitive, participle, past, being, act = ACTS[place % len(ACTS)]
        kept = one.format(inf=infinitive, ger=gerund) if "{kept}" in frame else ""
        text = frame.format(
            S=state, C=seat, ger=gerund, inf=infinitive, pp=participle, past=past, being=being, verb=one, false=one,
            kept=kept, noun=noun, Noun=noun.capitalize(),
        )  # fmt: skip
        found.append(((one, noun), text, act))
    return found


def _modes(text: str, act: str) -> list[str]:
    return [one.mode for one in read_text(text, DAY).events if f"{one.source} {one.action} {one.target}" == act]


def test_every_word_denies_in_every_frame() -> None:
    missed = {
        (frame, words): text
        for frame in FRAMES
        for words, text, act in _members(frame)
        if "denied" not in _modes(text, act)
    }
    every = [words for frame in FRAMES for words, _, _ in _members(frame)]
    # The parser loses a few in a hundred, and no frame or word more than others.
    assert len(missed) <= 0.05 * len(every), sorted(missed.values())
    in_frame = Counter(frame for frame, _ in missed)
    assert all(lost <= max(2, 0.25 * len(_members(frame))) for frame, lost in in_frame.items()), missed
    told, lost = Counter(one for one, _ in every), Counter(one for _, (one, _) in missed)
    assert all(lost[one] <= max(2, 0.25 * told[one]) for one in lost), missed


@pytest.mark.parametrize("wording", SPOKEN)
def test_who_denies_aid_that_is_nobodys_by_name_speaks_of_his_own(wording: str) -> None:
    for arm in ("shell", "drone", "tank"):
        assert "denied" in _modes(wording.format(arm=arm, arms=f"{arm}s"), "KEN AID SOM")


@pytest.mark.parametrize(("text", "mode"), TURNED)
def test_a_denial_denied_is_none(text: str, mode: str | None) -> None:
    assert _modes(text, "KEN AID SOM") == ([mode] if mode else [])


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Colombia said none of its soldiers had entered Ecuador.", "COL MOBILIZE ECU denied"),
        ("Peru has no designs on Chile and has moved no troops toward it.", "PER MOBILIZE CHL denied"),
        ("Peru told reporters there were no plans to send soldiers to Bolivia.", "PER AID BOL denied"),
        ("Soldiers from Colombia have entered Ecuador.", "COL MOBILIZE ECU happened"),
    ],
)
def test_a_force_that_is_denied_finds_whose_land_it_is(text: str, want: str) -> None:
    assert want in [f"{one.source} {one.action} {one.target} {one.mode}" for one in read_text(text, DAY).events]


def test_an_allegation_called_absurd_is_no_call() -> None:
    read = read_text(
        "Peru called Chile's allegation that it had shelled Chilean posts absurd and motivated.", DAY
    ).events
    assert "CONSULT" not in {one.action for one in read}


def test_an_offer_rejected_is_refused_and_not_denied() -> None:
    read = [
        (one.action, one.mode) for one in read_text("Kenya made an offer to Peru, which Lima rejected.", DAY).events
    ]
    assert "denied" not in {mode for _, mode in read}


def test_what_is_denied_with_which_is_no_refusal() -> None:
    read = read_text("Norway says Kenya sent shells to Somalia, which Nairobi rejected.", DAY).events
    assert {(one.action, one.mode) for one in read} == {("AID", "happened"), ("AID", "denied")}
