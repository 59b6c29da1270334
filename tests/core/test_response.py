"""What HTTP says whatever the body, and whose a response is: the part that no vendor's words are needed for."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import StringeeClient
from stringee_async.core.errors import (
    ApiError,
    DecodeError,
    InvalidRequestError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
)
from stringee_async.core.response import (
    describe_unreadable,
    facts,
    fields_of,
    foreign_refusal,
    http_failure,
    is_framework_page,
    says_nothing,
)
from stringee_async.core.retry_class import RetryClass
from tests.kit import RawServer, answer


@pytest.mark.parametrize(
    ("status", "kind", "outcome", "create"),
    [
        (408, ServerError, "unknown", False),
        (421, ServerError, "refused", True),
        (425, ServerError, "refused", True),
        (429, RateLimitedError, "refused", True),
        (500, ServerError, "unknown", False),
        (503, ServerError, "unknown", False),
        (599, ServerError, "unknown", False),
        (302, InvalidRequestError, "refused", False),
    ],
)
def test_some_statuses_mean_the_same_whatever_the_body(
    status: int, kind: type[ApiError], outcome: str, create: bool
) -> None:
    """The class, what the vendor did, and whether even a create may be sent again."""
    for text in ("", "the vendor's words"):
        error = http_failure(status, text=text, code=7, wait=3.0)
        assert type(error) is kind
        assert (error.outcome, error.code) == (outcome, 7)
        assert error.may_repeat(RetryClass.CREATE) is create
        assert error.retry_after == (3.0 if status in {429, 503} else None)
        assert error.message == text or not text or status == 302


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 409, 413, 418, 451])
def test_other_statuses_need_the_vendors_form(status: int) -> None:
    """Of the rest HTTP alone says nothing."""
    assert http_failure(status) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"statusCode": 404, "message": "Cannot GET /v1"}, True),
        ({"timestamp": 1, "message": "x"}, True),
        ({"error": "Not Found", "path": "/v1"}, True),
        ({"message": "no Route matched with those values."}, True),
        ({"message": "Missing Authentication Token"}, True),
        ({"message": "The route api/ver1.0/client/@me could not be found."}, True),
        ({"message": "Route DELETE:/api/ver1.0 not found", "error": "Not Found"}, True),
        ({"message": "Cannot DELETE /api/ver1.0"}, True),
        ({"message": "E_ROUTE_NOT_FOUND: Cannot DELETE:/api"}, True),
        ({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "not found"}, True),
        ({"error": "Not Found", "status": 404}, True),
        ({"error": "access_denied", "status": "access_denied", "message": "no"}, False),
        ({"message": "Cannot delete agent 5: it is in a queue"}, False),
        ({"message": "Route of the queue is busy"}, False),
        ({"message": "Record not found"}, False),
        ({"error": "invalid_client"}, False),
        ({"message": {}}, False),
        ({}, False),
    ],
)
def test_pages_of_frameworks_and_gateways_are_known(fields: dict[str, Any], expected: bool) -> None:
    """JSON that web frameworks and gateways send for a route that they do not have is no one's refusal."""
    assert is_framework_page(fields) is expected


@pytest.mark.parametrize(("body", "expected"), [(b"", True), (b" {} ", True), (b"null", True), (b"[]", True),
                                                (b"x", False), (b'{"r":1}', False)])  # fmt: skip
def test_a_body_may_say_nothing(body: bytes, expected: bool) -> None:
    assert says_nothing(answer(body)) is expected


def test_fields_are_those_of_an_object() -> None:
    assert fields_of(answer({"a": 1})) == {"a": 1}
    for body in (b"", b"[1]", b"<html>", b"null"):
        assert fields_of(answer(body)) == {}


def test_a_foreign_refusal_names_what_to_check() -> None:
    """The content type, the settings with the address, and that nothing is proven; a header may be any bytes."""
    error = foreign_refusal(answer(b"<html>", 404, Content_Type="text/html; x=\udcff"), "Acme", "acme_url")
    assert (error.status, error.foreign, error.outcome) == (404, True, "unknown")
    for word in ("'text/html'", "Acme", "acme_url", "proxy", "firewall", "proves nothing"):
        assert word in str(error)
    assert facts(answer(b"x", 404, X_Request_Id="q")) == {"status": 404, "body": b"x", "request_id": "q"}


@pytest.mark.parametrize(
    ("body", "kind", "foreign", "said"),
    [
        (b"<html>", "text/html", True, "text/html"),
        (b"\x89PNG", "image/png", True, "image/png"),
        (b"<html>", "application/json", True, "not Acme's"),
        (b'{"r": ', "text/html", False, "text/html"),
        (b'{"r": ', "application/json", False, "no JSON"),
        (b"\xef\xbb\xbf {", "", False, "no JSON"),
        (b"", "text/html", False, "text/html"),
    ],
)
def test_a_success_that_cannot_be_read_says_what_it_is_instead(
    body: bytes, kind: str, foreign: bool, said: str
) -> None:
    """A page is foreign, JSON that was cut off is not; the content type helps the message either way."""
    error = DecodeError("no JSON", paths=("$",))
    describe_unreadable(error, answer(body, Content_Type=kind), "Acme", "acme_url")
    assert error.foreign is foreign
    assert said in str(error)
    inner = DecodeError("r is odd", paths=("$.r",))
    describe_unreadable(inner, answer(b"{}", Content_Type="text/html"), "Acme", "acme_url")
    assert inner.message == "r is odd"


HEAD = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/\xff\xfehtml\r\nX-Request-Id: q\xff\x80\x9b1m\r\n"


async def test_header_bytes_that_are_no_utf8_break_no_printing() -> None:
    body = b'{"r": 7, "message": "no"}'
    raw = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    async with RawServer(default=raw) as server, StringeeClient(**server.client) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            await client.agents.create(name="A", stringee_user_id="a")
    for shown in (str(caught.value), repr(caught.value)):
        shown.encode("utf-8")
        assert shown.isprintable()
        assert "\\udcff" in shown
