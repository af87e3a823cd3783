"""Thirty readers at once, with and without runs beside them: how long pages take, and what the server holds.

    python -m benchmarks.readers [--folder FOLDER] [--case river-war] [--readers 30] [--seconds 20]
        [--pause 1] [--runs 3]

A server is started over a data folder, which is given an answer of the case where it has none. Readers live in a
process of their own. Each keeps its connection, opens one page of the case after the other at random, and pauses in
between, for an exponential time of that mean; 0 is as fast as they can. Then the same once more while runs are under
way, of which one loses its worker to a signal 9. Printed: how long it took from the command to the first page;
milliseconds by page; the server's processor time a page; memory; what became of the runs. Other work of the machine
counts in each time but the processor's, so its load is printed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
MAIN = "from tertius.cli import main; main()"
PATIENCE = 600.0  # seconds
QUIET = 3.0
"""Seconds for which a server has done nothing that has opened all pages ahead of its readers."""
FUTURES = 2000
"""Of each run beside the readers."""
OVER = ("done", "failed", "cancelled")


def main() -> None:
    """Serve, read, run, read again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--case", default="river-war")
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--read", type=int, metavar="PORT", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        print(json.dumps(read(given)))
        return
    with tempfile.TemporaryDirectory() as held:
        folder = given.folder or Path(held)
        answer(folder, given.case)
        with served(folder) as (server, port):
            wait_for_quiet(server.pid)
            for title, reading in (("readers alone", asked), (f"with {given.runs} runs", beside)):
                before = processor(server.pid)
                found = reading(given, port, server)
                used, count = processor(server.pid) - before, sum(map(len, found.values()))
                table(title, found)
                print(f"processor of the server {1000 * used / count:.0f} ms a page; {memory(server)}")
                print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def answer(folder: Path, case: str) -> None:
    """An answer in the folder, with what its pages show, where there is none."""
    import tertius
    from tertius.web.desk import Desk
    from tertius.web.resources.ready import make_ready

    desk = Desk(folder)
    if not desk.results(case):
        make_ready(desk, case, desk.save(case, tertius.brief(desk.source(case))), lambda *told: None)


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The server and its port; tells when it listens and when its first page is there."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port = int(found.getsockname()[1])
    began = time.monotonic()
    command = [sys.executable, "-c", MAIN, "serve", "--folder", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        listens = time.monotonic() - began
        got(http.client.HTTPConnection(HOST, port, timeout=PATIENCE), "/")
        first = time.monotonic() - began
        print(f"listens {listens:.2f} s after the command, first page {first - listens:.2f} s later")
        print(f"processor until then {processor(server.pid):.2f} s")
        yield server, port
    finally:
        server.terminate()
        server.wait(30)


def processor(pid: int) -> float:
    """Seconds of processor that a process has used, as Linux tells."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_quiet(pid: int) -> None:
    """Wait until the server has opened its pages ahead of its readers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = processor(pid)
        time.sleep(QUIET)
        if processor(pid) - before < 0.1 * QUIET:
            return


def got(line: http.client.HTTPConnection, address: str) -> bytes:
    """A page. Raises OSError for anything but 200."""
    line.request("GET", address)
    told = line.getresponse()
    body = told.read()
    if told.status != 200:
        raise OSError(f"{address}: {told.status}")
    return body


def posted(port: int, address: str, data: Any) -> Any:
    """What the server says to a change."""
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    line.request("POST", address, json.dumps(data), {"Content-Type": "application/json"})
    return json.loads(line.getresponse().read())


def asked(given: argparse.Namespace, port: int, server: subprocess.Popen[str]) -> dict[str, list[float]]:
    """Milliseconds by page, of readers in a process of their own."""
    words = ["--case", given.case, "--readers", given.readers, "--seconds", given.seconds, "--pause", given.pause]
    command = [sys.executable, "-m", "benchmarks.readers", *map(str, words), "--read", str(port)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=dict(os.environ))
    found: dict[str, list[float]] = json.loads(told.stdout)
    return found


def read(given: argparse.Namespace) -> dict[str, list[float]]:
    """Be the readers."""
    from tertius.web.pages import NAMES

    pages = ["/", *(f"/case/{given.case}/{name}" for name in NAMES)]
    found: dict[str, list[float]] = {page: [] for page in pages}
    end = time.monotonic() + given.seconds

    def reader(number: int) -> None:
        luck = random.Random(number)
        line = http.client.HTTPConnection(HOST, given.read, timeout=PATIENCE)
        time.sleep(luck.uniform(0, given.pause))
        while time.monotonic() < end:
            page = luck.choice(pages)
            began = time.perf_counter()
            got(line, page)
            found[page].append(1000 * (time.perf_counter() - began))
            if given.pause:
                time.sleep(min(luck.expovariate(1 / given.pause), max(0.0, end - time.monotonic())))

    several = [threading.Thread(target=reader, args=(number,)) for number in range(given.readers)]
    for each in several:
        each.start()
    for each in several:
        each.join()
    return found


def beside(given: argparse.Namespace, port: int, server: subprocess.Popen[str]) -> dict[str, list[float]]:
    """The same while runs are under way, one of which loses its worker; tells what became of them."""
    address = f"/api/v1/cases/{given.case}/jobs"
    jobs = []
    for number in range(given.runs):
        arguments = {"futures": FUTURES, "seed": number + 1}
        jobs.append(posted(port, address, {"kind": "brief", "arguments": arguments})["id"])
    killer = threading.Timer(given.seconds / 2, lambda: os.kill(children(server.pid)[0], signal.SIGKILL))
    killer.start()
    found = asked(given, port, server)
    killer.join()
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    end = time.monotonic() + PATIENCE
    while True:
        told = [json.loads(got(line, f"/api/v1/jobs/{job}")) for job in jobs]
        if all(one["state"] in OVER for one in told) or time.monotonic() > end:
            break
        time.sleep(0.5)
    states = ", ".join(f"{one['state']} at try {one['tries']}" for one in told)
    print(f"one worker killed in the middle; the runs: {states}")
    return found


def children(pid: int) -> list[int]:
    """The processes that it started, as Linux tells."""
    return [int(one) for each in Path(f"/proc/{pid}/task").iterdir() for one in (each / "children").read_text().split()]


def memory(server: subprocess.Popen[str]) -> str:
    """What the server and its workers hold, in megabytes."""
    held = [_resident(pid) for pid in (server.pid, *children(server.pid))]
    return f"server {held[0]} MB, workers {' and '.join(map(str, held[1:])) or 'none'} MB"


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def table(title: str, found: dict[str, list[float]]) -> None:
    """Print milliseconds by page: how many, median, 95th percentile, the longest."""
    print(f"\n{title}, ms{'':34}n  median     p95     max")
    for page, each in [*sorted(found.items()), ("all", [one for part in found.values() for one in part])]:
        if each:
            high = statistics.quantiles(each, n=20, method="inclusive")[-1] if len(each) > 1 else each[0]
            print(f"{page[:44]:44} {len(each):5} {statistics.median(each):7.0f} {high:7.0f} {max(each):7.0f}")


if __name__ == "__main__":
    main()
