"""Words of the rules, from tables in data/, whose keys are checked: one that no rule asks for is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tertius.errors import DataError

DATA = "tertius.evidence.reading"
LISTS = (
    "bearers-lands",
    "bearers-sites",
    "instruments-common",
    "amounts-groups",
    "amounts-needing",
    "amounts-times",
    "coding-event-nouns",
    "contexts-never",
    "contexts-times",
    "discourse-bodies",
    "discourse-others",
    "discourse-own",
    "discourse-persons",
    "discourse-reasons",
    "discourse-roles",
    "discourse-speakers",
    "frames-blaming",
    "frames-charges",
    "frames-no-place",
    "frames-object-control",
    "frames-particles",
    "gazetteer-common",
    "gazetteer-not-acting",
    "gazetteer-opposing",
    "nominal-answering",
    "nominal-condemning",
    "nominal-parrying",
    "nominal-stopping",
    "parsing-english",
    "phrases-people",
    "repairs-taking",
    "threats-grim",
    "threats-replies",
    "threats-saying",
)
CLEANING = frozenset(
    {
        "labels",
        "openers",
        "captions",
        "askers",
        "answerers",
        "headers",
        "bodies",
        "participles",
        "confusable",
        "plainer",
        "massing",
        "single",
        "finite",
        "plural_nouns",
        "behind_nouns",
        "small",
    }
)


def read_table(name: str, keys: Iterable[str], text: str | None = None) -> Mapping[str, Any]:
    """Return a table of the package whose keys are exactly these. Raises DataError, naming the nearest key."""
    shipped = (resources.files(DATA) / "data" / name).read_text(encoding="utf-8") if text is None else text
    try:
        found = YAML(typ="safe").load(shipped)
    except YAMLError as error:
        raise DataError(name, f"no YAML ({error})", "a table of words", "correct the file") from error
    return checked(found, keys, name)


def checked(row: Any, keys: Iterable[str], place: str, needed: Iterable[str] | None = None) -> Mapping[str, Any]:
    """Return a row whose keys are all known, and of which none that is needed lacks. Raises DataError."""
    known = sorted(keys)
    if not isinstance(row, dict):
        raise DataError(place, f"{row!r}", f"keys {', '.join(known)}", "write one")
    for key in row:
        if key not in known:
            near = get_close_matches(str(key), known, 1)
            fix = f"write {near[0]!r}" if near else "leave it out"
            raise DataError(place, f"the key {key!r}", ", ".join(known), fix)
    for key in known if needed is None else needed:
        if key not in row:
            raise DataError(place, f"no key {key!r}", ", ".join(known), f"write {key!r}")
    return MappingProxyType(row)


@cache
def _cleaning() -> Mapping[str, Any]:
    return read_table("cleaning.yaml", CLEANING)


@cache
def words(name: str) -> frozenset[str]:
    """Words of one row of cleaning.yaml."""
    return frozenset(str(_cleaning()[name]).split())


@cache
def forms(name: str) -> frozenset[str]:
    """Forms of several words of one row of cleaning.yaml."""
    return frozenset(form.strip(" ") for form in str(_cleaning()[name]).split("|"))


@cache
def pairs(name: str) -> Mapping[str, str]:
    """Pairs of one row of cleaning.yaml."""
    return MappingProxyType(dict(pair.split(":", 1) for pair in str(_cleaning()[name]).split()))


@cache
def _lists() -> Mapping[str, Any]:
    return read_table("words.yaml", LISTS)


def listed(name: str) -> frozenset[str]:
    """Words of one row of words.yaml."""
    return frozenset(str(_lists()[name]).split())
