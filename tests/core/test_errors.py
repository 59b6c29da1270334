"""The errors: what they say, what they keep to themselves, and whether the call may be repeated."""

from __future__ import annotations

import asyncio
import copy
import gc
import importlib
import inspect
import pickle
import pkgutil
import re
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stringee_async
from stringee_async.core import errors
from stringee_async.core.errors import (
    BODY_CAP,
    AlreadyExistsError,
    AmbiguousError,
    ApiError,
    AuthError,
    ClosedError,
    ConfigError,
    DeadlineError,
    DecodeError,
    FailedAttempt,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    Repeat,
    SdkError,
    ServerError,
    SpecError,
)
from stringee_async.core.messages import Response
from stringee_async.core.options import Timeouts
from stringee_async.core.retry import RetryPolicy
from stringee_async.core.retry_class import RetryClass
from stringee_async.emulator.itniotech.codes import PARAMETER, RefusedError
from tests.kit import ScriptedTransport, answer, client_over, virtual

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJTSyJ9.c2lnbmF0dXJl"
FIELDS: dict[str, Any] = {
    "vendor": "stringee",
    "operation": "agents.create",
    "method": "POST",
    "path": "/v1/agent/{agent_id}",
    "status": 429,
    "code": -1,
    "request_id": "req-1",
    "retry_after": 2.5,
    "attempts": 3,
    "elapsed": 1.25,
    "outcome": "unknown",
    "stage": "exchange",
    "spent": {"queue": 0.5, "exchange": 0.75},
    "body": b'{"r": -1}',
    "existing_id": "A1",
    "paths": ("$.r",),
    "ids": ("A1", "A2"),
    "history": (FailedAttempt("NotSentError", "not_sent", 0.5),),
    "retry_class": RetryClass.CREATE,
    "foreign": True,
}


def _modules() -> Iterator[Any]:
    yield stringee_async
    for found in pkgutil.walk_packages(stringee_async.__path__, "stringee_async."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _public_exceptions() -> list[type[Exception]]:
    found = {
        kind
        for module in _modules()
        for name, kind in vars(module).items()
        if inspect.isclass(kind)
        and issubclass(kind, Exception)
        and kind.__module__.startswith("stringee_async")
        and not name.startswith("_")
    }
    return sorted(found, key=lambda kind: kind.__qualname__)


EXCEPTIONS = _public_exceptions()


def _tree() -> dict[str, type[SdkError]]:
    return {name: kind for name, kind in vars(errors).items() if _is_error(kind)}


def _is_error(kind: object) -> bool:
    return inspect.isclass(kind) and issubclass(kind, SdkError)


def test_the_drawing_equals_the_classes() -> None:
    """The tree in the module's docstring is the tree of the classes."""
    drawn: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in str(errors.__doc__).splitlines():
        found = re.fullmatch(r"( +)(\w+Error)", line)
        if found:
            depth, name = len(found[1]), found[2]
            above = [(far, parent) for far, parent in above if far < depth]
            drawn[name] = above[-1][1] if above else "Exception"
            above.append((depth, name))
    assert drawn == {name: kind.__bases__[0].__name__ for name, kind in _tree().items()}


REPEATS = {
    "NotSentError": Repeat.ALWAYS,
    "RateLimitedError": Repeat.ALWAYS,
    "OutcomeUnknownError": Repeat.IF_IDEMPOTENT,
    "DecodeError": Repeat.IF_IDEMPOTENT,
    "ServerError": Repeat.IF_IDEMPOTENT,
}


@pytest.mark.parametrize("name", sorted(_tree()))
def test_each_class_says_when_its_call_may_be_repeated(name: str) -> None:
    """The rule of every class, and what it means for reads, writes and creates, is the one documented."""
    kind = _tree()[name]
    rule = REPEATS.get(name, Repeat.NEVER)
    assert kind.repeat is rule
    error = kind()
    idempotent = rule is not Repeat.NEVER
    assert error.may_repeat(RetryClass.READ) is idempotent
    assert error.may_repeat(RetryClass.IDEMPOTENT_WRITE) is idempotent
    assert error.may_repeat(RetryClass.CREATE) is (rule is Repeat.ALWAYS)
    assert error.retryable is (rule is Repeat.ALWAYS)  # nothing is known of the operation
    assert not kind(outcome="unknown").retryable


OUTCOMES = {
    "ConfigError": "not_sent",
    "ClosedError": "not_sent",
    "NotSentError": "not_sent",
    "CertificateError": "not_sent",
    "ProxyError": "not_sent",
    "OutcomeUnknownError": "unknown",
    "DecodeError": "unknown",
    "ServerError": "unknown",
}


@pytest.mark.parametrize("name", sorted(_tree()))
def test_each_class_says_what_the_vendor_did(name: str) -> None:
    """`outcome` is not_sent, refused, unknown, or None where the question does not arise."""
    kind = _tree()[name]
    expected = OUTCOMES.get(name, "refused" if issubclass(kind, ApiError) else None)
    assert kind().outcome == expected


@pytest.mark.parametrize("name", sorted(_tree()))
def test_each_class_has_a_sentence_of_its_own(name: str) -> None:
    """Without a message an error says its class's first line."""
    kind = _tree()[name]
    assert kind().message == str(kind.__doc__).splitlines()[0]
    assert kind.__doc__
    assert isinstance(kind(), SdkError)


def test_a_config_error_is_a_value_error() -> None:
    """Wrong arguments can be caught the usual way."""
    assert issubclass(ConfigError, ValueError)


def test_every_error_exposes_the_facts() -> None:
    """Vendor, operation, method, path, status, code, message, id, attempts, time, outcome and body are there."""
    error = RateLimitedError("slow down", **FIELDS)
    for name, value in FIELDS.items():
        assert getattr(error, name) == value, name
    assert error.message == "slow down"
    assert not error.retryable  # an attempt of unknown outcome is in its history
    assert str(error) == (
        "agents.create: slow down [HTTP 429, code -1, request id req-1, retry after 2.5 s, attempts 3]"
    )
    assert repr(error) == f"RateLimitedError({str(error)!r})"


def test_a_bare_error_prints_its_message_only() -> None:
    """Facts that are not known are not printed; one attempt is nothing to tell."""
    assert str(NotSentError("no connection", attempts=1)) == "no connection"


def test_the_body_is_capped() -> None:
    """An error keeps the first 64 KiB of a response, also when it is filled in later."""
    error = ServerError(body=b"x" * 200_000)
    assert error.body == b"x" * BODY_CAP
    error = ServerError()
    error.add(body=b"y" * 200_000)
    assert error.body == b"y" * BODY_CAP
    assert BODY_CAP == 64 * 1024


def test_a_detail_that_does_not_exist_is_a_mistake() -> None:
    """A misspelt detail is a TypeError, not silently lost."""
    with pytest.raises(TypeError, match="statsu"):
        ApiError("no", statsu=1)
    with pytest.raises(TypeError, match="statsu"):
        ApiError("no").add(statsu=1)


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__qualname__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_exceptions_survive_pickle_and_copy(kind: type[Exception], protocol: int) -> None:
    """Every public exception of the package comes back from pickle, copy and deepcopy with equal fields."""
    cause = PARAMETER if kind is RefusedError else "what happened"
    error = kind(cause, **FIELDS) if issubclass(kind, SdkError) else kind(cause)
    for twin in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert twin.__dict__ == error.__dict__
        assert twin.args == error.args
        assert (str(twin), repr(twin)) == (str(error), repr(error))


def test_the_walk_finds_every_class() -> None:
    """The walk over the package meets all classes of the tree, and nothing outside it but the emulator's."""
    assert set(_tree().values()) <= set(EXCEPTIONS)
    apart = ("stringee_async.emulator", "stringee_async.cli")
    assert all(issubclass(kind, SdkError) for kind in EXCEPTIONS if not kind.__module__.startswith(apart))


def test_an_error_that_was_changed_keeps_the_change() -> None:
    """What the session adds after the error was made survives, and so do notes."""
    error = AlreadyExistsError("exists", existing_id="A1")
    error.attempts = 4
    error.add_note("row 7")
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.attempts, twin.existing_id, twin.__notes__) == (4, "A1", ["row 7"])


PERSONAL = ["an.nguyen+1@example.com", "84901234567", "+84 90 123 45 67", "0901-234-567", JWT]


@pytest.mark.parametrize("kind", [kind for kind in EXCEPTIONS if issubclass(kind, SdkError)])
@pytest.mark.parametrize("private", PERSONAL)
def test_the_text_of_an_error_holds_nothing_private(kind: type[SdkError], private: str) -> None:
    """`str` and `repr` show no body, token, phone number or e-mail, but two characters of both ends; `message` does."""
    body = f'{{"secret-field": "{private}"}}'.encode()
    error = kind(f"user {private} exists", code=f"code {private}", body=body)
    for text in (str(error), repr(error), f"{error}"):
        assert private not in text
        assert "secret-field" not in text
        assert ("***" if private == JWT else f"user {private[:2]}...") in text
    assert (private in error.message) is (private != JWT)
    assert (private.encode() in (error.body or b"")) is (private != JWT)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(), st.from_regex(r"\+?[0-9]{9,14}", fullmatch=True), st.text())
def test_phone_numbers_are_masked_wherever_they_stand(before: str, phone: str, after: str) -> None:
    """A run of digits as long as a phone number never shows in the text of an error."""
    assert phone.removeprefix("+") not in str(AuthError(f"{before} {phone} {after}"))


def test_credentials_are_masked_wherever_an_response_repeats_them() -> None:
    """`mask` takes a text out of message, code, ids, body, args, copies and pickles; what is not there stays unset."""
    error = AlreadyExistsError(
        "bad canary-1", code="canary-2", request_id="x canary-1", existing_id="canary-2", body=b"<canary-1>"
    )
    error.mask("canary-1", "canary-2")
    for seen in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert "canary" not in f"{seen} {seen!r} {seen.args!r} {vars(seen)!r}"
    assert error.message == "bad ***"
    number = ServerError("down", code=7)
    number.mask("canary-1")
    assert (number.code, number.request_id, number.existing_id, number.body) == (7, None, None, None)


def test_ids_and_short_numbers_are_readable() -> None:
    """Opaque ids and small numbers stay in the text, or nobody could use it."""
    text = str(DecodeError("agent AG_XPHOV0V7X71EFH98, wrap-up 120, HTTP 503", code="E42"))
    assert "AG_XPHOV0V7X71EFH98" in text
    assert "120" in text
    assert "code E42" in text


def test_the_outcome_of_one_error_does_not_leak_into_another() -> None:
    """Errors share no mutable state."""
    first, second = OutcomeUnknownError(), OutcomeUnknownError()
    first.spent["queue"] = 1.0
    first.outcome = "refused"
    assert second.spent == {}
    assert second.outcome == "unknown"


RETRYABLE: list[tuple[SdkError, tuple[bool, bool, bool]]] = [
    # error, and whether a read, an idempotent write and a create may be sent again
    (ServerError(), (True, True, False)),
    (ServerError(outcome="refused"), (True, True, True)),
    (OutcomeUnknownError(), (True, True, False)),
    (DecodeError(), (True, True, False)),
    (NotSentError(), (True, True, True)),
    (NotSentError(outcome="unknown"), (True, True, False)),
    (RateLimitedError(), (True, True, True)),
    (RateLimitedError(outcome="unknown"), (True, True, False)),
    (DeadlineError(), (True, True, False)),
    (DeadlineError(outcome="unknown"), (True, True, False)),
    (DeadlineError(outcome="not_sent"), (True, True, True)),
    (AuthError(), (False, False, False)),
    (NotFoundError(), (False, False, False)),
    (LimitReachedError(), (False, False, False)),
    (ConfigError(), (False, False, False)),
    (ClosedError(), (False, False, False)),
]


@pytest.mark.parametrize(("error", "expected"), RETRYABLE, ids=repr)
def test_retryable_speaks_of_the_very_call_that_failed(
    error: SdkError, expected: tuple[bool, bool, bool]
) -> None:
    """A failed read may be sent again; a create only if it is certain that it was not carried out."""
    for retry_class, may in zip(
        (RetryClass.READ, RetryClass.IDEMPOTENT_WRITE, RetryClass.CREATE), expected, strict=True
    ):
        error.retry_class = retry_class
        assert error.retryable is may, retry_class
    error.retry_class = None
    assert error.retryable is expected[2], "an operation that is not known counts as a create"


@virtual
@pytest.mark.parametrize("call", ["read", "delete", "create"])
async def test_an_error_carries_the_retry_class_of_its_operation(call: str) -> None:
    """Whoever catches an error of a read, a delete or a create learns from it whether to send it again."""
    transport = ScriptedTransport(default=lambda _: answer(b"", 500))
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        with pytest.raises(ServerError) as caught:
            if call == "read":
                [_ async for _ in client.agents.list()]
            elif call == "delete":
                await client.agents.delete("A1")
            else:
                await client.agents.create(name="A", stringee_user_id="a")
    expected = {
        "read": (RetryClass.READ, True),
        "delete": (RetryClass.IDEMPOTENT_WRITE, True),
        "create": (RetryClass.CREATE, False),
    }
    assert (caught.value.retry_class, caught.value.retryable) == expected[call]
    assert len(transport.requests) == 1


async def test_an_ensure_that_failed_may_be_called_again() -> None:
    """The very same call is the `ensure`, not the create in it: after a lost create it may be called again."""
    empty = answer({"r": 0, "data": {"agents": [], "totalPages": 1, "currentPage": 1, "totalAgents": 0}})
    transport = ScriptedTransport(empty, OutcomeUnknownError(), NotSentError())
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.agents.ensure(name="A", stringee_user_id="a")
    assert (caught.value.retry_class, caught.value.retryable) == (RetryClass.IDEMPOTENT_WRITE, True)
    assert caught.value.outcome == "unknown"
    assert len(transport.requests) == 3


HOSTILE = {
    "a word without end": "a",
    "digits": "1",
    "digits apart": "1 ",
    "half an address": "a@",
    "half addresses": "a.b@c-",
    "beginnings of tokens": "eyJ",
    "tokens cut after a dot": "eyJaaaaa.",
    "plus signs": "+",
    "escapes": "\x1b[",
    "numbers with dots": "1.2.",
    "blanks": " ",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_the_time_to_print_an_error_grows_with_its_length_only(case: str) -> None:
    """Whatever a vendor sends as its message, code or body, an error is made, masked and printed at once."""
    piece = HOSTILE[case]
    text = piece * (BODY_CAP // len(piece))
    started = time.process_time()
    error = ApiError(text, code=text, body=text.encode(), request_id=text)
    error.mask("canary-1")
    shown = str(error)
    assert time.process_time() - started < 1.5  # a quadratic mask takes from 2 s up
    assert len(shown) < 20_000


def test_a_long_message_is_cut_and_says_so() -> None:
    """`str` shows the beginning of a long message and counts the rest; `message` keeps 64 Ki characters."""
    error = ApiError("no. " * 1_000)
    assert str(error).endswith("more characters)")
    assert len(str(error)) < 2_100
    assert error.message == "no. " * 1_000
    assert len(ApiError("x" * 200_000).message) == BODY_CAP


@pytest.mark.parametrize("private", ["84901234567", "+84 90 123 45 67", "an.nguyen@example.com", JWT])
def test_no_half_of_a_private_value_shows_where_a_message_is_cut(private: str) -> None:
    """Wherever the cut falls, the piece of a number, an address or a token before it is left out."""
    for shift in range(len(private)):
        text = "x" + " " * (1_999 - len(private) + shift) + private + " tail " * 50
        shown = str(ApiError(text))
        assert private[:5] not in shown


OURS = [
    "the response is larger than 33554432 bytes",
    "the response is larger than 1073741824 bytes",
    "no connection to 127.0.0.1:45231 (ClientConnectorError); nothing was sent",
    "no connection to 192.168.100.200:8700; nothing was sent",
    "agents of group 5000047 were asked for",
    "calls since 2026-11-28 05:37:26",
    "calls since 2026-11-28T05:37:26+07",
]


@pytest.mark.parametrize("text", OURS)
def test_sizes_ports_times_and_ids_of_ours_stay_readable(text: str) -> None:
    """What this package itself says of sizes, addresses, times and short ids is no personal data."""
    assert str(SdkError(text)) == text


def test_ids_that_an_error_names_stay_readable_although_they_look_like_phone_numbers() -> None:
    """The ids of ambiguous objects, or of the existing one, are what the reader needs; other numbers are masked."""
    text = "2 objects carry the same name (8800000001, 8800000002); asked by 84901234567"
    shown = str(AmbiguousError(text, ids=("8800000001", "8800000002")))
    assert "8800000001, 8800000002" in shown
    assert "84901234567" not in shown
    assert "8800000003" in str(AlreadyExistsError("number 8800000003 existed", existing_id="8800000003"))


STEERING = [
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "\r\nERROR forged",
    "\u202egnp.exe",
    "\u2028next",
    "\udcff\udc80",
]


@pytest.mark.parametrize("text", STEERING)
@pytest.mark.parametrize("place", ["message", "code", "request id"])
def test_what_a_vendor_sends_never_steers_a_terminal(text: str, place: str) -> None:
    """Escape sequences, line breaks, direction marks and bytes that are no UTF-8 are printed as escapes."""
    error = {
        "message": lambda: ApiError(f"no {text}"),
        "code": lambda: ApiError("no", code=text),
        "request id": lambda: ApiError("no", request_id=text),
    }[place]()
    error.operation = "agents.list"
    for shown in (str(error), repr(error), "".join(traceback.format_exception(error))):
        shown.encode("utf-8")
        lines = shown.rstrip("\n").split("\n")
        assert len(lines) == 1
        assert lines[0].isprintable()


def test_our_own_line_breaks_stay() -> None:
    """A list of problems that this package wrote keeps its lines."""
    assert str(SpecError("2 problems:\n  line 1\n\tline 2")) == "2 problems:\n  line 1\n\tline 2"
    assert str(NotFoundError("Không tìm thấy agent 😀")) == "Không tìm thấy agent 😀"


LARGE = b"y" * 2_000_000
KEPT: dict[str, tuple[bytes, int, type[SdkError]]] = {
    "a refusal": (b'{"r": 7, "message": "no", "x": "%s"}' % LARGE, 200, InvalidRequestError),
    "a wrong shape": (b'{"r": 0, "data": 7, "x": "%s"}' % LARGE, 200, DecodeError),
    "no JSON": (b"<html>" + LARGE, 200, DecodeError),
    "a failure": (LARGE, 500, ServerError),
}


@virtual
@pytest.mark.parametrize("attempts", [1, 3])
@pytest.mark.parametrize("case", KEPT)
async def test_an_error_that_is_kept_does_not_keep_the_response(case: str, attempts: int) -> None:
    """Of a response of 2 MB no more than 64 KiB lives as long as its error, whoever keeps the error."""
    body, status, kind = KEPT[case]
    kept: list[SdkError] = []
    transport = ScriptedTransport(default=lambda _: answer(bytes(bytearray(body)), status))
    gc.collect()
    gc.disable()  # what is released must not need the collector of cycles
    try:
        async with client_over(transport, retry=RetryPolicy(max_attempts=attempts)) as client:
            try:
                [_ async for _ in client.agents.list()]
            except SdkError as error:
                kept.append(error)
        large = [
            found for found in gc.get_objects() if isinstance(found, Response) and len(found.body) > 10**6
        ]
    finally:
        gc.enable()
    assert type(kept[0]) is kind
    assert large == []
    assert kept[0].body == body[:BODY_CAP]
    assert kept[0].__context__ is None


@virtual
@pytest.mark.parametrize("ending", ["total", "closed"])
async def test_an_error_of_a_call_that_was_ended_keeps_nothing_of_what_it_was_reading(ending: str) -> None:
    """A call that runs out of time, or whose client is closed, releases the response that it was reading."""

    async def slow(_: object) -> Response:
        response = answer(bytes(bytearray(LARGE)))
        await asyncio.sleep(100)
        return response

    gc.collect()
    gc.disable()
    try:
        client = client_over(ScriptedTransport(default=slow), timeouts=Timeouts(total=5.0))
        task = asyncio.create_task(client.agents.delete("A1"))
        await asyncio.sleep(1)
        if ending == "closed":
            await client.aclose()
        with pytest.raises(DeadlineError if ending == "total" else ClosedError) as caught:
            await task
        await client.aclose()
        large = [
            found for found in gc.get_objects() if isinstance(found, Response) and len(found.body) > 10**6
        ]
    finally:
        gc.enable()
    assert large == []
    assert caught.value.operation == "agents.delete"


@virtual
async def test_what_the_caller_was_handling_stays_with_its_frames() -> None:
    """An error that arises while the caller handles another leaves the other's traceback as it is."""
    async with client_over(ScriptedTransport(default=lambda _: answer(b"", 500))) as client:
        with pytest.raises(ServerError) as caught:
            try:
                await client.agents.delete("A0")
            except ServerError:
                await client.agents.delete("A1")
    before = caught.value.__context__
    assert isinstance(before, ServerError)
    assert before.__traceback__ is not None
    assert caught.value.__traceback__ is not None


def test_releasing_frames_keeps_the_causes() -> None:
    """The causes of an error stay readable, without the frames in which they arose, in a circle too."""
    error, cause = NotSentError("no token"), DecodeError("not JSON")
    cause.__cause__ = OSError("down")
    cause.__cause__.__cause__ = cause
    error.__cause__ = cause
    error.release_frames()
    assert error.__cause__ is cause
    assert cause.__traceback__ is None


def test_the_reset_of_a_quota_is_the_wait_that_was_asked_for() -> None:
    """`reset_after` and `retry_after` of a refusal for rate are the same seconds."""
    assert RateLimitedError(retry_after=2.5).reset_after == 2.5
    assert RateLimitedError().reset_after is None
