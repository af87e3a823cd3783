"""Arrays without politics: state, parameters, field names, random numbers, and what a law is."""

from tertius.kernel.draws import name_key, normal, uniform, uniform_once, uniforms
from tertius.kernel.fields import Field
from tertius.kernel.mechanism import CHANNELS, Mechanism, laws, mechanism
from tertius.kernel.state import Key, Params, State, read_output

__all__ = [
    "CHANNELS",
    "Field",
    "Key",
    "Mechanism",
    "Params",
    "State",
    "laws",
    "mechanism",
    "name_key",
    "normal",
    "read_output",
    "uniform",
    "uniform_once",
    "uniforms",
]
