"""Words that only a scenario's own war has: what its actors, sides, theatres and contingents are called."""

from collections.abc import Iterator

from tertius.world import Scenario


def words_of(scenario: Scenario) -> Iterator[str]:
    """Yield names of actors, adjectives, and words of four letters and more, capitalised, of other names."""
    for actor in scenario.actors.values():
        yield actor.name
        if actor.adjective:
            yield actor.adjective
    for section in (scenario.theatres, scenario.contingents, scenario.supply_lines, scenario.stakes):
        for record in section.values():
            yield from (word for word in record.name.split() if len(word) > 3 and word.isalpha() and word[0].isupper())
