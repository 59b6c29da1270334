"""What the vendor asks your server for during a call: a script (`answer_url` and the like), or what is known of a customer.

A number's or a project's `answer_url` is asked by GET; `event_url` of `scco.ask_keys` and `on_fail_event_url` of `scco.connect`
by POST, with an event in the body. Source: developer.stringee.com, event-url-and-answer-url and icc-call-settings; the
parameters of `callout_answer_url` from type definitions of a public project.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from urllib.parse import parse_qsl

import attrs

from ..core.errors import WebhookError
from ..core.secrets import Secret
from ..core.validation import json_fields
from .call_events import CallEvent, Event, KeysPressed, parse_event
from .scco import Script, script
from .signatures import check_key, refused, verified_body, verify_uri

if TYPE_CHECKING:
    from aiohttp import web

logger = logging.getLogger("stringee_async.webhooks")

_MAX_FIELDS: Final = 200
_NO_FIELDS: Final[Mapping[str, str]] = MappingProxyType({})


def _fields_of(query: str | bytes | Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a query; of one that comes twice the last."""
    given: object = query
    if isinstance(given, Mapping):
        pairs = cast("Mapping[object, object]", given).items()
        return {name: value for name, value in pairs if isinstance(name, str) and isinstance(value, str)}
    if isinstance(given, bytes):
        given = given.decode("utf-8", "replace")
    if not isinstance(given, str):
        raise WebhookError(f"a query must be text, bytes or a mapping, got {type(given).__name__}")
    if given.startswith(("/", "http://", "https://")):
        given = given.partition("?")[2]
    try:
        return dict(parse_qsl(given, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise WebhookError("not a query: it has too many parameters") from None


@attrs.frozen(kw_only=True)
class ScriptRequest:
    """The request for the script of a call; a list of `scco` steps is the response.

    Args:
        caller: Who calls: a telephone number, or a user's id where `from_internal` is True. Not in the repr.
        called: Who is called; not in the repr.
        from_internal: Whether a user of the phone or browser SDK calls.
        call_id: The call; the requests of numbers have `uuid` in its place.
        uuid: Another id of the call.
        user_id: The user who calls.
        project_id: The project.
        custom: What the user's app gave with the call; not in the repr.
        extra: Parameters that this client does not know, read-only.
    """

    caller: str | None = attrs.field(default=None, repr=False)
    called: str | None = attrs.field(default=None, repr=False)
    from_internal: bool | None = None
    call_id: str | None = None
    uuid: str | None = None
    user_id: str | None = None
    project_id: str | None = None
    custom: str | None = attrs.field(default=None, repr=False)
    extra: Mapping[str, str] = attrs.field(default=_NO_FIELDS, repr=False)

    @classmethod
    def parse(cls, query: str | bytes | Mapping[str, str]) -> ScriptRequest:
        """Return the request that a query holds; it is not verified here, see `verify`.

        Args:
            query: The query, with or without what stands before its `?`, or its parameters, decoded already.

        Raises:
            WebhookError: It cannot be read, or names neither a caller nor a call.
        """
        fields = _fields_of(query)
        taken = {name: fields.pop(sent, "").strip() or None for name, sent in _NAMES.items()}
        if not (taken["caller"] or taken["call_id"] or taken["uuid"]):
            raise WebhookError("not a request for a script: it names neither a caller nor a call")
        internal = fields.pop("fromInternal", "").lower()
        return cls(
            **taken,
            from_internal={"true": True, "1": True, "false": False, "0": False}.get(internal),
            extra=MappingProxyType(fields),
        )


_NAMES: Final = MappingProxyType(
    {
        "caller": "from",
        "called": "to",
        "call_id": "callId",
        "uuid": "uuid",
        "user_id": "userId",
        "project_id": "projectId",
        "custom": "custom",
    }
)


@attrs.frozen(kw_only=True)
class CustomerRequest:
    """The request for what is known of a customer; a JSON object is the response, which reaches the agent's app.

    Args:
        caller: Who calls; not in the repr.
        called: The number that was called; not in the repr.
        project: The project.
        extra: Parameters that this client does not know, read-only.
    """

    caller: str | None = attrs.field(default=None, repr=False)
    called: str | None = attrs.field(default=None, repr=False)
    project: str | None = None
    extra: Mapping[str, str] = attrs.field(default=_NO_FIELDS, repr=False)

    @classmethod
    def parse(cls, query: str | bytes | Mapping[str, str]) -> CustomerRequest:
        """Return the request that a query holds.

        Args:
            query: As for `ScriptRequest.parse`.

        Raises:
            WebhookError: It cannot be read, or names neither side of a call.
        """
        fields = _fields_of(query)
        caller, called = fields.pop("from", "").strip() or None, fields.pop("to", "").strip() or None
        if caller is None and called is None:
            raise WebhookError("not a request for a customer: it names neither side of a call")
        project = fields.pop("project", "") or None
        return cls(caller=caller, called=called, project=project, extra=MappingProxyType(fields))


Asked: TypeAlias = ScriptRequest | CallEvent | KeysPressed
"""What a script is asked for: the beginning of a call, a connection that failed, or keys that were pressed."""


def script_handler(
    choose: Callable[[Asked], Awaitable[Script]], *, signing_key: str | Secret | None
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make an aiohttp handler that responds with call scripts; `app.router.add_route("*", path, handler)`.

    It serves an `answer_url` (GET) as well as the URLs that are asked during a call (POST): `event_url` of
    `scco.ask_keys` and `on_fail_event_url` of `scco.connect`.

    Args:
        choose: Returns the steps of the script, made by the functions of `scco`. The vendor's time limit is not
            documented, so be quick. Where it fails, the error is logged and the response is 500.
        signing_key: The project's signing secret key; None takes every request unverified. Behind a proxy that rewrites
            paths the signature of a GET cannot be right: verify it yourself there, by `verify`.

    Returns:
        The handler. It responds with 403 to what is not signed rightly, with 400 to what asks for no script, and with
        405 to other methods than GET and POST.

    Raises:
        ConfigError: The key is empty.
    """
    from aiohttp import web

    if signing_key is not None:
        check_key(signing_key)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            asked = await _asked(request, signing_key)
        except WebhookError as error:
            return refused(error)
        try:
            return web.json_response(script(await choose(asked)))
        except Exception:
            logger.exception("no script could be made for a call")
            return web.Response(status=500)

    return handle


async def _asked(request: web.Request, signing_key: str | Secret | None) -> Asked:
    """Return what a request asks a script for, if its signature is right."""
    if request.method in {"GET", "HEAD"}:
        verify_uri(request, signing_key)
        return ScriptRequest.parse(request.rel_url.raw_query_string)
    event: Event = parse_event(await verified_body(request, signing_key))
    if not isinstance(event, (CallEvent, KeysPressed)):
        raise WebhookError("not a request for a script: a recording is told of")
    return event


def customer_info_handler(
    look_up: Callable[[CustomerRequest], Awaitable[Mapping[str, Any]]], *, signing_key: str | Secret | None
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make an aiohttp handler for `get_customer_info_url` of the call settings; `app.router.add_get(path, handler)`.

    Args:
        look_up: Returns what is known, as an object for JSON, within `get_customer_info_timeout` milliseconds (the vendor's
            default is 2,000). Where it fails, the error is logged and the response is 500.
        signing_key: The project's signing secret key; None takes every request unverified. Whether the vendor signs
            these requests is not documented.

    Returns:
        The handler. It responds with 403 to what is not signed rightly, with 400 to what names no call, and with 405 to
        other methods than GET.

    Raises:
        ConfigError: The key is empty.
    """
    from aiohttp import web

    if signing_key is not None:
        check_key(signing_key)

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method not in {"GET", "HEAD"}:
            raise web.HTTPMethodNotAllowed(request.method, ["GET"])
        try:
            verify_uri(request, signing_key)
            asked = CustomerRequest.parse(request.rel_url.raw_query_string)
        except WebhookError as error:
            return refused(error)
        try:
            return web.json_response(json_fields("the customer", await look_up(asked)))
        except Exception:
            logger.exception("nothing could be told of a customer")
            return web.Response(status=500)

    return handle
