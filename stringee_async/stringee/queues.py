"""Queues: where callers wait. `client.queues`; which groups take their calls: `client.group_routings`.

Source of every fact here: developer.stringee.com, pcc-rest-api/contact-center-queue-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypedDict, Unpack

from ..core.declarations import Absent, Doc, Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.field_rules import Whole, count, file_name, one_or_two, seconds, web_address
from ..core.fields import label
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import boolean, phone_number, required_text
from .pages import PageReader
from .resource import Rows
from .responses import Created


class QueueSettings(TypedDict, Generic[Absent], total=False):
    """What can be set of a queue beside its name."""

    record_calls: Annotated[
        bool | Absent, boolean, Doc("Whether calls are recorded; the vendor's default is True.")
    ]
    agent_wrap_up_after_calls: Annotated[
        bool | Absent, boolean, Doc("Whether agents get a pause for notes after a call; default True.")
    ]
    wrap_up_time_limit: Annotated[int | Absent, seconds, Doc("Length of that pause in seconds; default 10.")]
    schedule: Annotated[int | Absent, one_or_two, Doc("1 always open, 2 business hours; default 1.")]
    wait_agent_answer_timeout: Annotated[
        int | Absent, Whole(3, 86_400), Doc("Seconds to ring an agent, at least 3; default 15.")
    ]
    wait_greeting: Annotated[
        str | Unset | None, file_name, Doc("File name of an uploaded greeting for those who wait.")
    ]
    hold_greeting: Annotated[
        str | Unset | None, file_name, Doc("File name of an uploaded greeting for those on hold.")
    ]
    maximum_queue_size: Annotated[
        int | Absent,
        count,
        Doc("Callers who may wait; announced by the vendor, not yet in force; default 5."),
    ]
    maximum_queue_wait_time: Annotated[
        int | Absent, seconds, Doc("Seconds a caller may wait; announced, not yet in force; default 60.")
    ]
    from_number_callout_to_agent: Annotated[
        str | Unset | None,
        phone_number,
        Doc("Caller id when an agent's phone is rung; digits with country code."),
    ]
    get_list_agents_url: Annotated[
        str | Unset | None,
        web_address,
        Doc("Your server that chooses agents; without it they come from the queue's groups."),
    ]
    cond_routing: Annotated[
        int | Absent, one_or_two, Doc("1 only agents online in web or app, 2 also SIP; default 1.")
    ]


class QueueChanges(QueueSettings[Unset | None], total=False):
    """What can be changed of a queue."""

    name: Annotated[
        str | Unset, label, Doc("The queue's name. Whether the vendor keeps names unique is not documented.")
    ]


@model(kw_only=True)
class Queue(Model):
    """A queue, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account the queue is in.
        project: Project the queue is in.
        enable_voicemail: Whether callers may leave a message; read only.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    name: str | None = None
    record_calls: bool | None = None
    agent_wrap_up_after_calls: bool | None = None
    wrap_up_time_limit: int | None = None
    schedule: int | None = None
    wait_agent_answer_timeout: int | None = None
    wait_greeting: str | None = None
    hold_greeting: str | None = None
    maximum_queue_size: int | None = None
    maximum_queue_wait_time: int | None = None
    from_number_callout_to_agent: str | None = None
    get_list_agents_url: str | None = None
    cond_routing: int | None = None
    enable_voicemail: bool | None = None


LOADER: Final = Loader(Queue)
PAGES: Final = PageReader(LOADER, "queues")
SPEC: Final = spec_of(
    "queues",
    "/v1/queue",
    "/{queue_id}",
    pages=PAGES,
    fields=Fields(QueueChanges, null_on_create=True),
    natural_key=("name",),
    new_id="queueID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class Queues(Rows[Queue]):
    """Operations on queues. The natural key is the name."""

    spec = SPEC

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Queue]:
        """List queues, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for queue in client.queues.list()`.
        """
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict))

    async def create(
        self,
        *,
        name: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueSettings[Unset]],
    ) -> Created:
        """Create a queue."""
        return await self._new(name=name, extra=extra, **settings)

    async def update(
        self,
        queue_id: str,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueChanges],
    ) -> None:
        """Change fields of a queue: those left out stay, None is sent as null, a value sets."""
        await self._change(queue_id, extra=extra, **settings)

    async def delete(self, queue_id: str, *, missing_ok: bool = False) -> None:
        """Delete a queue. What becomes of its numbers and routings is not documented: remove them first."""
        await self._delete(queue_id, missing_ok=missing_ok)

    async def find(self, *, name: str) -> Queue | None:
        """Return the queue of this name, or None; reads all queues, as the vendor has no filter.

        Args:
            name: The name; blanks around it and its Unicode form do not matter, case does.
        """
        name = required_text("name", name)
        return await self._find(self.list(page_size=100, read_ahead=2), name=name)

    async def ensure(
        self,
        *,
        name: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueSettings[Unset]],
    ) -> Ensured:
        """Make sure that a queue of this name exists with these fields: find, then create or update."""
        return await self._ensure_exists(
            lambda key: self.find(name=key["name"]), name=name, extra=extra, **settings
        )
