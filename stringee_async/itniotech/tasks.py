"""Group-call tasks: lists of numbers that are called one after the other. `client.tasks`.

Source: itniotech.com, api/call (preview).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Unpack

from ..core.errors import ConfigError
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from .arguments import Id
from .datetimes import PLAIN_TIME, TimeFormat, span
from .resource import Resource
from .responses import data_key, data_model, nothing
from .task_models import (
    FIELDS,
    FILTERS,
    NUMBER_FILTERS,
    NUMBERS,
    TASKS,
    UPLOADED,
    Task,
    TaskFilters,
    TaskNumber,
    TaskNumberFilters,
    TaskSettings,
    UploadedNumbers,
)
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


class Tasks(Resource):
    """Operations on group-call tasks."""

    _declared = FIELDS

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
        """
        body = await upload_body(source, file_name, largest=LARGEST_LIST)
        return await self._post(UPLOAD, body, data_model(UPLOADED))

    async def submit(
        self,
        *,
        file_path: str,
        file_name: str,
        type: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[TaskSettings],
    ) -> int | str | None:
        """Start a task: numbers are called from now on.

        Returns:
            The task's id; None where the vendor does not return it.

        Raises:
            PermissionDeniedError: The account has no rate for the destination.
            InvalidRequestError: A group is in another application, or the list is not as it must be.
            OutcomeUnknownError: The response was lost; the task may run. Not safe to repeat: look first.
        """
        needed = ("voice_group_ids", "app_id", "callout_rate")
        if type == GROUP_TO_AGENT and any(settings.get(name, UNSET) is UNSET for name in needed):
            raise ConfigError("voice_group_ids, app_id and callout_rate must be given with type 1")
        body = self._body(FIELDS, extra, file_path=file_path, file_name=file_name, type=type, **settings)
        return await self._post(SUBMIT, body, data_key("taskId"))

    async def resend(self, task_id: Id, *, resend_type: int) -> None:
        """Call numbers of a task again.

        Raises:
            PermissionDeniedError: The account has no rate for the destination.
            InvalidRequestError: The task is not in a state for this.
            OutcomeUnknownError: The response was lost; the calls may be under way. Not safe to repeat: look first.
        """
        body = self._body(FIELDS, task_id=task_id, resend_type=resend_type)
        await self._post(RESEND, body, nothing)

    def list(
        self,
        *,
        start_time: datetime | str | Unset = UNSET,
        end_time: datetime | str | Unset = UNSET,
        time_format: TimeFormat = PLAIN_TIME,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[TaskFilters],
    ) -> Paged[Task]:
        """List tasks, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for task in client.tasks.list()`.
        """
        start, end = span(start_time, end_time, time_format)
        return self._list(
            LIST,
            TASKS,
            {"startTime": start, "endTime": end, **self._body(FILTERS, **filters)},
            PageOptions(page_size, read_ahead, max_passes, strict),
            key=attrgetter("task_id"),
        )

    def details(
        self,
        task_id: Id,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[TaskNumberFilters],
    ) -> Paged[TaskNumber]:
        """List the numbers of a task, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for number in client.tasks.details(task_id)`.
        """
        params = self._body(FIELDS, task_id=task_id) | self._body(NUMBER_FILTERS, **filters)
        return self._list(
            DETAILS,
            NUMBERS,
            params,
            PageOptions(page_size, read_ahead, max_passes, strict),
        )
