"""The server as one process: a socket, a follower, an event loop, and a quiet end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator

import msgspec
import uvicorn

from predictor.errors import UsageError
from predictor.published.season_types import SeasonDocument
from services.daemon.upgrade import start_anew
from services.errors import AddressNotFree
from services.monitoring.status_file import Status
from services.settings.logs import log_to_terminal
from services.web.app import App
from services.web.code_part import CodePart
from services.web.counters import Counters
from services.web.doors.connection import Rules, connection_class, sweep
from services.web.doors.descriptors import room
from services.web.follower import Follower
from services.web.live import Hub
from services.web.server_state import ServerState
from services.web.settings import ServeSettings
from services.web.world_reader import WorldReader

__all__ = ["listen", "run"]

_GRACE_S = 5  # for answers under way, once told to stop
_REST_S = 30  # of a connection between two requests
_TICK_S = 1.0
_STREAMS = 1000
# Types that several threads read: msgspec may crash if two of them are the first at once.
_READ = (SeasonDocument, Status)


def run(settings: ServeSettings, say: Callable[[str], None]) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code.

    Parameters
    ----------
    settings : ServeSettings
    say : callable
        Told where the server is, once it answers.

    Raises
    ------
    AddressNotFree, UsageError
        Before anything is done.
    """
    listener = listen(settings.host, settings.port)
    for kind in _READ:
        msgspec.json.Decoder(kind)
    rooms = room(_STREAMS)
    counters = Counters()
    state = ServerState(settings, Hub(rooms.streams, counters.count_events), counters)
    config = uvicorn.Config(
        App(state),
        http=connection_class(Rules(rooms.connections, counters.refused)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_REST_S,
        timeout_graceful_shutdown=_GRACE_S,
    )
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # our own log tells what matters
    # A replay, and a port that the system chose, would not be the same again.
    code = CodePart(can_start_anew=settings.port != 0 and settings.demo() is None)
    with log_to_terminal():
        _Server(config, state, say, code).run(sockets=[listener])
    return start_anew() if code.is_due else 0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    AddressNotFree
        If another process listens there.
    UsageError
        If this machine has no such address, or does not allow it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        got = error.strerror or str(error)
        where = f"--host {host} --port {port}"
        if error.errno == errno.EADDRINUSE:
            raise AddressNotFree(
                "another process listens there",
                where=where,
                got=got,
                expected="a port that is free",
                do="end that one, or choose another --port; 0 takes any that is free",
            ) from error
        raise UsageError(
            "the server cannot listen there",
            where=where,
            got=got,
            expected="an address of this machine and a port that you may use",
            do="choose another --host or --port; ports below 1024 need a right of their own",
        ) from error


class _Server(uvicorn.Server):
    """Uvicorn's server with a follower beside it, signals by the loop, and streams that end."""

    def __init__(
        self,
        config: uvicorn.Config,
        state: ServerState,
        say: Callable[[str], None],
        code: CodePart,
    ) -> None:
        super().__init__(config)
        self._state = state
        self._say = say
        self._told_to_stop = asyncio.Event()
        self._code = code
        state.connections = self.server_state.connections

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear signals by the loop: the first ends the server kindly, a second at once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, self._stop)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._stop))
        if self._state.settings.ends_with_parent:
            threading.Thread(target=self._outlive_no_parent, args=(loop,), daemon=True).start()
        yield

    def _stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
        self._told_to_stop.set()

    def _outlive_no_parent(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop once nobody holds the other end of standard input."""
        with contextlib.suppress(OSError, ValueError):
            while sys.stdin.buffer.read(1):
                pass
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(self._stop)

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        loop = asyncio.get_running_loop()
        state, settings = self._state, self._state.settings
        reader = WorldReader(
            settings.folder,
            settings.store,
            public_url=settings.public_url,
            clock=settings.clock,
            demo=settings.demo,
            code=self._code,
            most_simulations=settings.limits.what_if.max_simulations,
        )
        follower = Follower(reader, lambda made: state.take_soon(loop, made), state.counters)
        state.page = follower.page
        beat = asyncio.ensure_future(state.hub.beat())
        await self.on_tick(0)
        follower.start()
        self._say(self._where())
        try:
            while not self.should_exit:
                await self.on_tick(0)  # the date of answers
                sweep(self.server_state.connections)
                if self._code.is_due:
                    self._stop()
                    break
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._told_to_stop.wait(), _TICK_S)
        finally:
            beat.cancel()
            state.hub.close()
            state.what_if.close()
            await asyncio.to_thread(follower.stop)
            await asyncio.to_thread(state.desk.close)

    def _where(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
