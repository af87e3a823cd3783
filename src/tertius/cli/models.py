"""`tertius read --reader`: which reader reads, the rules or a language model, and where the two disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.evidence.reading import Reading
    from tertius.evidence.reading.scoring import ReadText

READERS = ("rules", "model", "both")
Reader = Annotated[
    str,
    typer.Option(help="rules; model: a language model, with a key in TERTIUS_MODEL_KEY; both: where they disagree."),
]
Address = Annotated[
    str, typer.Option(help="Where the model answers in OpenAI's form, such as http://localhost:11434/v1.")
]
ModelName = Annotated[str, typer.Option("--model", help="The model's name there.")]
Timeout = Annotated[float, typer.Option(help="Seconds to wait for the model's answer.")]


def model_reader(reader: str, address: str, name: str, timeout: float) -> ReadText | None:
    """The model that reads, or None where the rules alone do. Raises OptionError."""
    if reader not in READERS:
        raise OptionError("--reader", reader, ", ".join(READERS), "choose one of them")
    if reader == "rules":
        if address or name:
            given = "--address" if address else "--model"
            raise OptionError(given, "with the rules", "--reader model or both", f"leave {given} out, or add --reader")
        return None
    from tertius.evidence.reading.model import Model

    return Model.of(address, name, timeout).read


def disagreements(rules: Reading, model: Reading) -> list[dict[str, Any]]:
    """Events on which two readers disagree, as JSON data."""
    from tertius.evidence.reading.model import disagreements as found

    rows = found(rules.events, model.events)
    return [{"event": event, "rules": one, "model": other} for event, one, other in rows]
