"""What damage leaves of something that needs a target."""

from __future__ import annotations

from tertius.kernel.mechanism import part

LEAST = 1e-9


@part
def working(dependence: float, damage: float, reference: float) -> float:
    """What it can do against the as-of date, as a share: (1 - h D) / (1 - h D_0); 1 where h = 0 or D = D_0."""
    return max(0.0, 1.0 - dependence * damage) / max(LEAST, 1.0 - dependence * reference)
