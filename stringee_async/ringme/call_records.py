"""Calls of the past, with their legs. `client.call_records`; a live call is in `client.current_calls`.

Source of every fact here: the vendor's pages on call history and calls, public client code. How far back the history
goes, and how soon a call is in it, is not documented.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from ..core.field_rules import destination, row_id, word
from ..core.operation import Operation
from ..core.paging import MAX_PASSES
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import boolean
from ..core.windows import Windowed
from .call_models import LOADER, CallRecord
from .ids import ME, Id, client_path, uuid
from .statistics import Statistics, one_at_a_time

PATH: Final = "/client/{client_id}/call_history/"
LIST: Final = Operation("call_records.list", "GET", PATH, RetryClass.READ)
GET: Final = Operation("call_records.get", "GET", PATH + "{call_uuid}", RetryClass.READ)
CALLS: Final = "/client/{client_id}/calls/"
WITHOUT_LEGS: Final = Operation("call_records.list_without_legs", "GET", CALLS, RetryClass.READ)
STATS: Final = Operation("call_records.stats", "GET", CALLS + "stats/", RetryClass.READ)


def _filters(
    direction: str | Unset, extension_id: int | str | Unset, to_username: str | Unset
) -> dict[str, object]:
    return {
        "flow": _checked(word, "direction", direction),
        "extension_id": _checked(row_id, "extension_id", extension_id),
        "to_username": _checked(destination, "to_username", to_username),
    }


def _checked(check: Callable[[str, Any], Any], name: str, value: object) -> object:
    return value if isinstance(value, Unset) else check(name, value)


class CallRecords(Statistics):
    """Operations on calls of the past."""

    def list(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        direction: str | Unset = UNSET,
        extension_id: int | str | Unset = UNSET,
        to_username: str | Unset = UNSET,
        legs: bool = True,
        client_id: Id = ME,
        page_size: int = 100,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Windowed[CallRecord]:
        """List the calls of a span of time, oldest first: `async for call in client.call_records.list(since=monday)`.

        The span is asked for month by month. The vendor runs one query at a time: they are sent one after the other, and a
        refusal for another one that runs is waited out after 2 s, 4 s and 8 s.

        Args:
            since: From when on; a datetime with a zone.
            until: Until when, not included; now if left out, and never later.
            direction: Only incoming calls (`"in"`) or outgoing ones (`"out"`).
            extension_id: Only calls at this extension.
            to_username: Only calls to this number.
            legs: Whether the calls come with their legs. Without, the response is faster and `recording_id` always None.

        Raises:
            ConflictError: While iterating: another client's query of the statistics does not end.
        """
        filters = _filters(direction, extension_id, to_username)
        options = PageOptions(page_size, read_ahead, max_passes, strict)
        operation, wrapped = (LIST, "call_history") if boolean("legs", legs) else (WITHOUT_LEGS, "calls")
        path = client_path(client_id)
        return self._over(
            operation, LOADER, path, filters, options, since=since, until=until, wrapped=wrapped
        )

    async def stats(self, *, since: datetime, until: datetime, client_id: Id = ME) -> dict[str, Any]:
        """Return how many calls there were in a span of time, by the vendor's names; as far as known `in` and `out`.

        Args:
            since: From when on; a datetime with a zone.
            until: Until when, not included.

        Raises:
            ConflictError: Another client's query of the statistics does not end.
        """
        return await self._stats(STATS, client_path(client_id), since, until)

    async def get(self, call_uuid: str, *, client_id: Id = ME) -> CallRecord:
        """Return one call; how soon after its end it is in the history is not documented.

        Args:
            call_uuid: The call's id in either case: `CallRecord.id`, the `call_id` of an event or of a callback.

        Raises:
            NotFoundError: The call is not in the history, not yet or no longer.
            ConflictError: Another client's query of the statistics does not end.
        """
        path = {**client_path(client_id), "call_uuid": uuid("call_uuid", call_uuid)}
        return await one_at_a_time(self._host.session, GET, lambda: self._get(GET, LOADER, path=path))
