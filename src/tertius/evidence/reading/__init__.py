"""Reading: news text to events, stances and quantities, offline and without a language model.

documents   files to text: plain, HTML; pdfs: PDF
cleaning    text to clean lines that know where they stood (aligned), headlines to sentences
gazetteer   names to actors, from the tables in data/; speakers, voices: who speaks
parsing     lines to parsed paragraphs (spaCy); repairs: parses mended
discourse   pronouns, "the regime", "both sides"
phrases     phrases to actors; bearers: who or what only bears a place's name
frames      verbs and their arguments
lexicon     which word or phrase means which action (data/lexicon.yaml, phrases.yaml, classes.yaml)
contexts    mode, negation, who says so; clauses: what a clause shows of it
coding      verbs to claims, by slots; nominal: nouns to claims; threats; sequels: acts stopped, refused, repeated
reader      a text to a Reading
gold        texts with the events that should be found
scoring     precision and recall against a gold set; calibrating: confidence fitted on judged events
mapping     events to a scenario's instruments; bearings: what a claim says of a scenario
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.evidence.reading.documents import Document, read_document
    from tertius.evidence.reading.reader import read_text
    from tertius.evidence.reading.records import Amount, Event, Quantity, Reading, Stance

__all__ = ["Amount", "Document", "Event", "Quantity", "Reading", "Stance", "read_document", "read_text"]


def __getattr__(name: str) -> Any:
    """What is exported, loaded when asked for: a brief takes words from here and reads no text."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = {"Document": "documents", "read_document": "documents", "read_text": "reader"}
    return getattr(import_module(f"{__name__}.{modules.get(name, 'records')}"), name)
