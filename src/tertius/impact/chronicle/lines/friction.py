"""Friction: the weeks in which most soldiers of a contingent, or the largest share, cannot be used, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tertius.impact.chronicle.telling import Line, Told, teller

PARTS = {
    "interpreters": "for too few interpreters",
    "officers": "for too few lent officers",
    "discord": "for discord",
    "dilution": "as newcomers dilute experience",
}
LEAST = 1.0  # soldiers


@teller(order=50)
def friction(told: Told) -> Iterator[Line]:
    """One or two lines a contingent: its worst week by soldiers and, where that is another, by their share."""
    for name, record in told.scenario.contingents.items():
        subject = f"contingents.{name}"
        parts = {part: told.output(f"{subject}.lost_to_{part}") for part in PARTS}
        # Friction is taken from the soldiers there before the week's losses: those usable and those not.
        present = told.output(f"{subject}.concerted")
        lost = sum(parts.values(), np.zeros(len(present)))
        share = np.divide(lost, present, out=np.zeros(len(lost)), where=present >= LEAST)
        if lost.max() < LEAST:
            continue
        most, worst = int(lost.argmax()), int(share.argmax())
        for week, what in {most: "most soldiers", worst: "the largest share"}.items():
            both = most == worst
            values: dict[str, str | int | float] = {
                "who": record.name,
                "lost": float(lost[week]),
                "present": float(present[week]),
                "share": float(share[week]),
                **{part: float(values[week]) for part, values in parts.items()},
            }
            of_host = " of the host's" if record.command == "leads_host" else ""
            why = ", ".join(f"{{{part}}} {words}" for part, words in PARTS.items() if parts[part][week] >= LEAST)
            text = (
                f"{{who}}: friction takes {'most soldiers, and the largest share' if both else what} of this future: "
                f"{{lost}} of {{present}}{of_host} ({{share:%}}) cannot be used{f'; {why}' if why else ''}"
            )
            yield Line(week, "friction", subject, text, values)
