"""Calls of ITNIO TECH: the two lists of call records, making a call, and the money left for it."""

from collections.abc import Callable, Mapping
from typing import Any

from ..state import Row
from . import codes
from .codes import RefusedError
from .fields import optional_text, text
from .lists import number_among, number_is, page_block, passing, read_params, text_among, text_is, texts_meet
from .recordings import PREFIX
from .request_context import Act, ItniotechContext
from .tables import ON_A_CALL
from .times import DAY, either, iso, plain

_LONGEST_SPAN = 31 * DAY
_OLDEST = 62 * DAY
_FILTERS = (
    number_is("voiceGroupId"),
    text_is("sipGroupName", "agentGroupName"),
    number_among("seatId"),
    text_among("seatNameList", "agentName"),
    number_among("callType"),
    number_among("hangupReason"),
    text_is("calledOrCaller", "called", "caller"),
    text_among("ccode"),
    number_among("hangingDirection"),
    texts_meet("labelNames", "labels"),
)
_FORMS: dict[str, Callable[[str], float | None]] = {
    "any": either,
    "plain": plain,
    "iso": iso,
}


def _list(context: ItniotechContext) -> Row:
    """The list of the call-centre section: times in either form."""
    params = read_params(context)
    return _records(context, params, _span(params, "startTime", _FORMS[context.vendor_settings.time_form]))


def _list_older(context: ItniotechContext) -> Row:
    """The list of the voice section: ISO 8601 only, at most 31 days, within the last two months."""
    params = read_params(context)
    start, end = _span(params, "strTime", iso)
    if end - start > _LONGEST_SPAN or start < context.now - _OLDEST:
        raise RefusedError(codes.OUT_OF_RANGE)
    return _records(context, params, (start, end))


def _span(params: Mapping[str, Any], begin: str, read: Callable[[str], float | None]) -> tuple[float, float]:
    """The required times between which calls began; the wrong way round is out of range."""
    times = [read(text(params, name)) for name in (begin, "endTime")]
    start, end = times
    if start is None or end is None:
        raise RefusedError(codes.PARAMETER, begin)
    if end < start:
        raise RefusedError(codes.OUT_OF_RANGE)
    return start, end


def _records(context: ItniotechContext, params: Mapping[str, Any], span: tuple[float, float]) -> Row:
    """One page of the records that began within a span and pass the filters."""

    def in_span(row: Row) -> bool:
        began = either(row["callStartTime"])
        return began is not None and span[0] <= began <= span[1]

    rows = passing(context.state.rows_where("call_records"), params, _FILTERS, in_span)
    return page_block(context, rows, lambda row: {**row, "voiceUrl": _link(context, row["voiceUrl"])})


def _link(context: ItniotechContext, path: str | None) -> str | None:
    """The link of a recording; what is no path of this service stays as it is."""
    if path is None or not path.startswith(PREFIX):
        return path
    return f"http://{context.call.headers.get('Host', '')}{path}"


def _make(context: ItniotechContext) -> str:
    """Let an agent call a number; ``data`` is the id of the record."""
    callee, account = text(context.fields, "callee", 7, 15), text(context.fields, "account")
    display = optional_text(context.fields, "displayNum", 15)
    info = optional_text(context.fields, "calledInfo", 1000, lines=True)
    if text(context.fields, "appId") not in context.state.applications or not (
        callee.isascii() and callee.isdigit()
    ):
        raise RefusedError(codes.PARAMETER)
    found = context.state.agents.where(account=account)
    if not found:
        raise RefusedError(codes.NOT_FOUND)
    state = context.state
    if sum(amount or 0 for amount in (state.balance, state.gift, state.credit)) <= 0:
        raise RefusedError(codes.NO_BALANCE)
    if callee.startswith(tuple(context.state.unrated)):
        raise RefusedError(codes.NO_FEE)
    agent = context.state.agents[found[0]]
    if agent["status"] == ON_A_CALL:
        raise RefusedError(codes.SIP_BUSY)
    group = context.state.agent_groups.get(
        str(agent["voiceGroupId"]), {"groupName": "", "encryptNumber": None}
    )
    record = context.state.add_record(
        called=callee,
        caller=display or "",
        calledInfo=info,
        encryptCalled=f"{callee[:3]}****{callee[-2:]}" if group["encryptNumber"] == 0 else None,
        seatId=agent["keyId"],
        agentName=agent["name"],
        agentAccount=account,
        agentGroupName=group["groupName"],
        voiceGroupId=agent["voiceGroupId"],
    )
    context.lag("call_records", record)
    context.state.play_call(record, context.call.headers.get("Host", ""))
    call_id: str = context.state.call_records[str(record)]["callId"]
    return call_id


def _balance(context: ItniotechContext) -> Row:
    """Money as text, blank where it is None; the dialect puts it beside ``status``, not into ``data``."""
    state = context.state
    if state.locked:
        raise RefusedError(codes.LOCKED)
    amounts = {"balance": state.balance, "gift": state.gift, "credit": state.credit}
    money: Row = {name: "" if amount is None else str(amount) for name, amount in amounts.items()}
    return money if state.currency is None else {**money, "currency": state.currency}


ACTS: dict[str, Act] = {
    "call_records.list": _list,
    "call_records.list_older": _list_older,
    "calls.make": _make,
    "balance.get": _balance,
}
