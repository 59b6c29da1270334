"""IVR nodes: what a tree says before it waits for a key. `client.ivr_nodes`; the keys: `client.ivr_keypresses`.

Source: developer.stringee.com, icc-rest-api/integrable-contact-center-ivr-tree-node-management, for creates; the other
operations from type definitions of a public project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypedDict, Unpack, cast

from ..core.declarations import Absent, Doc, Fields, VendorName
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.field_rules import Whole, count, note, seconds, word
from ..core.fields import Choice, label
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import boolean, identifier, required_text
from .pages import PageReader
from .resource import Rows
from .responses import Created

_OURS: Final = "barge_in"
_VENDORS: Final = "bargeIn"
"""The one field in camel case."""


class IvrNodeSettings(TypedDict, Generic[Absent], total=False):
    """What can be set of a node beside its name and announcement."""

    barge_in: Annotated[
        bool | Absent,
        boolean,
        VendorName(_VENDORS),
        Doc("Whether a key may be pressed during the announcement; the vendor's default is True."),
    ]
    loop_count: Annotated[int | Absent, count, Doc("How often the announcement is played; default 1.")]
    sched: Annotated[
        int | Absent, Whole(0, 3_600_000), Doc("Milliseconds of silence before the announcement; default 0.")
    ]
    voice: Annotated[
        str | Absent,
        word,
        Doc(
            "The voice of a text that is spoken, such as `banmai` or `leminh`; default `hn_female_thutrang_phrase_48k-hsmm`."
        ),
    ]
    speed: Annotated[
        int | Absent, Whole(-3, 3), Doc("How fast a text is spoken, from -3 (slow) to 3 (fast); default 0.")
    ]
    keypress_timeout: Annotated[int | Absent, seconds, Doc("Seconds to wait for a key; default 5.")]


class IvrNodeChanges(IvrNodeSettings[Unset | None], total=False):
    """What can be changed of a node."""

    node_name: Annotated[
        str | Unset, label, Doc("The node's name. Whether the vendor keeps names unique is not documented.")
    ]
    node_play_mode: Annotated[
        str | Unset,
        Choice(("talk", "play")),
        Doc("`talk` speaks a text, `play` plays an uploaded file."),
    ]
    node_play_content: Annotated[
        str | Unset, note, Doc("The text that is spoken, or the name of the uploaded file.")
    ]


class IvrNodeFields(IvrNodeChanges, total=False):
    """What is sent of a new node."""

    tree: Annotated[str, identifier, Doc("Id of its tree.")]


@model(kw_only=True)
class IvrNode(Model):
    """A node of an IVR tree, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account it is in.
        project: Project it is in.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    tree: str | None = None
    node_name: str | None = None
    node_play_mode: str | None = None
    node_play_content: str | None = None
    barge_in: bool | None = None
    loop_count: int | None = None
    sched: int | None = None
    voice: str | None = None
    speed: int | None = None
    keypress_timeout: int | None = None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        name = cast("str", field.name)
        return _VENDORS if name == _OURS else name


LOADER: Final = Loader(IvrNode)
PAGES: Final = PageReader(LOADER, "ivrNodes")
SPEC: Final = spec_of(
    "ivr_nodes",
    "/v1/ivrnode",
    "/{node_id}",
    pages=PAGES,
    fields=Fields(IvrNodeFields),
    natural_key=("tree", "node_name"),
    new_id="ivrNodeID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class IvrNodes(Rows[IvrNode]):
    """Operations on the nodes of IVR trees. The natural key is (tree, name)."""

    spec = SPEC

    def list(
        self,
        tree: str,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[IvrNode]:
        """List the nodes of a tree, lazily; nothing is sent before the first row is asked for.

        Args:
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.

        Returns:
            A listing: `async for node in client.ivr_nodes.list(tree_id)`.
        """
        filters = {"tree": identifier("tree", tree)}
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict), filters)

    async def create(
        self,
        *,
        tree: str,
        node_name: str,
        node_play_mode: str,
        node_play_content: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[IvrNodeSettings[Unset]],
    ) -> Created:
        """Add a node to a tree. The first one becomes the tree's root, which answers calls.

        Raises:
            NotFoundError: There is no such tree.
        """
        return await self._new(
            tree=tree,
            node_name=node_name,
            node_play_mode=node_play_mode,
            node_play_content=node_play_content,
            extra=extra,
            **settings,
        )

    async def update(
        self, node_id: str, *, extra: Mapping[str, Any] | None = None, **settings: Unpack[IvrNodeChanges]
    ) -> None:
        """Change fields of a node: those left out stay, None is sent as null, a value sets. Its tree stays."""
        await self._change(node_id, extra=extra, **settings)

    async def delete(self, node_id: str, *, missing_ok: bool = False) -> None:
        """Delete a node. What becomes of its key presses is not documented: remove them first."""
        await self._delete(node_id, missing_ok=missing_ok)

    async def find(self, *, tree: str, node_name: str) -> IvrNode | None:
        """Return the node of this name in a tree, or None; reads the tree's list.

        Args:
            node_name: The name; blanks around it and its Unicode form do not matter, case does.
        """
        node_name = required_text("node_name", node_name)
        return await self._find(self.list(tree, page_size=100, read_ahead=2), node_name=node_name)

    async def ensure(
        self,
        *,
        tree: str,
        node_name: str,
        node_play_mode: str,
        node_play_content: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[IvrNodeSettings[Unset]],
    ) -> Ensured:
        """Make sure that a tree has a node of this name with these fields: find, then create or update.

        Raises:
            NotFoundError: There is no such tree.
        """
        return await self._ensure_exists(
            lambda key: self.find(tree=key["tree"], node_name=key["node_name"]),
            tree=tree,
            node_name=node_name,
            node_play_mode=node_play_mode,
            node_play_content=node_play_content,
            extra=extra,
            **settings,
        )

    def _differing(
        self, found: IvrNode, wanted: Mapping[str, object], key: Mapping[str, object]
    ) -> dict[str, object]:
        ours = {_OURS if name == _VENDORS else name: value for name, value in wanted.items()}
        changed = super()._differing(found, ours, key)
        return {_VENDORS if name == _OURS else name: value for name, value in changed.items()}
