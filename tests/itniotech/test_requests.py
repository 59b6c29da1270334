"""What leaves on the wire, byte for byte, against the vendor's pages; and what is refused before anything leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from stringee_async import UNSET, ConfigError, ItniotechClient, Secret
from stringee_async.itniotech import CLEAR, ISO_TIME, PLAIN_TIME, TimeFormat, TrunkGroup
from stringee_async.itniotech.datetimes import VENDOR_ZONE

from ..kit import RawServer, ScriptedTransport, canned, split, virtual
from .calls import ANSWER, BUSY_MORNING, FILE, SOUND, TRUNK, page
from .rig import API_KEY, API_SECRET, body_of, client_over, envelope, ok, rows


async def test_the_request_of_a_create_that_looks_up_its_id() -> None:
    page_of_one = {**ANSWER, "pages": 1, "total": 1, "records": [{"voiceGroupId": 5, "groupName": "Sales"}]}
    async with (
        RawServer(canned(b'{"status":"0"}'), canned(json.dumps(envelope(page_of_one)).encode())) as server,
        ItniotechClient(API_KEY, API_SECRET, url=f"{server.url}/prefix/") as client,
    ):
        group = await client.agent_groups.create(app_id="4luaKsL2", group_name="Sales")
        create, look = (split(raw) for raw in server.requests)
    assert group.voice_group_id == 5
    assert create[:2] == ("POST", "/prefix/v3/cc/seatGroup/addGroup")
    assert json.loads(create[3]) == {"appId": "4luaKsL2", "groupName": "Sales"}
    assert (look[1], json.loads(look[3])) == ("/prefix/v3/cc/seatGroup/query", page(100, groupName="Sales"))


# -- set, clear, leave out ----------------------------------------------------------------------------------

CLEARABLE = {
    "callin_strategy": ("callinStrategy", 9, ""),
    "timeout_transfer_sec": ("timeoutTransferSec", 45, ""),
    "callin_auto_answer_sec": ("callinAutoAnswerSec", 86_401, ""),
    "wrap_up_time": ("wrapUpTime", 0, ""),
    "timeout_idle": ("timeoutIdle", 3, ""),
    "timeout_wait_sec": ("timeoutWaitSec", 60, ""),
    "turn_seat_ring": ("turnSeatRing", "t/1.mp3", ""),
    "label_names": ("labelName", ["a"], []),
    "fs_node": ("fsNode", "EU_FS", ""),
}


@pytest.mark.parametrize("field", CLEARABLE)
@virtual
async def test_unset_is_left_out_none_is_null_and_a_value_is_set(field: str) -> None:
    wire, value, empty = CLEARABLE[field]
    transport = ScriptedTransport(default=ok())
    async with client_over(transport) as client:
        for given in ({}, {field: UNSET}, {field: CLEAR}, {field: value}):
            await client.agent_groups.update_settings(5, show_recordings=True, encrypt_numbers=True, **given)
        bodies = [body_of(transport, index) for index in range(4)]
        with pytest.raises(ConfigError, match=f"{field} must not be None"):
            await client.agent_groups.update_settings(
                5, show_recordings=True, encrypt_numbers=True, **{field: None}
            )
    assert bodies[0] == bodies[1] == {"voiceGroupId": 5, "displaySwitch": 0, "encryptNumber": 0}
    assert bodies[2] == {**bodies[0], wire: empty}
    assert bodies[3] == {**bodies[0], wire: value}
    assert type(bodies[2][wire]) is type(empty)
    assert len(transport.requests) == 4


def test_clear_is_neither_unset_nor_none() -> None:
    assert CLEAR is not UNSET
    assert type(CLEAR).__name__ == "Clear"
    assert repr(CLEAR) == "CLEAR"


# -- times --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "given", "expected"),
    [
        (PLAIN_TIME, datetime(2025, 1, 8, 1, 2, 3, tzinfo=VENDOR_ZONE), "2025-01-08 01:02:03"),
        (PLAIN_TIME, datetime(2025, 1, 8, tzinfo=UTC), "2025-01-08 08:00:00"),
        (ISO_TIME, datetime(2025, 1, 8, tzinfo=VENDOR_ZONE), "2025-01-08T00:00:00+08:00"),
        (ISO_TIME, datetime(2025, 1, 8, 0, 0, 0, 999, UTC), "2025-01-08T08:00:00+08:00"),
        (
            TimeFormat("%d.%m.%Y", UTC),
            datetime(2025, 1, 8, 1, tzinfo=timezone(timedelta(hours=2))),
            "07.01.2025",
        ),
        (ISO_TIME, "2025-01-08 00:00:00", "2025-01-08 00:00:00"),
        (TimeFormat("%d.%m.%Y", UTC), "07.01.2025", "07.01.2025"),
    ],
)
@virtual
async def test_times_are_written_as_asked_for(form: TimeFormat, given: Any, expected: str) -> None:
    transport = ScriptedTransport(default=rows())
    async with client_over(transport) as client:
        await client.call_records.list(start_time=given, end_time="2025-02-01", time_format=form).collect()
        await client.tasks.list(start_time=given, time_format=form).collect()
        await client.agents.list(start_time=given, end_time="2025-02-01", time_format=form).collect()
    assert body_of(transport, 0)["params"] == {"startTime": expected, "endTime": "2025-02-01"}
    assert body_of(transport, 1)["params"] == {"startTime": expected}
    assert body_of(transport, 2)["params"] == {"strTime": expected, "endTime": "2025-02-01"}


# -- files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [str, Path])
async def test_a_file_is_read_from_its_path(tmp_path: Path, kind: Any) -> None:
    path = tmp_path / "RING-ế.WAV"
    path.write_bytes(SOUND)
    transport = ScriptedTransport(default=ok({"fileName": "t/1.wav", "fileUrl": "https://x"}))
    async with client_over(transport) as client:
        sound = await client.agent_groups.upload_ring(kind(path))
        await client.agent_groups.upload_ring(kind(path), file_name="other.mp3")
    assert (sound.file_name, sound.file_url) == ("t/1.wav", "https://x")
    assert body_of(transport, 0) == {"fileName": "RING-ế.WAV", "file": FILE}
    assert body_of(transport, 1)["fileName"] == "other.mp3"


async def test_a_file_that_cannot_be_sent_is_refused(tmp_path: Path) -> None:
    large, empty = tmp_path / "large.mp3", tmp_path / "empty.mp3"
    large.write_bytes(b"x" * (1024 * 1024 + 1))
    empty.write_bytes(b"")
    cases: list[tuple[Any, Any, str]] = [
        (tmp_path / "none.mp3", UNSET, "source cannot be read"),
        (tmp_path, "ring.mp3", "source cannot be read"),
        (large, UNSET, "source must be at most 1024 KiB"),
        (b"x" * (1024 * 1024 + 1), "ring.mp3", "source must be at most"),
        (empty, UNSET, "source must not be empty"),
        (b"", "ring.mp3", "source must not be empty"),
        (SOUND, UNSET, "file_name must be given"),
        (SOUND, "a.ogg", "file_name must end in .mp3 or .wav"),
        (SOUND, ".mp3", "file_name must be 5 to 32"),
        (SOUND, "a" * 29 + ".mp3", "file_name must be 5 to 32"),
        (SOUND, 7, "file_name must be text"),
        (7, "ring.mp3", "source must be bytes or a path"),
    ]
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        for source, name, text in cases:
            with pytest.raises(ConfigError, match=text):
                await client.agent_groups.upload_ring(source, file_name=name)
    assert transport.requests == []


async def test_files_at_the_bounds_are_sent() -> None:
    transport = ScriptedTransport(default=ok({"fileName": "f"}))
    async with client_over(transport) as client:
        await client.agent_groups.upload_ring(b"x" * 1024 * 1024, file_name="a.mp3")
        await client.agent_groups.upload_ring(SOUND, file_name="a" * 28 + ".wav")
    assert len(transport.requests) == 2


# -- bad input ----------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {"show_recordings": True, "encrypt_numbers": True}
AGENT: dict[str, Any] = {"voice_group_id": 5, "name": "An", "emp_no": "1"}
LEADER: dict[str, Any] = {"emp_no": "1", "name": "Bình", "voice_group_ids": [5]}
NOON = datetime(2025, 1, 8, 12, tzinfo=VENDOR_ZONE)

BAD: list[tuple[str, Callable[[ItniotechClient], Any]]] = [
    ("voice_group_id", lambda c: c.agent_groups.update_settings("a/b", **GOOD)),
    ("voice_group_id", lambda c: c.agent_groups.update_settings(0, **GOOD)),
    ("voice_group_id", lambda c: c.agent_groups.update_settings(True, **GOOD)),
    ("voice_group_id", lambda c: c.agent_groups.settings(None)),
    ("voice_group_id", lambda c: c.agent_groups.settings("٥")),
    ("voice_group_id", lambda c: c.agent_groups.delete("")),
    ("voice_group_id", lambda c: c.agent_groups.delete(-1)),
    ("voice_group_id", lambda c: c.agent_groups.delete_ring(1.5)),
    ("show_recordings", lambda c: c.agent_groups.update_settings(5, show_recordings=0, encrypt_numbers=True)),
    ("encrypt_numbers", lambda c: c.agent_groups.update_settings(5, show_recordings=True, encrypt_numbers=None)),
    ("show_recordings", lambda c: c.agent_groups.update_settings(5, show_recordings=CLEAR, encrypt_numbers=True)),
    ("callin_strategy", lambda c: c.agent_groups.update_settings(5, **GOOD, callin_strategy=0)),
    ("wrap_up_time", lambda c: c.agent_groups.update_settings(5, **GOOD, wrap_up_time=-1)),
    ("wrap_up_time", lambda c: c.agent_groups.update_settings(5, **GOOD, wrap_up_time="")),
    ("label_names", lambda c: c.agent_groups.update_settings(5, **GOOD, label_names="gold")),
    ("label_names", lambda c: c.agent_groups.update_settings(5, **GOOD, label_names=7)),
    ("label_names", lambda c: c.agent_groups.update_settings(5, **GOOD, label_names=[""])),
    ("label_names", lambda c: c.agent_groups.update_settings(5, **GOOD, label_names=["x" * 21])),
    ("label_names", lambda c: c.agent_groups.update_settings(5, **GOOD, label_names=["a", "a"])),
    ("label_names", lambda c: c.agent_groups.update_settings(5, **GOOD, label_names=list("abcdefghijk"))),
    ("turn_seat_ring", lambda c: c.agent_groups.update_settings(5, **GOOD, turn_seat_ring="")),
    ("group_name", lambda c: c.agent_groups.create(app_id="a", group_name="abc")),
    ("group_name", lambda c: c.agent_groups.create(app_id="a", group_name="x" * 33)),
    ("app_id", lambda c: c.agent_groups.create(app_id="", group_name="Sales")),
    ("group_name", lambda c: c.agent_groups.ensure(app_id="a", group_name=None)),
    ("group_name", lambda c: c.agent_groups.rename(5, group_name="abc")),
    ("group_name", lambda c: c.agent_groups.find(group_name=" ")),
    ("app_id", lambda c: c.agent_groups.find(group_name="Sales", app_id="")),
    ("group_name", lambda c: c.agent_groups.list(group_name="")),
    ("page_size", lambda c: c.agent_groups.list(page_size=101)),
    ("page_size", lambda c: c.agents.list(page_size=0)),
    ("read_ahead", lambda c: c.agents.list(read_ahead=-1)),
    ("strict", lambda c: c.agents.list(strict=1)),
    ("enabled", lambda c: c.agents.list(enabled=0)),
    ("status", lambda c: c.agents.list(status=-1)),
    ("end_time", lambda c: c.agents.list(start_time=NOON, end_time=NOON + timedelta(days=32, seconds=1))),
    ("end_time", lambda c: c.agents.list(start_time=NOON, end_time=NOON - timedelta(seconds=1))),
    ("end_time", lambda c: c.call_records.list_older(start_time=NOON, end_time=NOON + timedelta(days=32))),
    ("end_time", lambda c: c.call_records.list(start_time=NOON, end_time=NOON.replace(tzinfo=UTC) - timedelta(1))),
    ("start_time", lambda c: c.call_records.list(start_time=NOON.date(), end_time=NOON)),
    ("start_time", lambda c: c.call_records.list(start_time="", end_time=NOON)),
    ("start_time", lambda c: c.call_records.list(start_time="last week", end_time=NOON)),
    ("start_time", lambda c: c.call_records.list(start_time=NOON.replace(tzinfo=None), end_time=NOON)),
    ("end_time", lambda c: c.call_records.list(start_time=NOON, end_time="tomorrow")),
    ("end_time", lambda c: c.call_records.list_older(start_time=NOON, end_time=NOON.replace(tzinfo=None))),
    ("start_time", lambda c: c.agents.list(start_time="yesterday")),
    ("end_time", lambda c: c.agents.list(start_time="2025-01-08 00:00:00", end_time="2025-02-10 00:00:00")),
    ("end_time", lambda c: c.agents.list(start_time="2025-01-08 12:00:00", end_time="2025-01-08T03:00:00Z")),
    ("start_time", lambda c: c.tasks.list(start_time=NOON.replace(tzinfo=None))),
    ("end_time", lambda c: c.tasks.list(end_time="soon")),
    ("time_format", lambda c: c.call_records.list(start_time=NOON, end_time=NOON, time_format="%Y")),
    ("agent_ids", lambda c: c.call_records.list(**BUSY_MORNING, agent_ids=[])),
    ("agent_ids", lambda c: c.call_records.list(**BUSY_MORNING, agent_ids=7)),
    ("call_types", lambda c: c.call_records.list(**BUSY_MORNING, call_types=["1"])),
    ("agent_names", lambda c: c.call_records.list(**BUSY_MORNING, agent_names=[""])),
    ("key_ids", lambda c: c.agents.delete()),
    ("key_ids", lambda c: c.agents.disable("x")),
    ("key_ids", lambda c: c.team_leaders.enable([7])),
    ("size", lambda c: c.agents.create_many(5, size=0)),
    ("emp_no", lambda c: c.agents.update(7, voice_group_id=5, name="An", emp_no="1" * 13)),
    ("emp_no", lambda c: c.agents.update(7, voice_group_id=5, name="An", emp_no="A1")),
    ("emp_no", lambda c: c.agents.update(7, voice_group_id=5, name="An", emp_no=True)),
    ("voice_group_id", lambda c: c.agents.update(7, voice_group_id=None, name="An", emp_no="1")),
    ("key_id", lambda c: c.agents.update("", **AGENT)),
    ("password", lambda c: c.agents.update(7, **AGENT, password="")),
    ("password", lambda c: c.agents.update(7, **AGENT, password=7)),
    ("password", lambda c: c.agents.update(7, **AGENT, password=None)),
    ("password", lambda c: c.team_leaders.update(7, **LEADER, password=Secret(7))),
    ("voice_group_ids", lambda c: c.team_leaders.create(name="Bình", voice_group_ids=[])),
    ("priorities", lambda c: c.agents.set_priority(5, {})),
    ("priorities", lambda c: c.agents.set_priority(5, [(7, 1)])),
    ("priorities", lambda c: c.agents.set_priority(5, {7: 0})),
    ("priorities", lambda c: c.agents.set_priority(5, {7: 1000})),
    ("priorities", lambda c: c.agents.set_priority(5, {"a": 1})),
    ("expires", lambda c: c.agents.credential("an", expires=59)),
    ("expires", lambda c: c.agents.credential("an", expires=28_801)),
    ("account", lambda c: c.agents.credential("", expires=60)),
    ("groups", lambda c: c.sip_trunks.create(**{**TRUNK, "groups": []})),
    ("groups", lambda c: c.sip_trunks.create(**{**TRUNK, "groups": [5]})),
    ("groups", lambda c: c.sip_trunks.create(**{**TRUNK, "groups": [TrunkGroup(voice_group_id="x")]})),
    ("groups", lambda c: c.sip_trunks.create(**{**TRUNK, "groups": [TrunkGroup(voice_group_id=1, number="")]})),
    ("sip_trunk_state", lambda c: c.sip_trunks.create(**{**TRUNK, "sip_trunk_state": 1})),
    ("sip_password", lambda c: c.sip_trunks.update(3, **TRUNK, sip_password="")),
    ("app_id and callout_rate", lambda c: c.tasks.submit(
        file_path="p", file_name="n", voice_group_ids=[5], type=1, app_id="a")),
    ("voice_group_ids, app_id", lambda c: c.tasks.submit(
        file_path="p", file_name="n", type=1, app_id="a", callout_rate=1)),
    ("task_statuses", lambda c: c.tasks.list(task_statuses=11)),
    ("agent_ids", lambda c: c.tasks.details(1, agent_ids=7)),
    ("callout_rate", lambda c: c.tasks.submit(
        file_path="p", file_name="n", voice_group_ids=[5], type=1, app_id="a", callout_rate=0)),
    ("callout_rate", lambda c: c.tasks.submit(
        file_path="p", file_name="n", voice_group_ids=[5], type=1, app_id="a", callout_rate="2")),
    ("voice_group_ids", lambda c: c.tasks.submit(file_path="p", file_name="n", voice_group_ids="5", type=0)),
    ("task_id", lambda c: c.tasks.resend("", resend_type=1)),
    ("task_id", lambda c: c.tasks.details(None)),
    ("resend_type", lambda c: c.tasks.resend(1, resend_type=0)),
    ("finish_flag", lambda c: c.tasks.list(finish_flag=-1)),
    ("callee", lambda c: c.calls.make(callee="call me", account="an", app_id="a")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "call"), BAD)
@virtual
async def test_a_bad_argument_is_named_before_it_is_sent(
    name: str, call: Callable[[ItniotechClient], Any]
) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name) as caught:
            await call(client)
    assert transport.requests == []
    assert caught.value.outcome == "not_sent"


@virtual
async def test_spans_at_their_bound_and_open_states_are_sent() -> None:
    transport = ScriptedTransport(default=rows())
    async with client_over(transport) as client:
        await client.agents.list(start_time=NOON, end_time=NOON + timedelta(days=32), status=9).collect()
        await client.call_records.list_older(start_time=NOON, end_time=NOON + timedelta(days=31)).collect()
        await client.tasks.list(task_statuses=[77], end_time=NOON).collect()
    assert len(transport.requests) == 3
