"""Nouns to claims: "the delivery of shells by A to B", "launched strikes on B", "talks between A and B"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tertius.evidence.reading.bearers import noun_classes
from tertius.evidence.reading.claimed import Context
from tertius.evidence.reading.coding import HOSTILE, Claim, Coder, pairs_of
from tertius.evidence.reading.contexts import context_of
from tertius.evidence.reading.discourse import Actor
from tertius.evidence.reading.frames import agents, behind, is_passive, lemma_of, patients, surface_subject
from tertius.evidence.reading.lexicon import Entry, is_of, lexicon
from tertius.evidence.reading.phrases import distinct, joined
from tertius.evidence.reading.slots import BIDDING
from tertius.evidence.reading.uninvolved import shunned, takes_part
from tertius.evidence.reading.words import listed

Token = Any
STOPPING = listed("nominal-stopping")
TURNED = {"AGREE": "SANCTION", "COOPERATE": "SANCTION", "AID": "SANCTION", "CONSULT": "REJECT"}
ANSWERING = listed("nominal-answering")
# Verbs that lend a noun behind a preposition their subject; none named: any light verb.
LIGHT_PREPOSITIONS: dict[str, frozenset[str]] = {
    "in": frozenset(),
    "into": frozenset(),
    "of": frozenset(),
    "with": frozenset({"respond", "threaten", "proceed", "continue", "go", "press", "face"}),
    "for": frozenset({"prepare", "plan", "ready", "opt", "push", "brace"}),
    "on": frozenset({"decide", "agree", "embark", "work", "settle", "go"}),
    "to": frozenset({"agree", "commit", "move", "resort", "return", "turn"}),
}
OWNING = frozenset({"claim", "take", "accept", "admit", "assume", "acknowledge"})
OWNED = frozenset({"responsibility", "credit"})
PARRYING = listed("nominal-parrying")
CONDEMNING = listed("nominal-condemning")
SANCTION_REACH = 16
"""Tokens behind a sanction in which its "on" is looked for."""
BACKGROUND = frozenset(["since", "during", "despite", "amid", "before", "under", "because_of"])
VAGUE = frozenset({"aggression", "war", "escalation", "threat"})
"""Words of blame that name no act."""
CHARGING = frozenset({"accusation", "allegation"})
RECEIVING = frozenset({"receive", "suffer", "get", "sustain", "face", "win"})


class Namer:
    """Claims of one paragraph's nouns."""

    def __init__(self, coder: Coder) -> None:
        self.coder = coder
        self.phrases = coder.phrases

    def noun(self, noun: Token) -> list[Claim]:
        """Return the claims that a noun makes, by itself or as the object of a light verb."""
        table = lexicon().nouns
        joined_up = "_".join(
            child.lower_ for child in noun.children if child.dep_ in ("amod", "compound") and child.i == noun.i - 1
        )
        entries = (*table.get(f"{joined_up}_{noun.lemma_.lower()}", ()), *table.get(noun.lemma_.lower(), ()))
        verb = self._light(noun)
        bidden = self._bidden(noun)
        if bidden:
            return bidden
        charged = self._charged(noun)
        if charged:
            return charged
        for entry in entries:
            if entry.action == "AID" and verb is not None and verb.lemma_.lower() in ("launch", "fire", "shoot"):
                continue
            if entry.requires and not any(child.lower_ == entry.requires for child in noun.children):
                if not (verb is not None and entry.requires == "joint"):
                    continue
                if not any(child.lower_ == "joint" for child in noun.children):
                    continue
            claims = self._claims(noun, entry, verb)
            if claims:
                return claims
        return []

    def _bidden(self, noun: Token) -> list[Claim]:
        """Of "B acted at A's request": A asked B."""
        if noun.lemma_.lower() not in BIDDING or noun.dep_ != "pobj" or noun.head.lower_ not in ("at", "on"):
            return []
        verb = noun.head.head
        asking = [a for a in self.phrases.one(noun) if a.how in ("modifier", "complement")]
        asked = [a for token in (agents(verb) if verb.pos_ == "VERB" else ()) for a in self.coder.acting(token)]
        return [Claim(a, "REQUEST", b, noun, Context(), (noun,)) for a, b in pairs_of(asking, asked)]

    def _charged(self, noun: Token) -> list[Claim]:
        """Of "A's accusation that B did": A accuses whoever it says did it, whatever others make of the charge."""
        if noun.lemma_.lower() not in CHARGING:
            return []
        owners = tuple(actor for actor in self.phrases.one(noun) if actor.how == "modifier")
        told = [child for child in noun.children if child.dep_ == "acl"]
        told += [below for child in noun.children if child.dep_ == "prep" for below in child.children
                 if below.dep_ == "pcomp"]  # fmt: skip
        accused = [actor for clause in told for one in agents(clause) for actor in self.phrases.of(one)]
        pairs = pairs_of(distinct(owners), distinct(accused))
        return [Claim(a, "ACCUSE", b, noun, Context(), (noun,)) for a, b in pairs if a.code != b.code]

    def _light(self, noun: Token) -> Token | None:
        """The light verb that a noun is the object of, if any."""
        top = noun
        while top.dep_ == "conj" and top.head.pos_ == "NOUN":
            top = top.head
        measures = noun_classes()["measures"]
        while top.dep_ == "pobj" and top.head.lower_ == "of" and top.head.head.lemma_.lower() in measures:
            top = top.head.head  # "a series of strikes"
        verb = top.head
        owning = verb.head.head if top.dep_ == "pobj" and verb.lower_ == "for" else verb
        if verb.head.lemma_.lower() in OWNED and owning.lemma_.lower() in OWNING:
            return owning  # "claimed responsibility for a strike on B"
        if top.dep_ == "pobj" and _is_blame(verb):
            return verb.head if verb.head.lemma_ == "be" else verb.head.head  # "was behind the raid on B"
        if top.dep_ == "pobj" and verb.lower_ == "for" and _owns(verb.head):
            return verb.head  # "took credit for it": so it is parsed, too
        if top.dep_ == "pobj" and verb.head.pos_ == "VERB":
            allowed = LIGHT_PREPOSITIONS.get(top.head.lower_)
            if allowed is None or (allowed and verb.head.lemma_.lower() not in allowed):
                return None
            verb = verb.head
        elif top.dep_ not in ("dobj", "nsubjpass", "attr"):
            return None
        if verb.pos_ not in ("VERB", "AUX"):
            return None
        return verb if {lemma_of(verb), verb.lemma_.lower()} & lexicon().light else None

    def _claims(self, noun: Token, entry: Entry, verb: Token | None) -> list[Claim]:
        if verb is not None and takes_part(verb) and self._sources(noun, entry, None)[0]:
            verb = None  # "took part in B's raid": the raid is B's
        disowned = verb is None and _is_disowned(noun)
        if verb is None and ((entry.light in ("only", "object") and not disowned) or self._is_answered(noun)):
            return []
        alone = verb is None and entry.light == "true" and not self._names_both(noun, entry) and not disowned
        if alone or _is_told_by_verb(noun, verb, entry):
            return []
        sources, own = self._sources(noun, entry, verb)
        targets = self._targets(noun, entry, verb, sources)
        context = context_of(verb if verb is not None else noun, self.phrases)
        lemma = lemma_of(verb) if verb is not None else ""
        if lemma in lexicon().contexts["deny"] and context.mode in ("happened", "ongoing"):
            context = replace(context, mode="denied", said_by=next((one.code for one in sources), None))
        elif lemma in lexicon().contexts["consider"] and context.mode in ("happened", "ongoing"):
            context = replace(context, mode="considered")
        elif lemma in lexicon().contexts["announce"] and context.mode in ("happened", "ongoing"):
            done = lemma == "decide" or any(t.dep_ == "relcl" and t.tag_ in ("VBD", "VBN") for t in noun.subtree)
            said = sources[0].code if lemma == "announce" and sources and context.said_by is None else context.said_by
            context = replace(context, mode="happened" if done else "announced", said_by=said)
        if own and verb is None and any(above.lemma_ == "continue" or above.lemma_ == "go" for above in (noun.head,)):
            context = replace(context, mode="ongoing")
        if context.by and context.mode == "denied" and sources and context.by not in {one.code for one in sources}:
            return self._apart(noun, entry, sources, targets, context)
        denier = context.by or context.said_by or next(iter(self.phrases.discourse.voice), None)
        if not sources and context.mode == "denied" and denier:
            sources = (
                Actor(denier, "reference" if context.by else "inferred"),
            )  # "called reports of deliveries to B baseless"
            targets = self._targets(noun, entry, verb, sources)
        pairs = pairs_of(sources, targets)
        if entry.mutual and not pairs and len(targets) > 1:
            pairs = [(one, other) for one in targets for other in targets if one.code != other.code]
        if entry.mutual and not targets and len(sources) > 1:
            pairs = [(one, other) for one in sources for other in sources if one.code != other.code]
        if entry.mutual and targets and len(sources) > 1:
            pairs += [(one, other) for one in sources for other in sources if one.code != other.code]
        if not targets and sources and context.condition is not None and entry.action in HOSTILE:
            return [Claim(one, entry.action, None, noun, context, (noun,), entry.also) for one in sources]
        if verb is None and self._is_reason(noun):
            return []
        if entry.action == "THREATEN" and noun.dep_ == "pobj" and noun.head.lower_ == "in":
            return []  # "in retaliation for a strike"
        if verb is None and noun.dep_ == "pobj" and noun.head.lower_ in BACKGROUND and entry.action == "ASSAULT":
            return []
        if lemma in STOPPING and entry.action in TURNED:
            entry = replace(entry, action=TURNED[entry.action])
        elif lemma in (
            "lift",
            "ease",
            "relax",
            "end",
            "halt",
            "stop",
            "suspend",
            "call_off",
            "cancel",
        ) and entry.action in ("SANCTION", "ASSAULT", "COERCE"):
            entry = replace(entry, action="CONCEDE")
        return [Claim(a, entry.action, b, noun, context, (noun,), entry.also) for a, b in pairs]

    def _apart(
        self, noun: Token, entry: Entry, sources: tuple[Actor, ...], targets: tuple[Actor, ...], context: Context
    ) -> list[Claim]:
        """Of "A denied any part in B's raid on C": the raid by B, which nobody denies, and A's part, denied."""
        own = replace(context, mode="happened", said_by=None, by=None)
        told = [Claim(a, entry.action, b, noun, own, (noun,), entry.also) for a, b in pairs_of(sources, targets)]
        other = (Actor(str(context.by), "reference"),)
        denied = [Claim(a, entry.action, b, noun, context, (noun,), entry.also) for a, b in pairs_of(other, targets)]
        return told + denied

    def _is_reason(self, noun: Token) -> bool:
        """Of "protested over its visit": why somebody acted, which is no claim of its own; blame for an act is one."""
        if noun.dep_ not in ("pobj", "pcomp") or not any(child.tag_ == "PRP$" for child in noun.children):
            return False
        if noun.head.lower_ not in ("over", "because", "amid", "despite"):
            return False
        return noun.head.head.lemma_.lower() not in (CONDEMNING - {"protest"}) | {"accuse", "blame"}

    def _is_answered(self, noun: Token) -> bool:
        top = noun
        while top.dep_ in ("conj", "pobj", "prep") and top.head.pos_ in ("NOUN", "ADP"):
            top = top.head
        verb = top.head
        named = verb.lemma_.lower() in CONDEMNING and self._names_both(noun, None)
        return (
            not named
            and top.dep_ in ("dobj", "pobj", "prep", "nsubjpass")
            and bool({lemma_of(verb), verb.lemma_.lower()} & ANSWERING)
            and noun.dep_ in ("dobj", "nsubjpass", "conj")
        )

    def _names_both(self, noun: Token, entry: Entry | None) -> bool:
        slots = entry.target if entry is not None else ("on", "against", "by", "of")
        return (
            len(
                distinct(
                    [
                        *self.phrases.one(noun),
                        *(a for slot in slots for n in behind(noun, slot) for a in self.phrases.of(n)),
                        *(
                            a
                            for slot in ("on", "against")
                            if entry is None
                            for n in behind(noun.head, slot)
                            for a in self.phrases.of(n)
                        ),
                    ]
                )
            )
            > 1
        )

    def _sources(self, noun: Token, entry: Entry, verb: Token | None) -> tuple[tuple[Actor, ...], bool]:
        """Who does it: before the noun, behind "by", behind "of" where that names the source, or the light verb's
        subject.
        """
        found = [actor for actor in self.phrases.one(noun) if actor.how in ("modifier", "pronoun")]
        made = [token for place in (noun, *behind(noun, "of", "to")) for token in behind(place, "by")]
        found += [actor for token in made for actor in self.coder.acting(token)]
        if not found and entry.of == "target" and noun.dep_ == "dobj" and not is_passive(noun.head):
            found += [a for token in behind(noun.head, "by") for a in self.coder.acting(token)]
        if not found and entry.of == "source":
            # "B's withdrawal from A" is B's.
            where = ("of",) if entry.action == "RETREAT" else ("of", "from")
            found += [actor for token in behind(noun, *where) for actor in self.coder.acting(token)]
        if not found and entry.of == "thing" and (verb is None or verb.lemma_ == "confirm"):
            # "the delivery of Iranian drones"
            found += [a for thing in behind(noun, "of") for a in self.phrases.one(thing) if a.how == "modifier"]
        if found:
            return distinct(found), True
        if verb is None:
            made = behind(noun, "from") or _blamed(noun)
            return tuple(actor for token in made for actor in self.coder.acting(token)), True
        if verb.lemma_.lower() in RECEIVING:
            return tuple(actor for token in behind(noun, "from") for actor in self.coder.acting(token)), True
        subjects = agents(verb)
        if not subjects and verb.lemma_.lower() in ("lock", "engage", "involve", "embroil"):
            subjects = surface_subject(verb)
        return distinct(actor for token in subjects for actor in self.coder.acting(token)), False

    def _targets(self, noun: Token, entry: Entry, verb: Token | None, sources: tuple[Actor, ...]) -> tuple[Actor, ...]:
        own = {actor.code for actor in sources}
        for slot in entry.target:
            found: list[Actor] = []
            if slot == "dative" and verb is not None:
                from tertius.evidence.reading.frames import datives

                found = [actor for token in datives(verb) for actor in self.phrases.of(token)]
            places = [noun, *joined(noun)] if verb is None else [noun, *joined(noun), verb]
            if noun.dep_ == "pobj" and noun.head.head.lemma_.lower() in noun_classes()["measures"]:
                places.append(noun.head.head)  # "a wave of strikes on B"
            if verb is None and noun.dep_ in ("nsubj", "nsubjpass"):
                places.append(noun.head)  # "no talks took place with B"
            if verb is None and slot == "to" and (_is_disowned(noun) or noun.head.lower_ == "behind"):
                places += [noun.head.head, noun.head.head.head]  # "denied any role in a transfer of shells to B"
            if verb is None and noun.dep_ == "dobj" and noun.head.lemma_.lower() in CONDEMNING:
                places.append(noun.head)  # "on B" may have been hung on the verb
            for place in places:
                for token in behind(place, slot):
                    if token.lemma_ == "side":
                        continue  # "joined the war on B's side"
                    named = self.phrases.of(token)
                    found += named or (self.phrases.place(token) if slot in ("on", "at", "against", "of") else ())
            if not found:
                below = [token for by in behind(noun, "of", "by", "from") for token in behind(by, slot)]
                found = [actor for token in below for actor in self.phrases.of(token)]
            kept = distinct(actor for actor in found if len(own) > 1 or actor.code not in own)
            if kept and not (slot == "in" and verb is None):
                return kept
        if entry.action == "SANCTION":
            near = [t for t in noun.doc[noun.i : noun.i + SANCTION_REACH] if t.sent == noun.sent]
            deep = [t for p in near if p.lower_ in ("on", "against") for t in p.children]
            kept = distinct(actor for token in deep for actor in self.phrases.of(token) if actor.code not in own)
            if kept:
                return kept
        if entry.action == "ASSAULT" and len(own) == 1 and any(behind(noun, *entry.target)):
            # A strike on what is the striker's by the map hits whoever holds it: the other one of the sentence.
            struck = {a.code for t in behind(noun, *entry.target) for a in self.phrases.of(t)}
            present = {
                m.code
                for i, m in self.phrases.heads.items()
                if m.kind != "place" and i in range(noun.sent.start, noun.sent.end)
            }
            if struck == own and len(present - own) == 1:
                return (Actor(next(iter(present - own)), "inferred"),)
        if entry.action == "ASSAULT":
            # "A's salvo, which B intercepted"
            met = [c for c in noun.children if c.dep_ == "relcl" and c.lemma_.lower() in PARRYING]
            kept = distinct(a for c in met for t in agents(c) for a in self.phrases.of(t) if a.code not in own)
            if kept:
                return kept
        if verb is not None and verb.lemma_.lower() in RECEIVING:
            subject = patients(verb) if is_passive(verb) else agents(verb)
            return distinct(actor for token in subject for actor in self.phrases.of(token) if actor.code not in own)
        if entry.of == "target" and is_of(noun, ("bombing",)) and verb is None:
            return distinct(
                actor for token in behind(noun, "in") for actor in self.phrases.of(token) if actor.code not in own
            )
        return ()


def _is_told_by_verb(noun: Token, verb: Token | None, entry: Entry) -> bool:
    """Of "sat out B's raids", "held back a shipment", "threatened sanctions": the verb tells it, not the noun."""
    if verb is None:
        return any(noun in shunned(one) for one in noun.ancestors)
    threatened = verb.lemma_.lower() == "threaten" and entry.action != "THREATEN"
    return threatened or lemma_of(verb) in ANSWERING - lexicon().light


def _is_blame(preposition: Token) -> bool:
    """Of "was behind", "is responsible for": whether it says whose act stands behind it."""
    above = preposition.head
    if preposition.lower_ == "behind":
        return bool(above.lemma_ == "be")
    return bool(preposition.lower_ == "for" and above.lemma_.lower() == "responsible" and above.head.lemma_ == "be")


def _owns(verb: Token) -> bool:
    """Whether a verb says that somebody calls an act his own."""
    owned = any(child.dep_ == "dobj" and child.lemma_.lower() in OWNED for child in verb.children)
    return owned and verb.lemma_.lower() in OWNING


def _is_disowned(noun: Token) -> bool:
    """Of "A's denial of any support for B", "reports of", "involvement in": whose it would be, who denies it says."""
    words = lexicon().contexts
    above = noun.head.head
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("of", "in", "with", "about"):
        return False
    return above.lemma_.lower() in words["deny_nouns"] | words["claim_nouns"] | words["part_nouns"] | {"do"}


def _blamed(noun: Token) -> list[Token]:
    """Of "blamed A for an attack on B": A, whose act it is by the accuser's word."""
    blaming = noun.head.head
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("for", "of", "over") or noun.lemma_.lower() in VAGUE:
        return []
    if blaming.lemma_.lower() not in ("blame", "accuse", "suspect"):
        return []
    return surface_subject(blaming) if is_passive(blaming) else [c for c in blaming.children if c.dep_ == "dobj"]
