"""Every message of a failed call has three parts: what happened, to which object, and what to do next."""

from __future__ import annotations

import re
from typing import Any

import pytest

from stringee_async import ClosedError, ConfigError, DecodeError, NotSentError, Request, RetryClass, SdkError
from stringee_async.core import errors
from stringee_async.core.error_context import describe
from stringee_async.core.messages import Response
from stringee_async.core.operation import Operation
from stringee_async.itniotech.codes import BY_CODE, BY_OPERATION
from stringee_async.itniotech.responses import nothing
from stringee_async.itniotech.responses import read as itniotech_read
from stringee_async.ringme.refusals import check as ringme_check
from stringee_async.ringme.refusals import not_removed
from stringee_async.stringee.responses import read_done as stringee_done

from .kit import answer
from .kit.operations import operations

OPERATIONS = operations()
LIBRARIES = re.compile(
    r"Input should|pydantic|cattrs|msgspec|Expected `|got (?:str|NoneType)\b", re.IGNORECASE
)
OF_CALLS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, SdkError)
    and kind not in {errors.ResponseError, errors.ApiError}
    and (
        issubclass(
            kind,
            errors.ResponseError | errors.OutcomeUnknownError | errors.DeadlineError | errors.PagingError,
        )
    )
]
"""Classes of errors that a request ends in; all others say in their own sentence what to do."""


def requested(operation: Operation, body: bytes | None = b'{"name": "Night", "type": 1}') -> Request:
    """Return a request of an operation, with 4711 in each hole of its path."""
    holes = re.findall(r"\{(\w+)\}", operation.path)
    path = {hole: "@me" if hole == "client_id" else "4711" for hole in holes}
    key = None if operation.natural_key is None else "a key"
    return operation.request("https://host.example", path=path, body=body, natural_key=key)


def described(error: SdkError, request: Request) -> str:
    """Return the text of an error as a call that it ends would complete it."""
    error.operation = request.operation
    if request.retry_class is RetryClass.READ and error.outcome == "unknown":
        error.outcome = "not_sent"
    describe(error, request)
    return str(error)


@pytest.mark.parametrize("kind", OF_CALLS)
def test_every_operation_that_ends_in_any_error_says_which_object_and_what_to_do_next(
    kind: type[SdkError],
) -> None:
    """All operations of all three vendors: the ids of the path are named, and each class of error has a next step."""
    for name, operation in OPERATIONS.items():
        text = described(kind("the vendor's words"), requested(operation))
        assert text.startswith(f"{operation.name}: the vendor's words; "), name
        for hole in re.findall(r"\{(\w+)\}", operation.path):
            assert (f"{hole} 4711" in text) is (hole != "client_id"), name
        if operation.retry_class is RetryClass.CREATE:
            assert "about name Ni" in text or "about name N..." in text, name
        assert "looks first" not in text or operation.natural_key is not None, name
        if operation.retry_class is RetryClass.READ:
            assert "may have acted" not in text, name


def refused(read: Any, response: Response, operation: Operation) -> str:
    with pytest.raises(SdkError) as caught:
        read(response)
    assert LIBRARIES.search(caught.value.message) is None
    return described(caught.value, requested(operation))


STRINGEE = [
    (200, {"r": 2, "message": "Agent existed", "agentID": "AG_9"}, "Agent existed; its id is AG_9 (existing_id); agents.ensure"),
    (200, {"r": 2, "message": "Agent existed"}, "Agent existed; agents.ensure takes what is there"),
    (200, {"r": -1, "message": "Agent not found"}, "Agent not found; check the id"),
    (200, {"r": -9, "message": "no permission"}, "no permission; use credentials that may do it"),
    (403, {"r": -9}, "the vendor refused (HTTP 403, r -9); use credentials that may do it"),
    (404, {"r": 1}, "the vendor refused (HTTP 404, r 1); check the id"),
    (409, {"r": 1}, "the vendor refused (HTTP 409, r 1); agents.ensure"),
    (401, {"r": 45, "message": "keySid invalid"}, "keySid invalid; check that the key SID and secret belong together"),
    (401, {}, "the credentials were refused; check that the key SID"),
    (403, {"r": 5}, "the credentials were refused; check that the key SID"),
    (200, {"r": 45, "message": "signature"}, "signature; check the credentials"),
    (200, {"r": 8, "message": "maximum number of agents reached"}, "reached; delete what is not needed, or have the vendor"),
    (400, {"r": 7, "message": "name is too long"}, "name is too long; correct what the message names"),
    (400, {"r": 7}, "the vendor refused (HTTP 400, r 7); the vendor does not say why: check the arguments"),
    (429, {"r": 7}, "too many requests; wait; rate_limit= of the client"),
    (500, {"r": 7}, "the server failed; the vendor may have acted: use agents.ensure, which looks first"),
    (307, None, "the host redirects, and redirects are not followed; set the URL that it points to"),
    (200, [1], "; the vendor may have acted: use agents.ensure"),
    (200, {"x": 1}, "so it does not say whether the call succeeded; the vendor may have acted: use agents.ensure"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "expected"), STRINGEE)
def test_each_refusal_of_stringee_has_the_three_parts(status: int, body: Any, expected: str) -> None:
    """Whatever the vendor says, and where it says nothing: the message tells what to do."""
    text = refused(stringee_done, answer(body, status), OPERATIONS["stringee:agents.create"])
    assert text.startswith("agents.create: ")
    assert expected in text
    assert "about name Night" not in text  # a person's name is not shown whole
    assert "about name N..." in text


RINGME = [
    (400, {"message": "An extension of this name exists already"}, "extensions.ensure takes what is there"),
    (404, {"message": "Record not found"}, "Record not found; check the id"),
    (401, {"message": "Unauthorized"}, "Unauthorized; a new token was asked for and refused too"),
    (401, {}, "the token was refused; a new token was asked for"),
    (403, {"status": "access_denied"}, "this is not allowed; check the access level of the application"),
    (403, {"status": "limit_exceeded", "message": "No more than 100 events"}, "events; delete what is not needed"),
    (400, {"message": "The agent is in a queue"}, "in a queue; take the agent out of its queues first"),
    (409, {"message": "The record is busy"}, "busy; undo what the message names"),
    (429, {"message": "statistics are being counted"}, "counted; wait until the query that runs has ended"),
    (429, {"status": "rate_limit_exceeded"}, "the hourly quota is used up; wait; rate_limit= of the client"),
    (400, {"message": "name is required"}, "name is required; correct what the message names"),
    (400, {"status": "odd"}, "the vendor refused (HTTP 400); the vendor does not say why: check the arguments"),
    (503, None, "the server failed; the vendor may have acted: use extensions.ensure"),
    (302, None, "redirects are not followed; set the url that it points to"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "expected"), RINGME)
def test_each_refusal_of_ringme_has_the_three_parts(status: int, body: Any, expected: str) -> None:
    """The same for RingMe; what hinders a deletion is named with the way out."""
    special = not_removed if "queue" in str(body) else None
    text = refused(
        lambda response: ringme_check(response, special),
        answer(body, status),
        OPERATIONS["ringme:extensions.create"],
    )
    assert text.startswith("extensions.create: ")
    assert expected in text
    assert "about name Night]" in text


@pytest.mark.parametrize("words", ["", "the vendor's reason"])
@pytest.mark.parametrize(
    ("operation", "code"),
    [("agent_groups.create", code) for code in (*BY_CODE, -999)] + list(BY_OPERATION),
)
def test_each_code_of_itniotech_has_the_three_parts(operation: str, code: int, words: str) -> None:
    body = {"status": code, "reason": words}
    one = OPERATIONS.get(f"itniotech:{operation}") or OPERATIONS["itniotech:agent_groups.create"]
    text = refused(lambda response: itniotech_read(operation, response, nothing), answer(body), one)
    what, _, step = text.partition("; ")
    assert words in what
    assert len(what) > len(f"{one.name}: ")
    assert len(step.partition(" [")[0]) > 10
    assert f"code {code}" in text
    generic = "correct what the message names"
    assert generic not in step or "refused" not in what


def test_where_a_reason_is_not_the_callers_to_correct_the_step_says_so() -> None:
    """Money, locks and unknown codes of ITNIO TECH have steps of their own."""
    for code, expected in (
        (-10, "top up the account"),
        (-13, "ask the vendor"),
        (-67, "wait until the call has ended"),
    ):
        text = refused(
            lambda response: itniotech_read("agents.delete", response, nothing),
            answer({"status": code, "reason": ""}),
            OPERATIONS["itniotech:agents.delete"],
        )
        assert f"; {expected}" in text


FOREIGN = [(404, "<html>"), (403, "<html>"), (401, "<html>"), (200, "<html>")]


@pytest.mark.parametrize(("status", "page"), FOREIGN)
def test_a_strangers_page_says_what_to_check_and_accuses_nobody(status: int, page: str) -> None:
    """A page of another server: check the address; no word of a missing object or of refused credentials."""
    response = Response(status=status, headers={"Content-Type": "text/html"}, body=page.encode())
    readers = {
        "stringee:agents.list": stringee_done,
        "ringme:extensions.list": ringme_check,
        "itniotech:agents.list": lambda one: itniotech_read("agents.list", one, nothing),
    }
    for name, read in readers.items():
        if status == 200 and name.startswith("ringme"):
            continue  # read by the envelope
        text = refused(read, response, OPERATIONS[name])
        assert "check the address (" in text, name
        assert "missing_ok" not in text
        assert "check the id" not in text
        assert "error.body" not in text


@pytest.mark.parametrize("kind", [NotSentError, ClosedError, ConfigError])
def test_what_says_itself_what_to_do_gets_no_second_advice(kind: type[SdkError]) -> None:
    """Errors whose sentence names the way out are left as they are."""
    request = requested(OPERATIONS["stringee:agents.list"], None)
    assert (
        described(kind("no connection: is the URL right?"), request)
        == "agents.list: no connection: is the URL right?"
    )


def test_a_step_that_is_known_already_is_kept() -> None:
    """What the vendor's table says goes before what is said of the class."""
    error = DecodeError("odd", next_step="ask", object="row 3")
    request = requested(OPERATIONS["stringee:agents.list"], None)
    assert described(error, request) == "agents.list: odd; ask [about row 3]"
