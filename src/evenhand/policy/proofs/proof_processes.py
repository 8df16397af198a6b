"""Work in processes of their own, some at once, which are ended when the time for all of them is over."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from selectors import EVENT_READ, BaseSelector, DefaultSelector
from signal import Signals
from time import monotonic
from typing import Final, TypeAlias

from evenhand.model.errors import BadInput
from evenhand.policy.proofs.smt.solver import bound_memory

Give: TypeAlias = Callable[[], Iterator[bytes]]

_PIECE: Final = b"p"
_REFUSED: Final = b"r"
_FAILED: Final = b"f"
_END: Final = b"e"


class NotInTime(Exception):
    """The time for all of the work was over."""


class ProcessFailed(Exception):
    """A process has died, as one does that has no memory left, or failed; its one line says how."""


@dataclass(frozen=True)
class _Running:
    """A process at work, by the place of what it gives."""

    place: int
    process: BaseProcess
    receiver: Connection

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.receiver.close()

    def failure(self) -> ProcessFailed:
        """Return how a process that no longer answers has ended."""
        self.process.join()
        status = self.process.exitcode or 0
        how = f"was ended by {Signals(-status).name}" if status < 0 else f"ended with exit status {status}"
        return ProcessFailed(f"the process that was to answer {how}")


def cores() -> int:
    """Return how many processes can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(limit_s: float, gives: Sequence[Give], at_once: int) -> Iterator[tuple[int, bytes | ProcessFailed]]:
    """Yield what functions give, with the place of the function, piece by piece as processes of their own send it.

    Each process begins as this one is now: what it gives does not hang on how many run at once. A function whose
    process fails gives its failure last; the others go on. Where the system cannot fork, all is done here.

    Raises:
        NotInTime: `limit_s` seconds are over.
        BadInput: a function has raised it.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from ((place, piece) for place, give in enumerate(gives) for piece in give())
        return
    until, waiting = monotonic() + limit_s, list(enumerate(gives))
    # What is there already lives until the end: no process looks through it for what does not, nor copies it for that.
    gc.freeze()
    with DefaultSelector() as running:
        try:
            while waiting or running.get_map():
                free = at_once - len(running.get_map())
                due, waiting = waiting[:free], waiting[free:]
                for begun in (_begin(place, give) for place, give in due):
                    running.register(begun.receiver, EVENT_READ, begun)
                yield from _pieces(running, until)
        finally:
            for key in running.get_map().values():
                key.data.end()
            gc.unfreeze()


def _pieces(running: BaseSelector, until: float) -> Iterator[tuple[int, bytes | ProcessFailed]]:
    """Yield a piece of each process that has one ready, and end those that have no more."""
    ready: list[_Running] = [key.data for key, _ in running.select(max(0.0, until - monotonic()))]
    if not ready:
        raise NotInTime
    for each in ready:
        piece = _received(each)
        if not isinstance(piece, bytes):
            running.unregister(each.receiver)
            each.end()
        if piece is not None:
            yield each.place, piece


def _begin(place: int, give: Give) -> _Running:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(give, sender), daemon=True)
    process.start()
    sender.close()
    return _Running(place, process, receiver)


def _received(each: _Running) -> bytes | ProcessFailed | None:
    """Return the next piece, how the process has failed, or None if it is done."""
    try:
        message = each.receiver.recv_bytes()
    except EOFError:
        return each.failure()
    kind, content = message[:1], message[1:]
    if kind == _REFUSED:
        raise BadInput(content.decode())
    if kind == _FAILED:
        return ProcessFailed(f"the process that was to answer failed: {content.decode()}")
    return content if kind == _PIECE else None


def _work(give: Give, sender: Connection) -> None:
    bound_memory()
    with sender:
        try:
            for piece in give():
                sender.send_bytes(_PIECE + piece)
        except BadInput as error:
            sender.send_bytes(_REFUSED + str(error).encode())
        except Exception as error:  # noqa: BLE001  the end of this process, whose parent says in one line what it was
            sender.send_bytes(_FAILED + f"{type(error).__name__} {error}".strip().encode())
        else:
            sender.send_bytes(_END)
