"""One process that serves: its event loop, the timers beside the answers, and an orderly end."""

import asyncio
import gc
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar, cast

import uvloop

from evenhand.web.gate.app import GateApp, source_line
from evenhand.web.gate.connection import Connection
from evenhand.web.gate.hub import Hub, Limits
from evenhand.web.gate.routes import Paths
from evenhand.web.gate.sockets import hold_back

LOOK_S: Final = 1.0  # how often register and switch are looked at
_PAUSE_S: Final = 0.0001

Say = Callable[[str], None]
Given = TypeVar("Given")


def serve(
    listening: socket.socket,
    app: GateApp,
    limits: Limits,
    say: Say,
    parent: int | None = None,
    admin: socket.socket | None = None,
) -> None:
    """Answer on a bound socket until SIGTERM or SIGINT, then finish what was begun and return.

    SIGHUP opens the register anew and lets every client connect again; it ends nothing.

    `say` is told what an operator should know, a line each. `parent` is a pipe's end that another process holds open:
    when that one is gone, the service stops too. `admin` is a socket that health and metrics are answered on, and then
    nowhere else.
    """
    # Opening a register must not hold up answers: who waits for the interpreter gets it in a tenth of a millisecond.
    # Measured with 1,000,000 keys: p99 rises to 1.3 to 1.6 times then, with half a millisecond to 1.7 to 2.0.
    sys.setswitchinterval(_PAUSE_S)
    uvloop.run(_Service(listening, app, limits, say, admin).run(parent))


class _Service:
    def __init__(
        self, listening: socket.socket, app: GateApp, limits: Limits, say: Say, admin: socket.socket | None
    ) -> None:
        self._listening, self._app, self._limits, self._say = listening, app, limits, say
        self._admin = admin
        self._hub = Hub(app if admin is None else Paths(app, is_admin=False), limits)
        self._admin_hub = Hub(Paths(app, is_admin=True), limits)
        self._stopping, self._opening = asyncio.Event(), asyncio.Event()

    async def run(self, parent: int | None) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._open_anew)
        if parent is not None:
            loop.add_reader(parent, self._stopping.set)
        self._hub.now = self._admin_hub.now = loop.time()
        self._app.count_connections = self._hub.connections.__len__
        servers = [await _served(self._listening, self._hub)]
        if self._admin is not None:
            servers.append(await _served(self._admin, self._admin_hub))
        # What is there now stays until the end: the collector need not look at it with each of its rounds.
        gc.collect()
        gc.freeze()
        timers = [asyncio.create_task(self._look_at_clients()), asyncio.create_task(self._look_at_files())]
        await self._stopping.wait()
        if parent is None:  # else the parent does it: other workers go on with the same socket when one is ended
            hold_back(self._listening)
        # INVARIANT: nothing is awaited before every client is to be told; an answer in between would not say so.
        self._hub.is_stopping = True
        self._hub.drain(loop.time())
        await asyncio.sleep(self._limits.settle_s)
        waiting = self._waiting()
        for server in servers:
            server.close()
        for client in waiting:
            await loop.connect_accepted_socket(lambda: Connection(self._hub), client)
        await self._finish()
        for timer in timers:
            timer.cancel()
        await asyncio.gather(*timers, return_exceptions=True)

    def _open_anew(self) -> None:
        self._app.open_anew()
        self._opening.set()
        self._hub.drain(asyncio.get_running_loop().time())

    def _waiting(self) -> list[socket.socket]:
        """Return the clients that have connected and were not yet taken; closing the socket would cut them off."""
        waiting: list[socket.socket] = []
        self._listening.setblocking(False)
        with suppress(OSError):  # there is none left
            while len(waiting) < self._limits.connections:
                waiting.append(self._listening.accept()[0])
        return waiting

    async def _finish(self) -> None:
        """Answer who asks once more and close those connections, then close what is left."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._limits.stop_s
        is_first = True
        # The first round takes in whom the loop has accepted and not yet told us of.
        while (is_first or self._hub.connections) and loop.time() < until:
            is_first = False
            await asyncio.sleep(0.02)
            self._hub.look(loop.time())
        for connection in (*self._hub.connections, *self._admin_hub.connections):
            connection.drop()

    async def _look_at_clients(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._limits.look_s)
            self._hub.look(loop.time())
            self._admin_hub.look(loop.time())

    async def _look_at_files(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._opening.wait(), LOOK_S)
            self._opening.clear()
            try:
                lines = await _apart(self._app.look)
            except Exception as error:  # noqa: BLE001  internal error must not end the looking
                lines = [f"internal error: {source_line(error)}"]
            self._app.renew()
            for line in lines:
                self._say(line)


async def _served(listening: socket.socket, hub: Hub) -> asyncio.AbstractServer:
    """Return what takes the clients of a bound socket, of whichever family it is."""
    loop = asyncio.get_running_loop()
    if listening.family == socket.AF_UNIX:
        return await loop.create_unix_server(lambda: Connection(hub), sock=listening)
    return await loop.create_server(lambda: Connection(hub), sock=listening)


def _apart(give: Callable[[], Given]) -> "asyncio.Future[Given]":
    """Return what a function gives in a thread of its own, for which nobody waits when the service ends.

    The loop's own threads are waited for, and opening a register may take longer than the end may.
    """
    loop = asyncio.get_running_loop()
    given: asyncio.Future[Given] = loop.create_future()

    def settle(result: Given | None, fault: Exception | None) -> None:
        if given.done():
            return
        if fault is not None:
            given.set_exception(fault)
        else:
            given.set_result(cast(Given, result))

    def run() -> None:
        result, fault = None, None
        try:
            result = give()
        except Exception as error:  # noqa: BLE001  raised where the answer is waited for
            fault = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, fault)

    threading.Thread(target=run, name="looking", daemon=True).start()
    return given
