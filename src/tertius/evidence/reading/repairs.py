"""Parses mended where the small model is known to go wrong: gerunds and perfect gerunds read as adjectives.

denied supplying shells        "supplying" hangs on "denied", "shells" on "supplying"
denied having massed troops    "massed" hangs on "denied", "troops" on "massed"
denied bombing Peru            "bombing" is a verb, "Peru" its object; so of "ruled out", "accused of"
denied it had massed troops    "massed" is what is denied, "it" its subject
the charge that it armed B     "armed" is what the charge says, not which charge
denied it and accused B        "accused" is beside "denied", not beside a gerund under it
dismissed as rumour reports    "reports" is a noun, and what hangs on it is what it says; "their finding that" likewise
gave tanks and A will train B  "A" is the subject of "will train", not given too
troops to border with B        "border" is a noun behind "to"
"""

from __future__ import annotations

from typing import Any

from tertius.evidence.reading.claim_repairs import aside, called, told_of
from tertius.evidence.reading.headlines import stem
from tertius.evidence.reading.lexicon import governors, is_of, lexicon
from tertius.evidence.reading.words import listed

TAKING = listed("repairs-taking")


FINITE = frozenset({"VBD", "VBZ", "VBP"})
PLACES = frozenset({"pobj", "dobj", "oprd", "nsubj", "nsubjpass"})
"""Where a noun stands."""


def mended(doc: Any) -> Any:
    """Return the document with such verbs hung where they belong."""
    for token in doc:
        _lemma(token)
        _noun(token)
        _border(token)
        _content(token)
        _verbal(token)
        _to(token)
        _object(token)
        _whole(token)
        _owned(token)
        _finite_root(token)
        _reported(token)
        told_of(token)
        aside(token)
        called(token)
        _beside(token)
        _gerund(token)
        _finite(token)
        _clause(token)
        if token.i == 0 or token.dep_ not in ("amod", "compound") or token.tag_ not in ("VBG", "VBN"):
            continue
        before = token.nbor(-1)
        noun = token.head
        perfect = before.lower_ == "having" and token.tag_ == "VBN"
        verb = before.head if perfect else before
        if verb.lemma_.lower() not in TAKING or verb.pos_ not in ("VERB", "AUX") or noun.i <= token.i:
            continue
        if noun.head not in (verb, before):
            continue
        token.head, token.dep_, token.pos_ = verb, "xcomp", "VERB"
        noun.head, noun.dep_ = token, "dobj"
        if perfect:
            before.head, before.dep_ = token, "aux"
        for child in list(verb.children):
            if child.dep_ in ("prep", "dative") and child.i > noun.i:
                child.head = token
    return doc


def _lemma(verb: Any) -> None:
    """Of "staged", "resupplied": the verb that the table knows, where the model makes "stag", "resupplie"."""
    lemma = verb.lemma_.lower()
    known = lexicon().acting
    if verb.pos_ != "VERB" or verb.tag_ not in ("VBD", "VBN", "VBG") or lemma in known:
        return
    ends = [lemma + "e"]
    ends += [lemma[:-2] + "y"] if lemma.endswith("ie") else [lemma[:-1], lemma[:-2]] if lemma.endswith("e") else []
    verb.lemma_ = next((form for form in ends if form in known), verb.lemma_)


def _noun(token: Any) -> None:
    """A noun in "s", or "finding", where the parser has a verb in a noun's place; a clause under it is what it says."""
    if token.pos_ != "VERB" or token.dep_ not in PLACES:
        return
    told = governors()["claim_nouns"]
    owned = any(child.dep_ in ("poss", "det", "amod") for child in token.children)
    if token.tag_ == "VBZ" and token.dep_ == "pobj":
        token.lemma_ = stem(token.lower_) or token.lemma_
    elif token.lower_ in told and owned:
        token.lemma_ = token.lower_
    else:
        return
    token.pos_, token.tag_ = "NOUN", "NNS" if token.tag_ == "VBZ" else "NN"
    for child in token.children:
        if child.dep_ == "ccomp" and child.i > token.i:
            child.dep_ = "acl"


def _verbal(token: Any) -> None:
    """Of "an allegation that Peru rejects": a verb with a subject, where the parser has a noun."""
    base = stem(token.lower_) if token.dep_ == "relcl" and token.tag_ == "NNS" else None
    if base in lexicon().acting and any(child.dep_ == "nsubj" for child in token.children):
        token.pos_, token.tag_, token.lemma_ = "VERB", "VBZ", base


def _to(verb: Any) -> None:
    """Of "any move to arm B": what the move is, where the parser has a relative clause."""
    if verb.dep_ != "relcl" or verb.tag_ != "VB" or verb.head.pos_ != "NOUN":
        return
    to = any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.children)
    if to and any(child.dep_ == "dobj" and child.i > verb.i for child in verb.children):
        verb.dep_ = "acl"


def _object(noun: Any) -> None:
    """Of "walked back an announcement that": an object, where the parser has an adverbial."""
    if noun.dep_ != "npadvmod" or noun.head.pos_ != "VERB" or noun.i < noun.head.i:
        return
    told = governors()
    if noun.lemma_.lower() not in told["claim_nouns"] | told["plan_nouns"] or noun.nbor(-1).text == ",":
        return
    if not any(child.dep_ == "dobj" for child in noun.head.children):
        before = [child.i for child in noun.children if child.i < noun.i]
        first = min(before, default=noun.i)
        if first and noun.doc[first - 1].text != ",":
            noun.dep_ = "dobj"


def _owned(name: Any) -> None:
    """Of "confirmed the Pakistani shelling of": whose shelling it is, where the parser has two objects."""
    if name.dep_ != "dobj" or name.i + 1 >= len(name.doc):
        return
    noun = name.nbor(1)
    first = [child for child in name.children if child.dep_ == "det"]
    if noun.dep_ != "dobj" or noun.head != name.head or not noun.lower_.endswith("ing") or not first:
        return
    if noun.lemma_.lower() in lexicon().nouns:
        name.head, name.dep_ = noun, "amod"
        first[0].head = noun


def _finite_root(verb: Any) -> None:
    """Of "Lima on Monday armed B": what Lima did, where the parser hangs the only verb below a name."""
    top = verb.head
    if (
        verb.tag_ != "VBD"
        or verb.dep_ not in ("advcl", "amod")
        or top.dep_ != "ROOT"
        or top.pos_ not in ("NOUN", "PROPN")
    ):
        return
    if any(child.dep_ in ("mark", "nsubj", "nsubjpass", "advmod") for child in verb.children):
        return
    names = [
        child for child in verb.children if child.dep_ == "npadvmod" and child.i < verb.i and child.pos_ == "PROPN"
    ]
    behind = verb.dep_ == "amod" and top.i > verb.i
    if behind and not names:
        return
    verb.head, verb.dep_, verb.pos_ = verb, "ROOT", "VERB"
    top.head, top.dep_ = verb, "dobj" if behind else "nsubj"
    if behind:
        names[0].dep_ = "nsubj"


def _whole(noun: Any) -> None:
    """Of "called home its envoy": an object, where the parser says what something is called, and nothing is."""
    verb = noun.head
    if noun.dep_ != "oprd" or noun.pos_ not in ("NOUN", "PROPN") or noun.i < verb.i:
        return
    if not any(child.dep_ in ("dobj", "nsubjpass", "auxpass", "dative") for child in verb.children):
        noun.dep_ = "dobj"


def _reported(verb: Any) -> None:
    """Of "said claims that it had armed B were false", "reports of A arming B are false": it is the claims that were.

    The parser has the claims said, or doing it.
    """
    told = governors()["claim_nouns"]
    judging = [
        child
        for child in verb.children
        if child.dep_ == "ccomp" and child.i > verb.i and child.tag_ in FINITE and child.lemma_ == "be"
        and not any(below.dep_ in ("nsubj", "nsubjpass") for below in child.children)
    ]  # fmt: skip
    if not judging or verb.dep_ not in ("ccomp", "ROOT"):
        return
    above, dep = verb.head, verb.dep_
    if verb.tag_ == "VBG":
        noun = next((child for child in verb.children if child.dep_ == "nsubj" and child.lemma_.lower() in told), None)
        if noun is None:
            return
    else:
        noun = above if above.dep_ == "dobj" else next((c for c in above.children if c.dep_ == "dobj"), None)
        that = any(child.dep_ == "mark" and child.lower_ == "that" for child in verb.children)
        if noun is None or noun.lemma_.lower() not in told or noun.i > verb.i or not that:
            return
        above, dep = noun.head, "ccomp"
    if dep == "ROOT":
        return
    judging[0].head, judging[0].dep_ = above, dep
    noun.head, noun.dep_ = judging[0], "nsubj"
    verb.head, verb.dep_ = noun, "acl"


def _border(token: Any) -> None:
    """Of "moved troops to border with B": a place, where the parser has an infinitive."""
    if token.lower_ not in ("border", "frontier") or token.tag_ != "VB" or token.i == 0:
        return
    to = token.nbor(-1)
    if to.lower_ != "to" or token.head == token or not any(child.lower_ == "with" for child in token.children):
        return
    above = token.head if token.head != to else to.head
    to.dep_, to.pos_, to.tag_, to.head = "prep", "ADP", "IN", above
    token.dep_, token.pos_, token.tag_, token.head = "pobj", "NOUN", "NN", to


def _content(verb: Any) -> None:
    """A clause with "that" and a subject of its own behind "charge", "report", "denial" is what that noun says."""
    if verb.dep_ == "ccomp":
        that = next((child for child in verb.children if child.dep_ == "mark" and child.lower_ == "that"), None)
        told = that.nbor(-1) if that is not None and that.i else None
        nouns = governors()["claim_nouns"] | governors()["deny_nouns"]
        if told is not None and told.dep_ == "dobj" and told.head == verb.head and told.lemma_.lower() in nouns:
            verb.head, verb.dep_ = told, "acl"
        return
    noun = verb.head
    if verb.dep_ != "relcl" or verb.pos_ not in ("VERB", "AUX") or noun.i + 1 >= len(verb.doc):
        return
    told = governors()
    nouns = told["claim_nouns"] | told["deny_nouns"] | told["maybe_nouns"]
    if noun.dep_ == "attr":
        nouns |= told["deny_words"] | told["true_words"]  # "it is a lie that"
    if noun.lemma_.lower() not in nouns or noun.nbor(1).lower_ != "that":
        return
    that = noun.nbor(1)
    own = any(child.dep_ in ("nsubj", "nsubjpass") and child is not that for child in verb.children)
    full = any(child.dep_ in ("dobj", "prep", "dative") and child.i > verb.i for child in verb.children)
    if own and full:
        verb.dep_ = "acl"
        that.dep_ = "mark"


def _beside(verb: Any) -> None:
    """A finite verb joined to a gerund or an infinitive belongs beside the finite verb above it."""
    below = verb.head
    if verb.dep_ != "conj" or verb.tag_ not in FINITE or below.tag_ not in ("VBG", "VB"):
        return
    if below.dep_ not in ("xcomp", "pcomp") or any(
        child.dep_ == "aux" and child.lower_ != "to" for child in below.children
    ):
        return
    if any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children):
        return
    above = below.head
    while above.head != above and above.tag_ not in FINITE:
        above = above.head
    if above.tag_ in FINITE and above.pos_ in ("VERB", "AUX"):
        verb.head = above


def _gerund(token: Any) -> None:
    """Of "denied bombing Peru": a verb with its object, where the parser has a compound noun."""
    name = token.head
    if token.dep_ in ("dobj", "pcomp") and token.tag_ == "NN" and token.i and name == token.nbor(-1):
        base = next((form for form in _bases(token.lower_) if form in lexicon().verbs), None)
        own = next((one for one in token.children if one.dep_ in ("dobj", "npadvmod") and one.i > token.i), None)
        if token.lower_.endswith("ing") and base is not None and own is not None:
            token.dep_ = "xcomp" if token.dep_ == "dobj" else "pcomp"
            token.pos_, token.tag_, token.lemma_, own.dep_ = "VERB", "VBG", base, "dobj"
        elif token.lower_.endswith("ing") and base is not None:
            _intransitive(token, base)
        return
    if token.dep_ == "dobj" and token.tag_ == "VBG" and token.i and name == token.nbor(-1):
        base = next((form for form in _bases(token.lower_) if form in lexicon().verbs), None)
        if base is not None:
            _intransitive(token, base)
        return
    if token.dep_ not in ("compound", "amod") or token.tag_ not in ("NN", "VBG") or not token.lower_.endswith("ing"):
        return
    base = next((form for form in _bases(token.lower_) if form in lexicon().verbs), None)
    if base is None or token.i == 0 or name.i < token.i or not _can_be_object(name, base):
        return
    before = token.nbor(-1)
    verb = before.head if before.dep_ == "prt" else before
    if verb.lemma_.lower() in TAKING and verb.pos_ in ("VERB", "AUX") and name.head == verb:
        token.head, token.dep_ = verb, "xcomp"
        for child in list(verb.children):
            if child.dep_ in ("prep", "dative") and child.i > name.i:
                child.head = token
    elif before.lower_ in ("of", "against", "from") and before.pos_ in ("ADP", "SCONJ") and name.head == before:
        token.head, token.dep_ = before, "pcomp"
    else:
        return
    token.pos_, token.tag_, token.lemma_ = "VERB", "VBG", base
    name.head, name.dep_ = token, "dobj"


def _intransitive(gerund: Any, base: str) -> None:
    """Of "denied marching into Peru": a verb with its preposition, where the parser has a noun; "of" makes it one."""
    verb = gerund.head
    after = gerund.nbor() if gerund.i + 1 < len(gerund.doc) else gerund
    if gerund.dep_ != "dobj" or verb.lemma_.lower() not in TAKING or after.pos_ not in ("ADP", "ADV", "SCONJ"):
        return
    if after.lower_ == "of" or any(child.i < gerund.i for child in gerund.children):
        return
    gerund.dep_, gerund.pos_, gerund.tag_, gerund.lemma_ = "xcomp", "VERB", "VBG", base
    for child in list(verb.children):
        if child.dep_ in ("prep", "dative") and child.i == after.i:
            child.head = gerund


def _can_be_object(noun: Any, base: str) -> bool:
    """Whether a noun behind a gerund is what is done to: a name, many that are no act, or what the verb takes.

    "Bombing raids" are acts, and no raids that are bombed; "opening fire" opens fire.
    """
    taken = any(entry.object and is_of(noun, entry.object) for entry in lexicon().verbs[base])
    return taken or noun.pos_ == "PROPN" or (noun.tag_ == "NNS" and noun.lemma_.lower() not in lexicon().nouns)


def _clause(verb: Any) -> None:
    """Of "gave B tanks and A's army will train": A's army is the subject, where the parser has it given too."""
    if verb.dep_ != "ccomp" or any(child.dep_ in ("nsubj", "nsubjpass", "mark", "expl") for child in verb.children):
        return
    helping = [child for child in verb.children if child.dep_ in ("aux", "auxpass") and child.i < verb.i]
    first = helping[0] if helping else verb
    if first.tag_ not in (*FINITE, "MD") or first.i == 0:
        return
    noun = first.nbor(-1)
    if noun.dep_ == "conj" and noun.head.dep_ in ("dobj", "pobj") and verb.head.i < noun.head.i:
        noun.head, noun.dep_, verb.dep_ = verb, "nsubj", "conj"


def _finite(verb: Any) -> None:
    """Of "denied it had massed troops": a clause of its own, where the parser has a participle before a noun."""
    noun = verb.head
    if verb.tag_ != "VBN" or verb.dep_ != "amod" or verb.i < 3 or noun.i < verb.i:
        return
    has, subject = verb.nbor(-1), verb.nbor(-2)
    above = subject.head
    if has.lemma_ != "have" or has.head != verb or subject.dep_ != "dobj" or noun.head != above:
        return
    verb.head, verb.dep_ = above, "ccomp"
    subject.head, subject.dep_ = verb, "nsubj"
    noun.head, noun.dep_ = verb, "dobj"


def _bases(gerund: str) -> tuple[str, ...]:
    stem = gerund[:-3]
    return (stem, stem + "e", stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem)
