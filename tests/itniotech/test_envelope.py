"""What ITNIO TECH's responses mean: success, each code by operation, and responses that are neither."""

from __future__ import annotations

from decimal import Decimal
from email.utils import formatdate
from typing import Any

import pytest

from stringee_async.core.errors import (
    AlreadyExistsError,
    ApiError,
    AuthError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from stringee_async.core.messages import Response
from stringee_async.core.paging import Page
from stringee_async.core.retry_class import RetryClass
from stringee_async.itniotech import Agent
from stringee_async.itniotech.agent_models import AGENTS, CREATED
from stringee_async.itniotech.balance import LOADER as BALANCE
from stringee_async.itniotech.codes import BY_CODE
from stringee_async.itniotech.responses import (
    code_of,
    created_key,
    data_model,
    data_page,
    data_rows,
    data_secret,
    nothing,
    read,
    top_model,
)

from ..kit import ScriptedTransport, answer
from .rig import MISSING, client_over, envelope, ok, refused

OPERATION = "agents.list"
HTML = b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"


def paged(data: Any, *, number: int = 1, size: int = 50, strict: bool = False) -> Page[Agent]:
    response = answer(data) if isinstance(data, bytes) else ok(data)
    return read(OPERATION, response, data_page(AGENTS, number=number, page_size=size, strict=strict))


def listed(*ids: Any, **block: Any) -> dict[str, Any]:
    """Make a `data` block; a field given as MISSING is left out."""
    full = {"total": len(ids), "size": 50, "current": 1, "pages": 1, "searchCount": True, **block}
    known = {name: value for name, value in full.items() if value is not MISSING}
    return {"records": [{"keyId": name} for name in ids], **known}


def refusal(response: Response, operation: str = OPERATION) -> SdkError:
    with pytest.raises(SdkError) as caught:
        read(operation, response, nothing)
    return caught.value


@pytest.mark.parametrize("status", ['"0"', "0", '" 0 "', "0.0"])
@pytest.mark.parametrize("data", ["", ', "data": null', ', "data": ""', ', "data": {}', ', "data": [1]',
                                  ', "data": 7', ', "data": true', ', "reason": null', ', "reason": "success"'])  # fmt: skip
@pytest.mark.parametrize("kind", ["application/json;charset=UTF-8", "text/plain", "text/html", ""])
def test_success_in_every_form_that_was_seen(status: str, data: str, kind: str) -> None:
    body = f'{{"status": {status}{data}}}'.encode()
    read(OPERATION, answer(body, Content_Type=kind), nothing)
    read(OPERATION, Response(status=201, headers={}, body=b"\xef\xbb\xbf" + body), nothing)


# Codes

AUTH = {-1, -2, -16, -29, -30, -31, -32}
ACCOUNT = {-10, -13, -19, -26, -75, -77}
CAPS = {-23, -36, -40, -71}
CONFLICTS = {-63, -67, -68, -69, -70}
EXISTS = {-20, -33, -34}
BAD_INPUT = {
    *range(-9, -2),
    -11,
    -14,
    -17,
    -21,
    -22,
    -25,
    -27,
    -38,
    -39,
    -41,
    -42,
    -43,
    *range(-58, -46),
    -44,
    -45,
    -64,
    -65,
    -66,
    -72,
    -74,
}
KINDS: dict[int, type[ApiError]] = {
    **dict.fromkeys(AUTH, AuthError),
    **dict.fromkeys(ACCOUNT, PermissionDeniedError),
    **dict.fromkeys(CONFLICTS, ConflictError),
    **dict.fromkeys(CAPS, LimitReachedError),
    **dict.fromkeys(EXISTS, AlreadyExistsError),
    **dict.fromkeys(BAD_INPUT, InvalidRequestError),
    -15: RateLimitedError, -28: RateLimitedError, -18: ServerError, -12: ServerError, -24: NotFoundError,
    -46: InvalidRequestError, -500: InvalidRequestError,
}  # fmt: skip


def test_the_table_of_codes_is_the_one_of_the_pages() -> None:
    listed_codes = set(KINDS) - {-46, -500}
    assert set(BY_CODE) == listed_codes
    assert len(listed_codes) == 68


@pytest.mark.parametrize("http", [200, 400, 500])
@pytest.mark.parametrize("code", KINDS)
def test_each_code_has_its_error_whatever_the_http_status(code: int, http: int) -> None:
    error = refusal(refused(str(code), "in the vendor's words", http))
    assert type(error) is KINDS[code]
    assert error.code == code
    assert error.status == http
    assert error.message.startswith("in the vendor's words")
    assert error.outcome == ("unknown" if code in {-12, -18} else "refused")
    silent = refusal(answer(envelope(status=code, reason=MISSING)))
    assert type(silent) is KINDS[code]
    assert silent.message


@pytest.mark.parametrize(
    ("operation", "code", "kind"),
    [
        ("agent_groups.delete", -64, ConflictError),
        ("agents.update", -64, InvalidRequestError),
        ("agent_groups.upload_ring", -27, InvalidRequestError),
        ("balance.get", -27, RateLimitedError),
    ],
)
def test_codes_with_two_meanings_are_told_apart_by_operation(
    operation: str, code: int, kind: type[ApiError]
) -> None:
    assert type(refusal(refused(code), operation)) is kind


def test_a_code_that_the_vendor_describes_in_two_ways_shows_both() -> None:
    text = refusal(refused(-63, "There are agents under the group"), "agent_groups.delete").message
    assert text.startswith("There are agents under the group;")
    assert "still has agents" in text
    assert "another workspace" in text


@pytest.mark.parametrize(("code", "cause"), [(-1, "secret"), (-2, "address"), (-16, "NTP")])
def test_a_refused_credential_says_what_to_check(code: int, cause: str) -> None:
    assert cause in str(refusal(refused(code)))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"reason": " no "}, "no"),
        ({"msg": "n"}, "n"),
        ({"reason": "", "message": "m"}, "m"),
        ({"reason": ["x"]}, "a parameter is wrong"),
        ({"reason": None}, "a parameter is wrong"),
    ],
)
def test_the_text_is_the_reason_or_our_own(fields: dict[str, Any], text: str) -> None:
    assert refusal(answer({"status": "-22", **fields})).message == text


def test_an_undecodable_field_does_not_hide_a_refusal() -> None:
    error = refusal(answer(b'{"status": "-22", "reason": "\xff", "data": "\xff"}'))
    assert isinstance(error, InvalidRequestError)
    assert error.code == -22


# HTTP

BY_HTTP: list[tuple[int, Any, type[ApiError]]] = [
    (401, envelope(status="7"), AuthError),
    (403, envelope(status="7"), PermissionDeniedError),
    (404, envelope(status="7"), NotFoundError),
    (409, envelope(status="7"), ConflictError),
    (408, envelope(status="-22"), ServerError),
    (429, envelope(status="-22"), RateLimitedError),
    (429, envelope(), RateLimitedError),
    (500, {"code": -22, "msg": "x"}, ServerError),
    (500, envelope(), ServerError),
    (400, envelope(), InvalidRequestError),
    (500, {"status": 500, "error": "Internal Server Error", "path": "/v3"}, ServerError),
    (200, {"status": 500, "error": "Internal Server Error"}, ServerError),
]
FOREIGN: list[tuple[int, Any]] = [
    (200, {"status": 404, "error": "Not Found"}),
    (400, {"code": -22, "msg": "x"}),
]


@pytest.mark.parametrize(("status", "body"), FOREIGN)
def test_a_refusal_without_the_vendors_form_proves_nothing(status: int, body: Any) -> None:
    error = refusal(answer(body, status))
    assert type(error) is DecodeError
    assert error.foreign
    assert (error.status, error.outcome) == (status, "unknown")
    assert "ITNIO TECH" in str(error)


@pytest.mark.parametrize(("status", "body", "kind"), BY_HTTP)
def test_what_no_envelope_explains_is_judged_by_http(status: int, body: Any, kind: type[ApiError]) -> None:
    error = refusal(answer(body, status))
    assert type(error) is kind
    assert error.status == status
    assert error.message
    not_done = kind is not ServerError or status in {421, 425}
    assert error.outcome == ("refused" if not_done else "unknown")


def test_a_code_for_throttling_takes_the_header_along() -> None:
    there = 1_000_000_000.0
    dated = {"Date": formatdate(there, usegmt=True), "Retry_After": formatdate(there + 30, usegmt=True)}
    assert refusal(refused(-15, **dated)).retry_after == 30.0
    assert refusal(refused(-15)).retry_after is None
    assert refusal(refused(-22, Retry_After="9")).retry_after is None
    assert refusal(answer(HTML, 500, Retry_After="9")).retry_after is None


# Results


@pytest.mark.parametrize(
    ("data", "expected"),
    [({"keyId": 7}, 7), ({"keyId": "7"}, 7), (7, 7), ("7", 7)],
)
def test_the_id_of_a_create_stands_in_data_or_is_it(data: Any, expected: int) -> None:
    assert read("team_leaders.create", ok(data), created_key("keyId")) == expected


@pytest.mark.parametrize(
    "data", [None, "", {}, [], {"keyId": None}, {"keyId": "x"}, {"keyId": True}, True, 1.5]
)
def test_success_without_an_id_is_no_success(data: Any) -> None:
    with pytest.raises(DecodeError, match="holds no keyId") as caught:
        read("team_leaders.create", ok(data), created_key("keyId"))
    assert caught.value.paths == ("$.data.keyId",)
    assert caught.value.outcome == "unknown"
    assert not caught.value.may_repeat(RetryClass.CREATE)
    assert caught.value.status == 200


@pytest.mark.parametrize("data", [None, "", MISSING, "x", [], 7, {"fileName": 5, "x": []}])
def test_an_object_that_is_none_is_a_decode_error(data: Any) -> None:
    from stringee_async.itniotech.ring_sounds import LOADER

    response = answer(envelope(data if data != {"fileName": 5, "x": []} else {"fileUrl": "u"}))
    with pytest.raises(DecodeError) as caught:
        read("agent_groups.upload_ring", response, data_model(LOADER))
    assert (caught.value.status, caught.value.outcome) == (200, "unknown")


@pytest.mark.parametrize("data", [None, "", MISSING, []])
def test_a_list_that_the_vendor_does_not_give_is_empty(data: Any) -> None:
    assert read("agents.create_many", answer(envelope(data)), data_rows(CREATED)) == []


@pytest.mark.parametrize("data", [{}, 7, "x", [7], [{"name": "no id"}]])
def test_rows_that_do_not_fit_are_not_dropped(data: Any) -> None:
    with pytest.raises(DecodeError) as caught:
        read("agents.create_many", ok(data), data_rows(CREATED))
    assert caught.value.body


@pytest.mark.parametrize("data", [{"authentication": "Bearer x"}, "Bearer x"])
def test_a_credential_stands_in_data_or_is_it_and_does_not_print(data: Any) -> None:
    secret = read("agents.credential", ok(data), data_secret("authentication"))
    assert secret.reveal() == "Bearer x"
    assert "Bearer" not in repr(secret)


@pytest.mark.parametrize("data", [None, {}, {"authentication": ""}, {"authentication": 7}, [], 7])
def test_success_without_a_credential_is_no_success(data: Any) -> None:
    with pytest.raises(DecodeError, match="holds no authentication"):
        read("agents.credential", ok(data), data_secret("authentication"))


@pytest.mark.parametrize(
    "body",
    [
        b'{"status": "0", "reason": "success", "balance": "12.30", "gift": 0.10, "credit": null}',
        b'{"status": 0, "data": {"balance": 12.30, "gift": "0.10"}}',
        b'{"status": 0, "data": {"balance": 1}, "balance": 12.30, "gift": "0.10"}',
    ],
)
def test_a_balance_is_read_from_the_top_or_from_data(body: bytes) -> None:
    balance = read("balance.get", answer(body), top_model(BALANCE))
    assert (balance.balance, balance.gift, balance.credit) == (Decimal("12.30"), Decimal("0.10"), None)
    assert str(balance.balance) == "12.30"
    assert dict(balance.extra) == {}


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
async def test_a_blank_amount_of_a_balance_is_none(blank: str) -> None:
    fields = {"balance": "12.30", "gift": blank, "credit": blank, "currency": "USD", "note": ""}
    transport = ScriptedTransport(answer({"status": "0", "reason": "success", **fields}))
    async with client_over(transport) as client:
        balance = await client.balance()
    assert (balance.balance, balance.gift, balance.credit) == (Decimal("12.30"), None, None)
    assert (balance.currency, dict(balance.extra), list(balance.malformed)) == ("USD", {"note": ""}, [])
    assert len(transport.requests) == 1


def test_a_code_is_explained_by_the_operation_first() -> None:
    call, agent = refusal(refused(-68, ""), "calls.make"), refusal(refused(-68, ""), "agents.delete")
    assert (type(call), type(agent)) == (ConflictError, ConflictError)
    assert "the SIP is not idle" in call.message
    assert "group-call task" in agent.message


# Pages


def test_counts_come_as_text_or_number() -> None:
    page = paged(listed(1, "2", total="2", size="20", current="1", pages="1"), size=10)
    assert (page.total, page.total_pages, page.number, page.page_size) == (2, 1, 1, 20)
    assert [agent.key_id for agent in page.items] == [1, 2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b'{"status": "-16"}', -16), (b'{"status": 0}', 0), (b"<html>", None), (b"{}", None)],
)
def test_the_code_alone_can_be_asked_for(body: bytes, expected: int | None) -> None:
    """What signs must know whether its time was refused; a response without a code is no response to that."""
    assert code_of(answer(body)) == expected
