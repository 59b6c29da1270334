"""What can go wrong with a response, as faults of the emulator."""

from __future__ import annotations

from typing import Any

from stringee_async import DecodeError, InvalidRequestError, OutcomeUnknownError, SdkError
from stringee_async.emulator import Fault

from ..itniotech.rig import MISSING, envelope

BROKEN: dict[str, tuple[Fault, type[SdkError]]] = {
    "reset before": (Fault.reset_before(), OutcomeUnknownError),
    "closed before": (Fault.lost_answer(), OutcomeUnknownError),
    "reset in the body": (Fault.reset_mid_body(), OutcomeUnknownError),
    "short body": (Fault.reset_mid_body(ending="close"), OutcomeUnknownError),
    "bad chunk": (Fault.bad_chunk(), OutcomeUnknownError),
    "bad gzip": (Fault.bad_gzip(), OutcomeUnknownError),
    "over-long header": (Fault.long_header(), OutcomeUnknownError),
    "redirect": (Fault.redirect(), InvalidRequestError),
    "huge body": (Fault.huge_body(), DecodeError),
    "gzip bomb": (Fault.huge_body(gzip=True), DecodeError),
    "not JSON": (Fault.not_json(), DecodeError),
    "truncated": (Fault.truncated_json(), DecodeError),
    "empty": (Fault.empty_body(), DecodeError),
    "no envelope": (Fault.wrong_envelope(), DecodeError),
    "a message": (Fault.wrong_envelope('{"message": "Not found", "msg": "?"}'), DecodeError),
    "a list": (Fault.wrong_envelope("[]"), DecodeError),
    "null": (Fault.wrong_envelope("null"), DecodeError),
    "a wrong type": (Fault.status(200, "<p>9</p>", {"Content-Type": "text/html"}), DecodeError),
}
"""Broken responses, and the error of each."""

LOSSES: dict[str, tuple[Fault, int]] = {
    # what becomes of the response, and how often the server acts
    "lost": (Fault.lost_answer(), 1),
    "lost by reset": (Fault.lost_answer(ending="reset"), 1),
    "late": (Fault.late_commit(0.01), 1),
    "reset before": (Fault.reset_before(), 0),
    "reset in the body": (Fault.reset_mid_body(), 1),
    "short body": (Fault.reset_mid_body(ending="close"), 1),
    "hangs after acting": (Fault.hang(commit=True), 1),
    "hangs": (Fault.hang(), 0),
    "slow": (Fault.slow_answer(0.5), 1),
    "HTTP 502": (Fault.status(502), 0),
    "HTTP 504 after acting": (Fault.status(504, commit=True), 1),
    "not JSON": (Fault.not_json(), 1),
    "truncated": (Fault.truncated_json(), 1),
    "empty": (Fault.empty_body(), 1),
    "bad gzip": (Fault.bad_gzip(), 1),
    "bad chunk": (Fault.bad_chunk(), 1),
    "over-long header": (Fault.long_header(), 1),
}

FAILURES: dict[str, dict[str, tuple[Any, type[SdkError], str]]] = {
    # what is no success in the vendor's own form, inside HTTP 200: the body, its error, and a pattern of its text
    "stringee": {
        "r as a number": ({"r": 7, "message": "no"}, InvalidRequestError, "no"),
        "r as text": ({"r": "7", "message": "no"}, InvalidRequestError, "no"),
        "r missing": ({"message": "fine"}, DecodeError, "holds no r"),
        "r null": ({"r": None}, DecodeError, "whole number"),
        "r true": ({"r": True}, DecodeError, "whole number"),
        "r false": ({"r": False}, DecodeError, "whole number"),
        "r empty": ({"r": ""}, DecodeError, "whole number"),
        "r words": ({"r": "ok"}, DecodeError, "whole number"),
        "r an object": ({"r": {}}, DecodeError, "whole number"),
        "r a fraction": ({"r": 0.5}, DecodeError, "whole number"),
        "an array": (b"[]", DecodeError, "promised shape"),
        "NaN": (b'{"r": 0, "x": NaN}', DecodeError, "not JSON"),
        "r NaN": (b'{"r": NaN}', DecodeError, "not JSON"),
        "not UTF-8": (b'{"r": 0, "m\xff": 1}', DecodeError, "not JSON"),
    },
    "ringme": {
        "NaN": (b'{"id": NaN}', DecodeError, "not JSON"),
        "a message": ({"message": "Something broke"}, DecodeError, "none of its fields|no listing"),
        "no id": ({"name": "An"}, DecodeError, "id: missing|no listing"),
        "an odd id": ({"id": {}}, DecodeError, "id: expected"),
    },
    "itniotech": {
        "a code as text": (envelope(status="-22", reason="bad"), InvalidRequestError, "bad"),
        "a code as number": (envelope(status=-22, reason="bad"), InvalidRequestError, "bad"),
        "a code among blanks": (envelope(status=" -22 ", reason="bad"), InvalidRequestError, "bad"),
        "an unknown code": (envelope(status="-999", reason="bad"), InvalidRequestError, "bad"),
        "an unknown code without reason": (envelope(status="-999", reason=MISSING), InvalidRequestError, "not say"),
        "a positive number": (envelope(status=7, reason=None), InvalidRequestError, "status 7"),
        "HTTP's own 200": (envelope(status=200, reason="ok"), InvalidRequestError, "ok"),
        "the form of another product": ({"code": 0, "msg": "ok"}, DecodeError, "holds no status"),
        "no status": ({"reason": "success", "data": None}, DecodeError, "holds no status"),
        "status null": (envelope(status=None), DecodeError, "whole number"),
        "status true": (envelope(status=True), DecodeError, "whole number"),
        "status false": (envelope(status=False), DecodeError, "whole number"),
        "status empty": (envelope(status=""), DecodeError, "whole number"),
        "status words": (envelope(status="success"), DecodeError, "whole number"),
        "status an object": (envelope(status={}), DecodeError, "whole number"),
        "status a fraction": (envelope(status=0.5), DecodeError, "whole number"),
        "an array": (b"[]", DecodeError, "promised shape"),
        "NaN": (b'{"status": NaN}', DecodeError, "not JSON"),
    },
}  # fmt: skip
