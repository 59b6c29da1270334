"""E-mail and AI voice of the emulated ITNIO TECH service: the few calls of which the pages tell enough.

Their codes are not those of the other products. The pages of e-mail are marked as abandoned, and no public caller of
either was found: nothing here is confirmed. Facts: the vendor's pages and its own client; which codes answer what is the
emulator's own choice, and so is a task of AI voice that completes nothing by itself.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from ..state import Row
from .codes import Code, RefusedError
from .fields import integer
from .lists import page_block, read_params
from .request_context import Act, ItniotechContext
from .times import iso_written

EMAIL_FIELD = Code(-5, "field error")
EMAIL_ADDRESS = Code(-8, "address error")
EMAIL_MANY = Code(-28, "more than 200")
AI_PARAMETER = Code(-27, "parameter error")
AI_NO_TASK = Code(-32, "task does not exist")
AI_NAME_EXISTS = Code(-33, "name exists")
AI_NO_APPLICATION = Code(-37, "application does not exist")
AI_NOT_STARTED = Code(-39, "cannot be started")
AI_NO_CUSTOMERS = Code(-45, "no customers")
EXPIRED = {"email": Code(-6, "timestamp expires"), "ai_voice": Code(-4, "timestamp expires")}
"""The codes of an expired timestamp, where they are not the usual one."""

_MOST_ADDRESSES, _MOST_IDS, _MOST_CUSTOMERS, _LONGEST = 50, 200, 100, 100


def _send_email(context: ItniotechContext) -> Row:
    fields, box = context.fields, context.state.unconfirmed
    _check(fields.get("appId") in context.state.applications, EMAIL_FIELD, "appId")
    to = str(fields.get("toAddress") or "").split(",")
    _check(all("@" in one for one in to), EMAIL_ADDRESS, "toAddress")
    subject = fields.get("subject")
    _check(len(to) <= _MOST_ADDRESSES, EMAIL_FIELD, "toAddress")
    _check(isinstance(subject, str) and 1 <= len(subject) <= _LONGEST, EMAIL_FIELD, "subject")
    _check(bool(fields.get("fromEmailAddress")) and bool(fields.get("templateID")), EMAIL_FIELD)
    _check(_is_object(fields.get("templateData", "{}")), EMAIL_FIELD, "templateData")
    array: list[Row] = []
    for address in to:
        key = str(next(box.ids))
        moment = iso_written(context.now)
        box.emails[key] = {"emailId": key, "toAddress": address, "receiveTime": moment, "status": "0"}
        array.append({"emailId": key, "toAddress": address})
    return {"success": str(len(array)), "fail": "0", "array": array}


def _is_object(text: object) -> bool:
    """Whether a value is the text of a JSON object."""
    try:
        return isinstance(text, str) and isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _email_records(context: ItniotechContext) -> Row:
    ids = str(context.fields.get("emailId") or "").split(",")
    _check(len(ids) <= _MOST_IDS, EMAIL_MANY)
    found = [context.state.unconfirmed.emails[key] for key in ids if key in context.state.unconfirmed.emails]
    counts = {"success": len(found), "fail": 0, "sending": 0, "nofound": len(ids) - len(found)}
    return {**{name: str(count) for name, count in counts.items()}, "array": [dict(row) for row in found]}


def _listed(kind: str) -> Act:
    """Make the operation that lists dialogues or numbers."""

    def act(context: ItniotechContext) -> Row:
        params = read_params(context)
        _check(params.get("appId") in context.state.applications, AI_NO_APPLICATION)
        rows: list[Row] = getattr(context.state.unconfirmed, kind)
        return page_block(context, rows)

    return act


def _list_tasks(context: ItniotechContext) -> Row:
    params = read_params(context)
    _check(params.get("appId") in context.state.applications, AI_NO_APPLICATION)
    rows = [
        {
            **{name: value for name, value in row.items() if name != "customers"},
            "taskTotal": len(row["customers"]),
        }
        for row in context.state.unconfirmed.tasks.values()
        if row["appId"] == params["appId"] and str(params.get("name") or "") in row["name"]
    ]
    return page_block(context, rows)


def _add_task(context: ItniotechContext) -> None:
    """Add a task; what the vendor returns then is not known, so this returns nothing."""
    fields, box = context.fields, context.state.unconfirmed
    _check(fields.get("appId") in context.state.applications, AI_NO_APPLICATION)
    name = fields.get("name")
    _check(isinstance(name, str) and bool(name), AI_PARAMETER, "name")
    _check(all(row["name"] != name for row in box.tasks.values()), AI_NAME_EXISTS)
    flows, lines = ({row[column] for row in rows} for rows, column in (
        (box.flows, "dialogFlowId"), (box.lines, "tenantPhoneNumberId")))  # fmt: skip
    _check(fields.get("dialogFlowId") in flows, AI_PARAMETER, "dialogFlowId")
    _check(fields.get("jobPhoneNumberId") in lines, AI_PARAMETER, "jobPhoneNumberId")
    key = next(box.ids)
    box.tasks[key] = {
        "jobId": key, "appId": fields["appId"], "name": name, "robotCount": fields.get("robotCount", 1),
        "taskCompleted": 0, "status": "CAN_START", "customers": [],
    }  # fmt: skip


def _task(context: ItniotechContext) -> Row:
    row = context.state.unconfirmed.tasks.get(integer(context.fields, "jobId"))
    _check(row is not None and row["appId"] == context.fields.get("appId"), AI_NO_TASK)
    return cast("Row", row)


def _import_customers(context: ItniotechContext) -> list[Row]:
    """Add customers to a task, and return those that cannot be called."""
    task, given = _task(context), context.fields.get("customerPersons")
    _check(isinstance(given, list) and 0 < len(cast("list[object]", given)) <= _MOST_CUSTOMERS, AI_PARAMETER)
    people = cast("list[Mapping[str, Any]]", given)
    good = [one for one in people if str(one.get("phoneNumber") or "").isdigit()]
    task["customers"] += [dict(one) for one in good]
    return [dict(one) for one in people if one not in good]


def _start_task(context: ItniotechContext) -> None:
    task = _task(context)
    _check(bool(task["customers"]), AI_NO_CUSTOMERS)
    _check(task["status"] == "CAN_START", AI_NOT_STARTED)
    task["status"] = "IN_PROCESS"


def _check(good: bool, code: Code, detail: str = "") -> None:
    if not good:
        raise RefusedError(code, detail)


PATHS = {
    ("POST", "/email/sendEmail"): "email.send",
    ("POST", "/email/getSendEmailRcd"): "email.records",
    ("POST", "/aivoice/dialogFlowList"): "ai_voice.list_flows",
    ("POST", "/aivoice/channelList"): "ai_voice.list_lines",
    ("POST", "/aivoice/taskList"): "ai_voice.list_tasks",
    ("POST", "/aivoice/taskAdd"): "ai_voice.create_task",
    ("POST", "/aivoice/importCustomer"): "ai_voice.import_customers",
    ("POST", "/aivoice/taskStart"): "ai_voice.start_task",
}
"""Operations by method and path."""
TOP = {"email.send", "email.records"}
"""Operations whose result stands beside ``status``."""
ACTS: dict[str, Act] = {
    "email.send": _send_email,
    "email.records": _email_records,
    "ai_voice.list_flows": _listed("flows"),
    "ai_voice.list_lines": _listed("lines"),
    "ai_voice.list_tasks": _list_tasks,
    "ai_voice.create_task": _add_task,
    "ai_voice.import_customers": _import_customers,
    "ai_voice.start_task": _start_task,
}
