"""GDELT: events coded by machine from the world's news, one file for each quarter of an hour or day.

Reads the event files of GDELT 2.0 (61 columns) and 1.0 (58 columns, or 57 without an address), tab-separated without a
header, as they come in a zip archive or unpacked, after the publisher's codebooks "GDELT Event Codebook V2.0"
(19 February 2015) and "GDELT Data Format Codebook 1.03" (25 August 2013). Codes are turned into the reader's by
`cameo.py`. The list of files has a line for each: size in bytes, md5, address; a file that differs from its line is
refused. The address was not asked, for want of a network.

How good it is: of a checked sample 79% of the actors and 81% of the codes were right. Taken as independent, both are
right in .64, which is the highest confidence that a row gets; a row with a single source gets .48 (a judgement, to rank
rows by). Articles about one event make many rows: rows with the same actors, code and day are one record. Rows are
graded D4: usually not reliable, doubtfully true. They have no quote, only the address of an article.

A row is left out, and counted in a note, where one side is no actor of the gazetteer, or a country's press, firms,
rebels or people; where both are the same; where its code is a statement (01) or none of CAMEO's; where its day lies
after the day it was added. A row without a second actor is kept where forces move (MOBILIZE, RETREAT).

A record is known from the day that the row was added (DATEADDED), also when the file is fetched later.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tertius.errors import DataError, OptionError
from tertius.evidence.events import EventRecord, combined
from tertius.evidence.observations import ObservationModel, Parsed
from tertius.evidence.publishers import cameo
from tertius.evidence.registry import MEBIBYTE, Source, file_at
from tertius.evidence.tables import FETCH, FIRST_DAY, LAST_DAY, shown

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

HOME = "http://data.gdeltproject.org/gdeltv2/"
ADDRESS = f"{HOME}lastupdate.txt"
ALL = "masterfilelist.txt"
NAME = r"(\d{8})(\d{6})?\.export\.CSV(\.zip)?"
LINE = re.compile(r"(\d{1,12}) ([0-9a-f]{32}) (\S+)", re.ASCII)
DIGITS = re.compile(r"\d{1,19}", re.ASCII)
MOST_FILES = 2000
UNPACKED = 256 * MEBIBYTE
RATIO = 100
"""Most times that a packed file may grow; event files grow by about ten."""
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError, ValueError, OverflowError)
"""What the standard library raises for archives that are damaged, locked or packed in an unknown way."""
RIGHT = round(0.79 * 0.81, 2)
ONE_SOURCE = 0.75
MOVING = frozenset({"MOBILIZE", "RETREAT"})

MODEL = ObservationModel(
    bias="Follows the press: what is not reported is missing, what is reported much comes many times, anniversaries "
    "and films are coded as acts; actors and acts are confused or swapped",
    noise=None,
    noise_unit="events",
    noise_source="none for counts; of a checked sample 79% of the actors and 81% of the codes were right",
    lag_days=1,
    redrawn=(),
    grade="D",
)


class _Form(NamedTuple):
    """Columns that depend on the version."""

    width: int
    place: int
    added: int
    address: int | None


FORMS = {61: _Form(61, 52, 59, 60), 58: _Form(58, 50, 56, 57), 57: _Form(57, 50, 56, None)}
ID, DAY, CODE, MENTIONS, SOURCES = 0, 1, 26, 31, 32
ONE, OTHER = slice(7, 13), slice(17, 23)
"""An actor's columns: country first, known group second, first role last."""
OTHER_CODE = 15


def parse(data: bytes, name: str) -> Parsed:
    """Read an event file, packed or not. Raises DataError."""
    from tertius.evidence.reading.gazetteer import known_codes

    states = frozenset(known_codes())
    text, notes = _text(unpacked(data, name), name)
    lines = text.removesuffix("\n").split("\n")
    form = FORMS.get(lines[0].count("\t") + 1)
    if form is None:
        raise _wrong_width(name, 1, lines[0], "57, 58 or 61")
    left_out: Counter[str] = Counter()
    found: list[EventRecord] = []
    latest = date.min
    for number, line in enumerate(lines, 1):
        cells = line.removesuffix("\r").split("\t")
        if len(cells) != form.width:
            raise _wrong_width(name, number, line, str(form.width))
        place = f"{name}, line {number}"
        added = _day(cells[form.added][:8], place, "DATEADDED")
        latest = max(latest, added)
        told = _record(cells, form, place, added, states)
        if isinstance(told, str):
            left_out[told] += 1
        else:
            found.append(told)
    if left_out:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(left_out.items()))
        notes.append(f"{name}: {sum(left_out.values())} of {len(lines)} rows left out: {reasons}")
    # Rows of one event that were added on other days stay apart, for the earlier are known without the later.
    by_day: dict[date, list[EventRecord]] = defaultdict(list)
    for record in found:
        by_day[record.known].append(record)
    events = tuple(one for day in sorted(by_day) for one in combined(by_day[day]))
    return Parsed((), len(lines), notes=tuple(notes), written=latest, events=events)


def _record(cells: list[str], form: _Form, place: str, added: date, states: frozenset[str]) -> EventRecord | str:
    """A row's record, or why it is left out. Raises DataError for what no row can hold."""
    number = _number(cells[ID], place, "GlobalEventID")
    day = _day(cells[DAY], place, "SQLDATE")
    mentions = int(_number(cells[MENTIONS], place, "NumMentions"))
    sources = int(_number(cells[SOURCES], place, "NumSources"))
    act = cameo.act(cells[CODE])
    if act is None:
        return "with a code that CAMEO does not have"
    action, mode, words, kind = act
    if not action:
        return "that are statements"
    source = _actor(cells[ONE], states)
    target = _actor(cells[OTHER], states)
    if not source or not (target or (action in MOVING and not cells[OTHER_CODE])):
        return "with a side that is no state or listed organisation"
    if source == target:
        return "within one actor"
    if day > added:
        return "of a day after the one that they were added on"
    return EventRecord(
        cluster=f"{day} {source} {cells[CODE]} {target}",
        ids=(number,),
        source=source,
        action=action,
        target=target,
        mode=mode,
        first=day,
        last=day,
        day=str(day),
        known=added,
        confidence=RIGHT if sources > 1 else round(RIGHT * ONE_SOURCE, 2),
        code=cells[CODE],
        words=words,
        kind=kind,
        place=cells[form.place].strip() or None,
        mentions=mentions,
        sources=sources,
        address=cells[form.address].strip() if form.address is not None else "",
    )


def _actor(cells: list[str], states: frozenset[str]) -> str:
    return cameo.actor(cells[0], cells[1], cells[-1], states)


def unpacked(data: bytes, name: str) -> bytes:
    """Return the one file of a zip archive, or what is not packed as it is.

    Raises:
        DataError: the archive is damaged, locked, holds another number of files, or grows beyond what an event file
            can: it is not unpacked further than that.
    """
    if not data.startswith(b"PK"):
        return data
    most = min(UNPACKED, RATIO * len(data) + 65536)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise DataError(name, f"an archive of {len(members)} files", "an archive of one event file", FETCH)
            if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise NotImplementedError("packed in another way than deflated")
            with archive.open(members[0]) as file:
                found = file.read(most + 1)
    except BROKEN as error:
        raise DataError(name, f"a zip archive that cannot be unpacked ({error})", "a whole archive", FETCH) from error
    if len(found) > most:
        given = f"an archive of {len(data)} bytes that grows beyond {most}"
        raise DataError(name, given, f"at most {RATIO} times its size and {UNPACKED} bytes", "check what it is")
    return found


def _text(data: bytes, name: str) -> tuple[str, list[str]]:
    if not data.strip():
        raise DataError(name, "an empty file", "event rows", FETCH)
    if b"\0" in data:
        raise DataError(name, "a binary file", "event rows as text", FETCH)
    if data.lstrip()[:1] == b"<":
        raise DataError(name, f"a web page: {shown(data.strip()[:80].decode('latin-1'))}", "the file itself", FETCH)
    text = data.decode("utf-8", "replace")
    notes = [] if "\ufffd" not in text else [f"{name}: letters that are not UTF-8 were replaced"]
    if not text.endswith("\n"):
        notes.append(f"{name}: no line break at the end; the last line may be cut off")
    return text, notes


def _wrong_width(name: str, number: int, line: str, allowed: str) -> DataError:
    given = f"{line.count(chr(9)) + 1} columns: {shown(line)}"
    fix = f"the file was cut off, or is no event file; {FETCH}"
    return DataError(f"{name}, line {number}", given, f"{allowed} columns, between tabs", fix)


def _number(cell: str, place: str, column: str) -> str:
    if not DIGITS.fullmatch(cell):
        raise DataError(f"{place}, column {column}", shown(cell), "a whole number, 0 or more", FETCH)
    return cell


def _day(cell: str, place: str, column: str) -> date:
    found = _day_of(cell)
    if found is None:
        raise DataError(f"{place}, column {column}", shown(cell), "a day as YYYYMMDD", FETCH)
    return found


@lru_cache(4096)  # a file holds few days
def _day_of(cell: str) -> date | None:
    try:
        is_written = len(cell) == 8 and bool(DIGITS.fullmatch(cell))
        found = date(int(cell[:4]), int(cell[4:6]), int(cell[6:])) if is_written else None
    except ValueError:
        return None
    return found if found and FIRST_DAY <= found <= LAST_DAY else None


class _Listed(NamedTuple):
    """A line of the list of files."""

    size: int
    md5: str
    address: str
    day: date


def fetch(client: Client, address: str) -> Iterator[Download]:
    """Download event files: the newest quarter of an hour, or those of the days asked for, or the file named.

    A file that is held and has the size in the list is not downloaded again.
    """
    if not file_at(address).lower().endswith(".txt"):
        name = file_at(address) if SOURCE.owns(file_at(address)) else f"{client.today:%Y%m%d}.export.CSV.zip"
        yield client.get(address, name, SOURCE.limit)
        return
    is_by_day = client.since is not None or client.until is not None
    used = HOME + ALL if is_by_day and address == ADDRESS else address
    listed, notes = _listed(client.get(used, file_at(used), 4 * SOURCE.limit).data, used)
    wanted = [
        one
        for one in listed
        if (client.since is None or one.day >= client.since) and (client.until is None or one.day <= client.until)
    ]
    if not is_by_day:
        wanted = wanted[-1:]
    if not wanted:
        given = f"no event file from {client.since or 'the first day'} to {client.until or 'the last'}"
        raise DataError(used, given, f"days from {listed[0].day} to {listed[-1].day}", "name other days")
    if len(wanted) > MOST_FILES:
        given = f"{client.since or ''} to {client.until or ''}: {len(wanted)} files"
        raise OptionError("--since, --until", given, f"at most {MOST_FILES} files, about 20 days", "name fewer days")
    for one in wanted:
        if not client.holds(one.address, one.size):
            yield replace(_checked(client, one), notes=notes)
            notes = ()


def _checked(client: Client, one: _Listed) -> Download:
    got = client.get(one.address, file_at(one.address), SOURCE.limit)
    found = hashlib.md5(got.data, usedforsecurity=False).hexdigest()
    if (len(got.data), found) != (one.size, one.md5):
        given = f"{len(got.data)} bytes, md5 {found}"
        fix = "run the same command again later; files before it are kept"
        raise DataError(one.address, given, f"{one.size} bytes, md5 {one.md5}, as in the list", fix)
    return got


def _listed(data: bytes, address: str) -> tuple[list[_Listed], tuple[str, ...]]:
    """The event files of a list, by day and time; others are passed over. Raises DataError."""
    found: list[_Listed] = []
    strange: list[int] = []
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        match = LINE.fullmatch(line.strip())
        if match is None:
            strange += [number] if line.strip() else []
            continue
        name = re.fullmatch(NAME, file_at(match[3]))
        if name:
            day = _day(name[1], f"{address}, line {number}", "address")
            found.append(_Listed(int(match[1]), match[2], match[3], day))
    if not found:
        raise DataError(address, f"{shown(data[:80].decode('latin-1'))}", "lines of size, md5 and address", FETCH)
    told = f"{address}: {len(strange)} lines without size, md5 and address passed over, the first is line "
    return sorted(found, key=lambda one: file_at(one.address)), (f"{told}{strange[0]}",) if strange else ()


SOURCE = Source(
    name="gdelt",
    title="GDELT, events coded by machine",
    address=ADDRESS,
    files=(),
    series=(),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="free for any use with citation and link; see the publisher",
    limit=64 * MEBIBYTE,
    pattern=NAME,
    events=True,
    admiralty="D4",
)
