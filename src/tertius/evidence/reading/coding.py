"""Verbs to claims: which entry of the lexicon a verb meets, who its source is, who its target.

A claim has a source, an action, a target, and the word that it was read from; `reader` makes events of claims.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tertius.evidence.reading.contexts import Context, context_of
from tertius.evidence.reading.discourse import Actor
from tertius.evidence.reading.frames import (
    agents,
    behind,
    complements,
    datives,
    is_passive,
    lemma_of,
    patients,
    prepositions,
    surface_subject,
)
from tertius.evidence.reading.lexicon import Entry, is_of, lexicon
from tertius.evidence.reading.phrases import Phrases, distinct, joined, noun_classes
from tertius.evidence.reading.words import listed

Token = Any
PROMISING = frozenset({"promise", "pledge", "offer", "propose", "announce", "vow", "suggest"})
MASSED = ("troops", "strength", "reservist", "alert", "missile", "warhead", "exercises", "device")
WITHOUT_TARGET = frozenset({"MOBILIZE", "RETREAT"})
HOSTILE = frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE"})
STRIKING = ("troops", "strikers", "projectiles", "arms", "people", "vessels", "visitors", "diplomats", "crowds", "bombing", "fighters")
STRIKING_NOUNS = ("offices", "states", "bodies", "pairs", "measures", "relational")
EACH_OTHER = ("each", "one")
EVENT_NOUNS = listed("coding-event-nouns")


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


class Coder:
    """Claims of one paragraph's verbs."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def verb(self, verb: Token) -> list[Claim]:
        """Return the claims that a verb makes."""
        has = any(child.dep_ in ("aux", "mark") for child in verb.children)
        if verb.dep_ in ("amod", "aux", "auxpass") or (verb.dep_ == "acl" and verb.tag_ == "VBN" and not has):
            return []
        table = lexicon().verbs
        lemma = lemma_of(verb)
        for entry in (
            *table.get(lemma, ()),
            *(table.get(verb.lemma_.lower(), ()) if lemma != verb.lemma_.lower() else ()),
        ):
            if self._fits(verb, entry):
                claims = self._claims(verb, entry)
                if claims:
                    return claims
        return []

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
            one.lemma_.lower() in lexicon().contexts["deny"] | {"comment", "say", "confirm"} for one in complements(verb)
        ):
            return False
        if entry.action == "CONSULT" and any(child.dep_ == "oprd" for child in verb.children):
            return False  # "called it an act of terror"
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
                if token.dep_ in ("oprd", "acomp", "xcomp", "ccomp", "amod", "advmod", "attr", "prt")
            }
            if not words & entry.object_complement:
                return False
        return True

    def _named_before(self, objects: list[Token]) -> list[Actor]:
        """Of "send Ukraine Mirage jets", read as one phrase: the country named before the thing."""
        found = []
        for one in objects:
            for child in one.children:
                mention = self.phrases.heads.get(child.i)
                if mention is None or child.dep_ not in ("compound", "nmod", "npadvmod") or child.i > one.i:
                    continue
                if mention.kind in ("state", "seat", "organisation") and child.pos_ == "PROPN":
                    found.append(Actor(mention.code, "name"))
        return found

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
        sources = self.sources(verb, entry)
        if not sources and is_passive(verb) and entry.action in ("AID", "SANCTION", "ASSAULT"):
            sources = self._plain_agent(verb)
        objects = patients(verb)
        if entry.action == "MOBILIZE" and len(sources) > 1 and any(is_of(one, ("exercises",)) for one in objects):
            joint = [(one, other) for one in sources for other in sources if one.code != other.code]
            return [Claim(a, "COOPERATE", b, verb, context, tuple(objects)) for a, b in joint]
        if entry.hosts:
            return self._hosted(verb, sources, context)
        each = any(
            (t.lower_ == "other" and any(c.lower_ in EACH_OTHER for c in t.children))
            or t.lower_ == "another"
            or (t.lower_ == "other" and t.dep_ == "dobj" and any(s.lower_ == "each" for a in agents(verb) for s in a.children))
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
            ifs = [t for t in verb.subtree if t.dep_ == "advcl" and any(c.lower_ in ("if", "unless") for c in t.children)]
            own = {one.code for one in sources}
            provokers = distinct(a for t in ifs for s in surface_subject(t) for a in self.phrases.of(s) if a.code not in own)
            return [Claim(a, "THREATEN", b, verb, context, tuple(objects)) for a, b in pairs_of(sources, provokers)]
        if targets and not sources and is_passive(verb):
            return [Claim(None, entry.action, one, verb, context, tuple(objects), entry.also) for one in targets]
        return []

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
                found += [a for one in patients(verb) for a in self.phrases.one(one) if a.how == "modifier"]
                continue
            tokens = agents(verb) if slot == "agent" else self._near(verb, slot)
            for token in tokens:
                if entry.action in ("ASSAULT", "COERCE") and not self._can_strike(token):
                    continue
                found += self.acting(token)
        if not found and entry.action == "ASSAULT":
            # "Missiles fired from A hit B."
            shots = [one for one in agents(verb) if is_of(one, ("projectiles", "strikers"))]
            flown = [c for one in shots for c in one.children if c.dep_ in ("acl", "relcl")]
            flown += [verb.head] if shots and verb.dep_ == "conj" else []
            found = [a for one in (*shots, *flown) for a in self._of(behind(one, "from", "by"))]
        if not found and entry.action == "PROTEST":
            where = ("in", "at", "outside", "near")
            places = [noun for one in (verb, *patients(verb)) for noun in behind(one, *where)]
            places += [noun for place in places for noun in behind(place, *where)]
            found = [a for noun in places for a in self.phrases.of(noun) if noun.i in self.phrases.mention_at]
        return distinct(found)

    def _near(self, verb: Token, slot: str) -> list[Token]:
        """Nouns behind a preposition of the verb, of its objects, or of what stands behind "under"."""
        found = [noun for one in (verb, *patients(verb)) for noun in behind(one, slot)]
        return found or [noun for one in behind(verb, "under") for noun in behind(one, slot)]

    def acting(self, token: Token) -> tuple[Actor, ...]:
        """Actors of a phrase that acts: no place, no painter, no newspaper."""
        kept: list[Actor] = []
        for one in (token, *joined(token)):
            head = self.phrases.heads.get(one.i)
            if head is not None and head.kind == "place":
                continue
            if one.lemma_.lower() in noun_classes()["idle"] and not (is_of(one, ("crowds",))):
                continue
            kept += self.phrases.one(one)
        return distinct(kept)

    def _can_strike(self, token: Token) -> bool:
        """Whether what acts can use force: a name, or a noun of forces, arms, people, offices ("French cheese" cannot)."""
        if token.pos_ != "NOUN" or token.i in self.phrases.mention_at:
            return True
        kinds = noun_classes()
        able = lexicon().classes
        lemma = token.lemma_.lower()
        return any(lemma in kinds[name] for name in STRIKING_NOUNS) or any(lemma in able[name] for name in STRIKING)

    def _plain_agent(self, verb: Token) -> tuple[Actor, ...]:
        """Of "American destroyers will be delivered", "killed in an Israeli raid": the agent in an adjective."""
        for noun in behind(verb, "in", "by", "during", "with"):
            if noun.lemma_.lower() in EVENT_NOUNS or is_of(noun, ("bombing", "projectiles")):
                found = self.phrases.one(noun)
                if found:
                    return found
        if lexicon().verbs.get(verb.lemma_.lower()) and any(
            is_of(one, ("arms", "money", "goods", "troops")) for one in patients(verb)
        ):
            return distinct(actor for one in patients(verb) for actor in self.phrases.one(one))
        return ()

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
        return self._accuser(verb) or self._answered(verb, entry, own)

    def _answered(self, verb: Token, entry: Entry, own: set[str]) -> tuple[Actor, ...]:
        """Whose act it is that is condemned without a name: "Japan condemned the seizure", "demanded a halt"."""
        objects = patients(verb)
        told = {
            "ACCUSE": any(
                (one.lemma_.lower() in EVENT_NOUNS or is_of(one, ("bombing", "deeds")))
                and not any(c.dep_ == "prep" and c.lower_ in ("by", "from", "against") for c in one.children)
                for one in objects
            ),
            "REQUEST": any(is_of(one, ("halt", "end", "stop", "ceasefire", "withdrawal", "pullback")) for one in objects),
        }
        if not own or not told.get(entry.action):
            return ()
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

    def _slot(self, verb: Token, slot: str, entry: Entry) -> Iterable[Actor]:
        objects = patients(verb)
        if slot == "object":
            return self._acted_on(verb, objects, entry)
        if slot == "dative":
            return self._of(datives(verb)) or self._named_before(objects)
        if slot == "conj":
            above = verb.head if verb.dep_ == "conj" else verb
            return self._of(behind(above, "on", "with", "against", "to", "over")) if above != verb else []
        if slot == "deep":
            return self._of(
                [t for one in objects for p in one.subtree if p.lower_ in ("on", "against") for t in p.children]
            )
        if slot == "subject":
            return self._of(surface_subject(verb))
        if slot == "inner":
            return self._inner(verb)
        if slot == "inner-object":
            return self._inner_object(verb)
        if slot == "maker":
            return [actor for one in objects for actor in self.maker(one)]
        if slot == "purpose":
            return self._purpose(verb)
        if slot == "host":
            return self._of([*objects, *behind(verb, "to", "in", "at")])
        if slot == "place":
            places = behind(verb, "in", "near", "at", "over", "across", "off", "on", "inside", "around", "outside")
            return [*self._of(places), *(actor for one in objects for actor in self.phrases.place(one))]
        found = self._of(behind(verb, slot))
        near = [each for one in objects for each in (one, *joined(one))]
        found = found or self._of([noun for one in near for noun in behind(one, slot)])
        below = [noun for one in near for noun in behind(one, "of", "on", "in", "over")]
        below += behind(verb, "of", "into", "toward", "towards")
        return found or self._of([noun for one in below for noun in behind(one, slot)])

    def _of(self, tokens: Iterable[Token]) -> list[Actor]:
        return [actor for token in tokens for actor in self.phrases.of(token)]

    def _acted_on(self, verb: Token, objects: list[Token], entry: Entry) -> list[Actor]:
        """Actors of an object: its name or owner, else whose soil it lies on; a described holder counts."""
        found: list[Actor] = []
        for one in objects:
            if entry.action == "ACCUSE" and (one.lemma_.lower() in EVENT_NOUNS or is_of(one, ("bombing",))):
                found += self.maker(one)
                continue
            named = self.phrases.of(one)
            found += named or [actor for other in (one, *joined(one)) for actor in self.phrases.place(other)]
            for clause in (c for each in (one, *joined(one)) for c in each.children):
                if (
                    clause.dep_ == "acl"
                    and clause.lemma_.lower() in ("hold", "tie", "link", "belong", "control", "base", "register", "locate")
                    and not named
                ):
                    found += self._of(behind(clause, "by", "to", "with", "in"))
                if (
                    clause.dep_ == "relcl"
                    and not named
                    and clause.lemma_.lower() in ("lead", "command", "head", "rule")
                ):
                    found += self._of(patients(clause))
        return found

    def maker(self, noun: Token) -> tuple[Actor, ...]:
        """Whose offer, whose attack: owner or adjective, "from", "by", else who accepts or makes it in a relative
        clause.
        """
        before = [
            actor for actor in self.phrases.one(noun) if actor.how in ("modifier", "name", "pronoun", "reference")
        ]
        if before:
            return distinct(before)
        for preposition in ("from", "by"):
            found = self._of(behind(noun, preposition))
            if found:
                return distinct(found)
        if noun.lemma_.lower() not in EVENT_NOUNS or noun.lemma_.lower() in ("plan", "offer", "proposal"):
            for clause in noun.children:
                if clause.dep_ in ("relcl", "acl"):
                    found = self._of(agents(clause))
                    if found:
                        return distinct(found)
        return ()

    def _purpose(self, verb: Token) -> list[Actor]:
        """Whom troops are sent to help: "to support B", "to fight alongside B"."""
        found: list[Actor] = []
        for clause in verb.subtree:
            if (
                clause.pos_ != "VERB"
                or clause.dep_ not in ("advcl", "xcomp", "acl", "relcl", "ccomp")
                or clause.i < verb.i
            ):
                continue
            if clause.lemma_.lower() in ("support", "help", "aid", "assist", "defend", "protect", "back", "reinforce"):
                found += self._of(patients(clause))
            elif clause.lemma_.lower() in ("fight", "serve"):
                found += self._of(behind(clause, "alongside", "beside", "for", "with"))
        return found

    def _inner(self, verb: Token) -> list[Actor]:
        found: list[Actor] = []
        for complement in complements(verb):
            subjects = [child for child in complement.children if child.dep_ in ("nsubj", "nsubjpass")]
            found += self._of(subjects)
            if not found and complement.lemma_.lower() in lexicon().verbs:
                found += self._of([*patients(complement), *behind(complement, "on", "against", "at", "to")])
        return found

    def _inner_object(self, verb: Token) -> list[Actor]:
        found: list[Actor] = []
        for complement in complements(verb):
            found += self._of([*patients(complement), *datives(complement), *behind(complement, "to", "with", "for")])
            for inner in complements(complement):
                found += self._of([child for child in inner.children if child.dep_ == "nsubj"])
            found += [actor for one in patients(complement) for actor in self.maker(one)]
        return found


def _is_bare(verb: Token) -> bool:
    """An infinitive with "to", or an imperative."""
    to = any(child.lower_ == "to" for child in verb.children if child.dep_ == "aux")
    return to or not any(child.dep_ in ("nsubj", "aux", "mark") for child in verb.children)


def pairs_of(sources: Iterable[Actor], targets: Iterable[Actor]) -> list[tuple[Actor, Actor]]:
    """Every source with every target, but nobody with itself."""
    return [(one, other) for one in sources for other in targets if one.code != other.code]


def as_threat(claim: Claim, target: Actor | None) -> Claim:
    """The claim as a threat."""
    return replace(claim, action="THREATEN", target=target, context=replace(claim.context, mode="threatened"))
