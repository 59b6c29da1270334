"""What a response means, whichever vendor's: no failure passes for a success, and a stranger's page proves nothing."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stringee_async import (
    ApiError,
    DecodeError,
    InvalidRequestError,
    PagingError,
    RateLimitedError,
    RetryClass,
    SdkError,
    ServerError,
)
from stringee_async.core.errors import BODY_CAP

from ..kit import answer
from .faults import FAILURES
from .readers import READERS, Readers

HTML = b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"
EVERY = pytest.mark.parametrize("readers", READERS.values(), ids=READERS)

NOT_A_SUCCESS: dict[str, tuple[bytes, dict[str, str], str]] = {
    "null": (b"null", {}, "promised shape"),
    "a number": (b"7", {}, "promised shape"),
    "text": (b'"r"', {}, "promised shape"),
    "truncated": (b'{"r": 0, "status": "0", "id": 1, "data": {"agents": [', {}, "not JSON"),
    "an HTML page": (HTML, {"Content_Type": "text/html; charset=utf-8"}, "proxy"),
    "an HTML page called JSON": (HTML, {}, "not JSON"),
    "an HTML page called text": (HTML, {"Content_Type": "text/plain"}, "not JSON"),
    "an HTML page called nothing": (HTML, {"Content_Type": ""}, "not"),
    "an image": (b"\x89PNG", {"Content_Type": "image/png"}, "image/png"),
    "empty": (b"", {}, "empty"),
    "blank": (b" \r\n", {}, "empty"),
    "too deep": (b'{"r": 0, "status": 0, "x": ' + b"[" * 100_000, {}, "not JSON"),
}


@pytest.mark.parametrize("case", NOT_A_SUCCESS)
@EVERY
def test_a_failure_inside_http_200_is_never_a_success(readers: Readers, case: str) -> None:
    body, headers, text = NOT_A_SUCCESS[case]
    response = answer(body, 200, **headers)
    empty = () if readers.any_json else (readers.done,)
    for read in (*empty, *readers.full):
        with pytest.raises(DecodeError, match=text) as caught:
            read(response)
        assert (caught.value.status, caught.value.outcome) == (200, "unknown")
        assert caught.value.body == response.body[:BODY_CAP]


@pytest.mark.parametrize(
    ("readers", "failure"),
    [
        pytest.param(READERS[vendor], failure, id=f"{vendor}: {name}")
        for vendor, failures in FAILURES.items()
        for name, failure in failures.items()
    ],
)
def test_a_failure_in_the_vendors_form_is_never_a_success(
    readers: Readers, failure: tuple[Any, type[SdkError], str]
) -> None:
    body, kind, text = failure
    response = answer(body)
    for read in (*(() if readers.any_json else (readers.done,)), *readers.full):
        with pytest.raises(SdkError, match=text) as caught:
            read(response)
        assert type(caught.value) is kind
        assert caught.value.status == 200
        assert caught.value.outcome == ("unknown" if kind is DecodeError else "refused")
        assert caught.value.body == response.body[:BODY_CAP]


FOREIGN: list[tuple[int, Any]] = [
    (401, HTML),
    (401, {"statusCode": 401, "message": "Unauthorized"}),
    (401, {"status": "error", "message": "Unauthorized"}),
    (401, {"status": 401, "error": "Unauthorized", "path": "/v3"}),
    (401, {"message": "User is not authorized to access this resource"}),
    (403, HTML),
    (403, b""),
    (403, {}),
    (403, {"message": "Forbidden"}),
    (403, {"message": "Forbidden", "status": "403"}),
    (403, {"message": "Missing Authentication Token"}),
    (403, {"message": "User is not authorized to access this resource"}),
    (404, HTML),
    (404, b""),
    (404, {}),
    (404, b"404: Not Found"),
    (404, {"detail": "Not Found"}),
    (404, {"message": "Not Found"}),
    (404, {"code": 404, "message": "Not Found."}),
    (404, {"status": "error", "message": "Not Found"}),
    (404, {"status": "fail", "message": "Record not found"}),
    (404, {"status": False, "message": "Not Found"}),
    (404, {"status": 404}),
    (404, {"r": None}),
    (404, {"message": "no Route matched with those values"}),
    (404, {"timestamp": 1, "status": 404, "error": "Not Found", "path": "/v1/agent"}),
    (404, [{"r": -1}]),
    (409, b""),
    (409, {}),
    (409, {"status": "Error", "message": "already exists"}),
    (400, HTML),
    (400, b"[]"),
    (400, [1]),
    (405, b""),
    (407, HTML),
    (413, b""),
    (418, {"r": {}}),
    (418, {"message": {}, "status": True}),
]


@pytest.mark.parametrize(("status", "body"), FOREIGN)
@EVERY
def test_a_refusal_without_the_vendors_form_proves_nothing(readers: Readers, status: int, body: Any) -> None:
    for read in (*readers.bare, *readers.full):
        with pytest.raises(DecodeError) as caught:
            read(answer(body, status))
        assert caught.value.foreign
        assert (caught.value.status, caught.value.outcome) == (status, "unknown")
        for word in (readers.vendor, "url", "proxy", "firewall"):
            assert word in str(caught.value)
        assert not caught.value.may_repeat(RetryClass.CREATE)


BY_HTTP: list[tuple[int, Any, type[ApiError], str]] = [
    (302, b"", InvalidRequestError, "refused"),
    (408, HTML, ServerError, "unknown"),
    (421, HTML, ServerError, "refused"),
    (421, b"", ServerError, "refused"),
    (425, HTML, ServerError, "refused"),
    (429, HTML, RateLimitedError, "refused"),
    (429, b"", RateLimitedError, "refused"),
    (429, {}, RateLimitedError, "refused"),
    (500, HTML, ServerError, "unknown"),
    (500, {}, ServerError, "unknown"),
    (500, [1], ServerError, "unknown"),
    (502, HTML, ServerError, "unknown"),
    (503, b"", ServerError, "unknown"),
    (503, b"null", ServerError, "unknown"),
]


@pytest.mark.parametrize(("status", "body", "kind", "outcome"), BY_HTTP)
@EVERY
def test_what_no_envelope_explains_is_judged_by_http(
    readers: Readers, status: int, body: Any, kind: type[ApiError], outcome: str
) -> None:
    error = readers.refusal(body, status, X_Request_Id="q")
    assert type(error) is kind
    assert (error.status, error.outcome, error.request_id) == (status, outcome, "q")
    assert error.message
    assert error.body is not None
    assert not error.foreign


@EVERY
def test_a_redirect_says_what_to_do(readers: Readers) -> None:
    """A redirect is not followed, because it could take the credentials along; the error says so."""
    error = readers.refusal(b"", 301, Location="https://other.example")
    assert "redirects are not followed" in str(error)


@pytest.mark.parametrize("body", [HTML, b"", b"{}"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("1.5", 1.5), (" 0 ", 0.0), ("86400", 86400.0), ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0)],
)
@EVERY
def test_the_retry_after_is_kept(
    readers: Readers, status: int, header: str, seconds: float, body: bytes
) -> None:
    """429, and 503 with `Retry-After`, carry the seconds to wait; only 429 says that nothing was done."""
    error = readers.refusal(body, status, Retry_After=header)
    assert type(error) is (RateLimitedError if status == 429 else ServerError)
    assert error.outcome == ("refused" if status == 429 else "unknown")
    assert error.retry_after == seconds


@pytest.mark.parametrize("header", ["soon", "-5", "1e3", "", "٥"])
@EVERY
def test_an_unreadable_retry_after_is_none(readers: Readers, header: str) -> None:
    assert readers.refusal({}, 429, Retry_After=header).retry_after is None
    assert type(readers.refusal({}, 503, Retry_After=header)) is ServerError


@EVERY
def test_a_date_is_read_by_the_servers_clock(readers: Readers) -> None:
    there = 1_000_000_000.0
    dated = {"Date": formatdate(there, usegmt=True), "Retry_After": formatdate(there + 30, usegmt=True)}
    assert readers.refusal({}, 429, **dated).retry_after == 30.0
    near = readers.refusal({}, 503, Retry_After=formatdate(time.time() + 30, usegmt=True)).retry_after
    assert near is not None
    assert 25 < near <= 31


@EVERY
def test_only_a_pause_carries_a_wait(readers: Readers) -> None:
    for status in (404, 500, 502, 504, 408, 403):
        assert readers.refusal(HTML, status, Retry_After="9").retry_after is None


KEYS = ["r", "status", "data", "agents", "records", "totalPages", "pages", "total", "total_count", "limit", "size",
        "message", "reason", "agentID", "keyId", "id", "result", "x"]  # fmt: skip
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@EVERY
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    status=st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503]),
    body=st.binary(max_size=30) | JSON.map(lambda value: json.dumps(value).encode()),
)
def test_nothing_escapes_the_error_tree(readers: Readers, status: int, body: bytes) -> None:
    """Whatever comes, a model or an error of the tree comes out, and every error has its facts."""
    for read in (*readers.bare, *readers.full):
        caught: SdkError | None = None
        try:
            read(answer(body, status))
        except SdkError as error:
            caught = error
        if caught is None:
            assert 200 <= status < 300 or status == 404  # a page behind the last may be said not to be there
        else:
            assert (caught.status, caught.body) == (status, body)
            assert isinstance(caught, (ApiError, DecodeError, PagingError))
            assert str(caught)
