"""What RingMe's responses mean: success, each form of refusal, listings, and responses that are none of these."""

from __future__ import annotations

import json
from email.utils import formatdate
from functools import partial
from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    AuthError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    PagingError,
    PermissionDeniedError,
    RateLimitedError,
    RetryClass,
    SdkError,
    ServerError,
)
from stringee_async.ringme import Quota
from stringee_async.ringme.agent_models import LOCAL_LOADER as LOADER
from stringee_async.ringme.queues import LOADER as QUEUES
from stringee_async.ringme.refusals import not_removed, still_in_queue
from stringee_async.ringme.responses import read_deleted, read_done, read_list, read_model, read_page

from ..kit import answer, virtual
from .rig import ApiTransport, ringme_over

deletion = partial(read_deleted, special=still_in_queue)
kept_deletion = partial(read_deleted, special=not_removed)
HTML = b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"


def refusal(body: Any, status: int, read: Any = read_deleted, **headers: str) -> SdkError:
    with pytest.raises(SdkError) as caught:
        read(answer(body, status, **headers))
    return caught.value


# -- what is a success ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_with_an_object_is_a_success(status: int) -> None:
    assert read_model(answer({"id": 1, "extension_id": 117}, status), LOADER).extension_id == 117
    read_done(answer({}, status))


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 204), (b"", 200), (b" \n", 200), ({"id": 1}, 200), (True, 200), ([], 200), (None, 202)],
)
def test_a_deletion_may_answer_with_nothing_or_any_json(body: Any, status: int) -> None:
    for read in (read_deleted, deletion, kept_deletion):
        read(answer(body, status))


def test_an_action_may_say_that_there_is_no_content() -> None:
    read_done(answer(b"", 204))
    with pytest.raises(DecodeError, match="empty"):
        read_done(answer(b"", 200))


def test_an_error_message_is_no_queue() -> None:
    """A model whose fields are all optional is not made of a response that has none of them."""
    with pytest.raises(DecodeError, match="no Queue"):
        read_model(answer({"message": "broken", "status": "x"}), QUEUES)
    assert read_model(answer({"strategy": None}), QUEUES).strategy is None


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain; charset=utf-8", "text/html", "image/png", ""]
)
def test_json_under_other_names_is_json(kind: str) -> None:
    for body in (b'{"id": 1}', b'\xef\xbb\xbf{"id": 1}', b'{"id": 1,}'):
        assert read_model(answer(body, Content_Type=kind), LOADER).id == 1
        array = answer(b"[" + body.lstrip(b"\xef\xbb\xbf") + b"]", Content_Type=kind)
        assert read_list(array, LOADER, strict=False).total == 1


def test_a_deletion_answered_by_a_proxy_is_no_deletion() -> None:
    error = refusal(HTML, 200, Content_Type="text/html")
    assert isinstance(error, DecodeError)
    assert error.may_repeat(RetryClass.IDEMPOTENT_WRITE)


# -- refusals ------------------------------------------------------------------------------------------------

MESSAGE = {"message": "Not allowed"}
REFUSALS: dict[str, tuple[Any, int, dict[str, str], type[SdkError], Any]] = {
    # form: body, status, headers, class, code
    "401": ({"message": "Unauthorized"}, 401, {}, AuthError, None),
    "401 with status": ({"message": "Unauthorized", "status": "401"}, 401, {}, AuthError, "401"),
    "401 with nothing": (b"", 401, {}, AuthError, None),
    "403 access_denied": ({**MESSAGE, "status": "access_denied"}, 403, {}, PermissionDeniedError, "access_denied"),
    "403 user_blocked": ({**MESSAGE, "status": "user_blocked"}, 403, {}, PermissionDeniedError, "user_blocked"),
    "403 user_access_type_deny": (
        {**MESSAGE, "status": "user_access_type_deny"}, 403, {}, PermissionDeniedError, "user_access_type_deny",
    ),
    "403 app_access_type_deny": (
        {**MESSAGE, "status": "app_access_type_deny"}, 403, {}, PermissionDeniedError, "app_access_type_deny",
    ),
    "403 about one object": ({"message": "Not your extension"}, 403, {}, PermissionDeniedError, None),
    "403 too many events": (
        {"message": "No more than 100 events", "status": "limit_exceeded"}, 403, {}, LimitReachedError, "limit_exceeded",
    ),
    "400 limit": ({"message": "Maximum number of extensions already reached"}, 400, {}, LimitReachedError, None),
    "409 limit in Russian": ({"message": "Достигнут лимит сотрудников"}, 409, {}, LimitReachedError, None),
    "400 too many": ({"message": "Too many extensions"}, 400, {}, LimitReachedError, None),
    "422 limit": ({"message": "The number of agents exceeds the limit"}, 422, {}, LimitReachedError, None),
    "400 no longer": ({"message": "The extension no longer exists"}, 400, {}, InvalidRequestError, None),
    "400 deleted": ({"message": "The agent was already deleted"}, 400, {}, InvalidRequestError, None),
    "400 length": ({"message": "name: maximum length exceeded"}, 400, {}, InvalidRequestError, None),
    "404": ({"message": "Record not found"}, 404, {}, NotFoundError, None),
    "404 in other words": ({"message": "Not found"}, 404, {}, NotFoundError, None),
    "404 with a code": ({"message": "Not Found", "status": "agent_not_found"}, 404, {}, NotFoundError, "agent_not_found"),
    "403 with an unseen code": (
        {"message": "Forbidden", "status": "app_blocked"}, 403, {}, PermissionDeniedError, "app_blocked",
    ),
    "404 client_not_found": (
        {"message": "Not found", "status": "client_not_found"}, 404, {}, NotFoundError, "client_not_found",
    ),
    "429 quota": ({"message": "x", "status": "rate_limit_exceeded"}, 429, {}, RateLimitedError, "rate_limit_exceeded"),
    "429 quota on statistics": (
        {"message": "stats", "status": "rate_limit_exceeded"}, 429, {}, RateLimitedError, "rate_limit_exceeded",
    ),
    "429 statistics": ({"message": "Stats request already exists"}, 429, {}, ConflictError, None),
    "429 statistics in Russian": ({"message": "Запрос статистики уже выполняется"}, 429, {}, ConflictError, None),
    "400": ({"message": "number: required", "status": "new_code"}, 400, {}, InvalidRequestError, "new_code"),
    "400 does not exist": ({"message": "extension does not exist"}, 400, {}, InvalidRequestError, None),
    "400 not exists": ({"message": "extension not exists"}, 400, {}, InvalidRequestError, None),
    "400 exists": ({"message": "Agent already exists"}, 400, {}, AlreadyExistsError, None),
    "409": ({"message": "conflict"}, 409, {}, ConflictError, None),
    "409 exists": ({"message": "Extension already exists"}, 409, {}, AlreadyExistsError, None),
    "409 exists in Russian": ({"message": "Агент уже существует"}, 409, {}, AlreadyExistsError, None),
    "422": ({"message": "strategy", "status": 17}, 422, {}, InvalidRequestError, "17"),
    "405": ({"message": "Method not allowed"}, 405, {}, InvalidRequestError, None),
    "418 odd fields": ({"message": {}, "status": "odd"}, 418, {}, InvalidRequestError, "odd"),
    "502 already": ({"message": "already exists"}, 502, {}, ServerError, None),
    "503 with the hour's reset": (b"", 503, {"X_RateLimit_Reset": "60"}, ServerError, None),
    "503 with Retry-After": (b"", 503, {"Retry_After": "3"}, ServerError, None),
}  # fmt: skip


def test_a_foreign_404_is_not_the_end_of_a_listing() -> None:
    said = answer({"message": "Not found"}, 404)
    assert read_page(said, LOADER, number=2, strict=False).items == ()
    for body in (HTML, b"", {"detail": "Not Found"}):
        with pytest.raises(DecodeError) as caught:
            read_page(answer(body, 404), LOADER, number=2, strict=False)
        assert caught.value.foreign


@pytest.mark.parametrize("case", REFUSALS)
def test_each_form_of_refusal_has_its_class(case: str) -> None:
    body, status, headers, kind, code = REFUSALS[case]
    for read in (read_deleted, read_done, lambda given: read_model(given, LOADER)):
        error = refusal(body, status, read, X_Request_Id="r-1", **headers)
        assert type(error) is kind
        assert (error.status, error.code, error.request_id) == (status, code, "r-1")
        not_done = kind is not ServerError or status in {421, 425}
        assert error.outcome == ("refused" if not_done else "unknown")
        assert error.body == (body if isinstance(body, bytes) else json.dumps(body).encode())
        text = body.get("message") if isinstance(body, dict) else None
        assert error.message
        if isinstance(text, str):
            assert text in error.message


def test_a_refusal_says_what_to_check() -> None:
    assert "url" in str(refusal({}, 401))
    assert "@me" in str(refusal(MESSAGE, 403))
    assert "@me" not in str(refusal({**MESSAGE, "status": "limit_exceeded"}, 403))
    assert "redirects are not followed" in str(refusal({}, 302))


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({}, None),
        ({"X_RateLimit_Reset": "1800"}, 1800.0),
        ({"x_ratelimit_reset": "1800"}, 1800.0),
        ({"X_RateLimit_Reset": "soon"}, None),
        ({"X_RateLimit_Reset": "-5"}, None),
        ({"X_RateLimit_Reset": formatdate(0, usegmt=True)}, 0.0),
        ({"Retry_After": "2.5"}, 2.5),
        ({"Retry_After": "2", "X_RateLimit_Reset": "1800"}, 2.0),
        ({"Retry_After": "x", "X_RateLimit_Reset": "1800"}, 1800.0),
    ],
)
def test_the_wait_comes_from_retry_after_or_the_reset_of_the_hour(
    headers: dict[str, str], asked: float | None
) -> None:
    error = refusal({"status": "rate_limit_exceeded"}, 429, **headers)
    assert isinstance(error, RateLimitedError)
    assert (error.retry_after, error.reset_after) == (asked, asked)


# -- an agent that is still in a queue -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 409])
@pytest.mark.parametrize(
    "body", [{"message": "no"}, {"message": "Agent is in queue"}, {"message": "нет", "status": "new"}]
)
def test_an_agent_kept_in_its_queue_is_a_conflict_under_any_status(status: int, body: Any) -> None:
    assert type(refusal(body, status, kept_deletion)) is ConflictError


def test_other_refusals_of_a_deletion_stay_what_they_are() -> None:
    """A known lack of rights is no conflict, nor is a 400 where the agent may be taken out, unless the words say so."""
    denied = {"message": "no", "status": "access_denied"}
    assert type(refusal(denied, 403, kept_deletion)) is PermissionDeniedError
    assert type(refusal(MESSAGE, 404, kept_deletion)) is NotFoundError
    assert type(refusal({}, 500, kept_deletion)) is ServerError
    assert type(refusal({}, 401, kept_deletion)) is AuthError
    assert type(refusal(denied, 403, deletion)) is PermissionDeniedError
    assert type(refusal(MESSAGE, 400, deletion)) is InvalidRequestError
    assert type(refusal({"message": "Агент находится в очереди"}, 400, deletion)) is ConflictError
    assert type(refusal({"message": "not found in queue"}, 404, deletion)) is NotFoundError


# -- listings ------------------------------------------------------------------------------------------------

ROW = {"id": 1, "extension_id": 117}
LISTINGS: dict[str, tuple[Any, int]] = {
    "array": ([ROW], 1),
    "empty array": ([], 0),
    "wrapped": ({"total_count": 1, "result": [ROW]}, 1),
    "wrapped, total as text": ({"total_count": "1", "result": [ROW]}, 1),
    "wrapped, no total": ({"result": [ROW]}, 1),
    "wrapped, odd total": ({"total_count": "many", "result": [ROW]}, 1),
    "wrapped, negative total": ({"total_count": -1, "result": [ROW]}, 1),
    "wrapped nothing": ({"total_count": 0, "result": None}, 0),
    "one object alone": (ROW, 1),
    "empty object": ({}, 0),
}


@pytest.mark.parametrize("case", LISTINGS)
def test_rows_are_found_in_every_form(case: str) -> None:
    body, count = LISTINGS[case]
    whole = read_list(answer(body), LOADER, strict=False)
    part = read_page(answer(body), LOADER, number=3, strict=False)
    for page in (whole, part):
        assert [row.extension_id for row in page.items] == [117] * count
    assert (whole.number, whole.total_pages, whole.total) == (1, 1, count)
    assert (part.number, part.total_pages, part.page_size) == (3, None, max(1, count))


@pytest.mark.parametrize("body", [{"result": {}}, {"result": "x"}, [1], ["x"]])
def test_what_is_no_row_is_never_a_row(body: Any) -> None:
    if isinstance(body, dict):
        with pytest.raises(DecodeError, match="promised shape"):
            read_list(answer(body), LOADER, strict=False)
        return
    page = read_list(answer(body), LOADER, strict=False)
    assert (page.items, len(page.malformed)) == ((), 1)
    with pytest.raises(DecodeError, match=r"\$\[0\]"):
        read_list(answer(body), LOADER, strict=True)


def test_a_list_that_states_more_rows_than_it_holds_is_not_taken_for_whole() -> None:
    with pytest.raises(PagingError, match="states a total of 5 and holds 1") as caught:
        read_list(answer({"total_count": 5, "result": [ROW]}), LOADER, strict=False)
    assert caught.value.status == 200


def rows(*ids: int) -> list[dict[str, int]]:
    return [{"id": number} for number in ids]


def wrapped(total: int, *ids: int) -> dict[str, Any]:
    return {"total_count": total, "result": rows(*ids)}


PAGES: dict[str, tuple[list[Any], list[int], int]] = {
    "an empty page": ([rows(1, 2), rows(3, 4), []], [1, 2, 3, 4], 3),
    "a short page, then nothing": ([rows(1, 2), rows(3), []], [1, 2, 3], 3),
    "the host serves fewer than it is asked for": ([rows(1), rows(2), rows(3), []], [1, 2, 3], 4),
    "a short page amid full ones": ([rows(1, 2), rows(3), rows(4, 5), []], [1, 2, 3, 4, 5], 4),
    "`page` ignored": ([rows(1, 2), rows(1, 2)], [1, 2], 2),
    "`per_page` ignored too": ([rows(1, 2, 3), rows(1, 2, 3)], [1, 2, 3], 2),
    "the last page again": ([rows(1, 2), rows(3), rows(3)], [1, 2, 3], 3),
    "nothing": ([[]], [], 1),
    "the end is told": ([wrapped(3, 1, 2), wrapped(3, 3)], [1, 2, 3], 2),
    "the end is told, and fewer are served": ([wrapped(3, 1), wrapped(3, 2), wrapped(3, 3)], [1, 2, 3], 3),
    "one alone": ([{"id": 1}], [1], 1),
    "odd rows for ever": ([[{"id": "x"}, 3]] * 2, [], 2),
}


@pytest.mark.parametrize("case", PAGES)
@pytest.mark.parametrize("read_ahead", [0, 3])
@virtual
async def test_pages_end_when_empty_or_repeated_and_never_when_short(case: str, read_ahead: int) -> None:
    """Extensions come in pages whose number is not told: no row is lost or comes twice, with one request more at most."""
    pages, found, requests = PAGES[case]
    transport = ApiTransport(*(answer(page) for page in pages))
    async with ringme_over(transport) as client:
        listing = client.extensions.list(page_size=2, read_ahead=read_ahead)
        assert [row.id for row in await listing.collect()] == found
        assert (len(transport.requests), listing.drift) == (requests, None)
        transport.steps = [answer(page) for page in pages]
        shown = [[row.id for row in page.items] async for page in listing.pages()]
        assert sorted({row for page in shown for row in page}) == found
        assert len(shown) == 1 or all(page for page in shown)


@virtual
async def test_a_host_that_ignores_the_page_and_states_more_rows_is_not_trusted() -> None:
    async with ringme_over(ApiTransport(default=answer(wrapped(4, 1, 2)))) as client:
        listing = client.extensions.list(page_size=2)
        with pytest.raises(PagingError, match="2 of 4 rows"):
            await listing.collect()
        with pytest.raises(PagingError, match="same rows"):
            [page async for page in listing.pages()]


@virtual
async def test_an_end_before_all_rows_that_are_stated_is_not_called_certain() -> None:
    transport = ApiTransport(answer(wrapped(9, 1, 2)), answer(wrapped(9)))
    async with ringme_over(transport) as client:
        listing = client.extensions.list(page_size=2)
        assert [row.id for row in await listing.collect()] == [1, 2]
        assert listing.drift is not None
        assert not listing.drift.certain


@virtual
async def test_a_page_that_is_not_there_is_the_end_and_a_client_that_is_not_there_is_none() -> None:
    gone = answer({"message": "Not found"}, 404)
    async with ringme_over(ApiTransport(answer(rows(1, 2)), gone, default=gone)) as client:
        assert [row.id for row in await client.extensions.list(page_size=2).collect()] == [1, 2]
        with pytest.raises(NotFoundError):
            await client.extensions.list(page_size=2).collect()
    closed = answer({"message": "Client not found", "status": "client_not_found"}, 404)
    async with ringme_over(ApiTransport(answer(rows(1, 2)), closed)) as client:
        with pytest.raises(NotFoundError):
            await client.extensions.list(page_size=2).collect()


@virtual
async def test_unpaged_lists_cost_one_request() -> None:
    """A list that comes whole is one page however it is read."""
    transport = ApiTransport(default=answer(rows(1, 2, 3)))
    async with ringme_over(transport) as client:
        listing = client.agents.remote.list()
        assert [row.id for row in await listing.collect()] == [1, 2, 3]
        assert await listing.total() == 3
        assert [len(page.items) async for page in listing.pages()] == [3]
        assert [len(page.items) async for page in listing.pages(start=2)] == [0]
        first = await listing.first()
        assert first is not None
        assert first.id == 1
    assert len(transport.requests) == 5


# -- quota ---------------------------------------------------------------------------------------------------

HEADERS = {"X_RateLimit_Limit": "1000", "X_RateLimit_Remaining": "998", "X_RateLimit_Reset": "1800"}


@virtual
async def test_the_quota_is_what_the_latest_answer_told() -> None:
    """Every response's headers count, refusals' and pages' too, in any case; garbage and missing ones change nothing."""
    row = {"id": 1}
    transport = ApiTransport(
        answer(row),
        answer(row, **HEADERS),
        answer(row),
        answer(row, X_RateLimit_Limit="many", X_RateLimit_Remaining="-1", X_RateLimit_Reset=""),
        answer([], x_ratelimit_remaining=" 7 "),
        answer([], X_RATELIMIT_LIMIT="²", X_RATELIMIT_RESET="0.5"),
        answer({"message": "Not found"}, 404, X_RateLimit_Remaining="5"),
    )
    async with ringme_over(transport) as client:
        view = client.with_options(lane="bulk")
        await client.user()
        assert client.quota is None
        await client.user()
        told = Quota(limit=1000, remaining=998, reset_after=1800.0)
        for _ in range(2):
            assert client.quota == view.quota == told
            await client.user()
        assert client.quota == told
        await view.agents.local.list().collect()
        assert client.quota == Quota(limit=None, remaining=7, reset_after=None)
        await client.extensions.list().collect()
        assert client.quota == Quota(limit=None, remaining=None, reset_after=0.5)
        with pytest.raises(NotFoundError):
            await client.queues.get(1)
        assert client.quota == Quota(limit=None, remaining=5, reset_after=None)


@virtual
async def test_the_end_of_the_quota_stops_everybody_at_once() -> None:
    transport = ApiTransport(answer({"status": "rate_limit_exceeded"}, 429, X_RateLimit_Reset="1800"))
    async with ringme_over(transport) as client:
        for outcome in ("refused", "not_sent"):
            with pytest.raises(RateLimitedError) as caught:
                await client.user()
            assert caught.value.outcome == outcome
            assert caught.value.reset_after == pytest.approx(1800, abs=1)
    assert len(transport.requests) == 1


@virtual
async def test_a_busy_statistics_query_pauses_nobody() -> None:
    transport = ApiTransport(
        answer({"message": "Stats request already exists"}, 429, X_RateLimit_Reset="1800"),
        answer({"id": 7}),
    )
    async with ringme_over(transport) as client:
        with pytest.raises(ConflictError) as caught:
            await client.user()
        assert caught.value.retry_after is None
        await client.user()
        assert client.stats().paused == 0
    assert transport.times[1] == transport.times[0]
