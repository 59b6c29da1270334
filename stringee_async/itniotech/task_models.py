"""The models of ITNIO TECH's group-call tasks (tasks, their numbers, uploaded lists), their fields and filters.

Source: itniotech.com, api/call (preview).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, TypedDict

import attrs

from ..core.declarations import Doc, VendorName
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import (
    Whole,
    code,
    codes,
    names,
    note,
    positive,
    row_id,
    row_ids,
    searched_number,
    word,
)
from ..core.field_rules import file_name as list_name
from ..core.model import model
from ..core.unset import Unset
from ..core.validation import boolean, required_text
from .arguments import Ids, Numbers, Texts, country, shown_number
from .row import VENDOR_NAME, Row, fields_of


def _task_id(name: str, value: object) -> int | str:
    """Return the id of a task as it was given: whether it is a number is not documented."""
    return value if isinstance(value, str) and required_text(name, value) else row_id(name, value)


def _flag(name: str, value: object) -> int:
    return code(name, value) if not isinstance(value, bool) else int(boolean(name, value))


def _rate(name: str, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not 0 < value <= 1000:
        raise ConfigError(f"{name} must be a number above 0, and at most 1,000")
    return float(value) if isinstance(value, Decimal) else value


class TaskSettings(TypedDict, total=False):
    """What can be set of a new task."""

    voice_group_ids: Annotated[
        Ids | Unset,
        row_ids,
        VendorName("voiceGroupId"),
        Doc("The agent groups that take the calls; exactly one with type 1, any number or none with type 0."),
    ]
    ccode: Annotated[str | Unset, country, Doc("Country code of the numbers.")]
    display_num: Annotated[str | Unset, shown_number, Doc("Caller id.")]
    max_ringing_time: Annotated[
        int | Unset, Whole(20, 120), Doc("Seconds to let a number ring; the pages say 20 to 120.")
    ]
    remark: Annotated[str | Unset, note, Doc("A note.")]
    app_id: Annotated[str | Unset, word, Doc("The application; wanted with type 1.")]
    callout_rate: Annotated[
        float | Decimal | Unset, _rate, Doc("Calls per agent at once; wanted with type 1.")
    ]


class TaskFields(TaskSettings, total=False):
    """What is sent of a task."""

    file_path: Annotated[str, list_name, Doc("`file_path` of `upload_numbers`.")]
    file_name: Annotated[str, list_name, Doc("The name that the list was uploaded by.")]
    type: Annotated[int, code, Doc("0 automatic, 1 group call to agent.")]
    task_id: Annotated[int | str, _task_id, Doc("The vendor's id.")]
    resend_type: Annotated[int, positive, Doc("1 those that failed, 2 those that were not called, 3 all.")]


class TaskFilters(TypedDict, total=False):
    """What tasks can be asked for."""

    task_id: Annotated[int | str | Unset, _task_id, Doc("Only this task.")]
    task_statuses: Annotated[
        Numbers | Unset,
        codes,
        VendorName("taskStatus"),
        Doc(
            "Only these states: 11 calling, 12 completed, 13 not submitted, 14 cancelled, 15 suspended, 16 being "
            "submitted; 1 enabled, 2 disabled. Others may come."
        ),
    ]
    task_type: Annotated[int | Unset, code, Doc("Only 0 automatic, or 1 group call to agent.")]
    finish_flag: Annotated[int | bool | Unset, _flag, Doc("Only this flag, 0 or 1.")]
    voice_group_ids: Annotated[Ids | Unset, row_ids, Doc("Only tasks of these agent groups.")]


class TaskNumberFilters(TypedDict, total=False):
    """What the numbers of a task can be asked for."""

    called: Annotated[str | Unset, searched_number, Doc("Only this number.")]
    sip_group_id: Annotated[int | str | Unset, row_id, Doc("Only numbers of this agent group.")]
    agent_ids: Annotated[Ids | Unset, row_ids, VendorName("seatId"), Doc("Only numbers of these agents.")]
    label_names: Annotated[Texts | Unset, names, Doc("Only numbers with these tags.")]
    remark: Annotated[str | Unset, note, Doc("Only numbers with this note.")]
    statuses: Annotated[
        Numbers | Unset,
        codes,
        VendorName("statusList"),
        Doc("Only numbers in these states: 1 being called, 5 not called, 7 failed, 9 called."),
    ]


FIELDS: Final = fields_of(TaskFields)
FILTERS: Final = fields_of(TaskFilters)
NUMBER_FILTERS: Final = fields_of(TaskNumberFilters)


@model(kw_only=True)
class UploadedNumbers(Row):
    """A list of numbers that was uploaded.

    Args:
        file_path: Where the vendor keeps it; goes into `tasks.submit`.
        number_total_count: Numbers in it.
        number_same_count: Numbers that are there twice.
    """

    file_path: str
    number_total_count: int | None = None
    number_same_count: int | None = None


@model(kw_only=True)
class Task(Row):
    """A group-call task, as listed.

    Args:
        task_id: The vendor's id.
        voice_group_id: The agent group, or several.
        seat_group_name: Its name.
        remain_count: Numbers still to call.
        total_count: Numbers in all.
        remark: A note.
        ccode: Country code.
        code_name: Country.
        task_status: 11 calling, 12 completed, 13 not submitted, 14 cancelled, 15 suspended, 16 being submitted;
            1 enabled, 2 disabled. Others may come.
        task_type: 0 automatic, 1 group call to agent.
        finish_flag: 0 or 1.
        completed_rate: Share that is done, as the vendor writes it.
        group_task_id: Id of the task within the group.
        transfers_num: Calls passed on to agents.
        call_failures_num: Calls that failed.
    """

    task_id: int | str
    voice_group_id: list[int] | int | None = None
    seat_group_name: str | None = None
    remain_count: int | None = None
    total_count: int | None = None
    remark: str | None = None
    ccode: str | None = None
    code_name: str | None = None
    task_status: int | None = None
    task_type: int | None = None
    finish_flag: int | None = None
    completed_rate: str | None = None
    group_task_id: int | str | None = None
    transfers_num: int | None = None
    call_failures_num: int | None = None


@model(kw_only=True)
class TaskNumber(Row):
    """One number of a task, as listed.

    Args:
        key_id: The vendor's id.
        encrypt_called: The number, encrypted; not in the repr.
        seat_name: The agent who took the call.
        sip_group_name: The agent's group.
        label_names: Tags.
        remark: What the agent noted; not in the repr.
        call_id: Id of the call.
        error_reason: Why it failed.
        status: 1 being called, 5 not called, 7 failed, 9 called; others may come.
        call_count: How often it was called.
    """

    key_id: int
    encrypt_called: str | None = attrs.field(default=None, repr=False)
    seat_name: str | None = None
    sip_group_name: str | None = None
    label_names: list[str] | str | None = attrs.field(default=None, metadata={VENDOR_NAME: "labelName"})
    remark: str | None = attrs.field(default=None, repr=False)
    call_id: str | None = None
    error_reason: str | None = None
    status: int | None = None
    call_count: int | None = None


UPLOADED: Final = Loader(UploadedNumbers)
TASKS: Final = Loader(Task)
NUMBERS: Final = Loader(TaskNumber)
