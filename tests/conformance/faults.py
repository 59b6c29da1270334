"""What can go wrong with a response, as faults of the emulator."""

from __future__ import annotations

from stringee_async import DecodeError, InvalidRequestError, OutcomeUnknownError, SdkError
from stringee_async.emulator import Fault

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
