"""What Stringee sends to your server: its events and its questions, and aiohttp handlers for them.

Signatures are in `signatures`, events in `call_events`, requests for agents in `agent_choice`, and requests for scripts and
for what is known of a customer in `script_requests`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from ..core.errors import WebhookError
from ..core.event_handler import EventHandler, Ordered, event_handler
from ..core.inbox_events import EventSource
from ..core.secrets import Secret
from .agent_choice import AgentChoice, ChosenAgent, WaitingCall
from .call_events import CallEvent, Event, KeysPressed, Party, RecordingReady, parse_event
from .script_requests import CustomerRequest, ScriptRequest, customer_info_handler, script_handler
from .signatures import SIGNATURE_HEADER, check_key, refused, verified_body, verify

if TYPE_CHECKING:
    from aiohttp import web

__all__ = [
    "EVENTS",
    "SIGNATURE_HEADER",
    "AgentChoice",
    "CallEvent",
    "ChosenAgent",
    "CustomerRequest",
    "Event",
    "KeysPressed",
    "Party",
    "RecordingReady",
    "ScriptRequest",
    "WaitingCall",
    "agent_choice_handler",
    "call_event_handler",
    "customer_info_handler",
    "parse_event",
    "script_handler",
    "verify",
]

logger = logging.getLogger("stringee_async.webhooks")

EVENTS: Final[EventSource[Event]] = EventSource(
    parse=lambda stored: parse_event(stored.body),
    event_id=lambda event: event.event_id,
    call_id=lambda event: event.call_id,
    verify=verify,
    signature_header=SIGNATURE_HEADER,
)
"""Call events, for an `Inbox`."""


def call_event_handler(
    callback: Callable[[Event], Awaitable[None]],
    *,
    signing_key: str | Secret | None,
    grace: float = 30.0,
) -> EventHandler:
    """Make an aiohttp handler that hands call events to `callback`; `app.router.add_post(path, handler)`.

    It responds with 200 before the callback has run, because the vendor sends an event again after a slow response.
    A callback that fails is logged, and an event may come twice; an `Inbox` stores, repeats and drops duplicates.
    Callbacks for one call run one after the other, in order of arrival. With `app.on_cleanup.append(handler.aclose)`,
    the app's shutdown waits for those that run. Key presses of an `input` action want actions in the response:
    those are served by `script_handler`.

    Args:
        callback: Called once for each event that arrives.
        signing_key: The project's signing secret key; None takes every request unverified.
        grace: Seconds that callbacks may take when the app shuts down; each that is not done then is dropped with a warning.

    Returns:
        The handler. It responds with 403 to what is not signed rightly, with 400 to what is no event, and with 405 to
        other methods than POST.

    Raises:
        ConfigError: The key is empty, or `grace` is no finite number of seconds of at least 0.
    """
    from aiohttp import web

    if signing_key is not None:
        check_key(signing_key)
    events = Ordered(callback, lambda event: event.call_id)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            events.arrived(parse_event(await verified_body(request, signing_key)))
        except WebhookError as error:
            return refused(error)
        return web.Response()

    return event_handler(handle, events, grace)


def agent_choice_handler(
    choose: Callable[[AgentChoice], Awaitable[Mapping[str, Iterable[ChosenAgent]]]],
    *,
    signing_key: str | Secret | None,
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make an aiohttp handler for a queue's `get_list_agents_url`; `app.router.add_post(path, handler)`.

    Args:
        choose: Returns for each call id the agents to ring, the first one first. The vendor's time limit is not
            documented, so be quick. Where it fails, the error is logged and the response is 500.
        signing_key: The project's signing secret key; None takes every request unverified. Whether the vendor signs
            these requests is not documented.

    Returns:
        The handler. It responds with 403 to what is not signed rightly, with 400 to what is no request for agents, and
        with 405 to other methods than POST.

    Raises:
        ConfigError: The key is empty.
    """
    from aiohttp import web

    if signing_key is not None:
        check_key(signing_key)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            choice = AgentChoice.parse(await verified_body(request, signing_key))
        except WebhookError as error:
            return refused(error)
        try:
            return web.json_response(choice.response(await choose(choice)))
        except Exception:
            logger.exception("no agents could be chosen for a queue")
            return web.Response(status=500)

    return handle
