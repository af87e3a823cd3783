"""Names of places that people, firms and papers bear: they are no actors, as a land's offices and forces are.

Samara Lewis met B            nobody: a person
the Rhodes Trust condemned B  nobody: something that acts, and only bears the name
Kharkiv's governor, Sumy Oblast, the Puntland Police Force   the state
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from tertius.evidence.reading.discourse import ROLES
from tertius.evidence.reading.lexicon import lexicon
from tertius.evidence.reading.words import DATA, listed

Token = Any
LANDS = listed("bearers-lands")
SITES = listed("bearers-sites")
"""Buildings, which the parser takes for a person's family name."""


@cache
def noun_classes() -> dict[str, frozenset[str]]:
    """Classes of nouns from data/nouns.yaml."""
    text = (resources.files(DATA) / "data" / "nouns.yaml").read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in YAML(typ="safe").load(text).items()}


@cache
def offices() -> frozenset[str]:
    """Nouns of who speaks for a land, or is one: "governor", "ministry", "oblast"."""
    kinds = noun_classes()
    return ROLES | LANDS | kinds["offices"] | kinds["states"] | lexicon().classes["territory"]


def is_borne(place: Any) -> bool:
    """Whether somebody, or something that acts, bears a place's name, given the place's span.

    What is done to a hall or a base that bears it is done to its state.
    """
    chain = [place.root.head]
    while chain[-1].dep_ == "compound":
        chain.append(chain[-1].head)
    bearer = chain[-1]
    near = [token for one in chain for token in (one, *one.children) if token is one or token.dep_ != "appos"]
    words: set[str] = {token.lemma_.lower() for token in near}
    if words & offices():
        return False
    longer = [entity for entity in place.doc.ents if entity.label_ == "PERSON" and len(entity) > len(place)]
    for entity in (one for one in longer if one.start <= place.start and place.end <= one.end):
        words |= {token.lemma_.lower() for token in entity}
        return not words & (SITES | offices())
    first = bearer
    while first.dep_ == "conj":
        first = first.head
    acts: bool = first.dep_ == "nsubj" or (first.dep_ == "pobj" and first.head.dep_ == "agent")
    return acts and bool(place.root.dep_ == "compound" and bearer.pos_ == "PROPN")
