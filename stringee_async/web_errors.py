"""Which HTTP status the user of your web app gets for which error, as one table, with handlers for web frameworks.

    from stringee_async import SdkError, web_errors

    web.Application(middlewares=[web_errors.aiohttp_middleware()])             # aiohttp
    app.add_exception_handler(SdkError, web_errors.starlette_handler)           # Starlette, FastAPI
    MIDDLEWARE = [..., "stringee_async.web_errors.DjangoMiddleware"]            # Django

The body tells what happened in words of this table. It repeats nothing of the error's own text, of the request or of the
vendor's response, where names, numbers and ids may stand; your log has them.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import attrs

from .core.errors import (
    AlreadyExistsError,
    AmbiguousError,
    CertificateError,
    ClosedError,
    ConfigError,
    ConflictError,
    DeadlineError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PlanError,
    ProxyError,
    RateLimitedError,
    SdkError,
    ServerError,
    SpecError,
)

__all__ = (
    "TABLE",
    "DjangoMiddleware",
    "Meaning",
    "Reply",
    "aiohttp_middleware",
    "reply_for",
    "starlette_handler",
)

logger = logging.getLogger("stringee_async.web")

SHORTEST_WAIT: Final = 1
"""Seconds in `Retry-After` of a 429 where the vendor asks for no wait."""


@attrs.frozen
class Meaning:
    """What your app's user is told of an error.

    Args:
        status: The HTTP status.
        code: A word for programs.
        text: A sentence for people.
    """

    status: int
    code: str
    text: str


@attrs.frozen
class Reply:
    """The response for an error.

    Args:
        status: The HTTP status.
        headers: `Retry-After`, in whole seconds, where waiting helps; else none.
        body: What is sent as JSON: `error`, `message`, and `call_id` where the log names the call by one.
    """

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, str]


BAD_GATEWAY: Final = Meaning(502, "provider_error", "The telephone service could not carry this out.")
_BUSY: Final = "The telephone service is busy or cannot be reached; try again."
_NO_RESPONSE: Final = "It is not known whether the telephone service did this; look before you try again."

TABLE: Final[Mapping[type[SdkError], Meaning]] = MappingProxyType(
    {
        NotFoundError: Meaning(404, "not_found", "It is not there."),
        AlreadyExistsError: Meaning(409, "already_exists", "It exists already."),
        AmbiguousError: Meaning(409, "ambiguous", "There are several of this name or number."),
        LimitReachedError: Meaning(409, "limit_reached", "No more of these can be created."),
        ConflictError: Meaning(409, "conflict", "It is in use, or in a state that does not allow this."),
        PlanError: Meaning(409, "plan_refused", "The plan was refused, or no longer fits what is there."),
        InvalidRequestError: Meaning(422, "invalid", "A value is not allowed."),
        ConfigError: Meaning(422, "invalid", "A value is not allowed."),
        SpecError: Meaning(422, "invalid", "The file has errors."),
        RateLimitedError: Meaning(429, "too_many_requests", "Too many requests; wait, then try again."),
        CertificateError: BAD_GATEWAY,
        ProxyError: BAD_GATEWAY,
        NotSentError: Meaning(503, "unavailable", _BUSY),
        ServerError: Meaning(503, "unavailable", _BUSY),
        ClosedError: Meaning(503, "unavailable", _BUSY),
        OutcomeUnknownError: Meaning(504, "no_response", _NO_RESPONSE),
        DeadlineError: Meaning(504, "no_response", _NO_RESPONSE),
        SdkError: BAD_GATEWAY,
    }
)
"""What each error means to your app's user; of an error's classes the most special one counts. All else is a 502:
rejected credentials and missing rights too, because they are your app's and not its user's."""


def reply_for(error: SdkError) -> Reply:
    """Return what your app's user gets for an error.

    A 404 stands for an object that the call named and the vendor does not have. Where the response came from another
    server, or the call named no object, the address is wrong, and it is a 502.

    Args:
        error: Any error of this package.
    """
    meaning = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    if meaning.status in {404, 409, 422} and (error.foreign or _names_nothing(error)):
        meaning = BAD_GATEWAY
    unknown = error.outcome == "unknown" and not error.retryable
    body = {"error": meaning.code, "message": _NO_RESPONSE if unknown else meaning.text}
    if error.call_id is not None:
        body["call_id"] = error.call_id
    return Reply(meaning.status, _headers(error, meaning.status), body)


def _names_nothing(error: SdkError) -> bool:
    """Return whether a vendor says "not found" to a call that names no object."""
    return isinstance(error, NotFoundError) and error.operation is not None and error.object is None


def _headers(error: SdkError, status: int) -> dict[str, str]:
    if status not in {429, 503}:
        return {}
    wait = error.retry_after
    if wait is None or not math.isfinite(wait):
        return {"Retry-After": str(SHORTEST_WAIT)} if status == 429 else {}
    return {"Retry-After": str(max(SHORTEST_WAIT, math.ceil(wait)))}


def _told(error: SdkError) -> Reply:
    """Return the reply for an error that a handler met, and write a line into the log, without personal values."""
    reply = reply_for(error)
    logger.warning("responded with %d: %s", reply.status, error)
    return reply


def aiohttp_middleware() -> Any:
    """Return a middleware for `aiohttp.web.Application(middlewares=[...])`."""
    from aiohttp import web

    @web.middleware
    async def answer_errors(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except SdkError as error:
            reply = _told(error)
        return web.json_response(dict(reply.body), status=reply.status, headers=reply.headers)

    return answer_errors


async def starlette_handler(request: Any, error: Exception) -> Any:  # noqa: ARG001 - as Starlette calls it
    """Return Starlette's response for an error: `app.add_exception_handler(SdkError, starlette_handler)`.

    Raises:
        Exception: `error`, where it is none of this package.
    """
    from starlette.responses import JSONResponse

    if not isinstance(error, SdkError):
        raise error
    reply = _told(error)
    return JSONResponse(dict(reply.body), reply.status, dict(reply.headers))


class DjangoMiddleware:
    """A middleware of Django, for sync and async views.

    Args:
        get_response: What Django gives it.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response
        sync = import_module("asgiref.sync")  # comes with Django
        if sync.iscoroutinefunction(get_response):
            sync.markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        """Return the response, or what is to be awaited for it."""
        return self._get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> Any:  # noqa: ARG002 - as Django calls it
        """Return the response for an error of this package; None leaves all others to Django."""
        if not isinstance(exception, SdkError):
            return None
        reply = _told(exception)
        http = import_module("django.http")
        return http.JsonResponse(dict(reply.body), status=reply.status, headers=dict(reply.headers))
