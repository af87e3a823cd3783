"""How a clause is claimed: the record that climbing from it fills in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Context:
    """What the climb found."""

    mode: str = "happened"
    said_by: str | None = None
    is_claimed: bool = True
    is_future: bool = False
    is_accusation: bool = False
    condition: Any = None
    """The verb of an "if" clause that it hangs on."""
    is_vowed: bool = False
    hedged: bool = False
    by: str | None = None
    """Whose part in the act is spoken of, who need not be whose act it is."""
    is_settled: bool = False
    """Whether what stands above no longer matters."""
    turned: bool = False
    """Whether a denial stands below: one more makes a claim of it again."""

    def deny(self) -> None:
        """One denial more: "denied that it had failed to send" is a claim to have sent."""
        twice = self.mode == "denied" and self.turned
        self.mode, self.turned = ("happened", False) if twice else ("denied", True)
