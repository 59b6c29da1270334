"""What the resources promise beyond one request: ensure, find, missing_ok, arguments, read-modify-write, retries."""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stringee_async import (
    UNSET,
    ConfigError,
    ConflictError,
    Ensured,
    InvalidRequestError,
    Request,
    Response,
    RingMeClient,
    to_dict,
)
from stringee_async.emulator import Fault
from stringee_async.ringme import Queue
from stringee_async.ringme.sound_files import MAX_BYTES

from ..kit import answer, virtual
from .rig import ApiTransport, Call, Exchange, exchange_of, ringme_over

HOOK: Any = {"event_type": "agent-login", "method": "GET", "url": "https://myshost.org/calls"}


STALE: dict[str, tuple[Call, str, str, Any]] = {
    # resource: an `ensure`, the server's table, and a field of its row with another value than the wanted
    "agents.local": (
        lambda c: c.agents.local.ensure(extension_id=117, wrap_up_time=5), "local_agents", "wrap_up_time", 0,
    ),
    "agents.remote": (
        lambda c: c.agents.remote.ensure(number="+7 921 565-06-44", call_timeout=30),
        "remote_agents", "call_timeout", 60,
    ),
    "queue_agents.local": (
        lambda c: c.queue_agents.local.ensure(208, agent_id=9, level=2), "queue_agents", "level", 0,
    ),
    "extensions": (
        lambda c: c.extensions.ensure(name="371", type="phone", label="Sales"), "extensions", "label", None,
    ),
}  # fmt: skip


def fill(x: Exchange) -> None:
    """Let there be a phone 117, a queue 208, and an agent 9 at another phone."""
    x.state.add_extension("117", id=117)
    x.state.add_extension("370", "queue", id=208)
    x.state.add_agent("local", id=9, extension_id=x.state.add_extension("118"))


# -- ensure --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resource", STALE)
async def test_what_exists_and_differs_is_updated(resource: str) -> None:
    """Only the fields that differ are sent."""
    ensure, noun, field, stale = STALE[resource]
    async with exchange_of() as x:
        fill(x)
        first = await ensure(x.client)
        table = getattr(x.state, noun)
        key = list(table)[-1]
        wanted = table[key][field]
        table.change(key, **{field: stale})
        assert await ensure(x.client) == Ensured(first.id, created=False, changed=True)
        assert table[key][field] == wanted != stale
        *_, update = x.emulator.requests
        assert (update.method, update.json) == ("PUT", {field: wanted})


@pytest.mark.parametrize("status", ["400", "409", "422"])
async def test_an_object_that_exists_already_is_adopted(status: str) -> None:
    """A create that is refused because somebody else was faster adopts what they made."""
    async with exchange_of(ringme_duplicate=status) as x:
        fill(x)
        x.state.add_queue_agent(208, "local", 9)
        x.emulator.faults.script("queue_agents.local.list", Fault.lagging_list())
        ensured = await x.client.queue_agents.local.ensure(208, agent_id=9)
        assert ensured == Ensured("9", created=False, changed=False)
        counts = [x.emulator.count(f"queue_agents.local.{verb}") for verb in ("list", "add")]
        assert counts == [2, 1]


@virtual
async def test_an_extension_of_another_type_is_left_alone() -> None:
    transport = ApiTransport(default=answer([{"id": 1, "name": "000*370", "type": "phone"}]))
    async with ringme_over(transport) as client:
        with pytest.raises(ConflictError, match="of type phone") as caught:
            await client.extensions.ensure(name="370", type="queue")
    assert (caught.value.outcome, len(transport.requests)) == ("not_sent", 1)
    async with ringme_over(ApiTransport(default=answer([{"id": 1, "name": "000*370"}]))) as client:
        assert (await client.extensions.ensure(name="370", type="queue")).id == "1"


# -- find ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("370", 1),
        ("000*370", 1),
        ("000*370@sip.ringme.ru", 1),
        ("70", None),
        ("1*370", None),
        ("3", 3),
        ("37", None),
        ("dom*5*9", 4),
        ("5*9", 4),
    ],
)
@virtual
async def test_an_extension_is_found_with_and_without_the_vendors_prefix(
    name: str, found: int | None
) -> None:
    listed = [
        {"id": 1, "name": "000*370"},
        {"id": 2, "name": None},
        {"id": 3, "name": "3"},
        {"id": 4, "name": "dom*5*9"},
    ]
    async with ringme_over(ApiTransport(default=answer(listed))) as client:
        extension = await client.extensions.find(name=name)
    assert (None if extension is None else extension.id) == found


@virtual
async def test_a_found_row_is_compared_here_whatever_the_server_filtered() -> None:
    listed = [{"id": 1, "extension_id": 116}, {"id": 2, "extension_id": 117}]
    transport = ApiTransport(default=answer(listed))
    async with ringme_over(transport) as client:
        agent = await client.agents.local.find(extension_id="117")
        assert agent is not None
        assert agent.id == 2
        assert await client.agents.local.find(extension_id=118, client_id=12) is None
    assert transport.requests[0].url.endswith("?extension_id=117")


@virtual
async def test_a_remote_agent_is_found_however_its_number_is_written() -> None:
    listed = [{"id": 1, "number": None}, {"id": 2, "number": "+7 (921) 565-06-44"}]
    async with ringme_over(ApiTransport(default=answer(listed))) as client:
        for number in ("79215650644", "+7 921 565 06 44"):
            agent = await client.agents.remote.find(number=number)
            assert agent is not None
            assert agent.id == 2
        assert await client.agents.remote.find(number="89215650644") is None


@virtual
async def test_events_are_found_by_all_three_fields() -> None:
    listed = [{"id": number, **HOOK, **change} for number, change in enumerate(
        [{"event_type": "agent-logout"}, {"method": "POST"}, {"url": "https://myshost.org/other"}], 1
    )]  # fmt: skip
    async with ringme_over(ApiTransport(default=answer(listed))) as client:
        assert await client.agent_events.local.find(136, **HOOK) is None
        assert await client.extension_events.find(208, **HOOK) is None
        found = await client.agent_events.remote.find(136, **{**HOOK, "method": "POST"})
        assert found is not None
        assert found.id == 2
        other = await client.queue_agents.remote.find(208, agent_id=1)
    assert other is None


# -- removal -------------------------------------------------------------------------------------------------


@virtual
async def test_an_agent_in_a_queue_is_kept_or_taken_out_as_told() -> None:
    transport = ApiTransport(default=answer({"message": "?"}, 400))
    async with ringme_over(transport) as client:
        for agents in (client.agents.local, client.agents.remote):
            with pytest.raises(ConflictError):
                await agents.delete(1, remove_from_queues=False)
            with pytest.raises(InvalidRequestError):
                await agents.delete(1)
            with pytest.raises(ConfigError, match="remove_from_queues"):
                await agents.delete(1, remove_from_queues="no")  # type: ignore[arg-type]
    assert len(transport.requests) == 4


# -- read-modify-write ---------------------------------------------------------------------------------------


@virtual
async def test_a_queue_with_32_settings_survives_being_written_back() -> None:
    unknown = {f"unknown_{number}": [number, {"a": None}] for number in range(10)}
    stored: dict[str, Any] = {
        **{name: None for name in Queue.__annotations__ if name != "extension_id"}, **unknown,
        "strategy": "by-astrology", "max_wait_time": "1800", "sound": {"odd": True},
    }  # fmt: skip

    def server(request: Request) -> Response:
        if request.method == "PUT":
            body = json.loads(request.body or b"")
            stored.clear()
            stored.update(body)
        return answer({**stored, "extension_id": 208})

    before = dict(stored)
    async with ringme_over(ApiTransport(default=server)) as client:
        queue = await client.queues.get(208)
        assert (queue.max_wait_time, queue.sound, len(queue.extra)) == (1800, None, 10)
        changed = await client.queues.update(208, extra=queue.settings(), strategy="ring-all")
    assert stored == {**before, "strategy": "ring-all", "max_wait_time": 1800}
    assert len(stored) == 32
    assert (changed.strategy, dict(changed.extra)) == ("ring-all", unknown)


@virtual
async def test_settings_that_the_vendor_did_not_send_are_not_written_back() -> None:
    async with ringme_over(ApiTransport(answer({"extension_id": 208, "sound": None, "new": 1}))) as client:
        queue = await client.queues.get(208)
    assert queue.settings() == {"sound": None, "new": 1}
    assert Queue(extension_id=1, strategy="ring-all").settings() == {"strategy": "ring-all"}
    assert to_dict(queue)["strategy"] is None


# -- arguments -----------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[Callable[[RingMeClient], Any], str]] = {
    "agent_id 0": (lambda c: c.agents.local.get(0), "agent_id"),
    "agent_id text 0": (lambda c: c.agents.remote.get("0"), "agent_id"),
    "agent_id below": (lambda c: c.queue_agents.local.add(208, agent_id=-1), "agent_id"),
    "agent_id name": (lambda c: c.agent_events.local.list("@me"), "agent_id"),
    "agent_id true": (lambda c: c.agents.local.delete(True), "agent_id"),
    "agent_id none": (lambda c: c.queue_agents.remote.remove(208, None), "agent_id"),
    "agent_id in body": (lambda c: c.queue_agents.remote.ensure(208, agent_id=0), "agent_id"),
    "event_id": (lambda c: c.agent_events.local.get(1, 0), "event_id"),
    "event_id of extension": (lambda c: c.extension_events.delete(1, "x"), "event_id"),
    "sound_id": (lambda c: c.sounds.get(0), "sound_id"),
    "extension_id slash": (lambda c: c.queues.get("a/b"), "extension_id"),
    "extension_id 0": (lambda c: c.queues.get(0), "extension_id"),
    "extension_id text 0": (lambda c: c.queues.get("0"), "extension_id"),
    "extension_id empty": (lambda c: c.queues.members(""), "extension_id"),
    "extension_id float": (lambda c: c.queues.status(1.5), "extension_id"),
    "extension_id of agent": (lambda c: c.agents.local.create(extension_id="@101"), "extension_id"),
    "extension_id filter": (lambda c: c.agents.local.list(extension_id=[1, "x"]), "extension_id"),
    "extension_id no filter": (lambda c: c.agents.local.list(extension_id=[]), "extension_id"),
    "client_id": (lambda c: c.agents.local.list(client_id=0), "client_id"),
    "client_id dots": (lambda c: c.extensions.list(client_id=".."), "client_id"),
    "client_id none": (lambda c: c.limits.get(client_id=None), "client_id"),
    "call_api_id": (lambda c: c.current_calls.drop(1, "a/b"), "call_api_id"),
    "call_api_id number": (lambda c: c.current_calls.act(1, 2, action="hold"), "call_api_id"),
    "action": (lambda c: c.current_calls.act(1, "c", action=""), "action"),
    "send_dst": (lambda c: c.current_calls.act(1, "c", action="transfer", send_dst=333), "send_dst"),
    "number": (lambda c: c.agents.remote.create(number="office"), "number"),
    "number null": (lambda c: c.agents.remote.update(1, number=None), "number"),
    "extension_id null": (lambda c: c.agents.local.update(1, extension_id=None), "extension_id"),
    "call_timeout": (lambda c: c.agents.local.create(extension_id=1, call_timeout=-1), "call_timeout"),
    "status": (lambda c: c.agents.local.update(1, status=1), "status"),
    "unknown setting": (lambda c: c.agents.local.update(1, colour="red"), "colour"),
    "unknown queue setting": (lambda c: c.queues.update(1, strategi="x"), "strategi"),
    "nothing to change": (lambda c: c.agents.local.update(1, name=UNSET), "nothing to change"),
    "nothing in queue": (lambda c: c.queues.update(1), "nothing to change"),
    "nothing in ranks": (lambda c: c.queue_agents.local.update(1, 2), "nothing to change"),
    "nothing in event": (lambda c: c.agent_events.local.update(1, 2), "nothing to change"),
    "nothing in card": (lambda c: c.client_card.update({}), "nothing to change"),
    "level": (lambda c: c.queue_agents.local.add(1, agent_id=1, level=-1), "level"),
    "level null": (lambda c: c.queue_agents.local.add(1, agent_id=1, level=None), "level"),
    "record_enabled": (lambda c: c.queues.update(1, record_enabled=1), "record_enabled"),
    "timeout_transfer_dst": (lambda c: c.queues.update(1, timeout_transfer_dst=333), "timeout_transfer_dst"),
    "extra list": (lambda c: c.queues.update(1, extra=[1]), "extra"),
    "extra name": (lambda c: c.queues.update(1, extra={1: 2}), "extra"),
    "extra bytes": (lambda c: c.queues.update(1, extra={"x": b"odd"}), "value of x"),
    "extra NaN": (lambda c: c.queues.update(1, extra={"x": [float("nan")]}), "value of x"),
    "extra surrogate": (lambda c: c.extensions.update(1, extra={"x": "\ud800"}), "value of x"),
    "name": (lambda c: c.extensions.create(name="a/b", type="queue"), "name"),
    "name in find": (lambda c: c.extensions.find(name="@101"), "name"),
    "type": (lambda c: c.extensions.create(name="370", type=""), "type"),
    "type in list": (lambda c: c.extensions.list(type=7), "type"),
    "page_size": (lambda c: c.extensions.list(page_size=101), "page_size"),
    "read_ahead": (lambda c: c.extensions.list(read_ahead=-1), "read_ahead"),
    "strict": (lambda c: c.agents.local.list(strict=1), "strict"),
    "strict pages": (lambda c: c.extensions.list(strict=1), "strict"),
    "event_type": (lambda c: c.agent_events.local.create(1, **{**HOOK, "event_type": ""}), "event_type"),
    "method": (lambda c: c.agent_events.local.create(1, **{**HOOK, "method": None}), "method"),
    "url": (lambda c: c.extension_events.create(1, **{**HOOK, "url": "/calls"}), "url"),
    "url bracket": (lambda c: c.extension_events.create(1, **{**HOOK, "url": "http://[::1"}), "url"),
    "title": (lambda c: c.sounds.rename(36, title=" "), "title"),
    "title filter": (lambda c: c.sounds.list(title=["a", 1]), "title"),
    "own_only": (lambda c: c.sounds.list(own_only="yes"), "own_only"),
    "file type": (lambda c: c.sounds.upload(7, title="T"), "file must be"),
    "file without name": (lambda c: c.sounds.upload(b"RIFF", title="T"), "filename"),
    "stream without name": (lambda c: c.sounds.upload(io.BytesIO(b"RIFF"), title="T"), "filename"),
    "file kind": (lambda c: c.sounds.upload(b"OggS", title="T", filename="a.ogg"), "wav or .mp3"),
    "file name with a line break": (lambda c: c.sounds.upload(b"x", title="T", filename="a\r\n.wav"), "filename"),
    "empty file": (lambda c: c.sounds.upload(b"", title="T", filename="a.wav"), "file must hold"),
    "text file": (lambda c: c.sounds.upload(io.StringIO("x"), title="T", filename="a.wav"), "binary"),
    "large file": (lambda c: c.sounds.replace(1, bytes(MAX_BYTES + 1), filename="a.mp3"), "larger"),
    "large stream": (lambda c: c.sounds.replace(1, io.BytesIO(bytes(MAX_BYTES + 9)), filename="a.mp3"), "larger"),
    "missing file": (lambda c: c.sounds.upload("/no/such/sound.wav", title="T"), "cannot be read"),
    "title of upload": (lambda c: c.sounds.upload(b"x", title="", filename="a.wav"), "title"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
async def test_wrong_arguments_are_refused_before_anything_is_sent(case: str) -> None:
    call, named = WRONG[case]
    transport = ApiTransport()
    async with ringme_over(transport) as client:
        with pytest.raises(ConfigError, match=named) as caught:
            result = call(client)
            if asyncio.iscoroutine(result):
                await result
    assert caught.value.outcome == "not_sent"
    assert (transport.requests, transport.tokens.requests) == ([], [])


async def test_values_that_the_pages_do_not_know_are_sent() -> None:
    transport = ApiTransport(default=answer({"id": 1, "strategy": "x"}))
    async with ringme_over(transport) as client:
        await client.queues.update(1, strategy="new", sound_type="new", agent_hangup_action="new")
        await client.agents.local.update(1, status="new")
        await client.extensions.create(name="1", type="new", status="new")
        await client.current_calls.act(1, "c", action="new")
        await client.extension_events.create(1, event_type="new", method="PATCH", url="sip://a")
    assert len(transport.requests) == 5


async def test_a_sound_is_read_from_a_path_and_from_an_open_file(tmp_path: Path) -> None:
    file = tmp_path / "wait music.mp3"
    file.write_bytes(b"ID3-canary")
    transport = ApiTransport(default=answer({"id": 36}, 201))
    async with ringme_over(transport) as client:
        await client.sounds.upload(file, title="T")
        await client.sounds.upload(str(file), title="T")
        with file.open("rb") as opened:
            await client.sounds.upload(opened, title="T")
            assert not opened.closed
    for request in transport.requests:
        assert b'filename="wait music.mp3"' in (request.body or b"")
        assert b"\r\n\r\nID3-canary\r\n--" in (request.body or b"")


async def test_a_file_that_is_too_large_or_has_a_name_that_cannot_be_sent_is_said_so(tmp_path: Path) -> None:
    large, odd = tmp_path / "large.wav", tmp_path / os.fsdecode(b"gr\xfc\xdf.wav")
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    odd.write_bytes(b"RIFF")
    transport = ApiTransport(default=answer({"id": 36}, 201))
    async with ringme_over(transport) as client:
        with pytest.raises(ConfigError, match="file is larger than"):
            await client.sounds.upload(large, title="T")
        with pytest.raises(ConfigError, match="filename holds half a character"):
            await client.sounds.upload(odd, title="T")
        assert transport.requests == []
        await client.sounds.upload(odd, title="T", filename="gruss.wav")
