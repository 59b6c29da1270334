"""Handles one request after the other: reads, records, decides, waits, acts and responds.

On arrival the server reads and records the request, identifies the operation and checks the credentials. Then it
applies the account's rate limit, which is reported before wrong credentials, and asks the fault plan for the calls that
pass. After ``latency`` it acts and responds, as real servers do even if the client has left meanwhile.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl

import attrs
from aiohttp import web

from .background import cancel_all
from .connections import Connection, Connections
from .control.api import PREFIX, Control
from .dialect import Call, Dialect, Response, Services
from .exchange import NOWHERE, Exchange, Written
from .faults import Fault
from .log import RecordedRequest, RequestLog
from .plan import Faults
from .ratelimit import FixedWindow

logger = logging.getLogger("stringee_async.emulator")

_SMALL = 16 * 1024
"""Bytes; a body up to this size arrives with the head."""


class Dispatcher:
    """Takes requests through these steps; the first dialect that knows a path handles the request."""

    def __init__(
        self,
        services: Services,
        dialects: Sequence[Dialect[Any, Any]],
        faults: Faults,
        *,
        log_limit: int | None,
        window_now: Callable[[], float],
    ) -> None:
        self.log = RequestLog(log_limit)
        self.in_flight = 0
        self.peak = 0
        self.connections = Connections(self.handle)
        self._settings = services.settings
        self._dialects = dialects
        self._faults = faults
        self._window_now = window_now
        self._wall_now = services.now
        self.windows = FixedWindow()
        self.control: Control | None = None
        """Serves the page and the control API, where the emulator has them."""
        self._handlers: set[asyncio.Task[Any]] = set()
        self._background = services.background
        self._started = 0.0

    def open(self) -> Callable[[], asyncio.Protocol]:
        """Make the protocol factory for the running event loop, and start the clock."""
        self._started = asyncio.get_running_loop().time()
        self._background.open()
        return self.connections.protocol_factory()

    def uptime(self) -> float:
        """Seconds since the start."""
        return asyncio.get_running_loop().time() - self._started

    async def close(self) -> None:
        """Cancel all tasks, drop all connections, and wait for both."""
        await self._background.close()
        await cancel_all(self._handlers)
        await self.connections.close()
        await cancel_all(self._handlers)  # of requests that arrived meanwhile

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Handle one request."""
        if self.control is not None and request.raw_path.startswith(PREFIX):
            return await self._controlled(self.control, request)
        connection = self.connections.of(request)
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._handlers.add(task)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        connection.busy += 1
        try:
            mark, early = (None, False)
            if self._faults.planned("early_response"):
                mark, early = self._look_ahead(request)
            body = None if early else await request.content.read()  # unlike request.read(), of any size
            return await self._serve(request, connection, body, mark)
        except (ConnectionError, web.RequestPayloadError):
            return Written(keep=False)  # the client left while it was sending its request
        finally:
            connection.busy -= 1
            self.in_flight -= 1
            self._handlers.discard(task)

    async def _controlled(self, control: Control, request: web.BaseRequest) -> web.StreamResponse:
        """Serve the emulator's own page and API, which are no calls of a vendor: not recorded, never disturbed."""
        connection = self.connections.of(request)
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._handlers.add(task)
        connection.busy += 1
        try:
            return await control.handle(request)
        except (ConnectionError, web.RequestPayloadError):
            return Written(keep=False)
        finally:
            connection.busy -= 1
            self._handlers.discard(task)

    def _look_ahead(self, request: web.BaseRequest) -> tuple[float | None, bool]:
        """Draw for a request whose body is not read yet; return the mark, and whether to respond before reading it.

        A small body arrives with the head, so the server has read it anyway.
        """
        path, _, _ = request.raw_path.partition("?")
        for dialect in self._dialects:
            call = dialect.understand(request.method, path, {}, request.headers, b"")
            if call is not None:
                mark = self._faults.mark(dialect.vendor, call.operation)
                early = self._faults.next_is("early_response", dialect.vendor, call.operation, mark)
                length = request.content_length
                return mark, early and (length > _SMALL if length is not None else request.can_read_body)
        return None, False

    async def _serve(
        self, request: web.BaseRequest, connection: Connection, body: bytes | None, mark: float | None
    ) -> web.StreamResponse:
        """Decide, wait, act and respond."""
        dialect, call, record = self._record(request, connection, body or b"")
        refusal, fault = self._decide(dialect, call, record, mark)
        if self._settings.latency > 0.0:
            await asyncio.sleep(self._settings.latency)
        exchange = Exchange(
            request=request,
            record=record,
            lost=connection.lost,
            dialect=dialect,
            call=call,
            background=self._background,
            now=self._now,
            silent=self.connections.silent,
            unread=body is None,
        )
        try:
            if refusal is not None:
                return exchange.send(refusal)
            if fault is not None:
                return await fault.deliver(fault, exchange)
            return exchange.send(exchange.act())
        finally:
            record.finished = asyncio.get_running_loop().time()
            self.log.ended(record)
            self._report(record)

    def _record(
        self, request: web.BaseRequest, connection: Connection, body: bytes
    ) -> tuple[Dialect[Any, Any], Call | None, RecordedRequest]:
        """Identify the operation of a request and record it."""
        path, _, raw_query = request.raw_path.partition("?")
        query = dict(parse_qsl(raw_query, keep_blank_values=True)) if raw_query else {}
        dialect, call = self._dialects[0], None
        for dialect in self._dialects:
            call = dialect.understand(request.method, path, query, request.headers, body)
            if call is not None:
                call.raw_query = raw_query
                break
        record = RecordedRequest(
            number=self.log.total,
            connection=connection.number,
            vendor="" if call is None else dialect.vendor,
            operation="unmatched" if call is None else call.operation,
            method=request.method,
            path=path,
            raw_query=raw_query,
            query=query,
            headers=request.headers,
            body=body,
            arrived=asyncio.get_running_loop().time(),
        )
        self.log.add(record)
        return dialect, call, record

    def _decide(
        self, dialect: Dialect[Any, Any], call: Call | None, record: RecordedRequest, mark: float | None
    ) -> tuple[Response | None, Fault | None]:
        """Reject a call, or let it pass with or without a fault."""
        if call is None:
            return self._refuse(record, "unmatched", NOWHERE), None
        refusal = dialect.authenticate(call, self._wall_now())
        wait = self.windows.take(
            f"{dialect.vendor}:{call.account}", self._window_now(), self._settings.rate_limit
        )
        if wait > 0.0:
            return self._refuse(record, "rate_limit", self._throttled(dialect, wait)), None
        if refusal is not None:
            return self._refuse(record, call.refusal, refusal), None
        fault = self._faults.choose(dialect.vendor, call.operation, call.page, mark)
        record.fault = None if fault is None else fault.kind
        if fault is not None and fault.listing:
            call.page_fault, call.page_fault_size = fault.kind, fault.size
        return None, fault

    def _refuse(self, record: RecordedRequest, reason: str, response: Response) -> Response:
        """Record a rejection and return its response."""
        record.refusal = reason
        self.log.refusals[reason] += 1
        return response

    def _throttled(self, dialect: Dialect[Any, Any], wait: float) -> Response:
        """Make the response to a call above the rate limit."""
        response = dialect.throttled()
        form = self._settings.retry_after_form
        if form == "none":
            return response
        text = f"{max(1, math.ceil(wait))}" if form == "ceil" else f"{wait:.6f}"
        return attrs.evolve(response, headers=(*response.headers, ("Retry-After", text)))

    def _now(self) -> float | None:
        """The time for the ``Date`` header, if the settings want one."""
        return self._wall_now() if self._settings.date_header else None

    def _report(self, record: RecordedRequest) -> None:
        """Log one line per request: no query, header or body."""
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "%s %s %s: status %s, refusal %s, fault %s",
                record.method,
                record.path,
                record.operation,
                record.status,
                record.refusal,
                record.fault,
            )
