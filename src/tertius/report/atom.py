"""A watch as an Atom feed (RFC 4287): one entry for each rule that has tripped and each event that has come.

Ids are made from the scenario and the rule, so that the same trip is the same entry in every copy of the feed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from tertius.calendar import short_day
from tertius.forecasts.watch.watched import Watch, came_key
from tertius.report.indicators import event
from tertius.report.watched import because, headline, standing, title
from tertius.world import Scenario

ATOM = "http://www.w3.org/2005/Atom"


def atom(found: Watch, scenario: Scenario) -> str:
    """The feed as text."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    entries = sorted(_entries(found, scenario), key=lambda entry: (entry[1], entry[0]), reverse=True)
    _add(feed, "id", _id(found, "feed"))
    _add(feed, "title", f"On watch: {scenario.title}")
    _add(feed, "subtitle", headline(found))
    _add(feed, "updated", _instant(max((entry[1] for entry in entries), default=found.as_of)))
    _add(_add(feed, "author"), "name", "Tertius")
    for key, day, what, text in entries:
        entry = _add(feed, "entry")
        _add(entry, "id", _id(found, key))
        _add(entry, "title", what)
        _add(entry, "updated", _instant(day))
        _add(entry, "content", text).set("type", "text")
    ElementTree.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode") + "\n"


def _entries(found: Watch, scenario: Scenario) -> Iterator[tuple[str, date, str, str]]:
    for one in found.events:
        if one.came is not None:
            name = event(one.target, scenario)
            yield came_key(one.target), one.came, f"{name}: seen by {short_day(one.came)}", title(one, scenario)
    for one, rule in found.tripped:
        text = f"{standing(rule, scenario)}. {because(one)}".strip()
        yield rule.key, rule.day, title(one, scenario, found.ended), text


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}")
    made.text = "".join(letter for letter in text if letter.isprintable()) or None  # XML takes no control characters
    return made


def _id(found: Watch, key: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'tertius:{found.scenario}:{found.as_of}:{key}')}"


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
