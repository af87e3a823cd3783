"""Verbs to claims: which entry of the lexicon a verb meets, who its source is, who its target.

A claim has a source, an action, a target, and the word that it was read from; `reader` makes events of claims.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tertius.evidence.reading.claimed import Context
from tertius.evidence.reading.contexts import context_of
from tertius.evidence.reading.discourse import Actor, charging
from tertius.evidence.reading.frames import (
    agents,
    behind,
    complements,
    is_passive,
    is_told_beside,
    lemma_of,
    patients,
    prepositions,
    surface_subject,
)
from tertius.evidence.reading.lexicon import Entry, is_of, lexicon
from tertius.evidence.reading.phrases import distinct
from tertius.evidence.reading.slots import EVENT_NOUNS, Slots

Token = Any
PROMISING = frozenset({"promise", "pledge", "offer", "propose", "announce", "vow", "suggest"})
MASSED = ("troops", "strength", "reservist", "reserve", "alert", "missile", "warhead", "exercises", "device")
HOSTILE = frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE"})
EACH_OTHER = ("each", "one")
LACKING = frozenset({"AID", "ASSAULT", "COERCE"})
"""Acts that a denial may tell without saying to whom, where the text before tells it."""


@dataclass(frozen=True)
class Claim:
    """One reading of a verb or noun, before it becomes an event."""

    source: Actor | None
    action: str
    target: Actor | None
    trigger: Any
    context: Context
    objects: tuple[Any, ...] = ()
    also: str = ""


class Coder(Slots):
    """Claims of one paragraph's verbs."""

    def verb(self, verb: Token) -> list[Claim]:
        """Return the claims that a verb makes."""
        has = any(child.dep_ in ("aux", "mark") for child in verb.children)
        described = verb.dep_ == "acl" and verb.tag_ == "VBN" and not has and not is_told_beside(verb)
        if verb.dep_ in ("amod", "aux", "auxpass") or described:
            return []
        table = lexicon().verbs
        lemma = lemma_of(verb)
        lacking: list[Claim] = []
        for entry in (
            *table.get(lemma, ()),
            *(table.get(verb.lemma_.lower(), ()) if lemma != verb.lemma_.lower() else ()),
        ):
            if self._fits(verb, entry):
                claims = self._claims(verb, entry)
                if claims:
                    return claims
                lacking = lacking or self._lacking(verb, entry)
        return lacking

    def _lacking(self, verb: Token, entry: Entry) -> list[Claim]:
        """Of "Seoul will not send shells", "denied firing at the city": to whom, the text before tells."""
        if entry.action not in LACKING:
            return []
        context = context_of(verb, self.phrases)
        if context.mode != "denied":
            return []
        objects = tuple(patients(verb))
        return [Claim(one, entry.action, None, verb, context, objects) for one in self.sources(verb, entry)]

    def predicate(self, verb: Token) -> list[Claim]:
        """Return the claims of an adjective that the subject is: "we are grateful to B"."""
        if verb.lemma_.lower() not in ("be", "feel", "remain", "stay"):
            return []
        for one in verb.children:
            if one.dep_ not in ("acomp", "attr") or one.pos_ != "ADJ":
                continue
            for entry in lexicon().predicates.get(one.lemma_.lower(), ()):
                context = context_of(verb, self.phrases)
                sources = distinct(a for token in agents(verb) for a in self.acting(token))
                targets = self._of([noun for place in (one, verb) for noun in behind(place, *entry.target)])
                pairs = pairs_of(sources, targets)
                if pairs:
                    return [Claim(a, entry.action, b, verb, context, (one,)) for a, b in pairs]
        return []

    def _fits(self, verb: Token, entry: Entry) -> bool:
        objects = patients(verb)
        near = prepositions(verb, *objects)
        if entry.with_ and not near & entry.with_:
            return False
        if entry.without & near:
            return False
        if entry.unlike and any(c.lemma_.lower() in entry.unlike for one in objects for c in (one, *one.children)):
            return False
        if entry.without and any(
            is_of(noun, entry.without)
            for one in (verb, *objects)
            for noun in behind(one, "to", "in", "at", "on", "of", "from", "out_of")
        ):
            return False
        if entry.complement in ("true", "inner") and not complements(verb):
            return False
        if entry.action == "REJECT" and any(
            one.lemma_.lower() in lexicon().contexts["deny"] | {"comment", "say", "confirm"}
            for one in complements(verb)
        ):
            return False
        told = any(one.lemma_.lower() in charging() and not is_of(one, ("talks",)) for one in objects)
        if entry.action == "CONSULT" and (told or any(child.dep_ == "oprd" for child in verb.children)):
            return False  # "called it an act of terror", "called the allegation absurd"
        if entry.action == "REJECT" and verb.lemma_ == "rule" and any(_is_force(one) for one in objects):
            return False  # "ruled out an invasion of B"
        if entry.action == "COOPERATE" and any(one.lemma_ == "know" for one in complements(verb)):
            return False  # "let it be known"
        if entry.action == "RETREAT" and any(
            c.dep_ == "prep" and any(p.dep_ == "pcomp" for p in c.children) for c in verb.children
        ):
            return False  # "pulled back from sending"
        if entry.complement == "false" and complements(verb):
            return False
        if entry.complement == "wish" and not any(_is_wished(one) for one in complements(verb)):
            return False
        if entry.complement == "inf" and not any(one.tag_ == "VB" and _is_bare(one) for one in complements(verb)):
            return False
        if entry.object and not any(self._object_fits(one, entry.object) for one in objects):
            return False
        if entry.subject and not any(self._subject_fits(one, entry.subject) for one in agents(verb)):
            return False
        if entry.object_of and not any(
            is_of(noun, entry.object_of) for one in (verb, *objects) for noun in behind(one, *entry.with_)
        ):
            return False
        if entry.object_complement:
            words = {
                token.lemma_.lower()
                for token in verb.subtree
                if token.dep_ in ("oprd", "acomp", "xcomp", "ccomp", "amod", "advmod", "attr", "prt", "advcl")
            }
            if not words & entry.object_complement:
                return False
        return True

    def _object_fits(self, token: Token, wanted: frozenset[str]) -> bool:
        if "ANY" in wanted:
            return True
        if is_of(token, wanted):
            return True
        if token.pos_ == "PROPN" and any(c.dep_ in ("compound", "appos") and is_of(c, wanted) for c in token.children):
            return True  # "Russian deputy defence minister Yevkurov"
        head = self.phrases.heads.get(token.i)
        if "ACTOR" in wanted and self.phrases.of(token):
            return True
        if "PERSON" in wanted and head is not None and head.kind == "leader":
            return True
        if "ORGANISATION" in wanted and head is not None and head.kind == "organisation":
            return True
        return "ANYFORCE" in wanted and is_of(token, ("troops",))

    def _subject_fits(self, token: Token, wanted: frozenset[str]) -> bool:
        if is_of(token, wanted):
            return True
        head = self.phrases.heads.get(token.i)
        if "PERSON" in wanted and ((head is not None and head.kind == "leader") or is_of(token, ("visitors",))):
            return True
        return "ANYONE" in wanted and (token.pos_ == "PRON" or (head is not None and head.kind != "place"))

    def _claims(self, verb: Token, entry: Entry) -> list[Claim]:
        context = context_of(verb, self.phrases)
        if (
            verb.lemma_.lower() in PROMISING
            and context.mode in ("happened", "ongoing")
            and entry.action in ("AID", "AGREE", "SUPPORT", "COOPERATE")
        ):
            context = replace(context, mode="announced")
        sources = self.sources(verb, entry) or self._own(verb, entry, context)
        if not sources and is_passive(verb) and entry.action in ("AID", "SANCTION", "ASSAULT"):
            sources = self._plain_agent(verb, entry)
        objects = patients(verb)
        if entry.action == "MOBILIZE" and len(sources) > 1 and any(is_of(one, ("exercises",)) for one in objects):
            joint = [(one, other) for one in sources for other in sources if one.code != other.code]
            return [Claim(a, "COOPERATE", b, verb, context, tuple(objects)) for a, b in joint]
        if entry.hosts:
            return self._hosted(verb, sources, context)
        each = any(
            (t.lower_ == "other" and any(c.lower_ in EACH_OTHER for c in t.children))
            or t.lower_ == "another"
            or (
                t.lower_ == "other"
                and t.dep_ == "dobj"
                and any(s.lower_ == "each" for a in agents(verb) for s in a.children)
            )
            for t in verb.subtree
        )
        targets = () if each else self.targets(verb, entry, sources)
        pairs = pairs_of(sources, targets)
        if not targets and (entry.mutual or each) and len(sources) > 1:
            pairs = [(one, other) for one in sources for other in sources if one.code != other.code]
        if targets and entry.mutual and len(sources) > 1 and entry.action != "CONSULT":
            pairs += [(one, other) for one in sources for other in sources if one.code != other.code]
        claims = [Claim(a, entry.action, b, verb, context, tuple(objects), entry.also) for a, b in pairs]
        if claims:
            return claims
        if (
            not targets
            and sources
            and (
                (
                    entry.action == "RETREAT"
                    or (entry.action == "MOBILIZE" and any(is_of(one, MASSED) for one in objects))
                    or entry.target == ("never",)
                )
                or (context.condition is not None and entry.action in HOSTILE)
            )
        ):
            return [Claim(one, entry.action, None, verb, context, tuple(objects), entry.also) for one in sources]
        if not targets and sources and entry.action == "THREATEN":
            ifs = [
                t for t in verb.subtree if t.dep_ == "advcl" and any(c.lower_ in ("if", "unless") for c in t.children)
            ]
            own = {one.code for one in sources}
            provokers = distinct(
                a for t in ifs for s in surface_subject(t) for a in self.phrases.of(s) if a.code not in own
            )
            return [Claim(a, "THREATEN", b, verb, context, tuple(objects)) for a, b in pairs_of(sources, provokers)]
        if targets and not sources and is_passive(verb):
            return [Claim(None, entry.action, one, verb, context, tuple(objects), entry.also) for one in targets]
        return []

    def _own(self, verb: Token, entry: Entry, context: Context) -> tuple[Actor, ...]:
        """Of "no shells have been sent to B, A said": who denies aid that is nobody's by name speaks of his own."""
        denier = context.said_by or next(iter(self.phrases.discourse.voice), None)
        if entry.action != "AID" or context.mode != "denied" or not denier:
            return ()
        things = agents(verb)
        kinds = lexicon().contexts["plan_nouns"] | lexicon().contexts["deed_nouns"]
        own = all(is_of(one, ("arms", "money", "goods", "troops")) or one.lemma_.lower() in kinds for one in things)
        return (Actor(denier, "inferred"),) if own else ()

    def _hosted(self, verb: Token, hosts: tuple[Actor, ...], context: Context) -> list[Claim]:
        """Who hosts or mediates consults each party, and the parties each other."""
        found: list[Actor] = []
        for one in patients(verb):
            found += self.phrases.of(one)
            for noun in (*behind(one, "between", "of", "with", "for"), *behind(verb, "between", "with", "for")):
                found += self.phrases.of(noun)
        parties = distinct(found)
        is_talk = any(is_of(one, ("talks", "deals", "visitors")) for one in patients(verb))
        pairs = pairs_of(hosts, parties)
        if is_talk:
            pairs += [(one, other) for one in parties for other in parties if one.code != other.code]
        return [Claim(a, "CONSULT", b, verb, context) for a, b in pairs] if hosts and parties and is_talk else []

    def sources(self, verb: Token, entry: Entry) -> tuple[Actor, ...]:
        """Return the actors of the slots that the entry names for the source."""
        found: list[Actor] = []
        for slot in entry.source:
            if slot == "owner":
                # "received ten North Korean tanks": whose they were.
                things = [noun for one in patients(verb) for noun in (one, *behind(one, "of"))]
                found += [a for one in things for a in self.phrases.one(one) if a.how == "modifier"]
                continue
            tokens = agents(verb) if slot == "agent" else self._near(verb, slot)
            for token in tokens:
                if entry.action in ("ASSAULT", "COERCE") and not self._can_strike(token):
                    continue
                found += self.acting(token)
        if not found and entry.action == "ASSAULT":
            # "Missiles fired from A hit B."
            thrown = patients(verb) if is_passive(verb) else agents(verb)
            shots = [one for one in thrown if is_of(one, ("projectiles", "strikers"))]
            flown = [c for one in shots for c in one.children if c.dep_ in ("acl", "relcl")]
            flown += [verb.head] if shots and verb.dep_ == "conj" else []
            flown += [verb] if shots and is_passive(verb) else []  # "drones were fired from A at B"
            found = [a for one in (*shots, *flown) for a in self._of(behind(one, "from", "by"))]
        if not found and entry.action == "AID" and is_passive(verb):
            found = self._of(behind(verb, "from"))  # "arms were sent from A to B"
        if not found and entry.action == "PROTEST":
            where = ("in", "at", "outside", "near")
            places = [noun for one in (verb, *patients(verb)) for noun in behind(one, *where)]
            places += [noun for place in places for noun in behind(place, *where)]
            found = [a for noun in places for a in self.phrases.of(noun) if noun.i in self.phrases.mention_at]
        return distinct(found)

    def targets(self, verb: Token, entry: Entry, sources: tuple[Actor, ...]) -> tuple[Actor, ...]:
        """Return the actors of the first of the entry's slots that has any other than the sources."""
        own = {actor.code for actor in sources}
        for slot in entry.target:
            if slot == "foe":
                foe = self.phrases.discourse.foe(own) if own else None
                return (Actor(foe, "inferred"),) if foe and foe not in own else ()
            found = distinct(actor for actor in self._slot(verb, slot, entry) if len(own) > 1 or actor.code not in own)
            if found:
                return found
        return self._accuser(verb) or self._charging(verb, entry, own) or self._answered(verb, entry, own)

    def _charging(self, verb: Token, entry: Entry, own: set[str]) -> tuple[Actor, ...]:
        """Of "rejected Armenian claims that it had shelled a village": who makes the charge suffered what it tells.

        Only where the text has named nobody else: a third state that charges somebody tells of another's harm.
        """
        if entry.action not in ("ASSAULT", "COERCE") or not own:
            return ()
        clause = verb
        while clause.dep_ in ("conj", "xcomp"):
            clause = clause.head
        above = clause.head.head if clause.dep_ == "pcomp" else clause.head
        nouns = [above] if clause.dep_ in ("acl", "pcomp") else []
        if clause.dep_ == "ccomp":
            nouns = [*patients(above), *behind(above, "as")]  # "rejected as baseless claims that": so it is parsed
        charges = [noun for noun in nouns if noun.lemma_.lower() in charging()]
        makers = [actor for noun in charges for actor in self.maker(noun) if actor.code not in own]
        alone = self.phrases.discourse.named <= own | {actor.code for actor in makers}
        return tuple(Actor(actor.code, "inferred") for actor in makers[:1]) if alone else ()

    def _answered(self, verb: Token, entry: Entry, own: set[str]) -> tuple[Actor, ...]:
        """Whose act it is that is condemned without a name: "Chile condemned the seizure", "demanded a halt"."""
        objects = patients(verb)
        told = {
            "ACCUSE": any(
                (one.lemma_.lower() in EVENT_NOUNS or is_of(one, ("bombing", "deeds")))
                and not any(c.dep_ == "prep" and c.lower_ in ("by", "from", "against") for c in one.children)
                for one in objects
            ),
            "REQUEST": any(
                is_of(one, ("halt", "end", "stop", "ceasefire", "withdrawal", "pullback")) for one in objects
            ),
        }
        if not own or not told.get(entry.action):
            return ()
        if verb.dep_ == "relcl":
            doing = next((one for one in verb.ancestors if one.pos_ == "VERB"), None)
            doer = [a for one in (agents(doing) if doing is not None else ()) for a in self.phrases.of(one)]
            if doer and doer[0].code not in own:
                return (Actor(doer[0].code, "inferred"),)  # "A held drills that B condemned"
        found = self.phrases.discourse.assailant(own)
        return (Actor(found, "inferred"),) if found else ()

    def _accuser(self, verb: Token) -> tuple[Actor, ...]:
        """In "A accused B of ramming its boat", whose boat it is that B rammed."""
        blaming = verb.head.head if verb.dep_ == "pcomp" else verb
        if blaming.lemma_.lower() not in ("accuse", "blame", "condemn", "denounce"):
            return ()
        if verb == blaming or not any(token.tag_ == "PRP$" for one in patients(verb) for token in one.subtree):
            return ()
        return distinct(Actor(a.code, "pronoun") for token in agents(blaming) for a in self.phrases.of(token))


def _is_force(noun: Token) -> bool:
    return any(entry.action in HOSTILE for entry in lexicon().nouns.get(noun.lemma_.lower(), ()))


def _is_bare(verb: Token) -> bool:
    """An infinitive with "to", or an imperative."""
    to = any(child.lower_ == "to" for child in verb.children if child.dep_ == "aux")
    return to or not any(child.dep_ in ("nsubj", "aux", "mark") for child in verb.children)


def _is_wished(verb: Token) -> bool:
    """Whether a clause tells what is to be, not what is or was."""
    helping = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    has = any(child.lemma_ in ("have", "do") or child.tag_ in ("VBD", "VBZ", "VBP") for child in helping)
    return verb.tag_ not in ("VBD", "VBZ", "VBG") and not has


def pairs_of(sources: Iterable[Actor], targets: Iterable[Actor]) -> list[tuple[Actor, Actor]]:
    """Every source with every target, but nobody with itself."""
    return [(one, other) for one in sources for other in targets if one.code != other.code]


def as_threat(claim: Claim, target: Actor | None) -> Claim:
    """The claim as a threat."""
    return replace(claim, action="THREATEN", target=target, context=replace(claim.context, mode="threatened"))
