"""Inputs made to harm, by the hundred thousand: each is taken, or refused by an error of ours, soon and in little room.

    python -m benchmarks.fuzz [TARGET ...] [--inputs 30000] [--seed 1] [--out build/fuzz]

Files that are good are changed at random: bytes turned, cut, doubled, spliced with another file, and words put in that
have done harm before. A target calls what a user's file or request reaches. What escapes that is no TertiusError, or
takes longer than SLOW_S of a processor or more than LARGE_MB, is written into --out and printed, and the exit code is
1. The same seed makes the same inputs. What was found once lies in tests/fuzz, and is tried in every test run.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.fuzz_targets import Run, targets
from tertius.errors import TertiusError

SLOW_S = 10.0
HANGS_S = 120
LARGE_MB = 600
MOST_BYTES = 200_000
WORDS = (
    # signs
    b"\x00", b"\xff\xfe", b"\xe2\x80\xae", b"\x1b]52;c;eA==\x07", b"\xed\xa0\x80", b"\r", b"\t", b'"', b"'", b"%00",
    b"../", b"|", b",", b"\n", b"a" * 5000,
    # numbers and days
    b"1e308", b"-1e400", b".inf", b".nan", b"NaN", b"-0", b"9" * 400, b"0x10", b"1_000", "²".encode(), "١".encode(),
    b"true", b"null", b"2199-12-31", b"0000-00-00", b"9999-12-31", b"2024-02-30", b"2024-W53", b"1500-01-01",
    # YAML, and keys of a scenario
    b"[" * 3000, b"{" * 3000, b"&a [*a]", b"<<: *a", b"!!python/object:os.system x", b"? ", b": ", b"- ", b"{}", b"[]",
    b"~", b"extends: ", b"value: ", b"prior: ", b"uniform: ", b"source: choice", b"events", b"date: ",
    b"fit: /etc/passwd",
    # pages and PDF
    b"<!---->" * 300, b"<div>" * 3000, b"<p>", b"]]>", b"<script>", b"&#0;",
    b'{"@type":"NewsArticle","datePublished":[]}', b"endobj", b"stream\n", b"/Filter [/FlateDecode /FlateDecode]",
    b"<< /Length 99999999 >>", b"obj", b"xref", b"%PDF-1.7",
    # addresses
    b"http://127.0.0.1/", b"sqlite:///", b"SELECT 1;",
)  # fmt: skip


class Hangs(BaseException):
    """An input takes longer than HANGS_S."""


def changed(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the seeds, changed a few times."""
    held = bytearray(chance.choice(seeds)[:MOST_BYTES])
    for _ in range(chance.choice((1, 1, 2, 3, 5, 9))):
        at = chance.randrange(len(held) + 1)
        span = slice(at, at + chance.choice((1, 1, 2, 8, 40, 400)))
        match chance.randrange(7):
            case 0:
                held[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del held[span]
            case 2:
                held[at:at] = held[span] * chance.choice((1, 2, 50))
            case 3 | 4:
                held[at : at + chance.choice((0, 0, 1, 4, 12))] = chance.choice(WORDS)
            case 5:
                other = chance.choice(seeds)
                begin = chance.randrange(len(other) + 1)
                held[at:at] = other[begin : begin + chance.choice((4, 40, 400))]
            case 6:
                if chance.random() < 0.2:
                    del held[at:]
    return bytes(held[: 2 * MOST_BYTES])


def fault(run: Run, data: bytes) -> str:
    """What is wrong with how an input was taken; "" where nothing is."""

    def late(*_: Any) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(HANGS_S)
    began, large = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(data, Path(folder))
    except TertiusError:
        pass
    except Hangs:
        return f"hangs: longer than {HANGS_S} s\n{traceback.format_exc()}"
    except Exception:  # noqa: BLE001  what is looked for
        return traceback.format_exc()
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    took, grown = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - large
    if took > SLOW_S:
        return f"slow: {took:.0f} s of a processor"
    return f"large: {grown // 1024} MB" if grown > LARGE_MB * 1024 else ""


def main(words: Sequence[str]) -> int:
    """Try inputs, say how many, and return 1 where any was taken wrongly."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("target", nargs="*")
    asked.add_argument("--inputs", type=int, default=30_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--out", type=Path, default=Path("build/fuzz"))
    told = asked.parse_args(words)
    wrong, total = 0, 0
    with targets(told.target) as every:
        shares = sum(target.share for target in every.values())
        for name, target in every.items():
            count, began, kinds = -(-told.inputs * target.share // shares), time.process_time(), set()
            for number in range(count):
                data = changed(target.seeds, random.Random(f"{told.seed} {name} {number}"))
                said = fault(target.run, data)
                kind = "\n".join(line for line in said.splitlines() if line.lstrip().startswith("File"))[-600:] or said
                if said and kind not in kinds:
                    kinds.add(kind)
                    told.out.mkdir(parents=True, exist_ok=True)
                    file = told.out / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
                    file.write_bytes(data)
                    print(f"{file}\n{said}", flush=True)
            wrong, total = wrong + len(kinds), total + count
            took = time.process_time() - began
            print(f"{name}: {count:,} inputs, {took:.0f} s of a processor, {len(kinds)} kinds of fault", flush=True)
    large = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{total:,} inputs, {wrong} kinds of fault, at most {large:,} MB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
