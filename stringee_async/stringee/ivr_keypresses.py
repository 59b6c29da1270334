"""IVR key presses: what a node does when a key is pressed. `client.ivr_keypresses`.

Source: developer.stringee.com, icc-rest-api/integrable-contact-center-ivr-keypress-management, for creates; the other
operations from type definitions of a public project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypedDict, Unpack

from ..core.declarations import Absent, Doc, Fields, Needs
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.field_rules import Matching, Whole, note
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import identifier, phone_number
from .pages import PageReader
from .resource import Rows
from .responses import Created

EMPTY_KEY: Final = "EMPTY_KEY"
"""The `node_key` that stands for no key being pressed in time."""
INVALID_KEY: Final = "INVALID_KEY"
"""The `node_key` that stands for a key without an entry."""

_key: Final = Matching(
    re.compile(rf"[0-9*#]|{EMPTY_KEY}|{INVALID_KEY}"), f"0 to 9, *, #, {EMPTY_KEY} or {INVALID_KEY}"
)


class IvrKeypressSettings(TypedDict, Generic[Absent], total=False):
    """Where a key leads; which of these counts depends on the action."""

    next_node: Annotated[str | Absent, identifier, Doc("Id of the next node, for action 4.")]
    queue_id: Annotated[str | Absent, identifier, Doc("The queue, for action 2.")]
    to_phone_number: Annotated[str | Absent, phone_number, Doc("The phone number, for action 3.")]
    from_number_callout_to_agent: Annotated[
        str | Absent, phone_number, Doc("The caller id that this phone sees, for action 3.")
    ]
    sms: Annotated[str | Absent, note, Doc("The text of the SMS, for action 5.")]


class IvrKeypressChanges(IvrKeypressSettings[Unset | None], total=False):
    """What can be changed of a key press."""

    node_key: Annotated[
        str | Unset,
        _key,
        Doc("The key; `EMPTY_KEY` stands for none in time, `INVALID_KEY` for one without an entry."),
    ]
    action: Annotated[
        int | Unset,
        Whole(1, 6),
        Needs(value=2, field="queue_id", reason="goes to a queue"),
        Needs(value=3, field="to_phone_number", reason="forwards to a phone"),
        Needs(value=4, field="next_node", reason="goes to another node"),
        Needs(value=5, field="sms", reason="sends an SMS"),
        Doc(
            "1 voice mail (announced by the vendor, not yet in force), 2 to a queue, 3 forward to a phone, 4 next node, "
            "5 SMS (announced), 6 end the call."
        ),
    ]


class IvrKeypressFields(IvrKeypressChanges, total=False):
    """What is sent of a new key press."""

    node: Annotated[str, identifier, Doc("Id of the node that waits for the key.")]


@model(kw_only=True)
class IvrKeypress(Model):
    """What one key of a node does, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account it is in.
        project: Project it is in.
        tree: Id of the tree that the node is in.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    tree: str | None = None
    node: str | None = None
    node_key: str | None = None
    action: int | None = None
    next_node: str | None = None
    queue_id: str | None = None
    to_phone_number: str | None = None
    from_number_callout_to_agent: str | None = None
    sms: str | None = None


LOADER: Final = Loader(IvrKeypress)
PAGES: Final = PageReader(LOADER, "ivrNodeKeys")
SPEC: Final = spec_of(
    "ivr_keypresses",
    "/v1/ivrkeypress",
    "/{keypress_id}",
    pages=PAGES,
    fields=Fields(IvrKeypressFields),
    natural_key=("node", "node_key"),
    new_id="ivrNodeKeyID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class IvrKeypresses(Rows[IvrKeypress]):
    """Operations on the key presses of IVR nodes. The natural key is (node, key)."""

    spec = SPEC

    def list(
        self,
        node: str,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[IvrKeypress]:
        """List the key presses of a node, lazily; nothing is sent before the first row is asked for.

        Args:
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.

        Returns:
            A listing: `async for keypress in client.ivr_keypresses.list(node_id)`.
        """
        filters = {"node": identifier("node", node)}
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict), filters)

    async def create(
        self,
        *,
        node: str,
        node_key: str,
        action: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[IvrKeypressSettings[Unset]],
    ) -> Created:
        """Say what a key of a node does.

        Raises:
            NotFoundError: There is no such node, next node or queue.
        """
        return await self._new(node=node, node_key=node_key, action=action, extra=extra, **settings)

    async def update(
        self,
        keypress_id: str,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[IvrKeypressChanges],
    ) -> None:
        """Change what a key does: fields left out stay, None is sent as null, a value sets. Its node stays."""
        await self._change(keypress_id, extra=extra, **settings)

    async def delete(self, keypress_id: str, *, missing_ok: bool = False) -> None:
        """Delete what a key does."""
        await self._delete(keypress_id, missing_ok=missing_ok)

    async def find(self, *, node: str, node_key: str) -> IvrKeypress | None:
        """Return what a key of a node does, or None; reads the node's list."""
        wanted = _key("node_key", node_key)
        return await self._find(self.list(node, page_size=100, read_ahead=2), node_key=wanted)

    async def ensure(
        self,
        *,
        node: str,
        node_key: str,
        action: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[IvrKeypressSettings[Unset]],
    ) -> Ensured:
        """Make sure that a key of a node does this: find, then create or update.

        Raises:
            NotFoundError: There is no such node, next node or queue.
        """
        return await self._ensure_exists(
            lambda key: self.find(node=key["node"], node_key=key["node_key"]),
            node=node,
            node_key=node_key,
            action=action,
            extra=extra,
            **settings,
        )
