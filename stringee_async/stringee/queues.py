"""Queues: where callers wait. `client.queues`; which groups answer: `client.group_routings`.

Source of every fact here: developer.stringee.com, pcc-rest-api/contact-center-queue-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from ..core.bodies import extra_fields
from ..core.ensure import Ensure, Ensured, find_unique
from ..core.names import differing, same_name
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import required_text, validated
from .queue_models import KEY_RULES, PAGES, RULES
from .queue_models import LOADER as LOADER
from .queue_models import Queue as Queue
from .resource import Resource
from .responses import Created

CREATE: Final = Operation(
    "queues.create", "POST", "/v1/queue", RetryClass.CREATE, natural_key=keyed_by("queues", "name")
)
LIST: Final = Operation("queues.list", "GET", "/v1/queue", RetryClass.READ)
UPDATE: Final = Operation("queues.update", "PUT", "/v1/queue/{queue_id}", RetryClass.IDEMPOTENT_WRITE)
DELETE: Final = Operation("queues.delete", "DELETE", "/v1/queue/{queue_id}", RetryClass.IDEMPOTENT_WRITE)


class Queues(Resource):
    """Operations on queues. The natural key is the name."""

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Queue]:
        """List queues, lazily; nothing is sent before the first row is asked for.

        Args:
            page_size: Rows per page, 1 to 100.
            read_ahead: Pages fetched ahead of the reader, in order; 0 fetches one at a time.
            max_passes: How often the listing is read at most while its rows move; see `Paged.drift`.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing: `async for queue in client.queues.list()`.

        Raises:
            ConfigError: An argument is out of range; at once.
            PagingError: While iterating: the pages cannot be trusted.
            SdkError: While iterating: a page could not be fetched. Reading is always safe to repeat.
        """
        return self._list(
            LIST,
            PAGES,
            key=attrgetter("id"),
            filters={},
            page_size=page_size,
            read_ahead=read_ahead,
            max_passes=max_passes,
            strict=strict,
        )

    async def create(
        self,
        *,
        name: str,
        record_calls: bool | Unset = UNSET,
        agent_wrap_up_after_calls: bool | Unset = UNSET,
        wrap_up_time_limit: int | Unset = UNSET,
        schedule: int | Unset = UNSET,
        wait_agent_answer_timeout: int | Unset = UNSET,
        wait_greeting: str | Unset | None = UNSET,
        hold_greeting: str | Unset | None = UNSET,
        maximum_queue_size: int | Unset = UNSET,
        maximum_queue_wait_time: int | Unset = UNSET,
        from_number_callout_to_agent: str | Unset | None = UNSET,
        get_list_agents_url: str | Unset | None = UNSET,
        cond_routing: int | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> Created:
        """Create a queue.

        Args:
            name: The queue's name. Whether the vendor keeps names unique is not documented.
            record_calls: Whether calls are recorded; the vendor's default is True.
            agent_wrap_up_after_calls: Whether agents get a pause for notes after a call; default True.
            wrap_up_time_limit: Length of that pause in seconds; default 10.
            schedule: 1 always open, 2 business hours; default 1.
            wait_agent_answer_timeout: Seconds to ring an agent, at least 3; default 15.
            wait_greeting: File name of an uploaded greeting for those who wait.
            hold_greeting: File name of an uploaded greeting for those on hold.
            maximum_queue_size: Callers who may wait; announced by the vendor, not yet in force; default 5.
            maximum_queue_wait_time: Seconds a caller may wait; announced, not yet in force; default 60.
            from_number_callout_to_agent: Caller id when an agent's phone is rung; digits with country code.
            get_list_agents_url: Your server that chooses agents; without it they come from the queue's groups.
            cond_routing: 1 only agents online in web or app, 2 also SIP; default 1.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            The new queue's id, its project, and what the vendor said.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: There is such a queue; `existing_id` names it where the vendor tells.
            OutcomeUnknownError: The response was lost; the queue may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        fields = {
            "record_calls": record_calls,
            "agent_wrap_up_after_calls": agent_wrap_up_after_calls,
            "wrap_up_time_limit": wrap_up_time_limit,
            "schedule": schedule,
            "wait_agent_answer_timeout": wait_agent_answer_timeout,
            "wait_greeting": wait_greeting,
            "hold_greeting": hold_greeting,
            "maximum_queue_size": maximum_queue_size,
            "maximum_queue_wait_time": maximum_queue_wait_time,
            "from_number_callout_to_agent": self._phone(from_number_callout_to_agent),
            "get_list_agents_url": get_list_agents_url,
            "cond_routing": cond_routing,
        }
        more = extra_fields(extra)
        body = more | validated(KEY_RULES, {"name": name}, nulls=False, extra=more)
        body |= validated(RULES, fields, nulls=True, extra=more)
        return await self._create(CREATE, body, "queueID")

    async def update(
        self,
        queue_id: str,
        *,
        name: str | Unset = UNSET,
        record_calls: bool | Unset | None = UNSET,
        agent_wrap_up_after_calls: bool | Unset | None = UNSET,
        wrap_up_time_limit: int | Unset | None = UNSET,
        schedule: int | Unset | None = UNSET,
        wait_agent_answer_timeout: int | Unset | None = UNSET,
        wait_greeting: str | Unset | None = UNSET,
        hold_greeting: str | Unset | None = UNSET,
        maximum_queue_size: int | Unset | None = UNSET,
        maximum_queue_wait_time: int | Unset | None = UNSET,
        from_number_callout_to_agent: str | Unset | None = UNSET,
        get_list_agents_url: str | Unset | None = UNSET,
        cond_routing: int | Unset | None = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Change fields of a queue: those left out stay, None is sent as null, a value sets.

        Args:
            queue_id: The queue's id.
            name: New name.
            record_calls: Whether calls are recorded; the vendor's default is True.
            agent_wrap_up_after_calls: Whether agents get a pause for notes after a call; default True.
            wrap_up_time_limit: Length of that pause in seconds; default 10.
            schedule: 1 always open, 2 business hours; default 1.
            wait_agent_answer_timeout: Seconds to ring an agent, at least 3; default 15.
            wait_greeting: File name of an uploaded greeting for those who wait.
            hold_greeting: File name of an uploaded greeting for those on hold.
            maximum_queue_size: Callers who may wait; announced by the vendor, not yet in force; default 5.
            maximum_queue_wait_time: Seconds a caller may wait; announced, not yet in force; default 60.
            from_number_callout_to_agent: Caller id when an agent's phone is rung; digits with country code.
            get_list_agents_url: Your server that chooses agents; without it they come from the queue's groups.
            cond_routing: 1 only agents online in web or app, 2 also SIP; default 1.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such queue.
            SdkError: As for every call. Safe to repeat.
        """
        fields = {
            "record_calls": record_calls,
            "agent_wrap_up_after_calls": agent_wrap_up_after_calls,
            "wrap_up_time_limit": wrap_up_time_limit,
            "schedule": schedule,
            "wait_agent_answer_timeout": wait_agent_answer_timeout,
            "wait_greeting": wait_greeting,
            "hold_greeting": hold_greeting,
            "maximum_queue_size": maximum_queue_size,
            "maximum_queue_wait_time": maximum_queue_wait_time,
            "from_number_callout_to_agent": self._phone(from_number_callout_to_agent),
            "get_list_agents_url": get_list_agents_url,
            "cond_routing": cond_routing,
        }
        more = extra_fields(extra)
        body = more | validated(KEY_RULES, {"name": name}, nulls=False, extra=more)
        body |= validated(RULES, fields, nulls=True, extra=more)
        await self._write(UPDATE, body, path={"queue_id": queue_id})

    async def delete(self, queue_id: str, *, missing_ok: bool = False) -> None:
        """Delete a queue. What becomes of its numbers and routings is not documented: remove them first.

        Args:
            queue_id: The queue's id.
            missing_ok: Take a queue that is not there for deleted.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such queue, and no earlier attempt of this call lost its response.
            SdkError: As for every call. Safe to repeat.
        """
        await self._remove(DELETE, missing_ok=missing_ok, path={"queue_id": queue_id})

    async def find(self, *, name: str) -> Queue | None:
        """Return the queue of this name, or None; reads all queues, as the vendor has no filter.

        Args:
            name: The name; blanks around it and its Unicode form do not matter, case does.

        Raises:
            AmbiguousError: Two or more queues carry it; `ids` names them.
            SdkError: As for every call. Safe to repeat.
        """
        name = required_text("name", name)
        listing = self.list(page_size=100, read_ahead=2)
        return await find_unique(
            listing, lambda queue: same_name(queue.name, name), {"name": name}, lambda queue: queue.id
        )

    async def ensure(
        self,
        *,
        name: str,
        record_calls: bool | Unset = UNSET,
        agent_wrap_up_after_calls: bool | Unset = UNSET,
        wrap_up_time_limit: int | Unset = UNSET,
        schedule: int | Unset = UNSET,
        wait_agent_answer_timeout: int | Unset = UNSET,
        wait_greeting: str | Unset | None = UNSET,
        hold_greeting: str | Unset | None = UNSET,
        maximum_queue_size: int | Unset = UNSET,
        maximum_queue_wait_time: int | Unset = UNSET,
        from_number_callout_to_agent: str | Unset | None = UNSET,
        get_list_agents_url: str | Unset | None = UNSET,
        cond_routing: int | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> Ensured:
        """Make sure that a queue of this name exists with these fields: find, then create or update.

        Survives a lost response without making a second queue, and twenty callers at once make one.

        Args:
            name: The queue's name; the natural key.
            record_calls: Whether calls are recorded; the vendor's default is True.
            agent_wrap_up_after_calls: Whether agents get a pause for notes after a call; default True.
            wrap_up_time_limit: Length of that pause in seconds; default 10.
            schedule: 1 always open, 2 business hours; default 1.
            wait_agent_answer_timeout: Seconds to ring an agent, at least 3; default 15.
            wait_greeting: File name of an uploaded greeting for those who wait.
            hold_greeting: File name of an uploaded greeting for those on hold.
            maximum_queue_size: Callers who may wait; announced by the vendor, not yet in force; default 5.
            maximum_queue_wait_time: Seconds a caller may wait; announced, not yet in force; default 60.
            from_number_callout_to_agent: Caller id when an agent's phone is rung; digits with country code.
            get_list_agents_url: Your server that chooses agents; without it they come from the queue's groups.
            cond_routing: 1 only agents online in web or app, 2 also SIP; default 1.
            extra: As for `create`. What the vendor does not show is written each time.

        Returns:
            The queue's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: Two queues carry the name; nothing was changed.
            SdkError: As for every call. Safe to repeat.
        """
        fields = {
            "record_calls": record_calls,
            "agent_wrap_up_after_calls": agent_wrap_up_after_calls,
            "wrap_up_time_limit": wrap_up_time_limit,
            "schedule": schedule,
            "wait_agent_answer_timeout": wait_agent_answer_timeout,
            "wait_greeting": wait_greeting,
            "hold_greeting": hold_greeting,
            "maximum_queue_size": maximum_queue_size,
            "maximum_queue_wait_time": maximum_queue_wait_time,
            "from_number_callout_to_agent": self._phone(from_number_callout_to_agent),
            "get_list_agents_url": get_list_agents_url,
            "cond_routing": cond_routing,
        }
        more = extra_fields(extra)
        key = validated(KEY_RULES, {"name": name}, nulls=False, extra=more)
        wanted = {field: value for field, value in more.items() if field not in key}
        wanted |= validated(RULES, fields, nulls=True, extra=more)

        async def create() -> str:
            return (await self._create(CREATE, {**wanted, **key}, "queueID")).id

        async def update(queue: Queue) -> bool:
            changes = differing(queue, wanted)
            if changes:
                await self._write(UPDATE, changes, path={"queue_id": queue.id})
            return bool(changes)

        async def write(queue_id: str) -> bool:
            if wanted:
                await self._write(UPDATE, wanted, path={"queue_id": queue_id})
            return bool(wanted)

        return await Ensure(
            session=self._host.session,
            key=CREATE.key(key),
            find=lambda: self.find(name=name),
            create=create,
            update=update,
            write=write,
            id_of=lambda queue: queue.id,
        ).run()
