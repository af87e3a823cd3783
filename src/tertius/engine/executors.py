"""Who computes the pieces of a run: threads, processes, or the workers of a Dask cluster. It changes no number.

A piece that a worker took with it is given to another. Where a pool of workers or a scheduler is lost, another is
opened, or the same address is tried again, and what had not arrived is asked for anew. Workers whose code makes other
numbers are refused by name.
"""

from __future__ import annotations

import pickle
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from tertius.engine.pieces import ForeignCode, Plan, check_code, code_version, compute_packed
from tertius.engine.workers import single_threaded, worker_processes, worker_threads
from tertius.errors import Interrupted, MissingExtra, OptionError

KINDS = ("threads", "processes", "dask")
MOST_TRIES = 5  # of one piece whose workers are lost, and of pools one after another
PATIENCE = 600.0  # seconds that an unreachable scheduler is tried for
FOR_WORKERS = 120.0  # seconds that a cluster without workers is waited for
ANYWHERE = "127.0.0.1:0"
"""Where Dask's own page of a cluster listens: any free port. Its usual one, 8787, may be another run's."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class How:
    """Who computes: a kind, and the address of a Dask scheduler; without one Dask starts its own on this machine."""

    kind: str = "threads"
    address: str = ""

    @classmethod
    def of(cls, text: str) -> How:
        """Read `threads`, `processes` or `dask[:ADDRESS]`. Raises OptionError."""
        kind, colon, address = text.partition(":")
        address = address.strip()
        if kind not in KINDS or (colon and (not address or kind != "dask")):
            allowed = "threads, processes, dask or dask:ADDRESS"
            fix = "write for example dask:tcp://10.0.0.1:8786"
            if kind == "dask":  # such as of a variable that is not set
                fix += ", or dask alone for workers of its own on this machine"
            raise OptionError("--executor", text, allowed, fix)
        return cls(kind, address)


class Lost(Exception):
    """The pool of workers, or the way to it, is gone."""


class _Crew(Protocol):
    """Workers that a piece can be given to."""

    room: int

    def ask(self, plan: bytes, number: int) -> Any:
        """A future of the piece's summary, packed."""

    def check(self) -> None:
        """Raise Lost where the workers are out of reach."""


def computed(plan: Plan, numbers: Iterable[int], how: How, count: int, say: Say) -> Iterator[tuple[int, bytes]]:
    """Pieces by their numbers, packed, as they arrive.

    count: workers of this machine. say: told what was lost and is tried again. Raises KernelError, MissingExtra,
    OptionError for a cluster that cannot be used, Interrupted where workers are lost again and again.
    """
    packed = pickle.dumps(plan)
    waiting, lost = _Waiting(iter(numbers)), 0
    while waiting.some():
        try:
            with _crew(how, count) as crew:
                for number, summary in _collected(crew, packed, waiting):
                    lost = 0
                    yield number, summary
        except Lost as error:
            lost += 1
            if lost >= MOST_TRIES:
                raise Interrupted(f"{error}, {lost} times one after another; what is done is kept") from error
            say(f"{error}; tried again")


@dataclass
class _Waiting:
    """Numbers of pieces to be computed: those that come back first, then the others in order."""

    fresh: Iterator[int]
    back: deque[int] = field(default_factory=deque)

    def some(self) -> bool:
        """Whether there are any."""
        if not self.back:
            self.back.extend(islice(self.fresh, 1))
        return bool(self.back)


def _collected(crew: _Crew, plan: bytes, waiting: _Waiting) -> Iterator[tuple[int, bytes]]:
    """What a crew computes of what is waiting; what it has not computed when it is lost is waiting again."""
    out: dict[Any, int] = {}
    tries: Counter[int] = Counter()
    arrived: SimpleQueue[Any] = SimpleQueue()
    try:
        while waiting.some() or out:
            while len(out) < crew.room and waiting.some():
                future = crew.ask(plan, waiting.back[0])
                out[future] = waiting.back.popleft()
                future.add_done_callback(arrived.put)
            try:
                # Only this queue is waited on: Ctrl-C in a wait for a future would leave its lock held.
                future = arrived.get(timeout=0.2)
            except Empty:
                crew.check()
                continue
            number = out[future]
            try:
                summary = future.result()
            except ForeignCode as error:
                raise _foreign([str(error)]) from None
            except (BrokenExecutor, CancelledError) as error:
                raise Lost("workers were ended from outside") from error
            except Exception as error:
                if type(error).__name__ not in ("KilledWorker", "FutureCancelledError"):  # of Dask
                    raise
                tries[number] += 1
                if tries[number] >= MOST_TRIES:
                    told = f"{tries[number]} workers were lost with piece {number}: too little memory there, perhaps"
                    raise Interrupted(f"{told}; what is done is kept") from error
                waiting.back.appendleft(number)
                del out[future]
                continue
            del out[future]
            yield number, summary
    finally:
        waiting.back.extendleft(sorted(out.values(), reverse=True))


def _crew(how: How, count: int) -> AbstractContextManager[_Crew]:
    if how.kind == "dask":
        return _cluster(how.address, count)
    return _here(worker_threads(count) if how.kind == "threads" else worker_processes(count), count)


@contextmanager
def worker_pool(how: How, count: int) -> Iterator[Executor]:
    """A pool for pure questions (`workers.answers`): threads, `count` processes, or the workers of a cluster.

    Raises as `computed` does for a cluster that cannot be used.
    """
    if how.kind != "dask":
        with worker_threads(count) if how.kind == "threads" else worker_processes(count) as pool:
            yield pool
        return
    with _cluster(how.address, count, everything=True) as crew, _told():
        yield _Asked(crew.client)


@contextmanager
def _told() -> Iterator[None]:
    """Say of a worker that came later with other code, and of workers that are lost, what can be done."""
    try:
        yield
    except ForeignCode as error:
        raise _foreign([str(error)]) from None
    except Exception as error:
        if type(error).__name__ not in ("KilledWorker", "FutureCancelledError"):  # of Dask
            raise
        fix = "too little memory there, perhaps; call the same command again"
        raise Interrupted(f"workers of the cluster, or its scheduler, were lost: {fix}") from error


@contextmanager
def pool_or_threads(how: How, count: int) -> Iterator[Executor | None]:
    """A pool as of `worker_pool`; none for threads, which share the futures of one question at a time."""
    if how.kind == "threads":
        yield None
        return
    with worker_pool(how, count) as pool:
        yield pool


class _Asked(Executor):
    """A cluster as a pool. Linear algebra has one thread there, as here, so that bits agree."""

    def __init__(self, client: Any) -> None:
        self.held = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return self.held.submit(_answer, code_version(everything=True), fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.held.shutdown(wait=wait)


def _answer(code: str, fn: Callable[..., Any], *asked: Any) -> Any:
    """What a worker of a cluster answers. Raises ForeignCode where its code is not `code`."""
    check_code(code, everything=True)
    return single_threaded(fn, *asked)


@dataclass
class _Here:
    """Threads or processes of this machine."""

    pool: Executor
    room: int

    def ask(self, plan: bytes, number: int) -> Any:
        try:
            return self.pool.submit(compute_packed, plan, number, code_version())
        except BrokenExecutor as error:
            raise Lost("workers were ended from outside") from error

    def check(self) -> None:
        """A pool says by its futures that it is broken."""


@contextmanager
def _here(opened: AbstractContextManager[Executor], count: int) -> Iterator[_Crew]:
    with opened as pool:
        yield _Here(pool, 2 * count)


@dataclass
class _Cluster:
    """The workers of a Dask cluster."""

    client: Any
    room: int

    def ask(self, plan: bytes, number: int) -> Any:
        key = f"tertius-{uuid.uuid4().hex[:8]}-{number}"
        try:
            return self.client.submit(compute_packed, plan, number, code_version(), key=key, pure=False)
        except Exception as error:  # whatever a closed client raises
            raise Lost(f"the scheduler is out of reach ({type(error).__name__})") from error

    def check(self) -> None:
        if self.client.status not in ("running", "connecting", "newly-created"):
            raise Lost(f"the scheduler is out of reach (the client is {self.client.status})")


@contextmanager
def _cluster(address: str, count: int, everything: bool = False) -> Iterator[_Cluster]:
    """A client of the scheduler at an address, or of a cluster on this machine that ends with the block.

    everything: whether workers need all of the same code, not only what makes the futures.
    """
    try:
        import distributed
    except ImportError:
        raise MissingExtra("cluster", "distributed", "--executor dask") from None
    own = None
    if not address:
        own = distributed.LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=count, threads_per_worker=1, dashboard_address=ANYWHERE, silence_logs=50, memory_limit=0
        )
    client = None
    try:
        client = _client(distributed.Client, own or address, address)
        _check_workers(client, everything)
        yield _Cluster(client, 2 * max(1, sum(client.nthreads().values())))
    finally:
        for held in (client, own):
            if held is not None:
                with suppress(Exception):  # what is gone cannot be closed
                    held.close(timeout=5)


def _client(make: Any, where: Any, address: str) -> Any:
    """A client, once the scheduler answers. Raises OptionError for what never does, or is no address."""
    ends = time.monotonic() + (PATIENCE if _known(address) else 0.0)
    while True:
        try:
            client = make(where, timeout=20, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # a time-out is an OSError
            if time.monotonic() >= ends:
                reason = str(error).splitlines()[0][:120] or type(error).__name__
                fix = "start one there (dask scheduler), or correct the address"
                raise OptionError(
                    "--executor", f"dask:{address}", f"a Dask scheduler that answers: {reason}", fix
                ) from error
            time.sleep(2)
        else:
            _KNOWN.add(address)
            return client


_KNOWN: set[str] = set()


def _known(address: str) -> bool:
    """Whether a scheduler has answered there before: then it is waited for."""
    return address in _KNOWN


def _check_workers(client: Any, everything: bool) -> None:
    """Refuse workers that lack Tertius or have other code, by name; wait for the first. Raises OptionError, Lost."""
    try:
        client.wait_for_workers(1, timeout=FOR_WORKERS)
    except (OSError, TimeoutError) as error:
        fix = "start workers (dask worker ADDRESS), or scale the cluster up"
        raise OptionError("--executor", "dask", "a cluster with at least one worker", fix) from error
    try:
        found = client.run(code_version, everything, on_error="return")
        names = {place: held["name"] for place, held in client.scheduler_info(n_workers=-1)["workers"].items()}
    except OSError as error:
        raise Lost("the scheduler is out of reach") from error
    # A worker out of reach, stopped or cut off, is no worker of other code: its scheduler finds out and does without.
    found = {place: told for place, told in found.items() if not isinstance(told, OSError)}
    if not found:
        raise Lost("the workers are out of reach")
    wrong = [
        f"{names.get(place, place)} at {place}: "
        + (f"code {told}" if isinstance(told, str) else f"no Tertius ({told})")
        for place, told in found.items()
        if told != code_version(everything)
    ]
    if wrong:
        raise _foreign(wrong)


def _foreign(wrong: list[str]) -> OptionError:
    told = "; ".join(wrong[:5]) + (f"; and {len(wrong) - 5} more" if len(wrong) > 5 else "")
    allowed = "workers with the code that is here: others would make other numbers"
    return OptionError("--executor", told, allowed, "install the same version of Tertius and its packages there")
