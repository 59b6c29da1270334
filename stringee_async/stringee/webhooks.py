"""What Stringee sends to your server: the check of its signature, and aiohttp handlers.

The signature holds no time, so a request that was recorded can be sent again: go by the `event_id`, or let an `Inbox`
drop what comes twice. Events themselves are in `call_events`, requests for agents in `agent_choice`. Source:
developer.stringee.com, validating-requests-are-coming-from-stringee.
"""

from __future__ import annotations

import base64
import hmac
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from ..core.errors import ConfigError, WebhookError
from ..core.event_handler import EventHandler, Ordered, event_handler
from ..core.inbox_events import EventSource
from ..core.secrets import Secret
from .agent_choice import AgentChoice, ChosenAgent, WaitingCall
from .call_events import CallEvent, Event, KeysPressed, Party, RecordingReady, parse_event

if TYPE_CHECKING:
    from aiohttp import web

__all__ = [
    "EVENTS",
    "SIGNATURE_HEADER",
    "AgentChoice",
    "CallEvent",
    "ChosenAgent",
    "Event",
    "KeysPressed",
    "Party",
    "RecordingReady",
    "WaitingCall",
    "agent_choice_handler",
    "call_event_handler",
    "parse_event",
    "verify",
]

logger = logging.getLogger("stringee_async.webhooks")

SIGNATURE_HEADER: Final = "X-STRINGEE-SIGNATURE"


def verify(signing_key: str | Secret, signature: str | bytes | None, data: bytes | str) -> None:
    """Raise unless Stringee signed this request; takes the same time wherever a wrong signature differs.

    Args:
        signing_key: The project's signing secret key, which is not the secret of the API key.
        signature: The header `X-STRINGEE-SIGNATURE` as it came; None where the request has none.
        data: For a POST the raw body, before it is decoded. For a GET the request URI as it was sent: path, `?` and
            query, with `%20` for a blank, without the host. Behind a proxy that rewrites paths, give the one that
            Stringee called.

    Raises:
        WebhookError: The signature is missing or wrong.
        ConfigError: The key is empty, or `data` is neither bytes nor text.
    """
    key = _key(signing_key)
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    elif not isinstance(data, (bytes, bytearray, memoryview)):
        raise ConfigError(f"data must be the raw body or the request URI, got {type(data).__name__}")
    if not signature:
        raise WebhookError("the request is not signed")
    given = signature.encode("utf-8", "replace") if isinstance(signature, str) else bytes(signature)
    wanted = base64.b64encode(hmac.new(key, data, "sha1").digest())
    if not hmac.compare_digest(wanted, given):
        raise WebhookError("the signature is wrong")


def _key(signing_key: object) -> bytes:
    text = signing_key.reveal() if isinstance(signing_key, Secret) else signing_key
    if not isinstance(text, str) or not text.strip():
        raise ConfigError("signing_key must be the project's signing secret key, as text")
    return text.encode()


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
    the app's shutdown waits for those that run. Key presses of an `input` action want actions in the response: serve
    those with a handler of your own, by `verify` and `parse_event`.

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
        _key(signing_key)
    events = Ordered(callback, lambda event: event.call_id)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            events.arrived(parse_event(await _verified(request, signing_key)))
        except WebhookError as error:
            return _refused(error)
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
        _key(signing_key)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            choice = AgentChoice.parse(await _verified(request, signing_key))
        except WebhookError as error:
            return _refused(error)
        try:
            return web.json_response(choice.response(await choose(choice)))
        except Exception:
            logger.exception("no agents could be chosen for a queue")
            return web.Response(status=500)

    return handle


class _SignatureError(WebhookError):
    """The signature is missing or wrong."""


async def _verified(request: web.Request, signing_key: str | Secret | None) -> bytes:
    """Return the body of a POST whose signature is right."""
    from aiohttp import web

    if request.method != "POST":
        raise web.HTTPMethodNotAllowed(request.method, ["POST"])
    body = await request.read()
    if signing_key is not None:
        try:
            verify(signing_key, request.headers.get(SIGNATURE_HEADER), body)
        except WebhookError as error:
            raise _SignatureError(str(error)) from None
    return body


def _refused(error: WebhookError) -> web.Response:
    from aiohttp import web

    logger.warning("a webhook was refused: %s", error)
    return web.Response(status=403 if isinstance(error, _SignatureError) else 400)
