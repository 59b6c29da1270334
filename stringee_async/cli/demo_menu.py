"""A number with a menu in front of the queues, for the demo: built with `ensure`, then read back as a tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from .stringee.ivr import Ivr, read_ivr

if TYPE_CHECKING:
    from ..stringee.client import StringeeClient

NUMBER: Final = "842471234567"
_TREE: Final = "Main menu"
_NODE: Final = "Welcome"
_KEYS: Final = "123456789"
MENU_LENGTH: Final = len(_KEYS)
"""How many queues the menu leads to."""
_END_CALL: Final = 6
_TO_QUEUE: Final = 2


async def build_menu(client: StringeeClient, names: Sequence[str]) -> Ivr:
    """Put a number with a menu in front of the first nine queues of these names; returns what answers it, read back."""
    from ..stringee.ivr_keypresses import EMPTY_KEY

    chosen = names[: len(_KEYS)]
    queues = {queue.name: queue.id async for queue in client.queues.list(page_size=100)}
    tree = await client.ivr_trees.ensure(tree_name=_TREE)
    choices = [f"{key} for {name}" for key, name in zip(_KEYS, chosen, strict=False)]
    node = await client.ivr_nodes.ensure(
        tree=tree.id,
        node_name=_NODE,
        node_play_mode="talk",
        node_play_content=f"Press {', '.join(choices)}." if choices else "There are no queues.",
    )
    for key, name in zip(_KEYS, chosen, strict=False):
        if name in queues:
            await client.ivr_keypresses.ensure(
                node=node.id, node_key=key, action=_TO_QUEUE, queue_id=queues[name]
            )
    await client.ivr_keypresses.ensure(node=node.id, node_key=EMPTY_KEY, action=_END_CALL)
    await client.numbers.ensure(
        number=NUMBER, nickname="Hotline", allow_outbound_calls=False, enable_ivr=True, ivr_menu=tree.id
    )
    return await read_ivr(client, NUMBER)
