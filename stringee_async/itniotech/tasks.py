"""Group-call tasks: lists of numbers that are called one after the other. `client.tasks`.

Source: itniotech.com, api/call (preview).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from ..core.errors import ConfigError
from ..core.field_rules import (
    Whole,
    code,
    codes,
    file_name,
    names,
    note,
    positive,
    row_id,
    row_ids,
    searched_number,
    word,
)
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import Check, boolean, required_text, validated
from .arguments import Id, Ids, Numbers, Texts, country, shown_number
from .datetimes import PLAIN_TIME, TimeFormat, span
from .resource import Resource
from .responses import read_done, read_key, read_model
from .row import body_of, checked_body
from .task_models import NUMBERS, TASKS, UPLOADED, Task, TaskNumber, UploadedNumbers
from .upload import FileSource, upload_body

UPLOAD: Final = Operation("tasks.upload_numbers", "POST", "/v3/cc/preview/upload", RetryClass.CREATE)
SUBMIT: Final = Operation("tasks.submit", "POST", "/v3/cc/preview/submitTask", RetryClass.CREATE)
RESEND: Final = Operation("tasks.resend", "POST", "/v3/cc/preview/resendTask", RetryClass.CREATE)
LIST: Final = Operation("tasks.list", "POST", "/v3/cc/preview/query", RetryClass.READ)
DETAILS: Final = Operation("tasks.details", "POST", "/v3/cc/preview/queryTaskDetail", RetryClass.READ)

AUTOMATIC: Final = 0
GROUP_TO_AGENT: Final = 1

FAILED: Final = 1
NOT_CALLED: Final = 2
ALL: Final = 3

LARGEST_LIST: Final = 16 * 1024 * 1024
"""Bytes; the vendor only limits the numbers, to 100,000, so this just keeps a wrong file from being sent."""


def _task_id(name: str, value: object) -> int | str:
    """Return the id of a task as it was given: whether it is a number is not documented."""
    return value if isinstance(value, str) and required_text(name, value) else row_id(name, value)


def _flag(name: str, value: object) -> int:
    return code(name, value) if not isinstance(value, bool) else int(boolean(name, value))


def _rate(name: str, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not 0 < value <= 1000:
        raise ConfigError(f"{name} must be a number above 0, and at most 1,000")
    return float(value) if isinstance(value, Decimal) else value


_RULES: Final[dict[str, Check]] = {
    "file_path": file_name,
    "file_name": file_name,
    "voice_group_ids": row_ids,
    "type": code,
    "ccode": country,
    "display_num": shown_number,
    "max_ringing_time": Whole(20, 120),
    "remark": note,
    "app_id": word,
    "callout_rate": _rate,
    "task_id": _task_id,
    "resend_type": positive,
    "task_statuses": codes,
    "task_type": code,
    "finish_flag": _flag,
    "called": searched_number,
    "sip_group_id": row_id,
    "agent_ids": row_ids,
    "label_names": names,
    "statuses": codes,
}


class Tasks(Resource):
    """Operations on group-call tasks."""

    async def upload_numbers(self, source: FileSource, *, file_name: str | Unset = UNSET) -> UploadedNumbers:
        """Upload a list of numbers for a task.

        Args:
            source: The bytes of a file with up to 100,000 numbers, or the path of one.
            file_name: Its name, 5 to 32 characters with the ending; of a path its last part where left out.

        Returns:
            Where the vendor keeps it, for `submit`, and how many numbers it found.

        Raises:
            ConfigError: The name is wrong, or the file is empty or cannot be read; nothing was sent.
            ConflictError: There are more than 100,000 numbers.
            InvalidRequestError: The vendor does not take the file.
            OutcomeUnknownError: The response was lost. Not safe to repeat: a second list may come about.
            SdkError: As for every call.
        """
        body = await upload_body(source, file_name, largest=LARGEST_LIST)
        return await self._post(
            UPLOAD, body, lambda operation, response: read_model(operation, response, UPLOADED)
        )

    async def submit(
        self,
        *,
        file_path: str,
        file_name: str,
        type: int,
        voice_group_ids: Ids | Unset = UNSET,
        ccode: str | Unset = UNSET,
        display_num: str | Unset = UNSET,
        max_ringing_time: int | Unset = UNSET,
        remark: str | Unset = UNSET,
        app_id: str | Unset = UNSET,
        callout_rate: float | Decimal | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> int | str | None:
        """Start a task: numbers are called from now on.

        Args:
            file_path: `file_path` of `upload_numbers`.
            file_name: The name that the list was uploaded by.
            type: 0 automatic, 1 group call to agent.
            voice_group_ids: The agent groups that take the calls; exactly one with type 1, any number or none with
                type 0.
            ccode: Country code of the numbers.
            display_num: Caller id.
            max_ringing_time: Seconds to let a number ring; the pages say 20 to 120.
            remark: A note.
            app_id: The application; wanted with type 1.
            callout_rate: Calls per agent at once; wanted with type 1.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            The task's id; None where the vendor does not tell it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            PermissionDeniedError: The account has no rate for the destination.
            InvalidRequestError: A group is in another application, or the list is not as it must be.
            OutcomeUnknownError: The response was lost; the task may run. Not safe to repeat: look first.
            SdkError: As for every call.
        """
        fields = {
            "file_path": file_path,
            "file_name": file_name,
            "remark": remark,
            "ccode": ccode,
            "voice_group_ids": voice_group_ids,
            "type": type,
            "display_num": display_num,
            "max_ringing_time": max_ringing_time,
            "app_id": app_id,
            "callout_rate": callout_rate,
        }
        if type == GROUP_TO_AGENT and UNSET in (voice_group_ids, app_id, callout_rate):
            raise ConfigError("voice_group_ids, app_id and callout_rate must be given with type 1")
        body = checked_body(_RULES, fields, extra, voice_group_ids="voiceGroupId")
        return await self._post(
            SUBMIT, body, lambda operation, response: read_key(operation, response, "taskId")
        )

    async def resend(self, task_id: Id, *, resend_type: int) -> None:
        """Call numbers of a task again.

        Args:
            task_id: The task.
            resend_type: 1 those that failed, 2 those that were not called, 3 all.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            PermissionDeniedError: The account has no rate for the destination.
            InvalidRequestError: The task is not in a state for this.
            OutcomeUnknownError: The response was lost; the calls may be under way. Not safe to repeat: look first.
            SdkError: As for every call.
        """
        fields = {"task_id": task_id, "resend_type": resend_type}
        await self._post(RESEND, body_of(validated(_RULES, fields, nulls=False)), read_done)

    def list(
        self,
        *,
        start_time: datetime | str | Unset = UNSET,
        end_time: datetime | str | Unset = UNSET,
        task_id: Id | Unset = UNSET,
        task_statuses: Numbers | Unset = UNSET,
        task_type: int | Unset = UNSET,
        finish_flag: int | bool | Unset = UNSET,
        voice_group_ids: Ids | Unset = UNSET,
        time_format: TimeFormat = PLAIN_TIME,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[Task]:
        """List tasks, lazily; nothing is sent before the first row is asked for.

        Args:
            start_time: From when on: a datetime with a zone, or text in the form of `time_format` or ISO 8601.
            end_time: Until when.
            task_id: Only this task.
            task_statuses: Only these states: 11 calling, 12 completed, 13 not submitted, 14 cancelled, 15 suspended,
                16 being submitted; 1 enabled, 2 disabled. Others may come.
            task_type: Only 0 automatic, or 1 group call to agent.
            finish_flag: Only this flag, 0 or 1.
            voice_group_ids: Only tasks of these agent groups.
            time_format: How datetimes are written.
            page_size: Rows per page, 1 to 100; the server may serve another number.
            read_ahead: Pages fetched ahead of the reader, in order; 0 fetches one at a time.
            max_passes: How often the listing is read at most while its rows move; see `Paged.drift`.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing: `async for task in client.tasks.list()`.

        Raises:
            ConfigError: An argument is out of range; at once.
            PagingError: While iterating: the pages cannot be trusted.
            SdkError: While iterating: a page could not be fetched. Reading is always safe to repeat.
        """
        start, end = span(start_time, end_time, time_format)
        fields = {
            "task_id": task_id,
            "task_statuses": task_statuses,
            "task_type": task_type,
            "finish_flag": finish_flag,
            "voice_group_ids": voice_group_ids,
        }
        params = body_of(validated(_RULES, fields, nulls=False), task_statuses="taskStatus")
        return self._list(
            LIST,
            TASKS,
            {"startTime": start, "endTime": end, **params},
            key=attrgetter("task_id"),
            page_size=page_size,
            read_ahead=read_ahead,
            max_passes=max_passes,
            strict=strict,
        )

    def details(
        self,
        task_id: Id,
        *,
        called: str | Unset = UNSET,
        sip_group_id: Id | Unset = UNSET,
        agent_ids: Ids | Unset = UNSET,
        label_names: Texts | Unset = UNSET,
        remark: str | Unset = UNSET,
        statuses: Numbers | Unset = UNSET,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[TaskNumber]:
        """List the numbers of a task, lazily; nothing is sent before the first row is asked for.

        Args:
            task_id: The task.
            called: Only this number.
            sip_group_id: Only numbers of this agent group.
            agent_ids: Only numbers of these agents.
            label_names: Only numbers with these tags.
            remark: Only numbers with this note.
            statuses: Only numbers in these states: 1 being called, 5 not called, 7 failed, 9 called.
            page_size: Rows per page, 1 to 100; the server may serve another number.
            read_ahead: Pages fetched ahead of the reader, in order; 0 fetches one at a time.
            max_passes: How often the listing is read at most while its rows move; see `Paged.drift`.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing: `async for number in client.tasks.details(task_id)`.

        Raises:
            ConfigError: An argument is out of range; at once.
            PagingError: While iterating: the pages cannot be trusted.
            SdkError: While iterating: a page could not be fetched. Reading is always safe to repeat.
        """
        fields = {
            "task_id": task_id,
            "called": called,
            "sip_group_id": sip_group_id,
            "agent_ids": agent_ids,
            "label_names": label_names,
            "remark": remark,
            "statuses": statuses,
        }
        params = body_of(validated(_RULES, fields, nulls=False), agent_ids="seatId", statuses="statusList")
        return self._list(
            DETAILS,
            NUMBERS,
            params,
            key=attrgetter("key_id"),
            page_size=page_size,
            read_ahead=read_ahead,
            max_passes=max_passes,
            strict=strict,
        )
