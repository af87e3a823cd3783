"""Evidence counts once: whether a scenario's values rest on a claim already.

A value lists its sources, and a source may list the keys of claims that it was set on (`claims`). A claim has been used
when its key is listed by a source of the value, when it comes from such a source, or when it was published by the as-of
date and the value cites sources: whoever set the value on that day had it before him.
"""

from __future__ import annotations

from collections.abc import Iterable

from tertius.evidence.claims.accepted import Claim
from tertius.world import Scenario


def used(claim: Claim, scenario: Scenario, paths: Iterable[str]) -> str | None:
    """Return why a claim about these quantities moves nothing, or None where it is new to them."""
    held = scenario.quantities()
    for path in paths:
        sources = held[path].source_ids if path in held else ()
        for name in sources:
            source = scenario.sources[name]
            if claim.key in source.claims:
                return f"used already: {path} rests on this claim, through source {name}"
            names = {name, source.title, source.publisher, source.url or name}
            if claim.origin.casefold() in {each.casefold() for each in names}:
                return f"used already: {path} rests on its source, {name}"
        if sources and claim.published is not None and claim.published <= scenario.as_of:
            known = f"published on {claim.published}, not after the as-of date"
            return f"used already: {path} was set on {', '.join(sources)} with what was {known}"
    return None
