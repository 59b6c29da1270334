"""Finds what is asked for below ``/_emulator/``, lets the guard decide, and tells listeners what was changed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web

from ..log import RecordedRequest, RequestLog
from ..saving.forms import StateError
from ..saving.state_file import decode, encode
from . import calls, fault_plans, overview, request_view, sample, site, tables, webhook_tests
from .bodies import json_body, number, parameter
from .event_stream import EventStream
from .guard import check
from .host import Host
from .replies import RefusedError, raw, refusal, reply

PREFIX = "/_emulator"
"""What begins every path of the page and of the control API."""

Act: TypeAlias = Callable[["Control", web.BaseRequest], Awaitable[web.StreamResponse]]


class Control:
    """The page and the control API of one emulator.

    Args:
        host: the emulator.
        log: its log of requests.
    """

    def __init__(self, host: Host, log: RequestLog) -> None:
        self.host = host
        self.events = EventStream()
        log.watcher = self._seen

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Respond to a request."""
        try:
            check(request, self.host.host)
            path = request.raw_path.partition("?")[0].removeprefix(PREFIX)
            if path == "":
                return raw(b"", "text/plain", 308, Location=f"{PREFIX}/")
            if not path.startswith("/api/"):
                return _page(request, path)
            return await self._call(request, path.removeprefix("/api/"))
        except RefusedError as error:
            return refusal(error)

    async def _call(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        methods = _ACTS.get(name)
        if methods is None:
            raise RefusedError(f"there is no {name!r} here; there are {', '.join(_ACTS)}", 404)
        act = methods.get(request.method)
        if act is None:
            return refusal(RefusedError(f"{name} takes {', '.join(methods)}", 405), Allow=", ".join(methods))
        response = await act(self, request)
        if request.method != "GET":
            self.events.tell("changed", {"what": name})
        return response

    def offset(self) -> float:
        """Seconds from event loop time to Unix time."""
        return time.time() - asyncio.get_running_loop().time()

    def _seen(self, record: RecordedRequest) -> None:
        """Tell listeners of a request, without headers and bodies."""
        if self.events:
            self.events.tell("request", request_view.summary(record, self.offset()))


def _page(request: web.BaseRequest, path: str) -> web.Response:
    if request.method not in ("GET", "HEAD"):
        return refusal(RefusedError("the page can only be read", 405), Allow="GET, HEAD")
    return site.file(path.removeprefix("/"))


async def _state(control: Control, request: web.BaseRequest) -> web.Response:  # noqa: ARG001
    return raw(encode(control.host.dump()), "application/json")


async def _put_state(control: Control, request: web.BaseRequest) -> web.Response:
    try:
        control.host.restore(decode(await request.content.read()))
    except StateError as error:
        raise RefusedError(str(error)) from None
    return reply({"restored": True})


async def _reset(control: Control, request: web.BaseRequest) -> web.Response:
    await json_body(request)
    control.host.reset()
    return reply({"reset": True})


async def _save(control: Control, request: web.BaseRequest) -> web.Response:
    await json_body(request)
    if control.host.state_file is None:
        raise RefusedError("no file is named; start with --state FILE, or keep what GET state returns", 409)
    try:
        path = await control.host.save()
    except OSError as error:
        raise RefusedError(f"the file was not written, the old one is as it was: {error}", 500) from None
    return reply({"saved": str(path)})


async def _requests(control: Control, request: web.BaseRequest) -> web.Response:
    after, offset = parameter(request, "after", -1), control.offset()
    single, limit = parameter(request, "number", -1), parameter(request, "limit", 0)
    found = [one for one in control.host.requests if one.number > after and single in (-1, one.number)]
    return reply([request_view.shown(one, offset) for one in (found[-limit:] if limit > 0 else found)])


async def _events(control: Control, request: web.BaseRequest) -> web.StreamResponse:
    return await control.events.serve(request)


async def _faults(control: Control, request: web.BaseRequest) -> web.Response:  # noqa: ARG001
    return reply(fault_plans.shown(control.host.faults))


async def _plan_fault(control: Control, request: web.BaseRequest) -> web.Response:
    return reply(fault_plans.plan(control.host.faults, await json_body(request)))


async def _clear_faults(control: Control, request: web.BaseRequest) -> web.Response:
    control.host.faults.clear(request.query.get("operation"))
    return reply(fault_plans.shown(control.host.faults))


async def _set_clock(control: Control, request: web.BaseRequest) -> web.Response:
    control.host.clock_skew = number(await json_body(request, "skew"), "skew")
    return reply(overview.clock(control.host))


async def _webhook(control: Control, request: web.BaseRequest) -> web.Response:
    return reply(await webhook_tests.send(control.host, await json_body(request, *webhook_tests.NAMES)))


async def _sample(control: Control, request: web.BaseRequest) -> web.Response:
    await json_body(request)
    return reply(sample.load(control.host))


def _read(show: Callable[[Host], Any]) -> Act:
    """Make the function of what is read without parameters."""

    async def act(control: Control, request: web.BaseRequest) -> web.Response:  # noqa: ARG001
        return reply(show(control.host))

    return act


async def _table(control: Control, request: web.BaseRequest) -> web.Response:
    return reply(tables.page(control.host, request))


async def _place_call(control: Control, request: web.BaseRequest) -> web.Response:
    return reply(calls.place(control.host, await json_body(request, *calls.PLACED)))


async def _move_call(control: Control, request: web.BaseRequest) -> web.Response:
    return reply(calls.move(control.host, await json_body(request, *calls.MOVED)))


_ACTS: dict[str, dict[str, Act]] = {
    "state": {"GET": _state, "PUT": _put_state},
    "reset": {"POST": _reset},
    "requests": {"GET": _requests},
    "events": {"GET": _events},
    "faults": {"GET": _faults, "POST": _plan_fault, "DELETE": _clear_faults},
    "clock": {"GET": _read(overview.clock), "POST": _set_clock},
    "save": {"POST": _save},
    "webhooks": {"POST": _webhook},
    "status": {"GET": _read(overview.overview)},
    "tables": {"GET": _read(tables.listed)},
    "table": {"GET": _table},
    "calls": {"GET": _read(calls.listed), "POST": _place_call},
    "calls/move": {"POST": _move_call},
    "sample": {"POST": _sample},
}
"""What there is below ``/_emulator/api/``, by path and method."""
