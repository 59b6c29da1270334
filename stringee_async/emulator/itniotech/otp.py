"""One-time passwords of the emulated ITNIO TECH service: applications, templates, flows, sending and checking.

Facts: the vendor's pages on one-time passwords. The emulator's own choices: a code counts once, an expired one is wrong,
and after ``state.otp.most_tries`` wrong ones the right one counts no more; with ``unique`` a reference counts once.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from ..dialect import with_page_fault
from ..state import Row
from . import codes
from .codes import RefusedError
from .fields import integer, items, optional_integer, optional_text, text
from .otp_box import NOT_CHECKED
from .request_context import Act, ItniotechContext
from .sms import check_account
from .tables import OTP_APP, OTP_FLOWS, OTP_TEMPLATES
from .times import iso, iso_written

_NUMBER = re.compile(r"[1-9][0-9]{9,13}", re.ASCII)
_UNITS, _LONGEST_PERIOD, _MOST = 4, 90, 1_000_000_000
_LIMITS = ("periodTotalSendLimit", "periodPhoneSendLimit")
_CHANNELS = ("sms", "call", "sna")
_PLACE = "##code##"


def _create_app(context: ItniotechContext) -> Row:
    values = {**context.values(OTP_APP), **_limits(context.fields, _LIMITS)}
    _check_app_name(context, values["name"])
    otp = context.state.otp
    return dict(otp.apps[otp.add_app(**values)])


def _update_app(context: ItniotechContext) -> None:
    row = _app(context)
    taken = _LIMITS if context.resets else [name for name in _LIMITS if name in context.fields]
    values = {**context.changes(OTP_APP), **_limits(context.fields, taken)}
    if "name" in values:
        _check_app_name(context, values["name"], row["appId"])
    row.update(values)


def _app(context: ItniotechContext) -> Row:
    row = context.state.otp.apps.get(context.call.target)
    if row is None:
        raise RefusedError(codes.NOT_FOUND)
    return row


def _check_app_name(context: ItniotechContext, name: str, but: str = "") -> None:
    others = [row["name"] for key, row in context.state.otp.apps.items() if key != but]
    if context.settings.unique and name in others:
        raise RefusedError(codes.EXISTS)


def _limits(fields: Mapping[str, Any], names: Any) -> Row:
    return {name: None if fields.get(name) is None else _limit(fields[name], name) for name in names}


def _limit(given: object, name: str) -> Row:
    """Read a limit of how many codes are sent in a period."""
    limit = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    if not isinstance(limit.get("enabled"), bool):
        raise RefusedError(codes.PARAMETER, name)
    return {
        "enabled": limit["enabled"], "unit": integer(limit, "unit", 1, _UNITS),
        "period": integer(limit, "period", 1, _LONGEST_PERIOD), "limit": integer(limit, "limit", 0, _MOST),
    }  # fmt: skip


def _create_template(context: ItniotechContext) -> Row:
    values = _checked_text(context.values(OTP_TEMPLATES.fields))
    app_id: str = values["appId"]
    if app_id not in context.state.otp.apps:
        raise RefusedError(codes.FIELD, "appId")
    _check_name(context, "otp_templates", appId=app_id, name=values["name"])
    return _made(context, "otp_templates", values)


def _update_template(context: ItniotechContext) -> None:
    number, row = _target(context, "otp_templates")
    values = _checked_text(context.changes(OTP_TEMPLATES.fields))
    if "name" in values:
        _check_name(context, "otp_templates", number, appId=row["appId"], name=values["name"])
    context.change("otp_templates", number, values)


def _checked_text(values: Row) -> Row:
    if _PLACE not in values.get("text", _PLACE):
        raise RefusedError(codes.PARAMETER, "text")
    return values


def _create_flow(context: ItniotechContext) -> Row:
    values = {**context.values(OTP_FLOWS.fields), "flow": _steps(context.fields)}
    _check_name(context, "otp_flows", name=values["name"])
    return _made(context, "otp_flows", values)


def _update_flow(context: ItniotechContext) -> None:
    number, _ = _target(context, "otp_flows")
    values = context.changes(OTP_FLOWS.fields)
    if context.resets or "flow" in context.fields:
        values["flow"] = _steps(context.fields)
    if "name" in values:
        _check_name(context, "otp_flows", number, name=values["name"])
    context.change("otp_flows", number, values)


def _steps(fields: Mapping[str, Any]) -> list[Row]:
    given = cast("list[dict[str, Any]]", items(fields, "flow", dict))
    if not given:
        raise RefusedError(codes.PARAMETER, "flow")
    return [_step(step) for step in given]


def _step(step: Mapping[str, Any]) -> Row:
    channel = text(step, "channel")
    if channel not in ("sms", "call"):
        raise RefusedError(codes.PARAMETER, "channel")
    return {
        "waitingTime": integer(step, "waitingTime", 30, 120), "status": integer(step, "status", 1, 2),
        "channel": channel, "channelCut": integer(step, "channelCut", 0, 1),
    }  # fmt: skip


def _check_name(context: ItniotechContext, noun: str, but: int = 0, **columns: Any) -> None:
    if context.settings.unique:
        context.check_unused(noun, codes.EXISTS, but, **columns)


def _made(context: ItniotechContext, noun: str, values: Row) -> Row:
    return dict(context.state.tables[noun][str(context.insert(noun, values))])


def _target(context: ItniotechContext, noun: str) -> tuple[int, Mapping[str, Any]]:
    """The object that the path names."""
    number = integer({"id": context.call.target}, "id")
    return number, context.find(noun, number)


def _get(noun: str) -> Act:
    return lambda context: dict(_target(context, noun)[1])


def _list(noun: str) -> Act:
    """Make the operation that lists a resource whole."""

    def act(context: ItniotechContext) -> list[Row]:
        rows = context.state.rows_where(noun)
        shown = list(with_page_fault(context.call, rows, len(rows))[0])
        return shown if context.settings.order == "oldest" else shown[::-1]

    return act


def _send(context: ItniotechContext) -> Row:
    template = _template(context, integer(context.fields, "templateId"))
    code = context.state.otp.make_code(template["codeType"], template["codeLength"])
    return _sent(context, code)


def _send_code(context: ItniotechContext) -> Row:
    template = optional_integer(context.fields, "templateId")
    if template is not None:
        _template(context, template)
    return _sent(context, text(context.fields, "code", 1, 10))


def _template(context: ItniotechContext, number: int) -> Mapping[str, Any]:
    row = context.find("otp_templates", number, codes.FIELD)
    if row["appId"] != context.fields.get("appId"):
        raise RefusedError(codes.FIELD, "templateId")
    return row


def _sent(context: ItniotechContext, code: str) -> Row:
    """Send a code to the number of the body, and return what was sent."""
    fields, otp = context.fields, context.state.otp
    app_id, to = fields.get("appId"), text(fields, "to")
    if app_id not in otp.apps:
        raise RefusedError(codes.FIELD, "appId")
    flow, reference = optional_integer(fields, "flowId"), optional_text(fields, "orderId", 64)
    if flow is not None:
        context.find("otp_flows", flow, codes.FIELD)
    if not _NUMBER.fullmatch(to):
        raise RefusedError(codes.BAD_NUMBER)
    taken = reference is not None and any(row["orderId"] == reference for row in otp.sent.values())
    if taken and context.settings.unique:
        raise RefusedError(codes.EXISTS, "orderId")
    return _delivered(context, str(app_id), to, code, orderId=reference, channel=_channel(fields, "sms"))


def _delivered(context: ItniotechContext, app_id: str, to: str, code: str, **columns: Any) -> Row:
    check_account(context)
    otp = context.state.otp
    app = otp.apps[app_id]
    if otp.exceeded(app["periodTotalSendLimit"], appId=app_id):
        raise RefusedError(codes.SEND_LIMIT)
    if otp.exceeded(app["periodPhoneSendLimit"], appId=app_id, to=to):
        raise RefusedError(codes.PHONE_LIMIT)
    key = otp.add(app_id, to, code, **columns)
    return {"verificationId": key, "to": to, "channel": columns["channel"]}


def _channel(fields: Mapping[str, Any], usual: str) -> str:
    channel = optional_text(fields, "channel") or usual
    if channel not in _CHANNELS:
        raise RefusedError(codes.PARAMETER, "channel")
    return channel


def _resend(context: ItniotechContext) -> Row:
    row = _verification(context, text(context.fields, "verificationId"))
    code = context.state.otp.make_code(length=len(row["code"]))
    channel = _channel(context.fields, row["channel"])
    return _delivered(context, row["appId"], row["to"], code, channel=channel)


def _verification(context: ItniotechContext, key: str) -> Row:
    row = context.state.otp.sent.get(key)
    if row is None:
        raise RefusedError(codes.NOT_FOUND)
    return row


def _verify(context: ItniotechContext) -> Row:
    key, code = text(context.fields, "verificationId"), text(context.fields, "code", 4, 10)
    to, matched = context.state.otp.check(key, code)
    return {"to": to, "matched": matched}


def _record(context: ItniotechContext) -> Row:
    return _shown(_verification(context, context.call.target))


def _find(context: ItniotechContext) -> Row:
    app_id, reference = context.fields.get("appId"), text(context.fields, "orderId", most=64)
    for row in context.state.otp.sent.values():
        if (row["appId"], row["orderId"]) == (app_id, reference):
            shown = _shown(row)
            return {**shown, **{name: [shown[name]] for name in ("sms", "call") if name in shown}}
    raise RefusedError(codes.NOT_FOUND)


def _shown(row: Row) -> Row:
    """What became of a code: its checks, and the message or the call that carried it."""
    unchecked: Row = {
        "matched": NOT_CHECKED, "verifiedDate": None, "oriReceiver": row["to"], "channel": row["channel"],
    }  # fmt: skip
    moment = iso_written(row["at"])
    carried = {"submitTm": moment, "sendTm": moment, "doneTm": moment, "chargeCnt": 1, "pay": "0.03"}
    if row["channel"] == "call":
        part: Row = {"call": {**carried, "terminationCode": "0", "terminationReason": "normal"}}
    else:
        named = {"mcc": "525", "mnc": "01", "sender": "Code", "status": 0, "reason": "0"}
        part = {"sms": {**carried, **named}}
    return {"verifications": [dict(one) for one in row["checks"]] or [unchecked], **part}


def _report_rate(context: ItniotechContext) -> None:
    fields = context.fields
    counts = [str(fields.get(name, "")) for name in ("mcc", "backfillNumber", "backfillCardinalNumber")]
    share = re.fullmatch(r"(100|[0-9]{1,2})([.][0-9]{1,2})?", str(fields.get("backfillNow", "")))
    timed = iso(str(fields.get("callbackTime", ""))) is not None
    known = fields.get("appId") in context.state.otp.apps
    if not (all(one.isdigit() for one in counts) and share and timed and known):
        raise RefusedError(codes.PARAMETER)
    context.state.otp.rates.append(dict(fields))


ACTS: dict[str, Act] = {
    "otp_apps.create": _create_app,
    "otp_apps.get": lambda context: dict(_app(context)),
    "otp_apps.update": _update_app,
    "otp_templates.create": _create_template,
    "otp_templates.get": _get("otp_templates"),
    "otp_templates.list": _list("otp_templates"),
    "otp_templates.update": _update_template,
    "otp_flows.create": _create_flow,
    "otp_flows.get": _get("otp_flows"),
    "otp_flows.list": _list("otp_flows"),
    "otp_flows.update": _update_flow,
    "otp.send": _send,
    "otp.send_code": _send_code,
    "otp.resend": _resend,
    "otp.verify": _verify,
    "otp.record": _record,
    "otp.find": _find,
    "otp.report_rate": _report_rate,
}
