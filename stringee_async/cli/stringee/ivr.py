"""What answers Stringee's numbers, as a tree: numbers, IVR trees, nodes, keys, queues and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import attrs
import typer

from ..branches import Branch, show_branches
from ..command import command
from ..output import Form, OutputFormat, note, show_document
from ..wording import counted
from .context import StringeeContext

if TYPE_CHECKING:
    from ...stringee.client import StringeeClient
    from ...stringee.groups import Group
    from ...stringee.ivr_keypresses import IvrKeypress
    from ...stringee.ivr_nodes import IvrNode

ivr = typer.Typer()

_QUEUE: Final = 2
_PHONE: Final = 3
_NODE: Final = 4
_ACTIONS: Final = {1: "voice mail", 5: "an SMS", 6: "the end of the call"}
_KEYS: Final = {"EMPTY_KEY": "no key", "INVALID_KEY": "another key"}
_LONGEST: Final = 60
"""Characters of an announcement that are shown."""


@command(ivr, "show")
async def show_ivr(
    context: StringeeContext,
    number: Annotated[
        str | None,
        typer.Argument(metavar="NUMBER", help="Only what answers this number.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, as --output json does.")] = False,
) -> None:
    """Show what answers the numbers, as a tree: IVR trees, nodes, keys, queues and their groups.

    Example: stringee-async ivr show 842471234567
    """
    found = await read_ivr(context.client, number)
    if context.form.for_people and not as_json:
        if not found.numbers and not found.unused:
            note("There are no numbers and no IVR trees.")
        show_branches(found.branches())
        return
    form = context.form if not context.form.for_people else Form(OutputFormat.JSON)
    show_document(found.document(), form)


@attrs.frozen
class Ivr:
    """What answers the numbers.

    Args:
        numbers: The numbers, each with what it leads to.
        unused: Trees that no number leads to.
    """

    numbers: Sequence[Mapping[str, Any]]
    unused: Sequence[Mapping[str, Any]]

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"numbers": list(self.numbers), "unused_trees": list(self.unused)}

    def branches(self) -> list[Branch]:
        """Return it as a tree."""
        unused = tuple(map(_tree_branch, self.unused))
        found = [
            Branch(_named("number", one["number"], one["nickname"]), _leads_to(one)) for one in self.numbers
        ]
        return [*found, *([Branch("no number leads to", unused)] if unused else [])]


async def read_ivr(client: StringeeClient, number: str | None = None) -> Ivr:
    """Read what answers the numbers of a contact centre, or one of them.

    Raises:
        typer.BadParameter: There is no such number.
    """
    reader = _Reader(client)
    await reader.read_names()
    rows = [one async for one in client.numbers.list(page_size=100)]
    if number is not None:
        wanted = "".join(letter for letter in number if letter.isdigit())
        rows = [one for one in rows if one.number in {number, wanted}]
        if not rows:
            raise typer.BadParameter(f"there is no number {number}; see `numbers list`", param_hint="NUMBER")
    numbers: list[dict[str, Any]] = []
    used: set[str] = set()
    for one in rows:
        shown: dict[str, Any] = {"id": one.id, "number": one.number, "nickname": one.nickname}
        if one.enable_ivr and one.ivr_menu:
            used.add(one.ivr_menu)
            shown["tree"] = await reader.tree(one.ivr_menu)
        elif one.queue_id:
            shown["queue"] = await reader.queue(one.queue_id)
        numbers.append(shown)
    unused = [] if number is not None else [await reader.tree(key) for key in reader.trees if key not in used]
    return Ivr(numbers, unused)


class _Reader:
    """Reads each tree and each queue once."""

    def __init__(self, client: StringeeClient) -> None:
        self.trees: dict[str, Any] = {}
        self._client = client
        self._queues: dict[str, str | None] = {}
        self._groups: dict[str, Group] = {}
        self._read_queues: dict[str, dict[str, Any]] = {}
        self._read_trees: dict[str, dict[str, Any]] = {}

    async def read_names(self) -> None:
        """Read what trees, queues and groups are called."""
        client = self._client
        self.trees = {one.id: one async for one in client.ivr_trees.list(page_size=100)}
        self._queues = {one.id: one.name async for one in client.queues.list(page_size=100)}
        self._groups = {one.id: one async for one in client.groups.list(page_size=100)}

    async def queue(self, key: str) -> dict[str, Any]:
        """Return a queue and the groups that its calls go to."""
        if key not in self._read_queues:
            found: dict[str, Any] = {"id": key, "name": self._queues.get(key), "groups": []}
            self._read_queues[key] = found
            if key in self._queues:
                async for routing in self._client.group_routings.list(key):
                    group = self._groups.get(routing.group_id or "")
                    found["groups"].append(
                        {
                            "id": routing.group_id,
                            "name": group.name if group else None,
                            "agents": group.number_of_agent if group else None,
                            "primary": bool(routing.primary_group),
                        }
                    )
        return self._read_queues[key]

    async def tree(self, key: str) -> dict[str, Any]:
        """Return a tree, with its nodes as the keys lead to them."""
        if key not in self._read_trees:
            known = self.trees.get(key)
            found: dict[str, Any] = {"id": key, "name": known.tree_name if known else None, "root": None}
            self._read_trees[key] = found
            if known is not None:
                nodes = {one.id: one async for one in self._client.ivr_nodes.list(key)}
                keys = {one: await self._keys(one) for one in nodes}
                seen: set[str] = set()
                root = known.root_node or next(iter(nodes), None)
                found["root"] = None if root is None else await self._node(root, nodes, keys, seen)
                lost = [await self._node(one, nodes, keys, seen) for one in nodes if one not in seen]
                found["unreached"] = lost
        return self._read_trees[key]

    async def _keys(self, node: str) -> list[IvrKeypress]:
        return [one async for one in self._client.ivr_keypresses.list(node)]

    async def _node(
        self,
        key: str,
        nodes: Mapping[str, IvrNode],
        keys: Mapping[str, Sequence[IvrKeypress]],
        seen: set[str],
    ) -> dict[str, Any]:
        """Return a node with what its keys do; one that was shown already without them."""
        node = nodes.get(key)
        found: dict[str, Any] = {"id": key, "name": node.node_name if node else None}
        if key in seen or node is None:
            return {**found, "shown_above": key in seen}
        seen.add(key)
        found.update(mode=node.node_play_mode, content=node.node_play_content, timeout=node.keypress_timeout)
        found["keys"] = [
            await self._key(one, nodes, keys, seen)
            for one in sorted(keys[key], key=lambda one: one.node_key or "")
        ]
        return found

    async def _key(
        self,
        one: IvrKeypress,
        nodes: Mapping[str, IvrNode],
        keys: Mapping[str, Sequence[IvrKeypress]],
        seen: set[str],
    ) -> dict[str, Any]:
        found: dict[str, Any] = {"id": one.id, "key": one.node_key, "action": one.action}
        if one.action == _QUEUE and one.queue_id:
            found["queue"] = await self.queue(one.queue_id)
        elif one.action == _NODE and one.next_node:
            found["node"] = await self._node(one.next_node, nodes, keys, seen)
        elif one.action == _PHONE:
            found["phone"] = one.to_phone_number
        return found


def _leads_to(shown: Mapping[str, Any]) -> tuple[Branch, ...]:
    """Return what a number or a key leads to."""
    if "tree" in shown:
        return (_tree_branch(shown["tree"]),)
    if "queue" in shown:
        return (_queue_branch(shown["queue"]),)
    if "node" in shown:
        return (_node_branch(shown["node"]),)
    return ()


def _tree_branch(tree: Mapping[str, Any]) -> Branch:
    nodes = [tree["root"], *tree.get("unreached", ())]
    found = tuple(_node_branch(node) for node in nodes if node is not None)
    return Branch(_named("IVR tree", tree["id"], tree["name"]), found or (Branch("no node answers"),))


def _node_branch(node: Mapping[str, Any]) -> Branch:
    text = _named("node", node["id"], node["name"])
    if "keys" not in node:
        return Branch(f"{text}, {'shown above' if node['shown_above'] else 'which is not there'}")
    said = node["content"] or ""
    short = said if len(said) <= _LONGEST else said[:_LONGEST] + "..."
    verb = {"talk": "says", "play": "plays"}.get(node["mode"] or "", node["mode"])
    keys = tuple(_key_branch(key) for key in node["keys"])
    return Branch(f'{text} {verb} "{short}"' if said else text, keys)


def _key_branch(key: Mapping[str, Any]) -> Branch:
    name = _KEYS.get(key["key"] or "", key["key"])
    if "phone" in key:
        return Branch(f"{name}: phone {key['phone']}")
    below = _leads_to(key)
    if below:
        return Branch(f"{name}: {below[0].text}", below[0].below)
    action: object = key["action"]
    return Branch(f"{name}: {_ACTIONS.get(cast('int', action), f'action {action}')}")


def _queue_branch(queue: Mapping[str, Any]) -> Branch:
    groups = tuple(map(_group_branch, queue["groups"]))
    return Branch(_named("queue", queue["id"], queue["name"]), groups)


def _group_branch(group: Mapping[str, Any]) -> Branch:
    count = group["agents"]
    agents = "agents unknown" if count is None else counted(count, "agent")
    order = "primary" if group["primary"] else "backup"
    return Branch(f"{_named('group', group['id'], group['name'])}, {agents}, {order}")


def _named(what: str, key: str | None, name: str | None) -> str:
    """Return what something is called; what has no name by its id."""
    if what == "number":
        return f"number {key}" + (f" ({name})" if name else "")
    return f'{what} "{name}"' if name else f"{what} {key}"
