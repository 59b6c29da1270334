"""The client against the emulator over real sockets: both were written from the same pages by different hands.

Every method of every resource, under each setting that the emulator has for what the pages leave open; results are
looked at on both sides.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from stringee_async import (
    AlreadyExistsError,
    ConfigError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    ItniotechClient,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
)
from stringee_async.emulator import Emulator
from stringee_async.itniotech import (
    CLEAR,
    ISO_TIME,
    CallRecordPush,
    Ensured,
    OtpLimit,
    OtpStep,
    SmsMessage,
    TrunkGroup,
    call_record_handler,
)
from stringee_async.itniotech.ring_sounds import LARGEST_SOUND

from ..kit.operations import operations
from .rig import Centre, centre_of

Tour = Callable[[Centre], Awaitable[None]]

SOUND = b"ID3\x04sound"
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
STEPS = [OtpStep(waiting_time=30, status=1, channel="call")]
TODAY: dict[str, Any] = {"start_time": NOW - HOUR, "end_time": NOW + HOUR}


def times_for(centre: Centre) -> dict[str, Any]:
    """Return the times that a list of agents needs from this server."""
    return TODAY if centre.habits.agent_times else {}


def form_for(centre: Centre) -> dict[str, Any]:
    """Return the form of times that this server reads, where it is not the usual one."""
    return {"time_format": ISO_TIME} if centre.habits.time_form == "iso" else {}


async def tour_of_groups(centre: Centre) -> None:
    """Make, find, adopt, rename and delete agent groups."""
    groups, table = centre.client.agent_groups, centre.state.agent_groups
    made = await groups.create(app_id=centre.state.app_id, group_name="Sales")
    assert table[str(made.voice_group_id)]["groupName"] == made.group_name == "Sales"
    assert (made.app_name, made.count_seat) == ("Call centre", 0)
    with pytest.raises(AlreadyExistsError):
        await groups.create(app_id=centre.state.app_id, group_name="Sales")
    ensured = [
        await groups.ensure(app_id=centre.state.app_id, group_name=name) for name in ("Sales", "Sales 2")
    ]
    assert [(one.created, one.adopted) for one in ensured] == [(False, False), (True, False)]
    assert ensured[0].id == str(made.voice_group_id)
    found = await groups.find(group_name="Sales", app_id=centre.state.app_id)
    assert found == made
    assert await groups.find(group_name="sales") is None  # the emulator's search is fuzzy, a name is not
    await groups.rename(made.voice_group_id, group_name="Support")
    assert {row["groupName"] for row in table.values()} == {"Support", "Sales 2"}
    assert [row.group_name async for row in groups.list(group_name="Supp", strict=True)] == ["Support"]
    assert {row.group_name for row in await groups.list(strict=True).collect()} == {"Support", "Sales 2"}
    await groups.delete(ensured[1].id)
    assert list(table) == [str(made.voice_group_id)]
    with pytest.raises(NotFoundError):
        await groups.delete(ensured[1].id)


SETTINGS: dict[str, Any] = {
    "callin_strategy": 4, "timeout_transfer_sec": 45, "callin_auto_answer_sec": 5, "wrap_up_time": 20,
    "timeout_idle": 3, "timeout_wait_sec": 60, "label_names": ["gold", "bạc"], "fs_node": "SG_FS",
}  # fmt: skip
STATED = ("timeout_transfer_sec", "callin_auto_answer_sec", "wrap_up_time", "timeout_idle", "label_names")
"""The settings of which the pages say that they can be cleared."""


async def tour_of_settings(centre: Centre) -> None:
    """Upload a ring, set everything, clear what the pages say can be cleared, take the ring away."""
    groups = centre.client.agent_groups
    group = centre.state.add_group("Sales")
    row = centre.state.agent_groups[str(group)]
    assert (await groups.settings(group)).show_recordings is None
    ring = await groups.upload_ring(SOUND, file_name="ring.mp3")
    assert centre.state.rings[ring.file_name] == {
        "name": "ring.mp3", "fileUrl": ring.file_url, "size": len(SOUND)
    }  # fmt: skip
    switches = {"show_recordings": True, "encrypt_numbers": False}
    await groups.update_settings(group, **switches, **SETTINGS, turn_seat_ring=ring.file_name)
    row = centre.state.agent_groups[str(group)]
    assert (row["displaySwitch"], row["encryptNumber"], row["labelName"]) == (0, 1, ["gold", "bạc"])
    read = await groups.settings(group)
    assert (read.voice_group_id, read.group_name, read.malformed) == (group, "Sales", ())
    assert (read.turn_seat_ring, read.turn_seat_ring_url) == (ring.file_name, ring.file_url)
    everything = {**switches, **SETTINGS}
    assert {name: getattr(read, name) for name in everything} == everything
    kept = {name: value for name, value in SETTINGS.items() if name not in STATED}
    cleared = dict.fromkeys(STATED, CLEAR)
    await groups.update_settings(group, **switches, **kept, **cleared, turn_seat_ring=ring.file_name)
    read = await groups.settings(group)
    assert {name: getattr(read, name) for name in SETTINGS} == {**kept, **dict.fromkeys(STATED)}
    await groups.delete_ring(group)
    assert (await groups.settings(group)).turn_seat_ring is None
    assert centre.state.agent_groups[str(group)]["turnSeatRing"] is None


async def tour_of_agents(centre: Centre) -> None:
    """Create agents, change, order, disable, enable, list and delete them, and make a credential."""
    agents, table = centre.client.agents, centre.state.agents
    group = centre.state.add_group("Sales")
    assert (await agents.remaining(group)).remaining == 1000
    made = await agents.create_many(group, size=5, display_num="6590001", ccode="65")
    keys = [agent.key_id for agent in made]
    assert [table[str(key)]["name"] for key in keys] == [agent.name for agent in made]
    left = await agents.remaining(group)
    assert (left.total, left.remaining) == (1000, 995)
    an = made[0].key_id
    await agents.update(an, voice_group_id=group, name="An", emp_no=7, pet_name="A", password="newPass1")
    row = table[str(an)]
    assert (row["name"], row["empNo"], row["petName"], row["password"]) == ("An", "7", "A", "newPass1")
    await agents.set_priority(group, {key: place for place, key in enumerate(keys, start=1)})
    await agents.disable(*keys[3:])
    table.change(str(keys[1]), status=2)
    seen = {
        name: [
            agent.key_id for agent in await agents.list(**times_for(centre), **given, strict=True).collect()
        ]
        for name, given in {
            "all": {},
            "disabled": {"enabled": False},
            "enabled": {"enabled": True},
            "idle": {"status": 2},
            "named": {"name": "an"},
            "elsewhere": {"voice_group_id": group + 1},
        }.items()
    }
    assert {name: sorted(found) for name, found in seen.items()} == {
        "all": keys, "disabled": keys[3:], "enabled": keys[:3], "idle": [keys[1]], "named": [an], "elsewhere": []
    }  # fmt: skip
    listed = {agent.key_id: agent for agent in await agents.list(**times_for(centre)).collect()}
    assert [listed[key].priority for key in keys] == [1, 2, 3, 4, 5]
    assert (listed[an].password, listed[an].group_name, listed[an].enabled) == ("newPass1", "Sales", True)
    await agents.enable(keys[3])
    assert [table[str(key)]["enable"] for key in keys] == [0, 0, 0, 0, 1]
    credential = await agents.credential(listed[an].account or "", expires=600)
    known = centre.state.credentials[credential.account]
    assert credential.authentication.reveal() == known["authentication"]
    await agents.delete(*keys[1:])
    assert list(table) == [str(an)]
    with pytest.raises(NotFoundError):
        await agents.delete(keys[1])


async def tour_of_leaders(centre: Centre) -> None:
    """Create, change, disable, enable, list and delete team leaders."""
    leaders, table = centre.client.team_leaders, centre.state.team_leaders
    group, other = centre.state.add_group("Sales"), centre.state.add_group("Support")
    key = await leaders.create(name="Bình", voice_group_ids=[group], pet_name="B")
    assert (table[str(key)]["name"], table[str(key)]["voiceGroupIdList"]) == ("Bình", [group])
    await leaders.update(
        key, emp_no="0012", name="Bình 2", voice_group_ids=[group, other], password="leaderPass1"
    )
    row = table[str(key)]
    assert (row["empNo"], row["name"], row["password"]) == ("0012", "Bình 2", "leaderPass1")
    await leaders.disable(key)
    listing = leaders.list(enabled=False, name="Bình", voice_group_ids=[other], strict=True)
    (leader,) = await listing.collect()
    assert (leader.key_id, leader.enabled, leader.voice_group_ids) == (key, False, [group, other])
    assert leader.voice_group_names == ["Sales", "Support"]
    assert await leaders.list(enabled=True).collect() == []
    await leaders.enable(key)
    assert table[str(key)]["enable"] == 0
    await leaders.delete(key)
    assert list(table) == []


async def tour_of_calls(centre: Centre) -> None:
    """Make a call, and find its record by each filter of the two lists."""
    group = centre.state.add_group("Sales", encryptNumber=0)
    (agent,) = centre.state.add_agents(group)
    account = centre.state.agents[str(agent)]["account"]
    call = await centre.client.calls.make(
        callee="6590001000",
        account=account,
        app_id=centre.state.app_id,
        display_num="6580",
        called_info="vip",
    )
    (row,) = centre.state.call_records.values()
    assert (row["callId"], row["called"], row["agentAccount"]) == (call, "6590001000", account)
    centre.state.call_records.change(str(row["keyId"]), labels=["gold"], ccode="65", cost="0.012")
    records = centre.client.call_records
    filters: list[dict[str, Any]] = [
        {}, {"voice_group_id": group}, {"sip_group_name": "Sales"}, {"agent_ids": [agent]},
        {"agent_names": [row["agentName"]]}, {"call_types": [3]}, {"hangup_reasons": [1, 2]},
        {"called_or_caller": "6590001000"}, {"ccodes": ["65"]}, {"hanging_directions": [0]},
        {"label_names": ["gold", "x"]},
    ]  # fmt: skip
    for given in filters:
        (record,) = await records.list(**TODAY, **form_for(centre), **given, strict=True).collect()
        assert (record.key_id, record.call_id, record.called_info) == (row["keyId"], call, "vip")
        assert (record.cost, record.encrypt_called) == (Decimal("0.012"), "659****00")
    for given in ({"call_types": [1]}, {"agent_ids": [agent + 1]}, {"label_names": ["x"]}):
        assert await records.list(**TODAY, **form_for(centre), **given).collect() == []
    (record,) = await records.list_older(**TODAY, strict=True).collect()
    assert record.call_id == call
    code = await centre.client.voice_codes.send(
        callee="6590001000", language="EN", text="1, 2, 3", app_id=centre.state.app_id, loop_count=2
    )
    assert centre.state.voice_codes[str(code)]["text"] == "1, 2, 3"
    balance = await centre.client.balance()
    assert (balance.balance, balance.gift, balance.credit) == (Decimal(100), Decimal(0), Decimal(0))


async def tour_of_trunks(centre: Centre) -> None:
    """Create trunks of both types, change and list them."""
    trunks, table = centre.client.sip_trunks, centre.state.sip_trunks
    group, other = centre.state.add_group("Sales"), centre.state.add_group("Support")
    out: dict[str, Any] = {
        "type": 1, "sip_trunk_name": "Out", "sip_gateway_ip": "192.0.2.7", "sip_trunk_state": True,
        "sip_account": "acc", "sip_password": "trunkPass1",
    }  # fmt: skip
    first = await trunks.create(**out, groups=[TrunkGroup(voice_group_id=group)])
    second = await trunks.create(
        type=2, sip_trunk_name="In", sip_white_ip="192.0.2.0/24", sip_trunk_state=False, sip_prefix="9",
        groups=[TrunkGroup(voice_group_id=other, number="6580")],
    )  # fmt: skip
    assert [row["keyId"] for row in table.values()] == [first, second]
    assert table[str(first)]["sipPassword"] == "trunkPass1"
    await trunks.update(
        first, **{**out, "sip_trunk_name": "Out 2"}, groups=[TrunkGroup(voice_group_id=group)]
    )
    rows = {trunk.key_id: trunk for trunk in await trunks.list(strict=True).collect()}
    assert (rows[first].sip_trunk_name, rows[first].sip_trunk_state, rows[first].state) == ("Out 2", True, 1)
    assert rows[first].sip_password == "trunkPass1"
    assert rows[second].sip_trunk_state is False
    assert (rows[second].groups or [{}])[0]["number"] == "6580"
    assert [trunk.key_id async for trunk in trunks.list(type=2, sip_trunk_name="In")] == [second]


async def tour_of_tasks(centre: Centre) -> None:
    """Upload numbers, start tasks of both types, look at them, and call again what failed."""
    tasks, state = centre.client.tasks, centre.state
    group = state.add_group("Sales")
    numbers = b"number\n6590001000\n6590001001\n6590001000\n"
    uploaded = await tasks.upload_numbers(numbers, file_name="numbers.csv")
    assert (uploaded.number_total_count, uploaded.number_same_count) == (3, 1)
    file = {"file_path": uploaded.file_path, "file_name": "numbers.csv"}
    returned = [
        await tasks.submit(**file, type=0, remark="first", ccode="65", max_ringing_time=30),
        await tasks.submit(**file, type=1, voice_group_ids=[group], app_id=state.app_id, callout_rate=2),
    ]
    first, second = (row["taskId"] for row in state.tasks.values())
    assert returned == ([first, second] if centre.habits.task_id_returned else [None, None])
    state.finish_task(first, failed=1)
    for given, expected in (
        ({}, {first, second}), ({"task_id": first}, {first}), ({"task_statuses": [11]}, {second}),
        ({"task_statuses": [11, 12]}, {first, second}), ({"task_type": 0}, {first}),
        ({"finish_flag": True}, {first}), ({"finish_flag": 0}, {second}), ({"voice_group_ids": [group]}, {second}),
        (TODAY, {first, second}), ({"end_time": NOW - HOUR}, set()),
    ):  # fmt: skip
        listing: Any = tasks.list(**given, strict=True)  # type: ignore[arg-type]
        assert {task.task_id async for task in listing} == expected, given
    (task,) = await tasks.list(task_id=second, strict=True).collect()
    assert (task.voice_group_id, task.total_count, task.completed_rate) == ([group], 2, "0.0")
    for more, count in (
        ({}, 2), ({"called": "6590001001"}, 1), ({"statuses": [7]}, 1), ({"agent_ids": [1, 2]}, 0),
        ({"sip_group_id": group}, 0), ({"label_names": ["x"]}, 0), ({"remark": "x"}, 0),
    ):  # fmt: skip
        assert len(await tasks.details(first, **more, strict=True).collect()) == count, more  # type: ignore[arg-type]
    await tasks.resend(first, resend_type=1)
    again = [row["status"] for row in state.task_numbers.values() if row["taskId"] == first]
    assert again == [5, 9]
    with pytest.raises(InvalidRequestError) as caught:
        await tasks.resend(first, resend_type=1)  # it runs
    assert caught.value.code == -41


async def tour_of_messages(centre: Centre) -> None:
    """Send text messages, and read what became of them and what came in."""
    sms, state = centre.client.sms, centre.state
    (sent,) = await sms.send(app_id=state.app_id, to="6590001000", text="hi")
    (other,) = await sms.send_batch([SmsMessage(to="6590001001", text="ho")], app_id=state.app_id)
    assert (sent.sent, other.sent) == (True, True)
    state.sms.finish(sent.msg_id)
    state.sms.receive("6590001000", "stop")
    span = {"since": NOW - HOUR, "until": NOW + HOUR}
    assert len(await sms.reports([str(sent.msg_id), str(other.msg_id)], app_id=state.app_id)) == 2
    assert [one.msg_id for one in await sms.list_sent(app_id=state.app_id, **span).collect()] == [sent.msg_id]
    assert len(await sms.list_received(app_id=state.app_id, **span).collect()) == 1
    await sms.report_entered("6590001000", app_id=state.app_id, entered=NOW)


async def tour_of_voice(centre: Centre) -> None:
    """Create phones, upload a file, call a group and from a phone, and find the records."""
    client, state = centre.client, centre.state
    app, span = {"app_id": state.app_id}, {"since": NOW - HOUR, "until": NOW + HOUR}
    await client.phones.create_many(**app, group_name="Sales", phone_name="phone", quantity=3)
    phones = await client.phones.list(**app, strict=True).collect()
    assert [phone.phone_name for phone in phones] == ["phone-1", "phone-2", "phone-3"]
    assert [phone.password for phone in phones] == [row["password"] for row in state.voice.phones.values()]
    first = await client.phones.find(**app, phone_name="phone-1")
    assert first == phones[0]
    password = await client.phones.reset_password(first.account, **app)
    assert state.voice.phones[first.account]["password"] == password.reveal() != first.password
    call = await client.phone_calls.start(callee="6590001000", account=first.account, **app)
    record = await client.voice_records.phones.get(str(call))
    listing = client.voice_records.phones.list(**span, group_name="Sales", phone_name="phone-1", strict=True)
    assert await listing.collect() == [record]
    assert (record.id, record.phone_name, record.to_number, record.connected) == (
        call,
        "phone-1",
        "6590001000",
        True,
    )
    assert await client.voice_records.phones.list(**span, phone_name="phone-2").collect() == []
    file = await client.voice_files.upload(SOUND, file_name="hello.mp3")
    assert await client.voice_files.ensure(SOUND, file_name="hello.mp3") == Ensured(
        id=str(file), created=False, changed=False
    )
    assert [one.file_name for one in await client.voice_files.list(strict=True).collect()] == ["hello.mp3"]
    outcomes = await client.group_calls.send(
        callees=["6590001000", "6590001001"], file_id=str(file), called_info="ref", **app
    )
    assert [(one.accepted, one.termination_code) for one in outcomes] == [(True, 0), (True, 0)]
    records = await client.voice_records.groups.list(**span, strict=True).collect()
    assert [(one.id, one.called_info) for one in records] == [(one.voice_id, "ref") for one in outcomes]
    assert await client.voice_records.groups.get(records[0].id) == records[0]


async def tour_of_codes(centre: Centre) -> None:
    client, box = centre.client, centre.state.otp
    app = await client.otp_apps.create(name="Shop", phone_limit=OtpLimit(limit=9, period=1, unit=1))
    await client.otp_apps.update(
        app.app_id, name="Shop 2", code_expiry=9, phone_limit=OtpLimit(limit=9, period=1, unit=1)
    )
    assert (await client.otp_apps.get(app.app_id)).name == "Shop 2"
    template = await client.otp_templates.create(app_id=app.app_id, name="Login", text="##code##")
    await client.otp_templates.update(template.template_id, name="Login", text="##code##", code_length=6)
    assert (await client.otp_templates.get(template.template_id)).code_length == 6
    assert len(await client.otp_templates.list().collect()) == 1
    flow = await client.otp_flows.create(name="Twice", steps=STEPS)
    await client.otp_flows.update(flow.flow_id, name="Thrice", steps=STEPS)
    assert (await client.otp_flows.get(flow.flow_id)).name == "Thrice"
    assert len(await client.otp_flows.list().collect()) == 1
    chosen = {"app_id": app.app_id, "template_id": template.template_id, "flow_id": flow.flow_id}
    sent = await client.otp.send(to="6590001000", order_id="o1", **chosen)
    again = await client.otp.resend(sent.verification_id)
    assert (await client.otp.verify(again.verification_id, box.code(again.verification_id))).right
    own = await client.otp.send_code(to="6590001001", code="4711", **chosen)
    assert not (await client.otp.verify(own.verification_id, "4712")).right
    assert (await client.otp.record(again.verification_id)).right
    assert await client.otp.find("o1", app_id=app.app_id) is not None
    assert await client.otp.find("o2", app_id=app.app_id) is None
    await client.otp.report_rate(app_id=app.app_id, mcc=525, entered=1, sent=3, rate=33.33, reported=NOW)


TOURS: dict[str, Tour] = {
    "groups": tour_of_groups,
    "settings": tour_of_settings,
    "agents": tour_of_agents,
    "leaders": tour_of_leaders,
    "calls": tour_of_calls,
    "messages": tour_of_messages,
    "voice": tour_of_voice,
    "codes": tour_of_codes,
    "trunks": tour_of_trunks,
    "tasks": tour_of_tasks,
}
HABITS: dict[str, dict[str, Any]] = {
    "as documented": {},
    "nulls ignored": {"null_value": "ignored"},
    "data missing": {"empty_data": "missing"},
    "data an empty text": {"empty_data": "text"},
    "status as text": {"status_as": "text"},
    "status as number": {"status_as": "number"},
    "no reasons": {"reason_shown": False},
    "settings by voiceGroupId": {"settings_id": "voiceGroupId"},
    "settings by both": {"settings_id": "both"},
    "pages of two": {"page_size": 2},
    "records null": {"empty_records": "null", "search_count": True},
    "failures as HTTP 400": {"failure_status": 400},
    "failures as HTTP 500": {"failure_status": 500},
    "what is left out is reset": {"omitted": "resets"},
    "blanks only where stated": {"unstated_blank": "refuse"},
    "unknown group is -22": {"missing_group": "-22"},
    "rings must exist and be new": {"unknown_ring": "refuse", "rings_unique": True},
    "times of agents required": {"agent_times": True},
    "plain times only": {"time_form": "plain"},
    "ISO times only": {"time_form": "iso"},
    "no task ids": {"task_id_returned": False},
}


@pytest.mark.parametrize("tour", TOURS)
@pytest.mark.parametrize("habit", HABITS)
async def test_every_method_works_whatever_the_vendor_means(habit: str, tour: str) -> None:
    async with centre_of(**HABITS[habit]) as centre:
        await TOURS[tour](centre)
        assert centre.emulator.count("unmatched") == 0
        assert centre.client.stats().requests == centre.emulator.count()
        assert centre.client.stats().retries == 0


async def test_the_tours_visit_every_operation() -> None:
    """No operation of the package is left out above."""
    seen: set[str] = set()
    for tour in TOURS.values():
        async with centre_of() as centre:
            await tour(centre)
            seen |= {record.operation for record in centre.emulator.requests}
    names = {key.partition(":")[2] for key in operations() if key.startswith("itniotech:")}
    assert seen == names
    assert len(names) == 71


@pytest.mark.parametrize("habit", ["newest first", "beyond the end"])
async def test_listings_of_many_pages_are_whole(habit: str) -> None:
    habits: dict[str, Any] = {"order": "newest"} if habit == "newest first" else {"beyond_end": "error"}
    async with centre_of(page_size=7, **habits) as centre:
        keys = centre.state.add_agents(centre.state.add_group("Sales"), 100)
        listing = centre.client.agents.list(page_size=50, read_ahead=4)
        found = [agent.key_id async for agent in listing]
        assert found == (keys[::-1] if habit == "newest first" else keys)
        assert listing.drift is None
        assert await listing.total() == 100
        assert centre.emulator.count("agents.list") == 15 + 1


@pytest.mark.parametrize("lag", [0.005, 0.02])
async def test_a_group_that_is_listed_late_is_waited_for(lag: float) -> None:
    async with centre_of(read_lag=lag) as centre:
        groups = centre.client.agent_groups
        group = await groups.create(app_id=centre.state.app_id, group_name="Sales")
        await groups.update_settings(group.voice_group_id, show_recordings=True, encrypt_numbers=True)
        ensured = await groups.ensure(app_id=centre.state.app_id, group_name="Support")
        assert [str(group.voice_group_id), ensured.id] == list(centre.state.agent_groups)
        assert centre.emulator.count("agent_groups.create") == 2


REFUSED: dict[str, tuple[dict[str, Any], Callable[[Centre], Awaitable[Any]], type[Exception], int]] = {
    # how the vendor is, what is asked of it, the error and its code
    "agents without times": (
        {"agent_times": True}, lambda c: c.client.agents.list().collect(), InvalidRequestError, -22,
    ),
    "a strategy cleared": (
        {"unstated_blank": "refuse"},
        lambda c: c.client.agent_groups.update_settings(
            c.state.add_group("Sales"), show_recordings=True, encrypt_numbers=True, callin_strategy=CLEAR
        ),
        InvalidRequestError, -22,
    ),
    "settings of no one's group": (
        {}, lambda c: c.client.agent_groups.update_settings(7, show_recordings=True, encrypt_numbers=True),
        ConflictError, -63,
    ),
    "groups at the cap": (
        {"max_groups": 1},
        lambda c: c.client.agent_groups.ensure(
            app_id=c.state.app_id, group_name=f"Group {c.state.add_group('Sales')}"
        ),
        LimitReachedError, -23,
    ),
    "agents above the cap": (
        {"max_agents": 2}, lambda c: c.client.agents.create_many(c.state.add_group("Sales"), size=3),
        LimitReachedError, -36,
    ),
    "a ring that is no sound": (
        {}, lambda c: c.client.agent_groups.upload_ring(b"text", file_name="ring.mp3"), InvalidRequestError, -39,
    ),
    "a call to nowhere": (
        {}, lambda c: c.client.calls.make(callee="6590001000", account="x", app_id=c.state.app_id),
        NotFoundError, -24,
    ),
    "records of long ago": (
        {}, lambda c: c.client.call_records.list_older(
            start_time=NOW - timedelta(days=90), end_time=NOW - timedelta(days=80)
        ).collect(), InvalidRequestError, -25,
    ),
}  # fmt: skip


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("case", REFUSED)
async def test_refusals_have_their_class_and_code(case: str, status: int) -> None:
    habits, ask, kind, code = REFUSED[case]
    async with centre_of(failure_status=status, **habits) as centre:
        with pytest.raises(kind) as caught:
            await ask(centre)
        error: Any = caught.value
        assert (error.code, error.status, error.outcome) == (code, status, "refused")
        assert error.vendor == "itniotech"
        assert centre.client.stats().retries == 0


async def test_groups_in_use_are_not_deleted() -> None:
    async with centre_of() as centre:
        state, delete = centre.state, centre.client.agent_groups.delete
        groups = [state.add_group(name) for name in ("Sales", "Support", "Night")]
        state.add_agents(groups[0])
        state.add_team_leader("Bình", [groups[1]])
        state.add_trunk("Out", [groups[2]])
        codes = []
        for group in groups:
            with pytest.raises(ConflictError) as caught:
                await delete(group)
            codes.append(caught.value.code)
        assert codes == [-64, -69, -70]
        assert len(state.agent_groups) == 3


async def test_what_is_gone_already_may_count_as_deleted() -> None:
    """Of several the vendor deletes none if one is missing: then they are deleted one by one."""
    async with centre_of() as centre:
        group, client = centre.state.add_group("Sales"), centre.client
        first, second, *others = centre.state.add_agents(group, 4)
        await client.agents.delete(first)
        with pytest.raises(NotFoundError):
            await client.agents.delete(first, second)
        assert len(centre.state.agents) == 3
        with pytest.raises(ConfigError, match="missing_ok"):
            await client.agents.delete(first, second, missing_ok=1)  # type: ignore[arg-type]
        await client.agents.delete(first, second, missing_ok=True)
        assert list(centre.state.agents) == [str(key) for key in others]
        await client.agents.delete(*others, missing_ok=True)
        await client.agents.delete(first, missing_ok=True)
        assert centre.emulator.count("agents.delete") == 7
        await client.team_leaders.delete(7, missing_ok=True)
        await client.agent_groups.delete(group, missing_ok=True)
        await client.agent_groups.delete(group, missing_ok=True)
        with pytest.raises(NotFoundError):
            await client.agent_groups.delete(group)


async def test_a_locked_account_is_not_permitted() -> None:
    async with centre_of() as centre:
        centre.state.gift = Decimal("0.5")
        assert (await centre.client.balance()).gift == Decimal("0.5")
        centre.state.locked = True
        with pytest.raises(PermissionDeniedError) as caught:
            await centre.client.balance()
        assert caught.value.code == -13


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("given", [False, True], ids=["own", "http="])
async def test_the_largest_ring_arrives_whole(given: bool) -> None:
    """One MiB of sound, a third more in base64, goes over both ways out without a warning."""
    sound = b"ID3" + bytes(LARGEST_SOUND - 3)
    async with Emulator(seed=1) as emulator, aiohttp.ClientSession() as session:
        async with ItniotechClient(**emulator.itniotech(), http=session if given else None) as client:
            ring = await client.agent_groups.upload_ring(sound, file_name="ring.mp3")
        assert emulator.state.itniotech.rings[ring.file_name]["size"] == LARGEST_SOUND
        (record,) = emulator.requests
        assert base64.b64decode(record.json["file"]) == sound


@pytest.mark.parametrize("failures", [0, 2, 9])
async def test_pushes_reach_the_handler_and_come_again_until_it_works(failures: int) -> None:
    """A receiver that fails is told again; the handler gives the same record each time, and 200 ends it."""
    received: list[CallRecordPush] = []

    async def save(record: CallRecordPush) -> None:
        received.append(record)
        if len(received) <= failures:
            raise RuntimeError("the database is away")

    app = web.Application()
    app.router.add_post("/records", call_record_handler(save))
    async with TestServer(app) as server, centre_of(push_interval=0.001) as centre:
        state = centre.state
        state.push_url = str(server.make_url("/records"))
        record = state.add_record(called="6590001000", cost="0.5", labels=["gold"], callDuration=7)
        push = state.push_record(record, leave_out=["caller"], newField=1)
        await centre.emulator.settle()
        call_id = state.call_records[str(record)]["callId"]
    tries = min(failures + 1, 4)
    assert [attempt.status for attempt in push.attempts] == [500] * min(failures, 4) + [200] * (failures < 4)
    assert push.outcome == ("delivered" if failures < 4 else "given up")
    assert len(received) == tries
    assert len(set(map(str, received))) == 1
    assert (received[0].call_id, received[0].call_duration, received[0].cost) == (call_id, 7, Decimal("0.5"))
    assert (received[0].caller, received[0].labels) == (None, ["gold"])
    assert dict(received[0].extra) == {"newField": 1}


async def test_record_times_may_be_sent_in_either_form() -> None:
    for form, good in (("plain", {}), ("iso", {"time_format": ISO_TIME})):
        async with centre_of(time_form=form) as centre:
            centre.state.add_record()
            assert len(await centre.client.call_records.list(**TODAY, **good).collect()) == 1
            bad: Any = {"time_format": ISO_TIME} if not good else {}
            with pytest.raises(InvalidRequestError):
                await centre.client.call_records.list(**TODAY, **bad).collect()


async def test_the_emulator_serves_blank_amounts_and_a_currency() -> None:
    async with centre_of() as centre:
        assert (await centre.client.balance()).currency is None
        centre.state.balance, centre.state.credit, centre.state.currency = None, None, "USD"
        balance = await centre.client.balance()
        assert (balance.balance, balance.gift, balance.credit) == (None, Decimal(0), None)
        assert (balance.currency, list(balance.malformed)) == ("USD", [])
        (agent,) = centre.state.add_agents(centre.state.add_group("Sales"), 1)
        account = centre.state.agents[str(agent)]["account"]
        with pytest.raises(PermissionDeniedError) as caught:
            await centre.client.calls.make(callee="84901234567", account=account, app_id=centre.state.app_id)
        assert caught.value.code == -10


# -- models -------------------------------------------------------------------------------------------------


async def test_new_values_and_fields_of_rows_are_kept() -> None:
    async with centre_of() as centre:
        keys = centre.state.add_agents(centre.state.add_group("Sales"), 50)
        centre.state.agents.change(str(keys[3]), status=77, deleteFlag=5, skills=[{"language": "vi"}])
        centre.state.agents.change(str(keys[4]), priority=["x"])
        agents = await centre.client.agents.list().collect()
        assert [agent.key_id for agent in agents] == keys
        assert (agents[3].status, agents[3].delete_flag) == (77, 5)
        assert agents[3].extra["skills"] == [{"language": "vi"}]
        assert agents[4].priority is None
        assert [fault.value for fault in agents[4].malformed] == [["x"]]
        with pytest.raises(DecodeError, match="priority"):
            await centre.client.agents.list(strict=True).collect()


async def test_a_row_without_its_id_stands_apart() -> None:
    async with centre_of() as centre:
        keys = centre.state.add_agents(centre.state.add_group("Sales"), 50)
        centre.state.agents.change(str(keys[7]), keyId=None)
        listing = centre.client.agents.list()
        pages = [page async for page in listing.pages()]
        assert [len(page.items) for page in pages] == [49]
        assert [fault.path for fault in pages[0].malformed] == ["$.data.records[7].keyId"]
