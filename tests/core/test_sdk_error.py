"""What every error of the package has, keeps and shows."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stringee_async
from stringee_async.core.dry_run import WouldSendError
from stringee_async.core.errors import (
    BODY_CAP,
    AlreadyExistsError,
    ApiError,
    AuthError,
    ClosedError,
    ConfigError,
    DeadlineError,
    DecodeError,
    FailedAttempt,
    LimitReachedError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from stringee_async.core.retry import RetryPolicy
from stringee_async.core.retry_class import RetryClass
from stringee_async.emulator.itniotech.codes import PARAMETER, RefusedError
from tests.kit import ScriptedTransport, agents, answer, client_over, virtual

from ..kit.error_tree import error_tree
from .rig import make_request

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJTSyJ9.c2lnbmF0dXJl"

FIELDS: dict[str, Any] = {
    "vendor": "stringee",
    "operation": "agents.create",
    "method": "POST",
    "path": "/v1/agent/{agent_id}",
    "status": 429,
    "code": -1,
    "request_id": "req-1",
    "call_id": "7.1",
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


def test_every_error_exposes_the_facts() -> None:
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
    assert str(NotSentError("no connection", attempts=1)) == "no connection"


def test_the_body_is_capped() -> None:
    error = ServerError(body=b"x" * 200_000)
    assert error.body == b"x" * BODY_CAP
    error = ServerError()
    error.add(body=b"y" * 200_000)
    assert error.body == b"y" * BODY_CAP
    assert BODY_CAP == 64 * 1024


def test_a_detail_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="statsu"):
        ApiError("no", statsu=1)
    with pytest.raises(TypeError, match="statsu"):
        ApiError("no").add(statsu=1)


CAUSES: dict[type[Exception], Any] = {RefusedError: PARAMETER, WouldSendError: make_request()}
"""What those are made with that are not made with a text."""


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__qualname__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_exceptions_survive_pickle_and_copy(kind: type[Exception], protocol: int) -> None:
    cause = CAUSES.get(kind, "what happened")
    error = kind(cause, **FIELDS) if issubclass(kind, SdkError) else kind(cause)
    for twin in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert twin.__dict__ == error.__dict__
        assert twin.args == error.args
        assert (str(twin), repr(twin)) == (str(error), repr(error))


def test_the_walk_finds_every_class() -> None:
    assert set(error_tree().values()) <= set(EXCEPTIONS)
    inside = (
        "stringee_async.core.dry_run",
        "stringee_async.core.http1",
        "stringee_async.core.response_body",
        "stringee_async.core.shared_listings",
    )
    apart = ("stringee_async.emulator", "stringee_async.cli", "stringee_async.provision", *inside)
    assert all(issubclass(kind, SdkError) for kind in EXCEPTIONS if not kind.__module__.startswith(apart))


def test_an_error_that_was_changed_keeps_the_change() -> None:
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
    text = str(DecodeError("agent AG_XPHOV0V7X71EFH98, wrap-up 120, HTTP 503", code="E42"))
    assert "AG_XPHOV0V7X71EFH98" in text
    assert "120" in text
    assert "code E42" in text


def test_the_outcome_of_one_error_does_not_leak_into_another() -> None:
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
    """An error of a read, a delete or a create says whether to send it again."""
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
    empty = agents()
    transport = ScriptedTransport(empty, OutcomeUnknownError(), NotSentError())
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.agents.ensure(name="A", stringee_user_id="a")
    assert (caught.value.retry_class, caught.value.retryable) == (RetryClass.IDEMPOTENT_WRITE, True)
    assert caught.value.outcome == "unknown"
    assert len(transport.requests) == 3
