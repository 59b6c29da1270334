"""Agent groups (the vendor says seat groups). `client.agent_groups`; their settings and sounds are next door.

The vendor's create does not return the new group's id: it is looked up by name. Source: itniotech.com, api/call
(seatGroup).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Any, Final, TypedDict

from ..core.declarations import Doc
from ..core.decoding import Loader
from ..core.ensure import Ensured, poll_until_settled
from ..core.errors import PagingError, SdkError
from ..core.field_rules import row_id, word
from ..core.find_unique import find_unique
from ..core.model import model
from ..core.names import normalised, same_name
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.rows import Owner, Rows, Spec
from ..core.unset import UNSET, Unset
from ..core.validation import required_text
from .arguments import Id, short_name
from .group_settings import GroupSettings
from .responses import nothing, read
from .ring_sounds import RingSounds
from .row import Row, fields_of

CREATE: Final = Operation(
    "agent_groups.create",
    "POST",
    "/v3/cc/seatGroup/addGroup",
    RetryClass.CREATE,
    natural_key=keyed_by("agent_groups", "appId", "groupName"),
)
_LATER: Final = "do not create it again, look for it later"
LIST: Final = Operation("agent_groups.list", "POST", "/v3/cc/seatGroup/query", RetryClass.READ)
RENAME: Final = Operation(
    "agent_groups.rename", "POST", "/v3/cc/seatGroup/updateGroup", RetryClass.IDEMPOTENT_WRITE
)
DELETE: Final = Operation("agent_groups.delete", "GET", "/v3/cc/seatGroup/deleteGroup", RetryClass.CREATE)
"""A GET that destroys: in the class of calls that are never repeated after a lost response."""


class AgentGroupFields(TypedDict, total=False):
    """What is sent of agent groups."""

    app_id: Annotated[str, word, Doc("Its application; the pages do not promise it in lists.")]
    group_name: Annotated[str, short_name, Doc("The group's name, unique in its application.")]
    voice_group_id: Annotated[int | str, row_id, Doc("The vendor's id.")]


class AgentGroupFilters(TypedDict, total=False):
    """What agent groups can be asked for."""

    group_name: Annotated[str | Unset, required_text, Doc("Only this name.")]


FIELDS: Final = fields_of(AgentGroupFields)
FILTERS: Final = fields_of(AgentGroupFilters)


@model(kw_only=True)
class AgentGroup(Row):
    """An agent group, as listed.

    Args:
        app_name: Name of its application.
        callin_strategy: Who gets a call: 1 by idle time, 2 by number of calls, 3 by priority, 4 in turn.
        count_seat: How many agents are in it.
    """

    voice_group_id: int
    group_name: str | None = None
    app_id: str | None = None
    app_name: str | None = None
    callin_strategy: int | None = None
    count_seat: int | None = None


LOADER: Final = Loader(AgentGroup)


class AgentGroups(GroupSettings, RingSounds, Rows[AgentGroup, AgentGroup, None]):
    """Operations on agent groups. The natural key is the name within an application."""

    spec = Spec(
        create=CREATE,
        list=LIST,
        delete=DELETE,
        pages=LOADER,
        fields=FIELDS,
        natural_key=("appId", "groupName"),
        id_name="voice_group_id",
    )

    def list(
        self,
        *,
        group_name: str | Unset = UNSET,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[AgentGroup]:
        """List agent groups, lazily; nothing is sent before the first row is asked for.

        Args:
            group_name: Ask the server for this name only; it may find similar names too, `find` compares again.

        Returns:
            A listing: `async for group in client.agent_groups.list()`.
        """
        return self._list(
            LIST,
            LOADER,
            self._body(FILTERS, group_name=group_name),
            PageOptions(page_size, read_ahead, max_passes, strict),
            key=attrgetter("voice_group_id"),
        )

    async def create(
        self, *, app_id: str, group_name: str, extra: Mapping[str, Any] | None = None
    ) -> AgentGroup:
        """Create an agent group, and look up its id, which the vendor does not return.

        Args:
            app_id: The application.

        Returns:
            The new group, as listed.

        Raises:
            AlreadyExistsError: The application has a group of this name.
            ConflictError: The vendor's cap on groups is reached.
            AmbiguousError: The group was created, and groups of other applications have its name too; `ids` names
                them all.
            PagingError: The group was created, but is not listed within `timeouts.settle`, or within the
                total time of the call.
            OutcomeUnknownError: The response was lost; the group may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call; `outcome` is None where the group was created and the look-up failed.
        """
        return await self._new(extra=extra, app_id=app_id, group_name=group_name)

    async def rename(
        self, voice_group_id: Id, *, group_name: str, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Give a group another name.

        Raises:
            AlreadyExistsError: The application has a group of this name.
        """
        body = self._body(FIELDS, extra, voice_group_id=voice_group_id, group_name=group_name)
        await self._post(RENAME, body, nothing)

    async def delete(self, voice_group_id: Id, *, missing_ok: bool = False) -> None:
        """Delete a group; its agents must be gone, and it must not be bound to a team leader or a SIP trunk.

        The vendor deletes by GET. This client never sends it twice by itself.

        Raises:
            NotFoundError: There is no such group.
            ConflictError: The group has agents, or is bound to something.
            OutcomeUnknownError: The response was lost; the group may be gone. Not safe to repeat blindly: look first.
        """
        await self._gone(
            DELETE,
            lambda response: read(DELETE.name, response, nothing),
            missing_ok=missing_ok,
            query={"voiceGroupId": row_id("voice_group_id", voice_group_id)},
        )

    async def find(self, *, group_name: str, app_id: str | Unset = UNSET) -> AgentGroup | None:
        """Return the group of this name, or None; the server's search is fuzzy, so names are compared here.

        Args:
            group_name: The name; blanks around it and its Unicode form do not matter, case does.
            app_id: Leave out groups that are listed with another application; the list may not state it.
        """
        group_name = required_text("group_name", group_name)
        if not isinstance(app_id, Unset):
            required_text("app_id", app_id)
        # A vendor that keeps such a name in another form need not find it under this one: then all groups are read.
        searched = group_name if group_name == normalised(group_name) else UNSET
        return await find_unique(
            self.list(group_name=searched, page_size=100, read_ahead=2),
            lambda group: (
                same_name(group.group_name, group_name)
                and (isinstance(app_id, Unset) or group.app_id in {None, app_id})
            ),
            {"group_name": group_name},
            self._id_of,
        )

    async def ensure(
        self, *, app_id: str, group_name: str, extra: Mapping[str, Any] | None = None
    ) -> Ensured:
        """Make sure that a group of this name exists: find, or create.

        The list does not promise to state the application, so a group of the same name in another one may pass for it.

        Args:
            app_id: The application, where the group is created if need be.
            group_name: The group's name, 4 to 32 characters; the natural key.
            extra: As for `create`; not compared, as the name is all that can be changed.

        Returns:
            The group's id as text, and whether it was created or adopted.
        """
        return await self._ensure_exists(
            lambda key: self.find(group_name=key["groupName"], app_id=key["appId"]),
            extra=extra,
            app_id=app_id,
            group_name=group_name,
        )

    async def _send_create(self, body: Mapping[str, Any], owner: Owner) -> AgentGroup:  # noqa: ARG002 - one path
        app_id, group_name = body["appId"], body["groupName"]
        began = self._host.session.state.now()
        await self._post(CREATE, body, nothing)
        try:
            group = await poll_until_settled(
                self._host.session, lambda: self.find(group_name=group_name, app_id=app_id), began
            )
        except asyncio.CancelledError as ended:
            ended.add_note(
                "the group was created, and its id not looked up yet: do not create it again, look for it"
            )
            raise
        except SdkError as error:
            error.message = f"the group was created, but could not be looked up: {error.message}"
            error.call, error.next_step = CREATE.name, _LATER
            error.outcome, error.retry_class = None, RetryClass.CREATE
            raise
        if group is None:
            raise PagingError(
                "the group was created, but the vendor does not list it yet",
                next_step=_LATER,
                vendor="itniotech",
                operation=CREATE.name,
                object=f"group_name {group_name}",
            )
        return group

    def _new_id(self, made: AgentGroup) -> str:
        return self._id_of(made)
