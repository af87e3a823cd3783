"""The laws in C: build laws.c or laws_blocked.c with the machine's compiler; call it with the kernel's own arrays."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import tertius.mechanisms  # noqa: F401  (registers the fields)
from tertius.kernel.fields import ENTITIES as EVERY
from tertius.kernel.fields import fields, outputs
from tertius.kernel.state import Names, Params, State

SOURCE = Path(__file__).with_name("laws.c")
BLOCKED = Path(__file__).with_name("laws_blocked.c")
# The war alone: the C version has no deciding states.
ENTITIES = EVERY[: EVERY.index("event") + 1]
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
Block = Callable[..., None]


class NoCompilerError(Exception):
    """No C compiler is at hand."""


def records(number: str = "double") -> str:
    """The C header of the name table: a struct per entity for state, parameters and links, and their widths.

    `number` is the C type of a number of the state and of a parameter; a link is a 64-bit integer.
    """
    lines = ["#include <stdint.h>"]
    for entity in ENTITIES:
        kinds = (("state", "", number), ("parameter", "_given", number), ("link", "_link", "int64_t"))
        for kind, suffix, c_type in kinds:
            known = fields(kind, entity)
            if known:
                body = " ".join(f"{c_type} {field.name};" for field in known)
                lines.append(f"struct {entity}{suffix} {{ {body} }};")
    for macro, kind in (("STATE_WIDTHS", "state"), ("GIVEN_WIDTHS", "parameter")):
        lines.append(f"#define {macro} {{{', '.join(str(len(fields(kind, entity))) for entity in ENTITIES)}}}")
    return "\n".join(lines) + "\n"


def compiler() -> str:
    """The C compiler: $CC, cc, gcc or clang. Raises NoCompilerError."""
    for candidate in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if candidate and shutil.which(candidate):
            return candidate
    raise NoCompilerError(
        "no C compiler found (tried $CC, cc, gcc, clang), so there is nothing to compare the kernel with; "
        "install one (on Debian and Ubuntu: apt install gcc) or name it: CC=/path/to/cc make bench"
    )


def version() -> str:
    """The compiler's own first line about itself, and the flags."""
    told = subprocess.run([compiler(), "--version"], capture_output=True, text=True, check=False).stdout
    return f"{told.splitlines()[0] if told else compiler()} {' '.join(FLAGS[:2])}"


def build(source: Path = SOURCE) -> ctypes.CDLL:
    """Compile `source` in a temporary folder and load it. Raises NoCompilerError; RuntimeError if it does not build."""
    command = compiler()
    with tempfile.TemporaryDirectory(prefix="tertius-laws-") as name:
        folder = Path(name)
        (folder / "records.h").write_text(records("lanes" if source == BLOCKED else "double"), encoding="utf-8")
        library, places = folder / "laws.so", (f"-I{folder}", f"-I{BLOCKED.parent}")
        built = subprocess.run(
            [command, "-std=gnu11", *FLAGS, *places, str(source), "-o", str(library), "-lm"],
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            raise RuntimeError(f"{command} cannot build {source.name}:\n{built.stderr}")
        return ctypes.CDLL(str(library))


def laws_in_c(source: Path = SOURCE) -> Block:
    """A function with the arguments of the kernel's run_block that runs a C version on the same arrays.

    `source` is SOURCE, one future after another, or BLOCKED, four futures at a time. Raises as `build` does.
    """
    function = build(source).run_block
    pointers, whole = ctypes.POINTER(ctypes.c_void_p), ctypes.c_int64
    function.argtypes = [*[pointers] * 4, ctypes.c_void_p, ctypes.c_uint64, *[whole] * 4]
    function.argtypes += [ctypes.c_void_p, whole, ctypes.c_void_p]
    function.restype = ctypes.c_int

    def run_block(
        initial: State,
        params: Params,
        names: Names,
        seed: int,
        first: int,
        replicates: int,
        weeks: int,
        record: NDArray[np.float64],
    ) -> None:
        links = [getattr(params, f"{entity}_links", None) for entity in ENTITIES]
        given = [getattr(params, entity) for entity in ENTITIES]
        slots = np.array([array.shape[1] for array in initial], dtype=np.int64)
        columns = recorded(slots.tolist())
        status = function(
            _addresses(list(initial)),
            _addresses(given),
            _addresses(links),
            _addresses(list(names)),
            slots.ctypes.data,
            seed,
            first,
            len(record),
            replicates,
            weeks,
            columns.ctypes.data,
            len(columns),
            record.ctypes.data,
        )
        if status:
            raise MemoryError("the C version found no memory for one trajectory's state")

    return run_block


def recorded(slots: list[int]) -> NDArray[np.int64]:
    """Places of what a run records in a state that is laid out entity by entity, slot by slot, field by field."""
    found, place = [], 0
    for entity, count in zip(EVERY, slots, strict=True):
        width = len(fields("state", entity))
        found += [place + slot * width + int(field) for slot in range(count) for field in outputs(entity)]
        place += width * count
    return np.array(found, dtype=np.int64)


def _addresses(arrays: list[NDArray[np.generic] | None]) -> ctypes.Array[ctypes.c_void_p]:
    if not all(array is None or array.flags.c_contiguous for array in arrays):
        raise ValueError("the C version reads contiguous arrays only")
    return (ctypes.c_void_p * len(arrays))(*(None if array is None else array.ctypes.data for array in arrays))
