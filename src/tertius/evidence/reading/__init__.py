"""Reading: news text to events, stances and quantities, offline and without a language model.

documents   files to text: plain, HTML, PDF
gazetteer   names to actors, from the tables in data/
parsing     text to parsed paragraphs (spaCy)
discourse   pronouns, "the regime", "both sides"
phrases     phrases to actors
frames      verbs and their arguments
lexicon     which word means which action (data/lexicon.yaml)
contexts    mode, negation, who says so
coding      verbs to claims; nominal: nouns to claims; threats
reader      a text to a Reading
scoring     precision and recall against a gold set
"""

from tertius.evidence.reading.documents import Document, read_document
from tertius.evidence.reading.reader import read_text
from tertius.evidence.reading.records import Amount, Event, Quantity, Reading, Stance

__all__ = ["Amount", "Document", "Event", "Quantity", "Reading", "Stance", "read_document", "read_text"]
