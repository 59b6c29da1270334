"""Which status the user of a web app gets for which error, and the handlers for web frameworks."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import stringee_async
from stringee_async import (
    AmbiguousError,
    AuthError,
    ConfigError,
    DecodeError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    RetryPolicy,
    SdkError,
    ServerError,
    StringeeClient,
    web_errors,
)
from stringee_async.core.retry_class import RetryClass
from stringee_async.emulator import Emulator

STATUSES = {
    "NotFoundError": 404,
    **dict.fromkeys(("AlreadyExistsError", "ConflictError", "LimitReachedError", "AmbiguousError"), 409),
    **dict.fromkeys(("PlanError", "GuardError", "StalePlanError"), 409),
    **dict.fromkeys(("ConfigError", "InvalidRequestError", "SpecError"), 422),
    "RateLimitedError": 429,
    **dict.fromkeys(("NotSentError", "ServerError", "ClosedError"), 503),
    **dict.fromkeys(("OutcomeUnknownError", "DeadlineError"), 504),
}
"""All others are a 502."""
ERRORS = {
    name: kind
    for name in stringee_async.__all__
    if isinstance(kind := getattr(stringee_async, name), type) and issubclass(kind, SdkError)
}
PERSONAL = "Nguyễn Văn An, +84 90 123 45 67, an@shop.example, key sk-secret"
LIMITED = RateLimitedError(PERSONAL, retry_after=2.2, body=PERSONAL.encode())
SENT = {"error": "too_many_requests", "message": "Too many requests; wait, then try again."}


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_has_a_status_and_says_nothing_of_what_it_was_about(name: str) -> None:
    error = ERRORS[name](PERSONAL, operation="agents.update", object="agent_id AG_77", body=PERSONAL.encode())
    error.add(request_id=PERSONAL, code=PERSONAL, existing_id="AG_77", call_id="12")
    reply = web_errors.reply_for(error)
    assert reply.status == STATUSES.get(name, 502)
    told = json.dumps([dict(reply.body), dict(reply.headers)], ensure_ascii=False)
    assert not any(word in told for word in (*PERSONAL.split(), "AG_77"))
    assert reply.body["call_id"] == "12"


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (LIMITED, "3"),
        (RateLimitedError("busy"), "1"),
        (RateLimitedError("busy", retry_after=0.0), "1"),
        (RateLimitedError("busy", retry_after=float("inf")), "1"),
        (ServerError("down", retry_after=30.0), "30"),
        (ServerError("down"), None),
        (AuthError("no", retry_after=30.0), None),
    ],
)
def test_retry_after_is_whole_seconds_where_waiting_helps(error: SdkError, wait: str | None) -> None:
    assert web_errors.reply_for(error).headers.get("Retry-After") == wait


@pytest.mark.parametrize("kind", [ServerError, DecodeError, OutcomeUnknownError])
def test_no_one_is_asked_to_try_a_create_again_that_may_have_been_carried_out(kind: type[SdkError]) -> None:
    create, read = (
        web_errors.reply_for(kind("x", outcome="unknown", retry_class=retry_class))
        for retry_class in (RetryClass.CREATE, RetryClass.READ)
    )
    assert "look before you try again" in create.body["message"]
    assert create.status == read.status


async def test_a_wrong_address_is_never_the_users_404() -> None:
    """Neither where another server responds, nor where a vendor knows no such path; a missing agent is one."""
    async with Emulator() as emulator:
        options = emulator.stringee()
        async with StringeeClient(**options) as client:
            with pytest.raises(SdkError) as missing:
                await client.agents.update("AG_404", name="An")
            assert web_errors.reply_for(missing.value).status == 404
        wrong = f"{options['icc_url']}/elsewhere"
        async with StringeeClient(
            **{**options, "icc_url": wrong}, retry=RetryPolicy(max_attempts=1)
        ) as client:
            with pytest.raises(SdkError) as elsewhere:
                await client.agents.update("AG_1", name="An")
            assert web_errors.reply_for(elsewhere.value).status == 502


def test_a_page_of_another_server_is_no_404() -> None:
    error = NotFoundError("not found", operation="agents.update", object="agent_id AG_1", foreign=True)
    assert web_errors.reply_for(error).status == 502
    assert web_errors.reply_for(NotFoundError("no such path", operation="agents.list")).status == 502
    assert web_errors.reply_for(NotFoundError("made by a test")).status == 404
    assert web_errors.reply_for(AmbiguousError("two")).status == 409


async def test_aiohttp() -> None:
    async def limited(_: web.Request) -> web.Response:
        raise LIMITED

    async def fine(_: web.Request) -> web.Response:
        return web.Response(text="fine")

    async def wrong(_: web.Request) -> web.Response:
        raise web.HTTPConflict

    app = web.Application(middlewares=[web_errors.aiohttp_middleware()])
    app.add_routes([web.get("/limited", limited), web.get("/fine", fine), web.get("/wrong", wrong)])
    async with TestClient(TestServer(app)) as browser:
        response = await browser.get("/limited")
        assert (response.status, response.headers["Retry-After"]) == (429, "3")
        assert await response.json() == SENT
        assert await (await browser.get("/fine")).text() == "fine"
        assert (await browser.get("/wrong")).status == 409


async def asked(app: Any, path: str) -> tuple[int, dict[str, str], Any]:
    """Send a request to an ASGI app; return status, headers and JSON of its response."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [], "root_path": "",
        "server": ("localhost", 80), "client": ("localhost", 1),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, json.loads(b"".join(each.get("body", b"") for each in sent[1:]))


@pytest.mark.parametrize("framework", ["starlette", "fastapi"])
async def test_starlette_and_fastapi(framework: str) -> None:
    module = pytest.importorskip("starlette.applications" if framework == "starlette" else "fastapi")

    async def limited(request: Any = None) -> Any:
        raise LIMITED

    app = module.Starlette() if framework == "starlette" else module.FastAPI()
    app.add_route("/limited", limited)
    app.add_exception_handler(SdkError, web_errors.starlette_handler)
    status, headers, body = await asked(app, "/limited")
    assert (status, headers["retry-after"], body) == (429, "3", SENT)
    with pytest.raises(KeyError):
        await web_errors.starlette_handler(None, KeyError("of another"))


class JsonResponse:
    """Stands in for Django's."""

    def __init__(self, data: Any, *, status: int, headers: dict[str, str]) -> None:
        self.content, self.status_code, self.headers = json.dumps(data).encode(), status, headers


async def test_django(monkeypatch: pytest.MonkeyPatch) -> None:
    """With Django where it is installed, else with doubles of the three names that are used of it."""

    async def coming(request: Any) -> Any:
        return request

    try:
        import django.http  # noqa: F401
    except ImportError:
        http, sync = ModuleType("django.http"), ModuleType("asgiref.sync")
        marked: list[Any] = [coming]
        vars(http).update(JsonResponse=JsonResponse)
        vars(sync).update(markcoroutinefunction=marked.append, iscoroutinefunction=lambda one: one in marked)
        for name in ("django", "asgiref"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        monkeypatch.setitem(sys.modules, "django.http", http)
        monkeypatch.setitem(sys.modules, "asgiref.sync", sync)

    from asgiref.sync import iscoroutinefunction

    middleware = web_errors.DjangoMiddleware(lambda request: request)
    assert middleware("request") == "request"
    response = middleware.process_exception("request", LIMITED)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
    assert json.loads(response.content) == SENT
    assert middleware.process_exception("request", KeyError("of another")) is None
    for_async = web_errors.DjangoMiddleware(coming)
    assert await for_async("request") == "request"
    assert iscoroutinefunction(for_async)
    assert not iscoroutinefunction(middleware)


def test_an_error_that_was_handled_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Without what is personal."""
    error = ConfigError("the number +84901234567 is wrong")
    web_errors._told(error)
    assert "responded with 422" in caplog.text
    assert "+84901234567" not in caplog.text
