"""What is sent to a seminar: the bodies of its requests, each field with its limits."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

Short = Annotated[str, Field(max_length=200)]


def _main() -> str:
    from tertius.impact.seminar.records import MAIN

    return MAIN


Standing = Annotated[Short, Field(default_factory=_main, description="a branch; else the one that it began with")]
Which = Annotated[str, Query(default_factory=_main, description="a branch; else the one that it began with")]


class Beginning(BaseModel):
    """A seminar to begin: for each seat its states, and who sits there."""

    seats: Annotated[list[Annotated[list[Short], Field(max_length=40)]], Field(max_length=20)]
    names: Annotated[list[Short], Field(max_length=20)] = []
    pace: Literal["week", "month"] = "month"
    weeks: Annotated[int, Field(ge=1, le=520)] | None = None


class Moves(BaseModel):
    """What a state does in the coming turn: steps, or 'program'."""

    state: Short
    moves: Annotated[list[Short], Field(max_length=60)] | Literal["program"]
    branch: Standing
    turn: Annotated[int, Field(ge=0, le=520)] | None = None


class Playing(BaseModel):
    """A turn to play: its number from 0, and what those do who have handed in nothing."""

    branch: Standing
    absent: Literal["", "nothing", "program"] = ""
    turn: Annotated[int, Field(ge=0, le=520)] | None = None


class Branching(BaseModel):
    """A branch to take: its name, the turn from 0 at whose beginning it leaves another."""

    name: Short
    turn: Annotated[int, Field(ge=0, le=520)]
    parent: Standing


class Prospecting(BaseModel):
    """A state of one's own whose steps are to be weighed."""

    state: Short
    branch: Standing


class Comparing(BaseModel):
    """A branch to lay beside the program's futures; all where none is named, as the report wants them."""

    branch: Short = ""
