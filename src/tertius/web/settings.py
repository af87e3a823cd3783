"""What a server of the workbench is told: its folder, where it listens, who may come in, how much it takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PORT = 8712
MEGABYTE = 1_000_000
GIGABYTE = 1_000_000_000


@dataclass(frozen=True)
class Settings:
    """Settings of a server.

    folder       the one data folder: cases, results, jobs, ledger
    host         address that it listens on
    port         its port
    token        secret that a visitor must bring; empty for none, which only loopback allows
    read_only    whether nothing can be changed or run
    workers      processes that run jobs, so that a short one need not wait for a long one
    memory       GiB that they may use together; 0 for 80% of the machine's
    hosts        further names under which browsers reach it
    most_body    bytes of a request's body
    space        GB that the data folder may hold; what would add to more is refused
    per_minute   changes and runs that one address may ask for in a minute
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = PORT
    token: str = ""
    read_only: bool = False
    workers: int = 2
    memory: float = 0.0
    hosts: tuple[str, ...] = ()
    most_body: int = 25 * MEGABYTE
    space: float = 20.0
    per_minute: int = 120

    @property
    def names(self) -> frozenset[str]:
        """Host names that a request may carry, in lower case."""
        own = () if self.host in ("0.0.0.0", "::") else (self.host,)
        return frozenset(name.lower() for name in (*LOOPBACK, *own, *self.hosts))

    @property
    def open_to_others(self) -> bool:
        """Whether machines other than this one can reach it."""
        return self.host not in LOOPBACK
