"""One call of each operation of RingMe, and the request that it sends."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from stringee_async import UNSET

from .rig import Call

EVERY_AGENT_SETTING: dict[str, Any] = {
    "name": "Иван",
    "status": "logged_out",
    "call_timeout": 30,
    "busy_delay_time": 1,
    "no_answer_delay_time": 2,
    "reject_delay_time": 3,
    "wrap_up_time": 4,
    "extra_params": "{}",
    "agent_sound_id": 5,
}
EVERY_QUEUE_SETTING: dict[str, Any] = {
    "strategy": "ring-all",
    "sound_type": "music",
    "sound": 36,
    "start_sound": 34,
    "announce_sound": 35,
    "announce_frequency": 15,
    "agent_announce_sound": 0,
    "agent_report_wait_time": True,
    "max_wait_time": 1800,
    "timeout_transfer_dst": "333",
    "max_wait_time_with_no_agent": 60,
    "no_agent_timeout_transfer_dst": "334",
    "exit_with_no_av_agents": False,
    "exit_key": "#",
    "exit_transfer_dst": "335",
    "record_enabled": True,
    "tier_rules_apply": True,
    "tier_rule_wait_second": 5,
    "tier_rule_wait_multiply_level": False,
    "agent_hangup_action": "transfer",
    "agent_hangup_transfer_dst": "336",
    "append_to_cid_name_on_transfer": "VIP",
}
EVERY_EXTENSION_SETTING: dict[str, Any] = {
    "status": "active",
    "label": "test queue",
    "dial_rule_id": 7,
    "extension_group_id": 8,
    "caller_id_name": "An",
    "extra_params": "x",
    "ani_rfc3325": False,
    "did_as_transfer_caller_id": "from",
    "from_public_caller_id_number": True,
    "rfc_public_caller_id_number": False,
    "public_caller_id_number": "74951234567",
}
HOOK = {"event_type": "agent-login", "method": "GET", "url": "https://myshost.org/calls"}
DIAL = {"event_type": "dial-in", "method": "POST", "url": "https://myshost.org/calls?a=b"}
EVERY_CALLBACK_SETTING: dict[str, Any] = {
    "allow_public_transfer": False,
    "call_duration": 600,
    "wait_for_pickup": 30,
    "caller_id_name": "An",
    "caller_id_number": "101",
    "src_caller_id_name": "Shop",
    "src_caller_id_number": "102",
    "src_ani": "74951234567",
    "dst_ani": "74951234567",
    "announce_sound_id": 35,
    "dst_announce_sound_id": 36,
    "dst_dtmf": "12W#w",
    "transfer_after_src_hangup": "370",
    "transfer_after_dst_hangup": "371",
}
SINCE = datetime(2026, 10, 1, 7, tzinfo=timezone(timedelta(hours=7)))
UNTIL = datetime(2026, 10, 2, 10, 0, 0, 5, tzinfo=UTC)
SPAN: dict[str, Any] = {"since": SINCE, "until": UNTIL}
ASKED = "start_datetime=2026-10-01+00%3A00%3A00&end_datetime=2026-10-02+10%3A00%3A01"
INNER = ASKED.replace("10%3A00%3A01", "09%3A59%3A59")
CALLS: dict[str, tuple[Call, str, str, Any]] = {
    # operation and variant: call, method, raw target below the base, JSON body (None: no body)
    "queues.update all": (
        lambda c: c.queues.update(208, **EVERY_QUEUE_SETTING),
        "PUT", "/extension/208/queue/", EVERY_QUEUE_SETTING,
    ),
    "queues.update sample": (
        lambda c: c.queues.update("208", strategy="ring-all", timeout_transfer_dst="333", tier_rules_apply=True),
        "PUT", "/extension/208/queue/",
        {"strategy": "ring-all", "timeout_transfer_dst": "333", "tier_rules_apply": True},
    ),
    "queues.update null, unset and unknown": (
        lambda c: c.queues.update(208, sound=None, exit_key=UNSET, extra={"new": [1, {"a": None}], "strategy": "x"}),
        "PUT", "/extension/208/queue/", {"new": [1, {"a": None}], "strategy": "x", "sound": None},
    ),
    "queues.get": (lambda c: c.queues.get("@101"), "GET", "/extension/@101/queue/", None),
    "queues.get prefixed": (lambda c: c.queues.get("@1844*101"), "GET", "/extension/@1844%2A101/queue/", None),
    "queues.status": (lambda c: c.queues.status(208), "GET", "/extension/208/queue/status/", None),
    "queues.members": (lambda c: c.queues.members(208), "GET", "/extension/208/queue/status/members/", None),
    "agents.local.create least": (
        lambda c: c.agents.local.create(extension_id=117),
        "POST", "/client/@me/agent/local/", {"extension_id": 117},
    ),
    "agents.local.create all": (
        lambda c: c.agents.local.create(extension_id="117", client_id=12, **EVERY_AGENT_SETTING),
        "POST", "/client/12/agent/local/", {"extension_id": 117, **EVERY_AGENT_SETTING},
    ),
    "agents.local.list": (lambda c: c.agents.local.list().collect(), "GET", "/client/@me/agent/local/", None),
    "agents.local.list one": (
        lambda c: c.agents.local.list(extension_id=117, client_id="12").collect(),
        "GET", "/client/12/agent/local/?extension_id=117", None,
    ),
    "agents.local.list many": (
        lambda c: c.agents.local.list(extension_id=[117, "118"]).collect(),
        "GET", "/client/@me/agent/local/?extension_id=117&extension_id=118", None,
    ),
    "agents.local.update": (
        lambda c: c.agents.local.update(1, extension_id=118, name=None, wrap_up_time=5),
        "PUT", "/client/@me/agent/local/1", {"extension_id": 118, "name": None, "wrap_up_time": 5},
    ),
    "agents.local.update one": (
        lambda c: c.agents.local.update(1, status="available"),
        "PUT", "/client/@me/agent/local/1", {"status": "available"},
    ),
    "agents.local.get": (lambda c: c.agents.local.get("00136"), "GET", "/client/@me/agent/local/136", None),
    "agents.local.delete": (
        lambda c: c.agents.local.delete(1), "DELETE", "/client/@me/agent/local/1?remove_from_queues=true", None,
    ),
    "agents.local.delete kept": (
        lambda c: c.agents.local.delete(1, client_id=12, remove_from_queues=False),
        "DELETE", "/client/12/agent/local/1?remove_from_queues=false", None,
    ),
    "agents.remote.create": (
        lambda c: c.agents.remote.create(number="8 921 565-06-44", **EVERY_AGENT_SETTING),
        "POST", "/client/@me/agent/remote/", {"number": "89215650644", **EVERY_AGENT_SETTING},
    ),
    "agents.remote.list": (
        lambda c: c.agents.remote.list(client_id=12).collect(), "GET", "/client/12/agent/remote/", None,
    ),
    "agents.remote.update": (
        lambda c: c.agents.remote.update(9, number="89876543210", extra_params=None),
        "PUT", "/client/@me/agent/remote/9", {"number": "89876543210", "extra_params": None},
    ),
    "agents.remote.update one": (
        lambda c: c.agents.remote.update(9, call_timeout=30),
        "PUT", "/client/@me/agent/remote/9", {"call_timeout": 30},
    ),
    "agents.remote.get": (lambda c: c.agents.remote.get(9), "GET", "/client/@me/agent/remote/9", None),
    "agents.remote.delete": (
        lambda c: c.agents.remote.delete(9), "DELETE", "/client/@me/agent/remote/9?remove_from_queues=true", None,
    ),
    "agents.remote.delete kept": (
        lambda c: c.agents.remote.delete(9, remove_from_queues=False),
        "DELETE", "/client/@me/agent/remote/9?remove_from_queues=false", None,
    ),
    "extensions.create": (
        lambda c: c.extensions.create(name="370", type="queue", **EVERY_EXTENSION_SETTING),
        "POST", "/client/@me/extension/", {"name": "370", "type": "queue", **EVERY_EXTENSION_SETTING},
    ),
    "extensions.create extra": (
        lambda c: c.extensions.create(name="370", type="new", client_id=12, extra={"z": 1, "name": "9"}),
        "POST", "/client/12/extension/", {"z": 1, "name": "370", "type": "new"},
    ),
    "extensions.list": (
        lambda c: c.extensions.list().collect(), "GET", "/client/@me/extension/?page=1&per_page=30", None,
    ),
    "extensions.list filter": (
        lambda c: c.extensions.list(type="phone", client_id=12, page_size=100).collect(),
        "GET", "/client/12/extension/?type=phone&page=1&per_page=100", None,
    ),
    "extensions.list next page": (
        lambda c: anext(c.extensions.list(type="queue", page_size=1).pages(start=2)),
        "GET", "/client/@me/extension/?type=queue&page=2&per_page=1", None,
    ),
    "extensions.get": (lambda c: c.extensions.get(208), "GET", "/client/@me/extension/208", None),
    "extensions.update": (
        lambda c: c.extensions.update("@101", label=None, status="blocked", extra={"message_did": 1}),
        "PUT", "/client/@me/extension/@101", {"message_did": 1, "label": None, "status": "blocked"},
    ),
    "extensions.delete": (lambda c: c.extensions.delete(208), "DELETE", "/client/@me/extension/208", None),
    "sounds.list": (lambda c: c.sounds.list().collect(), "GET", "/client/@me/sound/", None),
    "sounds.list filter": (
        lambda c: c.sounds.list(id=[35, 36], title="a b", own_only=True, client_id=12).collect(),
        "GET", "/client/12/sound/?id%5B%5D=35&id%5B%5D=36&own_only=true&title%5B%5D=a+b", None,
    ),
    "sounds.list titles": (
        lambda c: c.sounds.list(title=["a", "b"]).collect(),
        "GET", "/client/@me/sound/?title%5B%5D=a&title%5B%5D=b", None,
    ),
    "sounds.get": (lambda c: c.sounds.get(36), "GET", "/client/@me/sound/36", None),
    "sounds.rename": (lambda c: c.sounds.rename(36, title="New"), "PUT", "/client/@me/sound/36", {"title": "New"}),
    "sounds.delete": (lambda c: c.sounds.delete(36), "DELETE", "/client/@me/sound/36", None),
    "current_calls.list": (
        lambda c: c.current_calls.list().collect(), "GET", "/client/@me/current_calls/", None,
    ),
    "current_calls.of_extension": (
        lambda c: c.current_calls.of_extension(117), "GET", "/extension/117/current_calls/", None,
    ),
    "current_calls.act": (
        lambda c: c.current_calls.act(117, "ab-1.2", action="transfer", send_dst="333"),
        "PUT", "/extension/117/current_calls/ab-1.2", {"action": "transfer", "send_dst": "333"},
    ),
    "current_calls.act bare": (
        lambda c: c.current_calls.act("@101", "ab", action="hold"),
        "PUT", "/extension/@101/current_calls/ab", {"action": "hold"},
    ),
    "current_calls.drop": (
        lambda c: c.current_calls.drop(117, "a b"), "DELETE", "/extension/117/current_calls/a%20b", None,
    ),
    "extension_events.list": (lambda c: c.extension_events.list(208).collect(), "GET", "/extension/208/event/", None),
    "extension_events.create": (
        lambda c: c.extension_events.create(208, **DIAL), "POST", "/extension/208/event/", DIAL,
    ),
    "extension_events.get": (lambda c: c.extension_events.get(208, 150), "GET", "/extension/208/event/150", None),
    "extension_events.update": (
        lambda c: c.extension_events.update(208, 150, method="GET"),
        "PUT", "/extension/208/event/150", {"method": "GET"},
    ),
    "extension_events.delete": (
        lambda c: c.extension_events.delete(208, 150), "DELETE", "/extension/208/event/150", None,
    ),
    "extension_events.delete_all": (
        lambda c: c.extension_events.delete_all(208), "DELETE", "/extension/208/event/", None,
    ),
    "extension_agents.create": (
        lambda c: c.extension_agents.create(117, **EVERY_AGENT_SETTING),
        "POST", "/extension/117/agent/", EVERY_AGENT_SETTING,
    ),
    "extension_agents.list": (lambda c: c.extension_agents.list(117).collect(), "GET", "/extension/117/agent/", None),
    "call_records.list": (
        lambda c: c.call_records.list(**SPAN).collect(),
        "GET", f"/client/@me/call_history/?{ASKED}&order=asc&page=1&per_page=100", None,
    ),
    "call_records.list filter": (
        lambda c: c.call_records.list(
            **SPAN, direction="in", extension_id="117", to_username="+7 495", client_id=12, page_size=10
        ).collect(),
        "GET", f"/client/12/call_history/?{ASKED}&order=asc&flow=in&extension_id=117&to_username=%2B7+495&page=1&per_page=10",
        None,
    ),
    "call_records.list_without_legs": (
        lambda c: c.call_records.list(**SPAN, legs=False, direction="out").collect(),
        "GET", f"/client/@me/calls/?{ASKED}&order=asc&flow=out&page=1&per_page=100", None,
    ),
    "call_records.stats": (
        lambda c: c.call_records.stats(**SPAN, client_id=12), "GET", f"/client/12/calls/stats/?{INNER}", None,
    ),
    "call_legs.list": (
        lambda c: c.call_legs.list("@101", **SPAN, page_size=9).collect(),
        "GET", f"/extension/@101/cdr/?{ASKED}&order=asc&page=1&per_page=9", None,
    ),
    "call_legs.stats": (
        lambda c: c.call_legs.stats(117, **SPAN), "GET", f"/extension/117/cdr/stats/?{INNER}", None,
    ),
    "call_records.get": (
        lambda c: c.call_records.get("9f0a"), "GET", "/client/@me/call_history/9F0A", None,
    ),
    "recordings.list": (
        lambda c: c.recordings.list(**SPAN).collect(),
        "GET", f"/client/@me/record/?{ASKED}&order=asc&page=1&per_page=100", None,
    ),
    "recordings.save": (
        lambda c: c.recordings.state("117-9f0a", client_id=12), "GET", "/client/12/record/117-9F0A", None,
    ),
    "recordings.link": (
        lambda c: c.recordings.link("117-9f0a"), "GET", "/client/@me/record/117-9F0A/storage_url/", None,
    ),
    "recordings.delete": (
        lambda c: c.recordings.delete("117-9F0A", client_id=12), "DELETE", "/client/12/record/117-9F0A", None,
    ),
    "recordings.delete_all": (
        lambda c: c.recordings.delete_all(**SPAN), "DELETE", f"/client/@me/record/?{INNER}", None,
    ),
    "recordings.stats": (
        lambda c: c.recordings.stats(**SPAN), "GET", f"/client/@me/record/stats/?{INNER}", None,
    ),
    "recordings.archive": (
        lambda c: c.recordings.archive({"a": [1, None]}, client_id=12), "POST", "/client/12/record/archive/", {"a": [1, None]},
    ),
    "recordings.archive nothing": (
        lambda c: c.recordings.archive({}), "POST", "/client/@me/record/archive/", {},
    ),
    "callback.create": (
        lambda c: c.callback.create(117, src_num=["101", "+7 900 1112233"], dst_num="@{VAR}"),
        "POST", "/extension/117/callback/", {"src_num": ["101", "+7 900 1112233"], "dst_num": "@{VAR}"},
    ),
    "callback.create all": (
        lambda c: c.callback.create("@{EXT}", src_num=("101",), dst_num="$cv({N})", extra={"new": 1}, **EVERY_CALLBACK_SETTING),
        "POST", "/extension/@%7BEXT%7D/callback/",
        {"new": 1, "src_num": ["101"], "dst_num": "$cv({N})", **EVERY_CALLBACK_SETTING},
    ),
    "dids.list": (lambda c: c.dids.list().collect(), "GET", "/client/@me/did/", None),
    "dids.get": (lambda c: c.dids.get("501", client_id=12), "GET", "/client/12/did/501", None),
    "dids.attach": (
        lambda c: c.dids.attach(501, extension_id="117"), "PUT", "/client/@me/did/501", {"extension_id": 117},
    ),
    "dids.attach none": (
        lambda c: c.dids.attach(501, extension_id=None), "PUT", "/client/@me/did/501", {"extension_id": None},
    ),
    "shown_numbers.get": (lambda c: c.shown_numbers.get(117), "GET", "/extension/117/ani/", None),
    "shown_numbers.update": (
        lambda c: c.shown_numbers.update("@101", ani_number="74951234567"),
        "PUT", "/extension/@101/ani/", {"ani_number": "74951234567"},
    ),
    "current_calls.get": (
        lambda c: c.current_calls.get(117, "a b"), "GET", "/extension/117/current_calls/a%20b", None,
    ),
    "limits.get": (lambda c: c.limits.get(), "GET", "/client/@me/limit/", None),
    "client_card.get": (lambda c: c.client_card.get(client_id=12), "GET", "/client/client_info/12/", None),
    "client_card.update": (
        lambda c: c.client_card.update({"name": "An", "fax": None}),
        "PUT", "/client/client_info/@me/", {"name": "An", "fax": None},
    ),
    "user.get": (lambda c: c.user(), "GET", "/user/", None),
}  # fmt: skip


def _by_kind(kind: str) -> dict[str, tuple[Call, str, str, Any]]:
    queue, hook = f"/extension/208/queue/agents/{kind}/", f"/client/@me/agent/{kind}/136/event/"
    return {
        f"queue_agents.{kind}.add": (
            lambda c: getattr(c.queue_agents, kind).add(208, agent_id=9, level=2, position=1),
            "POST", queue, {"agent_id": 9, "level": 2, "position": 1},
        ),
        f"queue_agents.{kind}.add least": (
            lambda c: getattr(c.queue_agents, kind).add("@101", agent_id="9"),
            "POST", queue.replace("208", "@101"), {"agent_id": 9},
        ),
        f"queue_agents.{kind}.list": (
            lambda c: getattr(c.queue_agents, kind).list(208).collect(), "GET", queue, None,
        ),
        f"queue_agents.{kind}.update": (
            lambda c: getattr(c.queue_agents, kind).update(208, 9, level=0, position=None),
            "PUT", queue + "9", {"level": 0, "position": None},
        ),
        f"queue_agents.{kind}.get": (
            lambda c: getattr(c.queue_agents, kind).get(208, 9), "GET", queue + "9", None,
        ),
        f"queue_agents.{kind}.remove": (
            lambda c: getattr(c.queue_agents, kind).remove(208, 9), "DELETE", queue + "9", None,
        ),
        f"agent_events.{kind}.create": (
            lambda c: getattr(c.agent_events, kind).create(136, client_id=12, **HOOK),
            "POST", hook.replace("@me", "12"), HOOK,
        ),
        f"agent_events.{kind}.list": (
            lambda c: getattr(c.agent_events, kind).list(136).collect(), "GET", hook, None,
        ),
        f"agent_events.{kind}.update": (
            lambda c: getattr(c.agent_events, kind).update(136, 150, event_type=None, url="https://a.example/"),
            "PUT", hook + "150", {"event_type": None, "url": "https://a.example/"},
        ),
        f"agent_events.{kind}.get": (
            lambda c: getattr(c.agent_events, kind).get(136, 150), "GET", hook + "150", None,
        ),
        f"agent_events.{kind}.delete": (
            lambda c: getattr(c.agent_events, kind).delete(136, 150), "DELETE", hook + "150", None,
        ),
    }  # fmt: skip


CALLS |= _by_kind("local") | _by_kind("remote")
WAV = (
    b'Content-Disposition: form-data; name="file"; filename="w%22a.WAV"\r\n'
    b"Content-Type: audio/wav\r\n\r\nRIFF\r\n--x"
)
UPLOADS: dict[str, tuple[Call, str, list[bytes]]] = {
    "sounds.upload": (
        lambda c: c.sounds.upload(b"RIFF\r\n--x", title="Ждите", filename='w"a.WAV', client_id=12),
        "/client/12/sound/",
        [
            b'Content-Disposition: form-data; name="title"\r\n\r\n' + "Ждите".encode(),
            WAV,
        ],
    ),
    "sounds.replace stream": (
        lambda c: c.sounds.replace(36, io.BytesIO(b"ID3"), filename="a.mp3"),
        "/client/@me/sound/36",
        [b'Content-Disposition: form-data; name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg\r\n\r\nID3'],
    ),
    "sounds.replace": (
        lambda c: c.sounds.replace(36, b"ID3", filename="a.mp3", title="T"),
        "/client/@me/sound/36",
        [
            b'Content-Disposition: form-data; name="title"\r\n\r\nT',
            b'Content-Disposition: form-data; name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg\r\n\r\nID3',
        ],
    ),
}  # fmt: skip
