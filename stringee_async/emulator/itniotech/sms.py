"""Text messages of the emulated ITNIO TECH service.

Facts: the vendor's pages on text messages. The emulator's own choices: a message is under way until a test calls
``state.sms.finish``; numbers in ``state.sms.refused`` and those that are no 7 to 15 digits are refused.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from ..schema import lenient_integer
from ..state import Row
from . import codes
from .codes import RefusedError
from .lists import page_block, read_params
from .request_context import Act, ItniotechContext
from .sms_box import DELIVERED, UNDER_WAY
from .times import DAY, iso

_NUMBER = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)
_MOST, _LONGEST, _MOST_IDS, _MOST_ROWS = 1000, 1024, 200, 50_000
_SPAN = 31 * DAY


def _send(context: ItniotechContext) -> Row:
    check_account(context)
    return _taken(context, [context.fields])


def _send_batch(context: ItniotechContext) -> Row:
    check_account(context)
    array: object = context.fields.get("array")
    if not isinstance(array, list) or not all(isinstance(one, dict) for one in cast("list[object]", array)):
        raise RefusedError(codes.FIELD, "array")
    return _taken(context, cast("list[dict[str, Any]]", array))


def _application(context: ItniotechContext) -> str:
    found = context.fields.get("appId")
    if found not in context.state.applications:
        raise RefusedError(codes.FIELD, "appId")
    return str(found)


def check_account(context: ItniotechContext) -> None:
    """Refuse what costs money where the account is locked or empty."""
    state = context.state
    if state.locked:
        raise RefusedError(codes.LOCKED)
    if sum(amount or 0 for amount in (state.balance, state.gift, state.credit)) <= 0:
        raise RefusedError(codes.NO_BALANCE)


def _taken(context: ItniotechContext, messages: list[Any]) -> Row:
    """Take the messages to all numbers that can be sent to; the others are counted, and not listed."""
    app_id, wanted = _application(context), [_read(message) for message in messages]
    pairs = [(pair, content) for several, content in wanted for pair in several]
    if len(pairs) > _MOST:
        raise RefusedError(codes.MANY_NUMBERS)
    box = context.state.sms
    good = [pair for pair in pairs if _NUMBER.fullmatch(pair[0][0]) and pair[0][0] not in box.refused]
    if not good:
        raise RefusedError(codes.BAD_NUMBER)
    array: list[Row] = []
    for (number, reference), content in good:
        key = box.send(number, content, appId=app_id, orderId=reference)
        array.append({"msgId": key, "number": number, "orderId": reference})
    return {"success": str(len(good)), "fail": str(len(pairs) - len(good)), "array": array}


def _read(message: Mapping[str, Any]) -> tuple[list[tuple[str, str | None]], str]:
    """The numbers of a message with their references, and its text."""
    content, numbers, references = (message.get(name) for name in ("content", "numbers", "orderId"))
    if not isinstance(content, str) or not content:
        raise RefusedError(codes.TEXT_EMPTY)
    if len(content) > _LONGEST:
        raise RefusedError(codes.TEXT_LONG)
    if not isinstance(numbers, str) or not numbers:
        raise RefusedError(codes.NUMBERS_EMPTY)
    listed = numbers.split(",")
    given: list[str | None] = [None] * len(listed) if references is None else [*str(references).split(",")]
    if len(given) != len(listed):
        raise RefusedError(codes.FIELD, "orderId")
    return list(zip(listed, given, strict=True)), content


def _shown(row: Row) -> Row:
    return {name: row[name] for name in ("msgId", "number", "receiveTime")} | {"status": str(row["status"])}


def _reports(context: ItniotechContext) -> Row:
    _application(context)
    ids = str(context.fields.get("msgIds") or "").split(",")
    if not ids[0] or len(ids) > _MOST_IDS:
        raise RefusedError(codes.FIELD, "msgIds")
    found = [context.state.sms.messages[key] for key in ids if key in context.state.sms.messages]
    states = [row["status"] for row in found]
    counts = {
        "success": states.count(DELIVERED), "sending": states.count(UNDER_WAY), "nofound": len(ids) - len(found),
        "fail": sum(state not in (DELIVERED, UNDER_WAY) for state in states),
    }  # fmt: skip
    return {**{name: str(count) for name, count in counts.items()}, "array": [_shown(row) for row in found]}


def _span(fields: Mapping[str, Any], begin: str) -> tuple[float, float]:
    start, end = (iso(str(fields.get(name, ""))) for name in (begin, "endTime"))
    if start is None or end is None:
        raise RefusedError(codes.TIME_FORM)
    if not start <= end <= start + _SPAN:
        raise RefusedError(codes.OUT_OF_RANGE)
    return start, end


def _within(row: Row, span: tuple[float, float]) -> bool:
    moment = iso(row["receiveTime"])
    return moment is not None and span[0] <= moment <= span[1]


def _list_sent(context: ItniotechContext) -> Row:
    _application(context)
    box, first = context.state.sms, lenient_integer(context.fields.get("startIndex", 0))
    if context.now - box.asked < context.vendor_settings.sent_interval:
        raise RefusedError(codes.THROTTLED)
    span = _span(context.fields, "startTime")
    if first is None or first < 0:
        raise RefusedError(codes.FIELD, "startIndex")
    box.asked = context.now
    rows = [row for row in box.messages.values() if row["status"] != UNDER_WAY]
    found = [_shown(row) for row in rows if _within(row, span)][first : first + _MOST_ROWS]
    sent = sum(row["status"] == str(DELIVERED) for row in found)
    return {"success": str(sent), "fail": str(len(found) - sent), "array": found}


def _list_received(context: ItniotechContext) -> Row:
    _application(context)
    span = _span(read_params(context), "strTime")
    return page_block(context, [row for row in context.state.sms.received if _within(row, span)])


def _report_entered(context: ItniotechContext) -> None:
    _application(context)
    if not str(context.fields.get("time", "")).isdigit() or not context.fields.get("number"):
        raise RefusedError(codes.FIELD)
    context.state.sms.entered.append(dict(context.fields))


ACTS: dict[str, Act] = {
    "sms.send": _send,
    "sms.send_batch": _send_batch,
    "sms.reports": _reports,
    "sms.list_sent": _list_sent,
    "sms.list_received": _list_received,
    "sms.report_entered": _report_entered,
}
