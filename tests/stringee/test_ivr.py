"""Numbers, the blacklist and IVR trees over the emulator: a number answered by a menu, and the vendor's oddities."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import (
    AlreadyExistsError,
    ConfigError,
    InvalidRequestError,
    NotFoundError,
    StringeeClient,
)
from stringee_async.emulator import Emulator

from ..kit import ScriptedTransport, answer, client_over

NUMBER: dict[str, Any] = {"number": "84900000001", "allow_outbound_calls": True, "enable_ivr": False}
HELLO: dict[str, Any] = {"node_name": "Hello", "node_play_mode": "talk", "node_play_content": "Press 1"}


async def test_a_number_with_a_menu_is_built_once_however_often_it_is_ensured() -> None:
    """A tree with two nodes and keys in front of a queue: the second run finds everything and writes nothing."""

    async def build(client: StringeeClient) -> list[bool]:
        queue = await client.queues.ensure(name="Sales")
        tree = await client.ivr_trees.ensure(tree_name="Menu")
        root = await client.ivr_nodes.ensure(tree=tree.id, barge_in=False, loop_count=2, **HELLO)
        more = await client.ivr_nodes.ensure(
            tree=tree.id, node_name="More", node_play_mode="play", node_play_content="more.mp3"
        )
        keys = [
            await client.ivr_keypresses.ensure(node=root.id, node_key="1", action=2, queue_id=queue.id),
            await client.ivr_keypresses.ensure(node=root.id, node_key="2", action=4, next_node=more.id),
            await client.ivr_keypresses.ensure(node=more.id, node_key="EMPTY_KEY", action=6),
        ]
        number = await client.numbers.ensure(
            number="+84 900 000 001", allow_outbound_calls=True, enable_ivr=True, ivr_menu=tree.id
        )
        return [one.created or one.changed for one in (queue, tree, root, more, *keys, number)]

    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        assert await build(client) == [True] * 8
        assert await build(client) == [False] * 8
        state = emulator.state.stringee
        (tree,) = await client.ivr_trees.list().collect()
        nodes = await client.ivr_nodes.list(tree.id).collect()
        assert [(node.node_name, node.barge_in) for node in nodes] == [("Hello", False), ("More", True)]
        assert tree.root_node == nodes[0].id
        number = await client.numbers.find(number="84900000001")
        assert number is not None
        assert (number.ivr_menu, number.enable_ivr) == (tree.id, True)
        await client.ivr_nodes.delete(nodes[0].id)
        assert {row["node"] for row in state.ivr_keypresses.values()} == {nodes[1].id}
        assert state.ivr_trees[tree.id]["root_node"] == nodes[1].id
        await client.ivr_nodes.delete(nodes[1].id)
        assert state.ivr_trees[tree.id]["root_node"] == ""


async def test_a_second_create_of_a_number_tells_the_id_of_the_first() -> None:
    """The vendor refuses with `r` 2 and the id; `ensure` takes it as the number's."""
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        made = await client.numbers.create(**NUMBER)
        with pytest.raises(AlreadyExistsError) as caught:
            await client.numbers.create(**NUMBER)
        assert caught.value.existing_id == made.id
        assert (await client.numbers.ensure(**NUMBER)).id == made.id


async def test_an_update_of_a_number_holds_all_that_the_vendor_wants() -> None:
    """`ensure` writes the number and every wanted field where one of them differs."""
    row = {"id": "NU_1", **NUMBER, "allow_outbound_calls": 0, "enable_ivr": 0, "nickname": "Main"}
    data = {"totalPages": 1, "currentPage": 1, "limit": 100, "totalCount": "1", "numbers": [row]}
    transport = ScriptedTransport(answer({"r": 0, "data": data}), answer())
    async with client_over(transport) as client:
        result = await client.numbers.ensure(**NUMBER, nickname="Main")
    assert (result.id, result.changed) == ("NU_1", True)
    assert json.loads(transport.requests[1].body or b"") == {**NUMBER, "nickname": "Main"}


async def test_a_blacklisted_number_is_found_with_and_without_its_plus_sign() -> None:
    async with Emulator(seed=1) as emulator:
        client = StringeeClient(**emulator.stringee(), phone_country="VN")
        async with client:
            made = await client.blacklist_numbers.ensure(number="84379361752", ivr_blocked=True)
            (row,) = await client.blacklist_numbers.list().collect()
            assert row.number == "+84379361752"
            for written in ("84379361752", "+84379361752", "0379361752"):
                assert await client.blacklist_numbers.find(number=written) == row
            again = await client.blacklist_numbers.ensure(number="+84 379 361 752", ivr_blocked=True)
            assert (again.id, again.created, again.changed) == (made.id, False, False)
            changed = await client.blacklist_numbers.ensure(number="84379361752", queue_blocked=True)
            assert (changed.id, changed.changed) == (made.id, True)
            (row,) = await client.blacklist_numbers.list().collect()
            assert (row.ivr_blocked, row.queue_blocked) == (True, True)
            assert await client.blacklist_numbers.find(number="84379361753") is None


async def test_a_node_is_changed_only_where_it_differs() -> None:
    """`barge_in`, whose wire name is in camel case, is compared and written like any other field."""
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        tree = emulator.state.stringee.add_ivr_tree("Menu")
        node = await client.ivr_nodes.ensure(tree=tree, barge_in=True, **HELLO)
        changed = await client.ivr_nodes.ensure(tree=tree, barge_in=False, **HELLO)
        assert (changed.id, changed.changed) == (node.id, True)
        (update,) = emulator.calls("ivr_nodes.update")
        assert json.loads(update.body) == {"bargeIn": False}


WITHOUT_TARGET: dict[str, tuple[Any, str]] = {
    "IVR without tree": (lambda c: c.numbers.create(**{**NUMBER, "enable_ivr": True}), "ivr_menu must be given"),
    "IVR with its tree taken": (
        lambda c: c.numbers.update("NU_1", **{**NUMBER, "enable_ivr": True}, ivr_menu=None),
        "ivr_menu must not be cleared",
    ),
    "to a queue": (lambda c: c.ivr_keypresses.create(node="N", node_key="1", action=2), "queue_id must be given"),
    "to a phone": (
        lambda c: c.ivr_keypresses.create(node="N", node_key="1", action=3), "to_phone_number must be given",
    ),
    "to a node": (lambda c: c.ivr_keypresses.create(node="N", node_key="1", action=4), "next_node must be given"),
    "SMS": (lambda c: c.ivr_keypresses.create(node="N", node_key="1", action=5), "sms must be given"),
    "changed to a node": (
        lambda c: c.ivr_keypresses.update("K", action=4, next_node=None), "next_node must not be cleared",
    ),
    "key": (lambda c: c.ivr_keypresses.create(node="N", node_key="12", action=6), "node_key must be 0 to 9"),
    "key to find": (lambda c: c.ivr_keypresses.find(node="N", node_key="x"), "node_key"),
    "action": (lambda c: c.ivr_keypresses.create(node="N", node_key="1", action=7), "action"),
    "mode": (
        lambda c: c.ivr_nodes.create(tree="T", node_name="A", node_play_mode="sing", node_play_content="A"),
        "node_play_mode must be talk or play",
    ),
    "speed": (lambda c: c.ivr_nodes.update("N", speed=4), "speed"),
    "switch as a number": (lambda c: c.numbers.create(**{**NUMBER, "enable_ivr": 0}), "enable_ivr must be True"),
    "blacklist, no number": (lambda c: c.blacklist_numbers.create(number="everyone"), "number must be 3 to 20 digits"),
    "national number": (lambda c: c.blacklist_numbers.find(number="0379361752"), "country code"),
    "list of nodes": (lambda c: c.ivr_nodes.list("").first(), "tree must not be empty"),
    "list of keys": (lambda c: c.ivr_keypresses.list("a/b").first(), "node is not an id"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), WITHOUT_TARGET.values(), ids=WITHOUT_TARGET)
async def test_what_cannot_be_right_is_refused_before_anything_is_sent(call: Any, expected: str) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=expected):
            await call(client)
    assert not transport.requests


async def test_the_server_refuses_what_does_not_fit_together() -> None:
    """A key leads to a node of its own tree, an IVR needs a tree, and what is named must be there."""
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        state = emulator.state.stringee
        node = state.add_ivr_node(state.add_ivr_tree("A"), "Root")
        other = state.add_ivr_node(state.add_ivr_tree("B"), "Root")
        press = client.ivr_keypresses
        with pytest.raises(InvalidRequestError, match="same tree"):
            await press.create(node=node, node_key="1", action=4, next_node=other)
        with pytest.raises(NotFoundError):
            await press.create(node=node, node_key="1", action=4, next_node="NO_NONE")
        with pytest.raises(NotFoundError):
            await press.create(node=node, node_key="1", action=2, queue_id="QU_NONE")
        with pytest.raises(NotFoundError):
            await client.ivr_nodes.create(tree="TR_NONE", **HELLO)
        made = await press.create(node=node, node_key="1", action=6)
        with pytest.raises(InvalidRequestError, match="queue_id is required"):
            await press.update(made.id, action=2)
        number = await client.numbers.create(**NUMBER)
        with pytest.raises(InvalidRequestError, match="ivr_menu is required"):
            await client.numbers.update(number.id, **{**NUMBER, "enable_ivr": True})
        with pytest.raises(NotFoundError):
            await client.ivr_nodes.list("TR_NONE").collect()
