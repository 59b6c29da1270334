"""Tasks of ITNIO TECH that call lists of numbers: upload numbers, start, call again, list, look at the numbers.

No number is called: a task keeps running until a test calls ``state.finish_task``.
"""

from collections.abc import Mapping
from typing import Any

from ..state import Row
from ..texts import NAME_LONGEST, TEXTS
from . import codes
from .codes import RefusedError
from .fields import (
    file_content,
    integer,
    integers,
    optional_integer,
    optional_text,
    text,
)
from .lists import (
    number_among,
    number_is,
    numbers_meet,
    page_block,
    passing,
    read_params,
    text_among,
    text_has,
    text_is,
)
from .numbers import read_numbers
from .request_context import Act, ItniotechContext
from .tables import CALLED, CALLING, FAILED, NOT_CALLED, TASK_NUMBERS, TASKS
from .times import DAY, either, midnight

_SUFFIXES = ("xls", "xlsx", "csv", "txt")
_MOST_NUMBERS = 100_000
_AGAIN = {1: (FAILED,), 2: (NOT_CALLED,), 3: (NOT_CALLED, FAILED, CALLED)}
_FILTERS = (
    number_is("taskId"),
    number_is("taskType"),
    number_is("finishFlag"),
    number_among("taskStatus"),
    numbers_meet("voiceGroupIds", "voiceGroupId"),
)
_NUMBER_FILTERS = (
    text_is("called"),
    number_is("sipGroupId", "voiceGroupId"),
    number_among("seatId"),
    text_among("labelNames", "labelName"),
    text_has("remark"),
    number_among("statusList", "status"),
)
_TO_AGENTS = 1
_MOST_CALLS = 1000


def _upload(context: ItniotechContext) -> Row:
    """Store a file of numbers and return its path and how many numbers it has."""
    name, content = file_content(context.fields, context.vendor_settings.number_file_limit)
    file = read_numbers(content) if name.rpartition(".")[2].lower() in _SUFFIXES else None
    if file is None:
        raise RefusedError(codes.FILE_FORMAT)
    if len(file.numbers) > _MOST_NUMBERS:
        raise RefusedError(codes.TOO_MANY_NUMBERS)
    path = f"/files/upload/{context.state.secret(16)}_{name}"
    context.state.number_files[path] = {"numbers": file.numbers, "header_repeated": file.header_repeated}
    return {
        "filePath": path,
        "numberTotalCount": len(file.numbers) + file.repeated,
        "numberSameCount": file.repeated,
    }


def _submit(context: ItniotechContext) -> int | None:
    """Start a task; ``data`` is its id, or null as older servers have it."""
    path = text(context.fields, "filePath", most=NAME_LONGEST)
    text(context.fields, "fileName", most=NAME_LONGEST)
    kind = integer(context.fields, "type", 0, 1)
    optional_integer(context.fields, "maxRingingTime", 20, 120)
    file = context.state.number_files.get(path)
    if file is None:
        raise RefusedError(codes.PARAMETER, "filePath")
    values = _common(context, kind)
    if file["header_repeated"]:
        raise RefusedError(codes.HEADER_REPEATED)
    groups = values.pop("voiceGroupId")
    task = context.state.add_task(groups, file["numbers"], **values)
    context.lag("tasks", task)
    return task if context.vendor_settings.task_id_returned else None


def _common(context: ItniotechContext, kind: int) -> Row:
    """Read what starting a task and calling again have in common."""
    body = context.fields
    display = optional_text(body, "displayNum", 20)
    if display is not None and not TEXTS["alphanumeric"](display):
        raise RefusedError(codes.PARAMETER, "displayNum")
    values: Row = {**context.values(TASKS.fields), "taskType": kind, "appId": None}
    if kind == _TO_AGENTS:
        if len(integers(body, "voiceGroupId")) != 1:
            raise RefusedError(codes.PARAMETER, "voiceGroupId")
        values["appId"] = text(body, "appId")
        _check_rate(body)
    for group in values["voiceGroupId"]:
        row = context.state.row("agent_groups", str(group))
        if row is None or values["appId"] not in (None, row["appId"]):
            raise RefusedError(codes.TASK_GROUP)
    if values["ccode"] in context.state.unrated:
        raise RefusedError(codes.NO_RATE)
    return values


def _check_rate(body: Mapping[str, Any]) -> None:
    """Refuse a number of calls per agent that is missing, not a number, or out of range."""
    rate = body.get("calloutRate")
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate <= _MOST_CALLS:
        raise RefusedError(codes.PARAMETER, "calloutRate")


def _resend(context: ItniotechContext) -> int | None:
    """Call numbers of a finished task again; fields that are left out stay as the task has them."""
    number = integer(context.fields, "taskId")
    states = _AGAIN[integer(context.fields, "resendType", 1, 3)]
    task = context.find("tasks", number)
    kind = optional_integer(context.fields, "type", 0, 1)
    values = {} if kind is None else _common(context, kind)
    if not task["finishFlag"]:
        raise RefusedError(codes.TASK_STATE)
    keys = context.state.task_numbers.where(taskId=number)
    again = [key for key in keys if context.state.task_numbers[key]["status"] in states]
    if not again:
        raise RefusedError(codes.NO_NUMBERS)
    for key in again:
        context.state.task_numbers.change(key, status=NOT_CALLED)
    context.change("tasks", number, {**values, "taskStatus": CALLING, "finishFlag": 0})
    return number if context.vendor_settings.task_id_returned else None


def _list(context: ItniotechContext) -> Row:
    params = read_params(context)
    start, end = _moment(params, "startTime", 0.0), _moment(params, "endTime", DAY)

    def in_span(row: Row) -> bool:
        began = either(row["createTime"]) or 0.0
        return (start is None or began >= start) and (end is None or began <= end)

    rows = passing(context.state.rows_where("tasks"), params, _FILTERS, in_span)
    return page_block(context, rows, lambda row: _shown(context, row))


def _moment(params: Mapping[str, Any], name: str, whole_day: float) -> float | None:
    """An optional time; a date alone stands for its midnight plus ``whole_day`` seconds."""
    given = optional_text(params, name)
    if given is None:
        return None
    moment, day = either(given), midnight(given)
    if moment is not None:
        return moment
    if day is None:
        raise RefusedError(codes.PARAMETER, name)
    return day + whole_day


def _shown(context: ItniotechContext, task: Row) -> Row:
    """A task as the list shows it, with its numbers counted."""
    table = context.state.task_numbers
    states = [table[key]["status"] for key in table.where(taskId=task["taskId"])]
    remaining, failed = states.count(NOT_CALLED), states.count(FAILED)
    done = len(states) - remaining
    return {
        **TASKS.show(task),
        "seatGroupName": ",".join(context.groups_named(task["voiceGroupId"])),
        "remainCount": remaining,
        "totalCount": len(states),
        "codeName": task["ccode"],
        "completedRate": round(100.0 * done / len(states), 2) if states else 0.0,
        "groupTaskId": task["taskId"] if task["taskType"] == _TO_AGENTS else None,
        "transfersNum": 0,
        "callFailuresNum": failed,
    }


def _details(context: ItniotechContext) -> Row:
    params = read_params(context)
    number = integer(params, "taskId")
    context.find("tasks", number)
    table = context.state.task_numbers
    rows = passing(table.rows(table.where(taskId=number)), params, _NUMBER_FILTERS)
    return page_block(context, rows, lambda row: _number_shown(context, row))


def _number_shown(context: ItniotechContext, row: Row) -> Row:
    """A number as the list shows it; what is called is shown as ``encryptCalled``, encrypted or not."""
    called: str = row["called"]
    group = context.state.agent_groups.get(str(row["voiceGroupId"]))
    hidden = group is not None and group["encryptNumber"] == 0
    return {
        **TASK_NUMBERS.show(row),
        "encryptCalled": f"{called[:3]}****{called[-2:]}" if hidden else called,
        "sipGroupName": context.group_name(row["voiceGroupId"]),
    }


ACTS: dict[str, Act] = {
    "tasks.upload_numbers": _upload,
    "tasks.submit": _submit,
    "tasks.resend": _resend,
    "tasks.list": _list,
    "tasks.details": _details,
}
