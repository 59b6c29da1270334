"""IVR trees: menus that answer a number. `client.ivr_trees`; their announcements: `client.ivr_nodes`.

Source: developer.stringee.com, pcc-rest-api/integrable-contact-center-ivr-tree-management; update and delete from type
definitions of a public project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.fields import label
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import required_text
from .pages import PageReader
from .resource import Rows
from .responses import Created


class IvrTreeChanges(TypedDict, total=False):
    """What can be changed of an IVR tree."""

    tree_name: Annotated[
        str | Unset, label, Doc("The tree's name. Whether the vendor keeps names unique is not documented.")
    ]


@model(kw_only=True)
class IvrTree(Model):
    """An IVR tree, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account it is in.
        project: Project it is in.
        root_node: Id of the node that answers; empty until the tree has a node.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    tree_name: str | None = None
    root_node: str | None = None


LOADER: Final = Loader(IvrTree)
PAGES: Final = PageReader(LOADER, "ivrTrees")
SPEC: Final = spec_of(
    "ivr_trees",
    "/v1/ivrtree",
    "/{tree_id}",
    pages=PAGES,
    fields=Fields(IvrTreeChanges),
    natural_key=("tree_name",),
    new_id="ivrTreeID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class IvrTrees(Rows[IvrTree]):
    """Operations on IVR trees. The natural key is the name."""

    spec = SPEC

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[IvrTree]:
        """List IVR trees, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for tree in client.ivr_trees.list()`.
        """
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict))

    async def create(self, *, tree_name: str, extra: Mapping[str, Any] | None = None) -> Created:
        """Create an IVR tree, without nodes; the first node becomes its root."""
        return await self._new(tree_name=tree_name, extra=extra)

    async def update(
        self, tree_id: str, *, extra: Mapping[str, Any] | None = None, **settings: Unpack[IvrTreeChanges]
    ) -> None:
        """Rename an IVR tree."""
        await self._change(tree_id, extra=extra, **settings)

    async def delete(self, tree_id: str, *, missing_ok: bool = False) -> None:
        """Delete an IVR tree. What becomes of its nodes and numbers is not documented: remove them first."""
        await self._delete(tree_id, missing_ok=missing_ok)

    async def find(self, *, tree_name: str) -> IvrTree | None:
        """Return the IVR tree of this name, or None; reads all trees, as the vendor has no filter.

        Args:
            tree_name: The name; blanks around it and its Unicode form do not matter, case does.
        """
        tree_name = required_text("tree_name", tree_name)
        return await self._find(self.list(page_size=100, read_ahead=2), tree_name=tree_name)

    async def ensure(self, *, tree_name: str, extra: Mapping[str, Any] | None = None) -> Ensured:
        """Make sure that an IVR tree of this name exists: find, or create."""
        return await self._ensure_exists(
            lambda key: self.find(tree_name=key["tree_name"]), tree_name=tree_name, extra=extra
        )
