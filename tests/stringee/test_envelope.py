"""What Stringee's responses mean: success, each form of refusal, and responses that are neither."""

from __future__ import annotations

import contextlib
import pickle
from typing import Any

import pytest

from stringee_async import StringeeClient
from stringee_async.core.bulk import bulk
from stringee_async.core.errors import (
    BODY_CAP,
    AlreadyExistsError,
    ApiError,
    AuthError,
    DecodeError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from stringee_async.core.messages import Request, Response
from stringee_async.core.paging import Page
from stringee_async.core.retry import RetryPolicy
from stringee_async.core.retry_class import RetryClass
from stringee_async.stringee import pages
from stringee_async.stringee.agents import PAGES, Agent
from stringee_async.stringee.responses import created, read_done, read_object
from tests.kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, virtual
from tests.stringee.reading import read_page

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJTSyJ9.c2lnbmF0dXJl"


def paged(data: Any, *, number: int = 1, size: int = 50, strict: bool = False) -> Page[Agent]:
    body = data if isinstance(data, bytes) else {"r": 0, "data": data}
    return read_page(answer(body), number=number, page_size=size, strict=strict)


def listed(*ids: str, **block: Any) -> dict[str, Any]:
    """Make a `data` block; a field given as None is left out."""
    full = {"totalPages": 1, "totalAgents": str(len(ids)), "currentPage": 1, "limit": 50, **block}
    known = {name: value for name, value in full.items() if value is not None}
    return {**known, "agents": [{"id": name} for name in ids]}


def refusal(body: Any = None, status: int = 200, **headers: str) -> SdkError:
    with pytest.raises(SdkError) as caught:
        read_done(answer({} if body is None else body, status, **headers))
    return caught.value


# Successes

HTML = b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"


@pytest.mark.parametrize(
    "body", [b'{"r": 0}', b'{"r": "0"}', b'{"r": 0.0}', b'\xef\xbb\xbf{"r": 0}', b'{"r": 0,}']
)
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "text/html; charset=UTF-8", "image/png", "x", "\udcff", ""]
)
def test_success_in_every_form_that_was_seen(body: bytes, kind: str) -> None:
    read_done(answer(body, Content_Type=kind))
    read_done(answer(body, 201, Content_Type=kind))
    read_done(Response(status=200, headers={}, body=body))


def test_an_undecodable_field_does_not_hide_a_refusal() -> None:
    error = refusal(b'{"r": -1, "message": "Agent not found", "x": "\xff"}')
    assert isinstance(error, ApiError)
    assert (error.code, error.outcome) == (-1, "refused")


# the facts


@pytest.mark.parametrize(
    "body",
    [
        b'{"r": 0, "data": 7, "big": "' + b"x" * 200_000 + b'"}',
        b'{"r": 0, "data": {"totalPages": "x", "agents": []}, "big": "' + b"x" * 200_000 + b'"}',
        b'{"r": 0, "data": {"agents": [{"id": "A"}]}, "big": "' + b"x" * 200_000 + b'"}',
        b'{"r": "x", "big": "' + b"x" * 200_000 + b'"}',
        b'{"r": 1, "big": "' + b"x" * 200_000 + b'"}',
    ],
)
def test_errors_in_the_shape_carry_status_and_a_capped_body(body: bytes) -> None:
    with pytest.raises(SdkError) as caught:
        read_page(answer(body, X_Request_Id="q"), number=1, page_size=50, strict=False)
    assert (caught.value.status, caught.value.request_id) == (200, "q")
    assert caught.value.body == body[:BODY_CAP]


def test_a_token_that_is_echoed_is_masked() -> None:
    for body in ({"r": 6, "message": f"token {JWT} expired"}, {"r": "x", "message": JWT}):
        error = refusal(body)
        assert JWT not in error.message
        assert JWT.encode() not in (error.body or b"")


# Refusals

REFUSALS: list[tuple[int, Any, type[ApiError]]] = [
    (200, {"r": -1, "message": "Agent not found"}, NotFoundError),
    (200, {"r": -1, "message": "Group agent not found"}, NotFoundError),
    (200, {"r": -1, "msg": "Queue does not exist"}, NotFoundError),
    (200, {"r": -1, "message": "Queue could not be found"}, NotFoundError),
    (200, {"r": -1, "message": "Không tìm thấy agent"}, NotFoundError),
    (200, {"r": -1, "message": "Nhóm không tồn tại"}, NotFoundError),
    (200, {"r": -1, "message": "Keypress not found"}, NotFoundError),
    (200, {"r": -1, "message": "Monkey not found"}, NotFoundError),
    (200, {"r": -1, "message": "The agent doesn't exist"}, NotFoundError),
    (200, {"r": -1, "message": "This queue no longer exists"}, NotFoundError),
    (200, {"r": -1, "message": "No such group"}, NotFoundError),
    (200, {"r": -1, "message": "Agent already deleted"}, NotFoundError),
    (404, {"r": -1}, NotFoundError),
    (404, {"r": "4", "msg": "?"}, NotFoundError),
    (200, {"r": -1, "message": "Agent not found or you have no permission for it"}, NotFoundError),
    (200, {"r": -1, "message": "You have no permission, or the queue was not found"}, NotFoundError),
    (200, {"r": -1, "message": "Agent not found or your API key has no permission"}, NotFoundError),
    (200, {"r": 2, "message": "Number existed", "numberID": "NU1"}, AlreadyExistsError),
    (200, {"r": 2}, AlreadyExistsError),
    (200, {"r": "2", "message": "?"}, AlreadyExistsError),
    (200, {"r": 3, "message": "Agent already in group"}, AlreadyExistsError),
    (200, {"r": 3, "message": "Agent is exist"}, AlreadyExistsError),
    (200, {"r": 3, "message": "Tên đã tồn tại"}, AlreadyExistsError),
    (409, {"r": 7}, AlreadyExistsError),
    (200, {"r": 3, "message": "Already reached the maximum number of agents"}, LimitReachedError),
    (200, {"r": 2, "message": "Already reached the maximum number of agents"}, LimitReachedError),
    (200, {"r": 2, "message": "Your plan allows only 5 agents"}, LimitReachedError),
    (409, {"r": 2, "message": "Cannot create more than 10 agents"}, LimitReachedError),
    (409, {"r": 3, "message": "Agent limit reached"}, LimitReachedError),
    (400, {"r": 3, "msg": "Max agents of this package reached"}, LimitReachedError),
    (200, {"r": 3, "message": "You exceed the number of seats, too many agents"}, LimitReachedError),
    (200, {"r": 3, "message": "Đã đạt giới hạn số agent"}, LimitReachedError),
    (200, {"r": 2, "message": "The number of agents exceeds the limit"}, LimitReachedError),
    (200, {"r": 2, "message": "Agent limit exceeded"}, LimitReachedError),
    (200, {"r": 2, "message": "Exceeded maximum agents"}, LimitReachedError),
    (200, {"r": 2, "message": "Number of seats exceeded"}, LimitReachedError),
    (200, {"r": 2, "message": "License limit exceeded"}, LimitReachedError),
    (409, {"r": 3, "message": "Not enough licenses"}, LimitReachedError),
    (200, {"r": 2, "message": "maximum reached by agent", "agentID": "A1"}, AlreadyExistsError),
    (200, {"r": 3, "message": "User name: maximum length exceeded"}, InvalidRequestError),
    (200, {"r": 3, "message": "Request limit of users exceeded"}, InvalidRequestError),
    (200, {"r": 9, "message": "name exceeds the maximum length of 64 characters"}, InvalidRequestError),
    (401, b"", AuthError),
    (401, {}, AuthError),
    (401, {"r": 7}, AuthError),
    (401, {"message": "token expired"}, AuthError),
    (403, {"r": 5, "message": "?"}, AuthError),
    (403, {"r": "5", "message": "keySid invalid"}, AuthError),
    (403, {"r": 45}, AuthError),
    (403, {"r": 1, "message": "Agent not found"}, PermissionDeniedError),
    (403, {"r": -9, "message": "no permission"}, PermissionDeniedError),
    (403, {"r": 0, "message": "?"}, PermissionDeniedError),
    (200, {"r": 45, "message": "?"}, AuthError),
    (200, {"r": -1, "message": "Access denied: invalid token"}, AuthError),
    (200, {"r": -1, "message": "Token already expired"}, AuthError),
    (200, {"r": -1, "message": "This API key has no permission for agents"}, PermissionDeniedError),
    (200, {"r": -1, "message": "You are unauthorized to change this queue"}, PermissionDeniedError),
    (200, {"r": -1, "message": "Key SID not found"}, AuthError),
    (200, {"r": -1, "message": "API key does not exists"}, AuthError),
    (200, {"r": -1, "message": "Token not exists"}, AuthError),
    (200, {"r": 6, "message": "Invalid access token"}, AuthError),
    (200, {"r": 6, "msg": "JWT expired"}, AuthError),
    (200, {"r": 6, "message": "Unauthorized"}, AuthError),
    (200, {"r": 6, "message": "Permission denied"}, PermissionDeniedError),
    (200, {"r": 6, "message": "Forbidden"}, PermissionDeniedError),
    (200, {"r": 9, "message": "name is required"}, InvalidRequestError),
    (200, {"r": 9}, InvalidRequestError),
    (400, {"r": 9, "message": "bad"}, InvalidRequestError),
    (425, {"r": 9, "message": "too early"}, ServerError),
    (429, {"r": 5, "message": "invalid token"}, RateLimitedError),
    (500, {"r": 2, "message": "exists"}, ServerError),
]


@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS)
def test_each_form_of_refusal_has_its_error(status: int, body: Any, kind: type[ApiError]) -> None:
    error = refusal(body, status)
    assert type(error) is kind
    assert error.status == status
    assert error.message
    not_done = kind is not ServerError or status in {421, 425}
    assert error.outcome == ("refused" if not_done else "unknown")
    assert error.body is not None
    assert not error.foreign


@pytest.mark.parametrize("status", [403, 404])
@virtual
async def test_what_a_foreign_page_says_is_missing_is_not_taken_for_missing(status: int) -> None:
    transport = ScriptedTransport(default=lambda _: answer(HTML, status, Content_Type="text/html"))
    async with StringeeClient(
        KEY_SID, KEY_SECRET, icc_url="https://proxy.example/pbx", transport=transport
    ) as client:
        for call in (
            lambda: client.agents.delete("AG_X", missing_ok=True),
            lambda: client.group_agents.remove(agent_id="AG_X", group_id="GR_X", missing_ok=True),
        ):
            with pytest.raises(DecodeError, match=r"https://proxy\.example/pbx, which has a path") as caught:
                await call()
            assert caught.value.retryable
    async with client_over(transport) as client:
        with pytest.raises(DecodeError, match=r"the address in use is https://icc\.example[ ;]") as caught:
            await client.agents.create(name="A", stringee_user_id="a")
        assert not caught.value.retryable


@virtual
async def test_a_refusal_about_one_object_stops_no_bulk_run() -> None:
    said = {"r": -1, "message": "Agent not found or you have no permission for it"}
    cases = [answer(said), answer({"r": -9, "message": "no permission"}, 403), answer(HTML, 403)]

    def respond(request: Request) -> Response:
        number = int(request.url.rpartition("/A")[2])
        return cases[number] if number < len(cases) else answer({"r": 0})

    transport = ScriptedTransport(default=respond)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        outcomes = [
            outcome
            async for outcome in bulk(
                client.agents.delete, (f"A{number}" for number in range(200)), concurrency=2
            )
        ]
    wrong = {outcome.item: type(outcome.error) for outcome in outcomes if outcome.state != "done"}
    assert wrong == {"A0": NotFoundError, "A1": PermissionDeniedError, "A2": DecodeError}
    assert len(transport.requests) == 200


@pytest.mark.parametrize(("status", "body"), [(403, {"r": 5}), (401, {}), (200, {"r": 5, "message": "jwt"})])
def test_a_refused_credential_says_what_to_check(status: int, body: Any) -> None:
    text = str(refusal(body, status))
    for cause in ("key SID", "cty", "region"):
        assert cause in text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"numberID": "NU1"}, "NU1"),
        ({"agentID": 7}, "7"),
        ({"project": 246, "projectID": 246, "requestID": "q", "agentID": "A1"}, "A1"),
        ({"agentID": ""}, None),
        ({"agentID": None}, None),
        ({"agentID": True}, None),
        ({"ID": "x"}, None),
        ({}, None),
    ],
)
def test_r_2_carries_the_id_that_exists(fields: dict[str, Any], expected: str | None) -> None:
    error = refusal({"r": 2, "message": "existed", **fields})
    assert isinstance(error, AlreadyExistsError)
    assert error.existing_id == expected
    assert refusal({"r": 9, **fields}).existing_id is None


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"message": "m", "msg": "n"}, "m"),
        ({"msg": "n"}, "n"),
        ({"message": "", "msg": "n"}, "n"),
        ({"message": None, "msg": "n"}, "n"),
        ({"message": {"a": 1}}, "the vendor refused (HTTP 200, r 9)"),
        ({}, "the vendor refused (HTTP 200, r 9)"),
    ],
)
def test_the_text_is_message_or_msg(fields: dict[str, Any], text: str) -> None:
    assert refusal({"r": 9, **fields}).message == text


@pytest.mark.parametrize(
    ("code", "expected"), [(9, 9), ("9", 9), ("E9", "E9"), (None, None), ({"a": 1}, None), ([], None)]
)
def test_a_code_is_a_number_or_text(code: Any, expected: Any) -> None:
    """The vendor's code is kept as number or text; anything else would be a piece of body in the text."""
    error = refusal({"r": code, "message": "no"}, 400)
    assert error.code == expected
    assert "{" not in str(error)


# Creates


@pytest.mark.parametrize(
    ("project", "expected"),
    [(246, 246), ("246", "246"), (None, None), ([], None), (True, None), ("absent", None)],
)
def test_a_create_returns_id_project_and_message(project: Any, expected: Any) -> None:
    body = {"r": 0, "agentID": "A1", "msg": "ok", "project": project}
    if project == "absent":
        del body["project"]
    result = created(answer(body), "agentID")
    assert (result.id, result.project, result.message) == ("A1", expected, "ok")


def test_an_id_may_be_a_number() -> None:
    assert created(answer({"r": 0, "agentID": 0}), "agentID").id == "0"


@pytest.mark.parametrize("value", [None, "", [], {}, True, 1.5])
def test_success_without_an_id_is_no_success(value: Any) -> None:
    for body in ({"r": 0, "agentID": value}, {"r": 0, "groupID": "G1"}):
        with pytest.raises(DecodeError, match="holds no agentID") as caught:
            created(answer(body), "agentID")
        assert caught.value.paths == ("$.agentID",)
        assert caught.value.outcome == "unknown"
        assert not caught.value.may_repeat(RetryClass.CREATE)
        assert caught.value.status == 200


def test_an_object_is_read_from_the_top_level() -> None:
    assert read_object(answer({"r": 0, "callSetting": {"a": 1}})) == {"r": 0, "callSetting": {"a": 1}}


# Pages


@pytest.mark.parametrize("name", ["totalAgents", "totalGroups", "totalCount", "total", "totalRows"])
@pytest.mark.parametrize("count", ["2", 2, 2.0])
def test_counts_come_as_text_under_many_names(name: str, count: Any) -> None:
    page = paged({"totalPages": "1", name: count, "currentPage": "1", "limit": "50", "agents": [{"id": "A"}]})
    assert (page.total, page.total_pages, page.number, page.page_size) == (2, 1, 1, 50)
    assert [agent.id for agent in page.items] == ["A"]


def test_a_count_that_disagrees_with_the_rows_is_not_checked() -> None:
    """The vendor's own samples count 2 and show 1."""
    assert paged(listed("A", totalAgents="2")).total == 2


@pytest.mark.parametrize("count", [None, "", "many", [], -1, "-1", 1.5])
def test_a_count_that_cannot_be_read_is_none(count: Any) -> None:
    block = listed("A")
    block["totalAgents"] = count
    assert paged(block).total is None
    assert paged({**block, "totalCount": 5}).total == 5


@pytest.mark.parametrize(
    "data",
    [[], {}, {"totalAgents": 0, "agents": None}, {"agents": []},
     {"totalPages": None, "totalAgents": "0", "agents": []}, b'{"r": 0, "data": [ ]}', b'{"r": 0, "data": [\n]}',
     b'{"r": 0, "data": {"totalPages": 0, "totalAgents": "0", "currentPage": 1, "limit": 50}}'],
)  # fmt: skip
def test_an_empty_listing_in_every_form(data: Any) -> None:
    page = paged(data)
    assert (page.items, page.malformed, page.total_pages) == ((), (), 0)


def test_the_vendors_sample_with_trailing_commas_is_read() -> None:
    """The documentation's own samples end in commas."""
    text = b"""\xef\xbb\xbf{
      "r": 0, "project": 246,
      "data": {"totalAgents": "2", "totalPages": 1, "currentPage": 1, "limit": 50,
        "agents": [{"id": "AG_XPHOV0V7X71EFH98", "manual_status": null, "name": "A, ]",},],
      },
    }"""
    [agent] = paged(text).items
    assert (agent.id, agent.name, agent.manual_status) == ("AG_XPHOV0V7X71EFH98", "A, ]", None)


def test_a_documented_page_is_decoded_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page as documented never takes the patient way, and its rows still have their extras and can be pickled."""
    monkeypatch.setattr(pages, "read_page", None)
    body = {"r": 0, "data": listed("A", "B", totalAgents="2")}
    body["data"]["agents"][1]["new"] = [1]
    page = PAGES.read(answer(body), number=1, page_size=50, strict=False)
    assert [agent.id for agent in page.items] == ["A", "B"]
    assert (page.total, page.total_pages, page.number) == (2, 1, 1)
    assert [dict(agent.extra) for agent in page.items] == [{}, {"new": [1]}]
    again = pickle.loads(pickle.dumps(page.items[1]))
    assert (again, dict(again.extra)) == (page.items[1], {"new": [1]})


@pytest.mark.parametrize(
    "block",
    [
        {"totalAgents": None, "totalOther": "1"},
        {"totalCount": 2},
        {"totalPages": "x"},
        {"totalPages": None},
        {"totalPages": -1},
        {"totalAgents": "-1"},
        {"currentPage": None},
        {"currentPage": 0},
        {"currentPage": "1"},
        {"currentPage": -2},
        {"currentPage": [1]},
        {"limit": {}},
        {"agents": None},
        {"agents": {}},
        {"agents": [7]},
        {"agents": [{"id": None}]},
        {"agents": [{"id": "A", "system_status": "x"}]},
    ],
)
@pytest.mark.parametrize("envelope", [{"r": 0}, {"r": "0"}, {"r": 3, "message": "no"}, {}])
def test_both_ways_of_reading_agree(block: dict[str, Any], envelope: dict[str, Any]) -> None:
    """However a page is odd, reading it in one go and reading it patiently end alike: `read_page` compares."""
    data = {"totalPages": 1, "totalAgents": "1", "currentPage": 1, "agents": [{"id": "A"}], **block}
    with contextlib.suppress(SdkError):
        read_page(answer({**envelope, "data": data}))
    with contextlib.suppress(SdkError):
        read_page(
            answer({**envelope, "data": {name: value for name, value in data.items() if value is not None}})
        )
