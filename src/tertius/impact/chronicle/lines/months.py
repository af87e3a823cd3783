"""Months: land gained and lost in each theatre, losses of each side and contingent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tertius.impact.chronicle.telling import Line, Told, month_ends, teller

Values = dict[str, str | int | float]


def month_of(told: Told, last: int) -> str:
    """The month that ends with a place on the week axis; one that the run breaks off says how far it goes."""
    day = told.dates[last]
    broken = (day + timedelta(weeks=1)).month == day.month
    return f"{day:%B %Y}" + (f" until {day.day} {day:%B}" if broken else "")


@teller(order=80)
def land(told: Told) -> Iterator[Line]:
    """A line a month, of the theatres that are open when it begins; months add up to the whole change."""
    for first, last in month_ends(told.dates[: told.last + 1]):
        values: Values = {"month": month_of(told, last)}
        parts = []
        for name, theatre in told.scenario.theatres.items():
            area = told.output(f"theatres.{name}.area")
            if told.output(f"theatres.{name}.open")[first] > 0.5:
                gained = float(area[last] - area[first])
                values |= {f"name_{name}": theatre.name, f"gained_{name}": gained, f"area_{name}": float(area[last])}
                values[f"holder_{name}"] = told.scenario.sides[theatre.holder].name
                parts.append(f"{{name_{name}}}, {{holder_{name}}} {{gained_{name}:+}} km² (holds {{area_{name}:4}})")
        if parts:
            yield Line(last, "land", "theatres", "{month}, land: " + "; ".join(parts), values)


@teller(order=81)
def losses(told: Told) -> Iterator[Line]:
    """A line a month, of the killed and wounded of each side, with its contingents' part; where there is a front."""
    if not told.scenario.theatres:
        return
    for first, last in month_ends(told.dates[: told.last + 1]):
        values: Values = {"month": month_of(told, last)}
        parts = []
        for name, side in told.scenario.sides.items():
            lost = told.output(f"sides.{name}.cumulative_losses")
            values |= {f"name_{name}": side.name, f"lost_{name}": float(lost[last] - lost[first])}
            parts.append(f"{{name_{name}}} {{lost_{name}}}")
            for key, contingent in told.scenario.contingents.items():
                own = told.output(f"contingents.{key}.cumulative_losses")
                share = float(own[last] - own[first])
                if contingent.side == name and share >= 1.0:
                    values |= {f"of_{key}": share, f"who_{key}": contingent.name}
                    parts.append(f"{{of_{key}}} of them {{who_{key}}}")
        yield Line(last, "losses", "sides", "{month}, killed and wounded: " + ", ".join(parts), values)
