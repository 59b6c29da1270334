"""The limits of each field, stated twice and compared: by the client, and by the emulator of the same vendor.

A value goes to the emulator twice: by keyword, where the client may refuse it, and by keyword and in `extra`, which the
client does not check. So each test also shows that `extra` lets a value pass which a limit of ours refuses. Not compared
are what the client knows and no server could (a spreadsheet's damage), and words that a vendor may add.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import attrs
import pytest

from stringee_async import (
    ConfigError,
    InvalidRequestError,
    ItniotechClient,
    RingMeClient,
    SdkError,
    StringeeClient,
)
from stringee_async.core import field_rules, fields
from stringee_async.emulator import Emulator, RingMeSettings, texts
from stringee_async.itniotech import TrunkGroup

LINE = ("A\nB", "A\x00B", " ")
"""No field of one line may be so."""


def text(most: int, *, least: int = 1, good: tuple[str, ...] = ("Nguyễn",), letter: str = "x") -> list[Any]:
    """Values around the limits of a text of one line."""
    short = (letter * least, letter * (least - 1)) if least > 1 else (letter,)
    return [*good, *short, letter * most, letter * (most + 1), letter * 100_000, *LINE]


def lines(most: int) -> list[Any]:
    """Values around the limits of a text of several lines."""
    return ["x", "x\ny\tz", "x" * most, "x" * (most + 1), "x\x00", "\n "]


def whole(least: int, most: int) -> list[Any]:
    """Values around the limits of a whole number."""
    return [least, most, least - 1, most + 1]


NAME_KEY, LOGIN_KEY = ["x", "x" * 255, "x" * 256], ["u", "u" * 36, "u" * 37, "u" * 1000]
"""`ensure` looks for its key before it creates: a key that no one can look for is refused whatever `extra` says."""
NAME, WORD, LOGIN = text(255), [*text(64), " x", "x "], [*text(36), " x", "an@example.com", "x\ty"]
SECONDS, COUNT, AMOUNT, CHOICE = whole(0, 86_400), whole(0, 1_000_000), whole(0, 10**9), whole(1, 2)
ID_OR_NONE, NUMBERED = whole(0, 10**18 - 1), whole(1, 10**18 - 1)
PHONE = ["113", "12", "8" * 20, "8" * 21, "84901234567", "0901234567", "84x"]
DIALLED = ["113", "8" * 20, "8" * 21, "0901234567", "84x"]  # the exchange dials shorter ones too
URL = ["https://a.example/b", "https:/a", "a", "https://a.example/b c", "https://a.example/" + "x" * 2031]
NOTE = lines(4096)
SEGMENT = ["a/b", "a\\b", ".", ".."]
"""No id that stands in a path may be so."""


@attrs.frozen(kw_only=True)
class World:
    """An emulator, a client of each vendor, and the ids of what is there to write to."""

    emulator: Emulator
    stringee: StringeeClient
    ringme: RingMeClient
    itniotech: ItniotechClient
    ids: dict[str, Any]


@contextlib.asynccontextmanager
async def world() -> AsyncIterator[World]:
    async with Emulator(
        seed=1, unique=False, ringme_settings=RingMeSettings(newer=True, open_values=True)
    ) as emulator:
        held, exchange, centre = emulator.state.stringee, emulator.state.ringme, emulator.state.itniotech
        group = centre.add_group("Sales")
        tree = held.add_ivr_tree("Menu")
        phone, line = exchange.add_extension("100"), exchange.add_extension("200", "queue")
        file = {"numbers": ["84901234567"], "header_repeated": False}
        centre.number_files["/numbers.csv"] = file
        (agent,) = centre.add_agents(group, 1)
        ids = {
            "queue": held.add_queue("Hotline"), "group": held.add_group("Everybody"), "phone": phone, "line": line,
            "remote": exchange.add_agent("remote", number="84900"), "voice_group": group, "agent": agent,
            "sip": centre.voice.add_phones(centre.app_id, "Phones", "phone")[0],
            "sound": centre.voice.add_file("hello.mp3"), "account": centre.agents[str(agent)]["account"], "app": centre.app_id,
            "tree": tree, "node": held.add_ivr_node(tree, "Root"), "leader": centre.add_team_leader("Lead", [group]),
            "otp_app": (otp_app := centre.otp.add_app("App of codes")),
            "otp_template": centre.add_otp_template(otp_app),
        }  # fmt: skip
        async with (
            StringeeClient(**emulator.stringee()) as stringee,
            RingMeClient(**emulator.ringme()) as ringme,
            ItniotechClient(**emulator.itniotech()) as itniotech,
        ):
            yield World(emulator=emulator, stringee=stringee, ringme=ringme, itniotech=itniotech, ids=ids)


Calls = dict[str, tuple[Callable[[World, dict[str, Any]], Awaitable[Any]], dict[str, list[Any]]]]

AGENT = {"name": NAME, "stringee_user_id": LOGIN, "phone_number": PHONE, "routing_type": CHOICE}
RINGME_AGENT = {
    "name": NAME, "extra_params": NOTE, "call_timeout": AMOUNT, "busy_delay_time": AMOUNT,
    "no_answer_delay_time": AMOUNT, "reject_delay_time": AMOUNT, "wrap_up_time": AMOUNT,
    "agent_sound_id": NUMBERED, "status": WORD,
}  # fmt: skip
RINGME_QUEUE = {
    "sound": ID_OR_NONE, "start_sound": ID_OR_NONE, "announce_sound": ID_OR_NONE, "agent_announce_sound": ID_OR_NONE,
    "announce_frequency": AMOUNT, "max_wait_time": AMOUNT, "max_wait_time_with_no_agent": AMOUNT,
    "tier_rule_wait_second": AMOUNT, "exit_key": ["1", "*", "#", "12", "a", " "], "timeout_transfer_dst": WORD,
    "no_agent_timeout_transfer_dst": WORD, "exit_transfer_dst": WORD, "agent_hangup_transfer_dst": WORD,
    "append_to_cid_name_on_transfer": NAME, "strategy": WORD, "sound_type": WORD, "agent_hangup_action": WORD,
}  # fmt: skip
LEADER = {"name": text(32, least=4), "pet_name": text(20)}
SEAT_SECONDS = dict.fromkeys(
    ("timeout_transfer_sec", "callin_auto_answer_sec", "wrap_up_time", "timeout_idle", "timeout_wait_sec"),
    COUNT,
)
WHITE = ["10.0.0.1", ",".join(["10.10.10.100"] * 4)[:50] + "0"]
PLACE = {"level": AMOUNT, "position": AMOUNT}

CALLS: Calls = {
    "stringee agents.create": (
        lambda w, f: w.stringee.agents.create(
            **{"name": "A", "stringee_user_id": "a", "phone_number": "84900", **f}
        ),
        AGENT,
    ),
    "stringee agents.ensure": (
        lambda w, f: w.stringee.agents.ensure(**{"name": "A", "stringee_user_id": "a", "phone_number": "84900", **f}),
        {**AGENT, "stringee_user_id": LOGIN_KEY},
    ),
    "stringee groups.create": (lambda w, f: w.stringee.groups.create(**f), {"name": NAME}),
    "stringee groups.ensure": (lambda w, f: w.stringee.groups.ensure(**f), {"name": NAME_KEY}),
    "stringee groups.update": (lambda w, f: w.stringee.groups.update(w.ids["group"], **f), {"name": NAME}),
    "stringee queues.create": (
        lambda w, f: w.stringee.queues.create(**{"name": "Q", **f}),
        {
            "name": NAME, "wait_greeting": NAME, "hold_greeting": NAME, "wrap_up_time_limit": SECONDS,
            "schedule": CHOICE, "wait_agent_answer_timeout": whole(3, 86_400), "maximum_queue_size": COUNT,
            "maximum_queue_wait_time": SECONDS, "from_number_callout_to_agent": PHONE, "get_list_agents_url": URL,
            "cond_routing": CHOICE,
        },
    ),
    "stringee queues.update": (
        lambda w, f: w.stringee.queues.update(w.ids["queue"], **f), {"name": NAME, "wrap_up_time_limit": SECONDS}
    ),
    "stringee numbers.create": (
        lambda w, f: w.stringee.numbers.create(
            **{"number": "84900", "allow_outbound_calls": True, "enable_ivr": False, **f}
        ),
        {"number": PHONE, "nickname": NAME},
    ),
    "stringee blacklist_numbers.create": (
        lambda w, f: w.stringee.blacklist_numbers.create(**f), {"number": PHONE}
    ),
    "stringee ivr_trees.create": (lambda w, f: w.stringee.ivr_trees.create(**f), {"tree_name": NAME}),
    "stringee ivr_nodes.create": (
        lambda w, f: w.stringee.ivr_nodes.create(
            **{"tree": w.ids["tree"], "node_name": "N", "node_play_mode": "talk", "node_play_content": "Hello", **f}
        ),
        {
            "node_name": NAME, "node_play_content": NOTE, "node_play_mode": ["talk", "play", "sing"], "voice": WORD,
            "loop_count": COUNT, "sched": whole(0, 3_600_000), "speed": whole(-3, 3), "keypress_timeout": SECONDS,
        },
    ),
    "stringee ivr_keypresses.create": (
        lambda w, f: w.stringee.ivr_keypresses.create(
            **{"node": w.ids["node"], "node_key": "1", "action": 6, **f}
        ),
        {
            "node_key": ["0", "*", "#", "EMPTY_KEY", "INVALID_KEY", "12", "a", "empty_key"], "sms": NOTE,
            "to_phone_number": PHONE, "from_number_callout_to_agent": PHONE, "action": [1, 6, 0, 7],
        },
    ),
    "stringee call_settings.update": (
        lambda w, f: w.stringee.call_settings.update(**f),
        {
            "get_customer_info_url": URL, "event_url": URL, "callout_answer_url": URL,
            "get_customer_info_timeout": SECONDS,
        },
    ),
    "stringee sip_accounts.create": (
        lambda w, f: w.stringee.sip_accounts.create(**{"user_name": "100", "password": "pw", "extension": 100, **f}),
        {"user_name": [*text(64), *SEGMENT], "extension": AMOUNT, "stringee_user_id": LOGIN},
    ),
    "stringee sip_accounts.ensure": (
        lambda w, f: w.stringee.sip_accounts.ensure(**{"user_name": "100", "password": "pw", "extension": 100, **f}),
        {"extension": AMOUNT, "stringee_user_id": LOGIN},
    ),
    "stringee calls.make": (
        lambda w, f: w.stringee.calls.make(
            caller="842871000000", to="84901234567", **{"answer_url": "https://me.example/a", **f}
        ),
        {
            "answer_url": URL, "event_url": URL, "record_format": WORD, "custom_data": NOTE,
            "user_id": ["u", "u" * 1000, "a/b", " u", "u ", *LINE],
        },
    ),
    "ringme extensions.create": (
        lambda w, f: w.ringme.extensions.create(**{"name": "370", "type": "phone", **f}),
        {
            "name": [*WORD, "3/7", "..", "3\\7"], "label": NAME, "caller_id_name": NAME, "extra_params": NOTE,
            "dial_rule_id": NUMBERED, "extension_group_id": NUMBERED, "public_caller_id_number": WORD, "type": WORD,
            "status": WORD, "did_as_transfer_caller_id": WORD,
        },
    ),
    "ringme extensions.update": (
        lambda w, f: w.ringme.extensions.update(w.ids["phone"], **f), {"label": NAME, "extra_params": NOTE}
    ),
    "ringme agents.local.create": (
        lambda w, f: w.ringme.agents.local.create(extension_id=w.ids["phone"], **f), RINGME_AGENT
    ),
    "ringme agents.remote.create": (
        lambda w, f: w.ringme.agents.remote.create(**{"number": "84901", **f}), {**RINGME_AGENT, "number": DIALLED}
    ),
    "ringme agents.remote.ensure": (
        lambda w, f: w.ringme.agents.remote.ensure(**{"number": "84900", **f}), {"name": NAME, "number": DIALLED}
    ),
    "ringme extension_agents.create": (
        lambda w, f: w.ringme.extension_agents.create(w.ids["phone"], **{"name": "A", **f}), RINGME_AGENT
    ),
    "ringme queues.update": (lambda w, f: w.ringme.queues.update(w.ids["line"], **f), RINGME_QUEUE),
    "ringme queue_agents.add": (
        lambda w, f: w.ringme.queue_agents.remote.add(w.ids["line"], agent_id=w.ids["remote"], **f), PLACE
    ),
    "ringme queue_agents.ensure": (
        lambda w, f: w.ringme.queue_agents.remote.ensure(w.ids["line"], agent_id=w.ids["remote"], **f), PLACE
    ),
    "ringme agent_events.create": (
        lambda w, f: w.ringme.agent_events.remote.create(
            w.ids["remote"], **{"event_type": "agent-login", "method": "GET", **f}
        ),
        {"url": URL},
    ),
    "itniotech agent_groups.create": (
        lambda w, f: w.itniotech.agent_groups.create(app_id=w.ids["app"], **f), {"group_name": text(32, least=4)}
    ),
    "itniotech agent_groups.rename": (
        lambda w, f: w.itniotech.agent_groups.rename(w.ids["voice_group"], **f), {"group_name": text(32, least=4)}
    ),
    "itniotech agent_groups.update_settings": (
        lambda w, f: w.itniotech.agent_groups.update_settings(
            w.ids["voice_group"], show_recordings=True, encrypt_numbers=True, **f
        ),
        {
            **SEAT_SECONDS, "turn_seat_ring": NAME,
            "label_names": [["x" * 20], ["x" * 21], ["x"] * 2, [str(n) for n in range(11)], ["A\nB"], [" "]],
        },
    ),
    "itniotech agents.create_many": (
        lambda w, f: w.itniotech.agents.create_many(w.ids["voice_group"], **{"size": 1, **f}),
        {"size": [1, 0, 1_000_001], "display_num": WORD[:-2], "ccode": ["84", "VN", "84x", "12345", "V"]},
    ),
    "itniotech agents.update": (
        lambda w, f: w.itniotech.agents.update(
            w.ids["agent"], voice_group_id=w.ids["voice_group"], **{"name": "An", "emp_no": "7", **f}
        ),
        {
            "name": NAME, "emp_no": ["1", "1" * 12, "1" * 13, "1a"], "pet_name": NAME, "display_num": WORD[:-2],
            "ccode": ["84", "84x"], "password": ["a1", "a-1", "a" * 64, "a" * 65],
        },
    ),
    "itniotech team_leaders.create": (
        lambda w, f: w.itniotech.team_leaders.create(
            voice_group_ids=[w.ids["voice_group"]], **{"name": "Bình", **f}
        ),
        LEADER,
    ),
    "itniotech team_leaders.update": (
        lambda w, f: w.itniotech.team_leaders.update(
            w.ids["leader"], voice_group_ids=[w.ids["voice_group"]], **{"name": "Bình", "emp_no": 7, **f}
        ),
        {**LEADER, "emp_no": ["1" * 12, "1" * 13, "x"], "password": ["a-1", "a" * 65]},
    ),
    "itniotech sip_trunks.create out": (
        lambda w, f: w.itniotech.sip_trunks.create(
            type=1, groups=[TrunkGroup(voice_group_id=w.ids["voice_group"])], sip_trunk_state=False,
            **{"sip_trunk_name": "Out", "sip_gateway_ip": "a.example", **f},
        ),
        {
            "sip_trunk_name": NAME, "sip_prefix": WORD[:-2],
            "sip_gateway_ip": ["x.example:5060", "x" * 50, "x" * 51, "x y", "x:123456"],
        },
    ),
    "itniotech sip_trunks.create in": (
        lambda w, f: w.itniotech.sip_trunks.create(
            type=2, groups=[TrunkGroup(voice_group_id=w.ids["voice_group"], number="84900")], sip_trunk_state=True,
            sip_trunk_name="In", **f,
        ),
        {"sip_white_ip": WHITE},
    ),
    "itniotech tasks.submit": (
        lambda w, f: w.itniotech.tasks.submit(
            **{"file_path": "/numbers.csv", "file_name": "numbers.csv", "type": 1, "app_id": w.ids["app"],
               "voice_group_ids": [w.ids["voice_group"]], "callout_rate": 1, **f}
        ),
        {
            "file_name": NAME, "max_ringing_time": whole(20, 120), "remark": NOTE, "ccode": ["84", "84x"],
            "display_num": ["a1", "a" * 20, "a" * 21, "a-"], "callout_rate": [0.5, 1, 1000, 1000.5, 0, -1],
        },
    ),
    "itniotech otp_apps.create": (
        lambda w, f: w.itniotech.otp_apps.create(**{"name": "Shop", **f}),
        {"name": text(32, least=4), "code_expiry": whole(1, 60)},
    ),
    "itniotech otp_templates.create": (
        lambda w, f: w.itniotech.otp_templates.create(
            **{"app_id": w.ids["otp_app"], "name": "Login", "text": "##code##", **f}
        ),
        {
            "name": text(32, least=4), "text": ["##code##", "##code##" + "x" * 248, "##code##" + "x" * 249, "code", "\n "],
            "code_length": whole(4, 10), "speech_rate": whole(0, 100), "max_duration": whole(5, 599),
            "repeat_count": whole(1, 10), "sender": text(32),
        },
    ),
    "itniotech otp.send": (
        lambda w, f: w.itniotech.otp.send(
            **{"app_id": w.ids["otp_app"], "template_id": w.ids["otp_template"], "to": "6590001000", **f}
        ),
        {"to": ["8" * 10, "8" * 9, "8" * 14, "8" * 15], "order_id": WORD[:-2]},
    ),
    "itniotech calls.make": (
        lambda w, f: w.itniotech.calls.make(
            account=w.ids["account"], app_id=w.ids["app"], **{"callee": "84901234567", **f}
        ),
        {
            "callee": ["8" * 7, "8" * 6, "8" * 15, "8" * 16, "84x1234"], "called_info": lines(1000),
            "display_num": text(15, good=()),
        },
    ),
    "itniotech phone_calls.start": (
        lambda w, f: w.itniotech.phone_calls.start(
            account=w.ids["sip"], app_id=w.ids["app"], **{"callee": "84901234567", **f}
        ),
        {
            "callee": ["8" * 7, "8" * 6, "8" * 15, "8" * 16, "84x1234"], "called_info": lines(1000),
            "display_num": text(15, good=()),
        },
    ),
    "itniotech phones.create_many": (
        lambda w, f: w.itniotech.phones.create_many(
            app_id=w.ids["app"],
            **{"group_name": f"G{len(w.emulator.requests):04}", "phone_name": f"P{len(w.emulator.requests):04}",
               "quantity": 1, **f},
        ),
        {
            "group_name": text(32, least=4), "phone_name": text(32, least=4), "quantity": whole(1, 50),
            "display_num": ["8" * 7, "8" * 6, "8" * 13, "8" * 14],
        },
    ),
    "itniotech group_calls.send": (
        lambda w, f: w.itniotech.group_calls.send(
            callees="84901234567", app_id=w.ids["app"], file_id=w.ids["sound"], **f
        ),
        {
            "max_duration": whole(1, 120), "max_ringing_time": whole(20, 120), "loop_count": whole(1, 9),
            "called_info": lines(1000), "display_num": text(15, good=()),
        },
    ),
    "itniotech voice_codes.send": (
        lambda w, f: w.itniotech.voice_codes.send(
            app_id=w.ids["app"], **{"callee": "84901234567", "language": "EN", "text": "1, 2", **f}
        ),
        {
            "callee": ["8" * 7, "8" * 6, "8" * 15, "8" * 16, "84x1234"], "called_info": lines(1000),
            "display_num": text(15, good=()), "text": lines(1000), "language": WORD[:-2], "loop_count": whole(1, 9),
            "recall_count": whole(0, 9),
        },
    ),
}  # fmt: skip
CAMEL = {
    "event_url": "eventUrl", "record_format": "recordFormat", "custom_data": "customData", "user_id": "userId",
}  # fmt: skip
"""Names of the call host."""
WIRE = {
    "repeat_count": "repeatCnt", "sender": "senderId", "callin_auto_answer_sec": "callinAutoAnswerSec", "label_names": "labelName", "voice_group_ids": "voiceGroupId",
}  # fmt: skip


TAGS = -71
"""Too many tags, or one of them twice."""


def sent_name(call: str, name: str) -> str:
    """Return what the vendor calls a field of a call."""
    vendor, first, *others = call.split()[0], *name.split("_")
    if call == "stringee calls.make":
        return CAMEL.get(name, name)
    return name if vendor != "itniotech" else WIRE.get(name, first + "".join(map(str.title, others)))


async def refusal(
    call: Callable[[World, dict[str, Any]], Awaitable[Any]], w: World, given: dict[str, Any]
) -> str:
    """Make a call; say who refused a value: `client`, `vendor`, or no one."""
    w.emulator.state.itniotech.sip_trunks.clear()  # no two may have one name or group
    try:
        await call(w, given)
    except ConfigError:
        return "client"
    except InvalidRequestError:
        return "vendor"
    except SdkError as error:
        return (
            "vendor" if getattr(error, "code", None) == TAGS else ""
        )  # else it exists, or is there no longer
    return ""


@pytest.mark.parametrize("name", CALLS)
async def test_client_and_emulator_state_the_same_limits(name: str) -> None:
    """What the client lets pass the emulator takes; what it refuses, the emulator refuses where `extra` lets it pass."""
    call, validated = CALLS[name]
    differ: list[str] = []
    async with world() as w:
        for field, values in validated.items():
            for value in values:
                sent = len(w.emulator.requests)
                by_client = await refusal(call, w, {field: value})
                assert by_client != "client" or len(w.emulator.requests) == sent
                extra = {sent_name(name, field): value}
                given = {"extra": extra} if field == "password" else {field: value, "extra": extra}
                by_vendor = await refusal(call, w, given)
                if (by_client == "") != (by_vendor == "") or "client" in by_vendor or "vendor" in by_client:
                    differ.append(f"{field}={str(value)[:30]!r}: {by_client!r}, then {by_vendor!r}")
    assert not differ, "\n".join(differ)


def test_lengths_of_client_and_emulator_agree() -> None:
    """Two statements of one limit, compared."""
    assert (texts.NAME_LONGEST, texts.LOGIN_LONGEST) == (fields.NAME_LONGEST, fields.LOGIN_LONGEST)
    assert (field_rules.word.longest, field_rules.note.longest) == (texts.WORD_LONGEST, texts.NOTE_LONGEST)
    assert (field_rules.seconds.maximum, field_rules.count.maximum) == (texts.DAY, texts.MANY)
    assert field_rules.amount.maximum == texts.BILLION
    assert field_rules.id_or_none.maximum == texts.LARGEST_ID
