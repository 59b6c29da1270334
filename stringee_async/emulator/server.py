"""The emulator itself: its life cycle, and what tests can observe. How a request is handled is in ``dispatch.py``."""

import asyncio
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeAlias

import attrs

from .accounts import State
from .background import Background
from .connections import OutageKind
from .control.api import Control
from .dialect import Dialect, Services
from .dispatch import Dispatcher
from .itniotech.dialect import ItniotechDialect
from .keeping import Keeping
from .log import RecordedRequest
from .near_names import known_keywords
from .outage import Outages
from .plan import FaultRates, Faults
from .ringme.dialect import RingMeDialect
from .settings import positive
from .stringee.dialect import StringeeDialect
from .vendor_settings import OLD_KEYWORDS

Clock: TypeAlias = Callable[[], float]


@known_keywords(OLD_KEYWORDS)
@attrs.define(kw_only=True, eq=False, repr=False)
class Emulator(Keeping):
    """A real HTTP server with state, faults, a rate limit and a log; use it with ``async with``.

    All keywords of ``Settings`` are keywords here, and attributes that may be changed while it runs.

    Args:
        seed: makes ids, keys and drawn faults the same in every run; None draws a random seed.
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        fault_rates: operation or ``"*"`` to probabilities, by fault name or as pairs of fault and probability.
        request_log_limit: how many requests ``requests`` keeps; None keeps all.
        window_clock: seconds, for the rate limit's windows; by default the time since the start, so that the
            first window begins with the emulator.
        page: whether it serves its page and its control API below ``/_emulator/``; both are for this machine only.
        state_file: where ``POST /_emulator/api/save`` writes the state; nothing else writes there by itself.
        wall_clock: Unix seconds, for token expiry and ``Date``, before ``clock_skew`` is added.
        stringee_settings: what only Stringee's dialect asks; its attributes may be changed at any time.
        ringme_settings: the same for RingMe.
        itniotech_settings: the same for ITNIO TECH.

    Raises:
        ValueError: a setting makes no sense; ``FaultError`` for a rate that can never fire.
    """

    seed: int | str | None = attrs.field(default=None, on_setattr=attrs.setters.frozen)
    host: str = "127.0.0.1"
    _port: int = attrs.field(default=0, alias="port")
    fault_rates: FaultRates | None = attrs.field(default=None, on_setattr=attrs.setters.frozen)
    request_log_limit: int | None = attrs.field(
        default=None, validator=positive, on_setattr=attrs.setters.frozen
    )
    window_clock: Clock | None = None
    wall_clock: Clock = time.time
    page: bool = attrs.field(default=False, on_setattr=attrs.setters.frozen)
    faults: Faults = attrs.field(init=False, on_setattr=attrs.setters.frozen)
    state: State = attrs.field(init=False, on_setattr=attrs.setters.frozen)
    _background: Background = attrs.field(init=False, factory=Background)
    _dispatcher: Dispatcher = attrs.field(init=False)
    _server: asyncio.Server | None = attrs.field(init=False, default=None)
    _factory: Callable[[], asyncio.Protocol] = attrs.field(init=False)
    _outages: Outages | None = attrs.field(init=False, default=None)
    _listening: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        seed = f"{time.time_ns()}" if self.seed is None else f"{self.seed}"
        services = Services(settings=self, seed=seed, now=self._wall_now, background=self._background)
        self._stringee = StringeeDialect(services, self.stringee_settings)
        self._ringme = RingMeDialect(services, self.ringme_settings)
        self._itniotech = ItniotechDialect(services, self.itniotech_settings)
        dialects: list[Dialect[Any, Any]] = [self._stringee, self._ringme, self._itniotech]
        self._dialects = dialects
        state = State(
            projects=self._stringee.accounts,
            ringme_accounts=self._ringme.accounts,
            itniotech_accounts=self._itniotech.accounts,
        )
        object.__setattr__(self, "state", state)
        operations = {dialect.vendor: dialect.operations for dialect in dialects}
        whole = {dialect.vendor: dialect.whole_lists for dialect in dialects}
        faults = Faults(operations, whole, seed=self.seed, rates=self.fault_rates)
        object.__setattr__(self, "faults", faults)
        self._dispatcher = Dispatcher(
            services,
            dialects,
            self.faults,
            log_limit=self.request_log_limit,
            window_now=self._window_now,
        )
        self._first_skew = self.clock_skew
        if self.page:
            self._dispatcher.control = Control(self, self._dispatcher.log)

    def __repr__(self) -> str:
        where = "not running" if self._server is None else self.url
        return f"<Emulator {where}, {self._dispatcher.log.total} requests>"

    async def start(self) -> Self:
        """Start listening in the running event loop.

        Raises:
            RuntimeError: it is running already.
            OSError: the port is taken.
        """
        if self._server is not None:
            raise RuntimeError("the emulator is running already")
        self._factory = self._dispatcher.open()
        self._outages = Outages(self._dispatcher.connections, self._listen)
        await self._listen(True)
        self._go_on()
        return self

    async def _listen(self, on: bool) -> None:
        """Start listening, on the same port as before, or stop."""
        if on:
            port = self._listening or self._port
            self._server = await asyncio.get_running_loop().create_server(
                self._factory, self.host, port, backlog=4096
            )
            self._listening = self._server.sockets[0].getsockname()[1]
        elif self._server is not None:
            self._server.close()

    def outage(self, seconds: float, kind: OutageKind = "close", after: float = 0.0) -> None:
        """Schedule a time during which the emulator cannot be reached; call it in the running event loop.

        Args:
            seconds: how long.
            kind: ``close`` accepts connections and closes them at once, ``refuse`` accepts none, ``swallow`` accepts
                them, reads nothing and sends nothing. Open connections are affected too: under ``swallow`` the
                server carries out the requests that it has read, and their responses are lost. If outages
                overlap, the latest one applies, and the emulator is back when all have ended.
            after: seconds until it starts.

        Raises:
            RuntimeError: the emulator does not run.
            ValueError: a duration is negative or not finite, or the kind is unknown.
        """
        if self._server is None or self._outages is None:
            raise RuntimeError("the emulator is not running")
        self._outages.begin(seconds, kind, after)

    async def close(self) -> None:
        """Stop at once: drop connections, and cancel hanging calls, pushes and late commits. Idempotent.

        State, log and record of faults stay readable.
        """
        if self._server is None:
            return
        if self._outages is not None:
            await self._outages.close()
        server, self._server, self._listening = self._server, None, 0
        server.close()
        await self._dispatcher.close()
        await server.wait_closed()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def settle(self) -> None:
        """Wait until every late commit has happened and every webhook was delivered or has failed."""
        await self._background.settle()

    def drop_connections(self, *, idle_only: bool = False) -> int:
        """Close connections from the server's side, as a restart or an idle timeout would, and return how many.

        With ``idle_only`` those whose request is being handled stay.
        """
        return self._dispatcher.connections.drop(idle_only=idle_only)

    @property
    def port(self) -> int:
        """The port it listens on; RuntimeError if it is not running."""
        if self._server is None:
            raise RuntimeError("the emulator is not running")
        return self._listening

    @property
    def url(self) -> str:
        """The base URL of all vendors, without a trailing slash; the emulator must be running."""
        return f"http://{self.host}:{self.port}"

    @property
    def requests(self) -> Sequence[RecordedRequest]:
        """The recorded requests, oldest first: a list, or a deque with ``request_log_limit``."""
        return self._dispatcher.log.records

    def calls(self, operation: str) -> list[RecordedRequest]:
        """The recorded requests of one operation, oldest first."""
        return [record for record in self.requests if record.operation == operation]

    def count(self, operation: str | None = None) -> int:
        """Count the requests of one operation, or of all, that arrived, including the rejected ones."""
        counts = self._dispatcher.log.counts
        return counts.total() if operation is None else counts[operation]

    def refused(self, reason: str = "rate_limit") -> int:
        """Count the requests rejected for a reason: ``rate_limit``, ``quota``, ``auth`` or ``unmatched``."""
        return self._dispatcher.log.refusals[reason]

    def clear_requests(self) -> None:
        """Delete the recorded requests, their counts and the peak; tables and faults stay."""
        self._dispatcher.log.clear()
        self._dispatcher.peak = self._dispatcher.in_flight

    @property
    def in_flight(self) -> int:
        """How many requests are being handled now."""
        return self._dispatcher.in_flight

    @property
    def peak_concurrency(self) -> int:
        """The most requests that were handled at the same time."""
        return self._dispatcher.peak

    @property
    def connections_opened(self) -> int:
        """Connections accepted so far."""
        return self._dispatcher.connections.opened

    @property
    def connections_open(self) -> int:
        """Connections that are open now."""
        return len(self._dispatcher.connections)

    def windows_used(self) -> list[tuple[str, int, float]]:
        """Each account, with how many calls it made in the present window of the rate limit, and seconds until that ends."""
        if self.rate_limit is None:
            return []
        windows, now = self._dispatcher.windows, self._window_now()
        return [(name, *windows.used(name, now, self.rate_limit)) for name in windows.accounts]

    def _wall_now(self) -> float:
        """The server's wall clock in Unix seconds."""
        return self.wall_clock() + self.clock_skew

    def _window_now(self) -> float:
        """The rate limit's clock in seconds."""
        return self._dispatcher.uptime() if self.window_clock is None else self.window_clock()
