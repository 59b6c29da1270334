"""What ITNIO TECH tells about group-call tasks: tasks, their numbers, uploaded lists.

One job: the models. What can be done with tasks is in `tasks`. Source: itniotech.com, api/call (preview).
"""

from __future__ import annotations

from typing import Final

import attrs

from ..core.decoding import Loader
from ..core.model import model
from .row import WIRE, Row


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
    label_names: list[str] | str | None = attrs.field(default=None, metadata={WIRE: "labelName"})
    remark: str | None = attrs.field(default=None, repr=False)
    call_id: str | None = None
    error_reason: str | None = None
    status: int | None = None
    call_count: int | None = None


UPLOADED: Final = Loader(UploadedNumbers)
TASKS: Final = Loader(Task)
NUMBERS: Final = Loader(TaskNumber)
