"""The voice product of the emulated ITNIO TECH service: phones, sound files, calls and their records.

Facts: the vendor's pages on voice and its Java client. The emulator's own choices: which number is answered, and what is
pressed there, a test says in ``state.voice``; a number that is not taken gets the termination code 404.
"""

import re
from collections.abc import Mapping
from typing import Any

from ..state import Row
from . import codes
from .codes import RefusedError
from .fields import file_content, integer, optional_integer, optional_text, text
from .lists import page_block, passing, read_params, text_is
from .request_context import Act, ItniotechContext
from .times import DAY, iso
from .voice_box import Kind

_NUMBER = re.compile(r"[0-9]{7,15}", re.ASCII)
_SHOWN = re.compile(r"[0-9]{7,13}", re.ASCII)
_LONGEST_SPAN, _OLDEST = 31 * DAY, 62 * DAY
_LARGEST_FILE = 16 << 20
_BEGINNINGS = {"mp3": (b"ID3", b"\xff"), "wav": (b"RIFF",), "m4a": (b"\x00",)}
_FILTERS = (text_is("sipGroupName"), text_is("phoneName"))
_NOT_TAKEN = 404


def _application(fields: Mapping[str, Any], context: ItniotechContext) -> str:
    app_id = text(fields, "appId")
    if app_id not in context.state.applications:
        raise RefusedError(codes.PARAMETER, "appId")
    return app_id


def _visible(context: ItniotechContext, noun: str, rows: Mapping[str, Row]) -> list[Row]:
    """The rows of a table that can be seen already."""
    return [row for key, row in rows.items() if (noun, key) not in context.state.hidden]


def _create_phones(context: ItniotechContext) -> None:
    """Create phones of a new group; ``data`` is null."""
    fields, box = context.fields, context.state.voice
    group, name = text(fields, "groupName", 4, 32), text(fields, "phoneName", 4, 32)
    quantity, shown = integer(fields, "quantity", 1, 50), optional_text(fields, "displayNum", 13)
    app_id = _application(fields, context)
    if shown is not None and not _SHOWN.fullmatch(shown):
        raise RefusedError(codes.PARAMETER, "displayNum")
    own = [row for row in box.phones.values() if row["appId"] == app_id]
    if context.settings.unique and any(
        row["groupName"] == group or row["phoneName"].rpartition("-")[0] == name for row in own
    ):
        raise RefusedError(codes.EXISTS)
    if len(own) + quantity > context.vendor_settings.max_phones:
        raise RefusedError(codes.CAP)
    for account in box.add_phones(app_id, group, name, quantity, shown or ""):
        context.hide_new("phones", account)


def _list_phones(context: ItniotechContext) -> Row:
    app_id = _application(read_params(context), context)
    rows = [row for row in _visible(context, "phones", context.state.voice.phones) if row["appId"] == app_id]
    shown = ("groupName", "phoneName", "account", "password")
    return page_block(context, rows, lambda row: {name: row[name] for name in shown})


def _reset(context: ItniotechContext) -> Row:
    """Give a phone a new password and return it."""
    account, app_id = text(context.fields, "account", 4, 32), _application(context.fields, context)
    row = context.state.voice.phones.get(account)
    if row is None or row["appId"] != app_id:
        raise RefusedError(codes.NOT_FOUND)
    row["password"] = context.state.secret()
    return {"account": account, "password": row["password"]}


def _upload(context: ItniotechContext) -> str:
    """Store a sound file; ``data`` is its id. What is no sound is -21, as is one that is too large."""
    try:
        name, content = file_content(context.fields, _LARGEST_FILE)
    except RefusedError as refusal:
        raise RefusedError(codes.INVALID) if refusal.code is codes.FILE_TOO_LARGE else refusal from None
    suffix = name.rpartition(".")[2].lower()
    if suffix not in _BEGINNINGS or not content.startswith(_BEGINNINGS[suffix]):
        raise RefusedError(codes.INVALID, "file")
    box = context.state.voice
    if context.settings.unique and any(row["fileName"] == name for row in box.files.values()):
        raise RefusedError(codes.EXISTS)
    return context.hide_new("voice_files", box.add_file(name, content))


def _list_files(context: ItniotechContext) -> Row:
    """The files; ``params`` may be null here."""
    shown = ("fileId", "fileName")
    rows = _visible(context, "voice_files", context.state.voice.files)
    return page_block(context, rows, lambda row: {name: row[name] for name in shown})


def _check_money(context: ItniotechContext, *numbers: str) -> None:
    state = context.state
    if sum(amount or 0 for amount in (state.balance, state.gift, state.credit)) <= 0:
        raise RefusedError(codes.NO_BALANCE)
    if any(number.startswith(tuple(state.unrated)) for number in numbers):
        raise RefusedError(codes.NO_FEE)


def _called(fields: Mapping[str, Any], context: ItniotechContext, *numbers: str) -> Row:
    """Check what all calls have in common, and return the columns that their records have of it."""
    app_id, shown = _application(fields, context), optional_text(fields, "displayNum", 15)
    info = optional_text(fields, "calledInfo", 1000, lines=True)
    if not numbers or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise RefusedError(codes.PARAMETER, "callee")
    _check_money(context, *numbers)
    return {"displayNum": shown, "calledInfo": info, "appId": app_id}


def _most_loops(context: ItniotechContext) -> int:
    return 9 if context.vendor_settings.paths == "itniotech" else 3


def _send_group(context: ItniotechContext) -> list[Row]:
    """Call numbers; ``data`` has the outcome of each."""
    fields, box = context.fields, context.state.voice
    numbers = text(fields, "callee", most=20_000).split(",")
    if len(numbers) > context.vendor_settings.group_call_numbers:
        raise RefusedError(codes.PARAMETER, "callee")
    file = text(fields, "fileId", most=255)
    optional_integer(fields, "maxDuration", 1, 120)
    optional_integer(fields, "maxRingingTime", 20, 120)
    optional_integer(fields, "loopCount", 1, _most_loops(context))
    if file not in box.files:
        raise RefusedError(codes.PARAMETER, "fileId")
    columns = _called(fields, context, *numbers)
    outcomes: list[Row] = []
    for number in numbers:
        if number in box.refused:
            outcomes.append(_outcome(None, number, _NOT_TAKEN, "not taken"))
            continue
        columns = {**columns, "voiceFileId": file}
        key = box.add_call("group", number, step=context.vendor_settings.voice_step, **columns)
        outcomes.append(_outcome(key, number, 0, "success"))
    return outcomes


def _outcome(key: str | None, number: str, code: int, reason: str) -> Row:
    return {"voiceId": key, "callee": number, "terminationCode": str(code), "terminationReason": reason}


def _send_code(context: ItniotechContext) -> str:
    """Read a text out to a number; ``data`` is the id of the call."""
    fields, state = context.fields, context.state
    callee = text(fields, "callee", 7, 15)
    text(fields, "language")
    text(fields, "text", 1, 1000, lines=True)
    optional_integer(fields, "loopCount", 1, _most_loops(context))
    optional_integer(fields, "recallCount", 0, 9)
    columns = _called(fields, context, callee)
    key = state.voice.add_call(
        "group", callee, step=context.vendor_settings.voice_step, voiceFileId=None, **columns
    )
    state.voice_codes[key] = dict(fields)
    return key


def _start(context: ItniotechContext) -> str:
    """Let a phone call a number; ``data`` is the id of the call."""
    fields, box = context.fields, context.state.voice
    account, callee = text(fields, "account"), text(fields, "callee", 7, 15)
    columns = _called(fields, context, callee)
    phone = box.phones.get(account)
    if phone is None or phone["appId"] != columns["appId"]:
        raise RefusedError(codes.NOT_FOUND)
    if box.busy(account):
        raise RefusedError(codes.SIP_BUSY)
    columns["displayNum"] = columns["displayNum"] or phone["displayNum"]
    return box.add_call(
        "phone", callee, step=context.vendor_settings.voice_step, account=account,
        sipGroupName=phone["groupName"], phoneName=phone["phoneName"], recordingFileId=None, **columns,
    )  # fmt: skip


def _records(context: ItniotechContext, kind: Kind) -> list[Row]:
    white_label = context.vendor_settings.paths != "itniotech"
    rows = list(context.state.voice.records(kind, white_label=white_label))
    for row in rows:
        row.pop("appId")
        if kind == "phone":
            row.pop("calledInfo")
    return rows


def _get(kind: Kind) -> Act:
    def get(context: ItniotechContext) -> Row:
        key = context.call.target.rpartition("/")[2]
        found = [row for row in _records(context, kind) if row["voiceId"] == key]
        if not found:
            raise RefusedError(codes.NOT_FOUND)
        return found[0]

    return get


def _list(kind: Kind) -> Act:
    """The records of a span of at most 31 days, within the last two months."""

    def listed(context: ItniotechContext) -> Row:
        params = read_params(context)
        start, end = (iso(text(params, name)) for name in ("strTime", "endTime"))
        if start is None or end is None:
            raise RefusedError(codes.PARAMETER, "strTime")
        if not start <= end <= start + _LONGEST_SPAN or start < context.now - _OLDEST:
            raise RefusedError(codes.OUT_OF_RANGE)
        first, last = start, end

        def within(row: Row) -> bool:
            moment = iso(row["submitTime"])
            return moment is not None and first <= moment <= last

        filters = _FILTERS if kind == "phone" else ()
        return page_block(context, passing(_records(context, kind), params, filters, within))

    return listed


ACTS: dict[str, Act] = {
    "phones.create_many": _create_phones,
    "phones.list": _list_phones,
    "phones.reset_password": _reset,
    "voice_files.upload": _upload,
    "voice_files.list": _list_files,
    "group_calls.send": _send_group,
    "phone_calls.start": _start,
    "voice_codes.send": _send_code,
    "voice_records.phones.get": _get("phone"),
    "voice_records.phones.list": _list("phone"),
    "voice_records.groups.get": _get("group"),
    "voice_records.groups.list": _list("group"),
}
