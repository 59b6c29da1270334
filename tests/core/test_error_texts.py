"""Texts of errors: short, private to no one, harmless to a terminal."""

from __future__ import annotations

import traceback

import pytest

from stringee_async.core.errors import (
    BODY_CAP,
    AlreadyExistsError,
    AmbiguousError,
    ApiError,
    NotFoundError,
    SdkError,
    SpecError,
)

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJTSyJ9.c2lnbmF0dXJl"


def test_a_long_message_is_cut_and_says_so() -> None:
    """`str` shows the beginning of a long message and counts the rest; `message` keeps 64 Ki characters."""
    error = ApiError("no. " * 1_000)
    assert str(error).endswith("more characters)")
    assert len(str(error)) < 2_100
    assert len(str(ApiError("no", code="c" * 200_000, request_id="r" * 200_000))) < 20_000
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
