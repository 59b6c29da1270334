"""RingMe's commands, against a real emulator."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from stringee_async.emulator import Fault

from .conftest import Shell


@pytest.fixture
def ringme(shell: Shell) -> Shell:
    """Runs RingMe's commands."""
    return shell.of("ringme")


def extension(shell: Shell, name: str = "101", kind: str = "phone") -> str:
    return shell.made("extensions", "create", "--name", name, "--type", kind)


def test_agents_of_both_kinds(ringme: Shell) -> None:
    """Agents of both kinds are created, listed together, read, changed, cleared and deleted by kind."""
    phone = extension(ringme)
    local = ringme.made(
        "agents", "create", "--kind", "local", "--extension-id", phone, "--call-timeout", "30"
    )
    remote = ringme.made("agents", "create", "--kind", "remote", "--number", "89215650644")
    rows = ringme.rows("agents", "list")
    assert [(row["kind"], str(row["id"])) for row in rows] == [("local", local), ("remote", remote)]
    assert [row["kind"] for row in ringme.rows("agents", "list", "--kind", "remote")] == ["remote"]
    assert [row["kind"] for row in ringme.rows("agents", "list", "--extension-id", phone)] == ["local"]
    ringme("agents", "update", local, "--kind", "local", "--name", "Bé", "--status", "logged_out")
    ringme("agents", "update", local, "--kind", "local", "--clear", "name", "--wrap-up-time", "5")
    ringme("agents", "update", remote, "--kind", "remote", "--number", "89215650645")
    shown = ringme.fact("agents", "get", local, "--kind", "local")
    assert (shown["kind"], shown["name"], shown["status"]) == ("local", None, "logged_out")
    assert (shown["call_timeout"], shown["wrap_up_time"]) == (30, 5)
    assert ringme.fact("agents", "get", remote, "--kind", "remote")["number"] == "89215650645"
    assert f"deleted agent {local}" in ringme("agents", "delete", local, "--kind", "local").stdout
    ringme("agents", "delete", local, "--kind", "local", code=5)
    ringme("agents", "delete", local, remote, "--kind", "remote", "--missing-ok")
    assert ringme.rows("agents", "list") == []


def test_a_name_in_the_place_of_a_number_is_told_the_command_that_tells_the_number(ringme: Shell) -> None:
    wrong = "must be the number of the vendor's id here, got '@101'"
    told = f"{wrong}; `stringee-async extensions get @101 --vendor ringme` tells it\n"
    for words in (("create", "--kind", "local"), ("list",)):
        result = ringme("agents", *words, "--extension-id", "@101", code=1)
        assert f"error: --extension-id {told}" in result.stderr
    assert f"error: AGENT_ID {wrong}\n" in ringme("agents", "get", "@101", "--kind", "local", code=1).stderr


def test_agents_first(ringme: Shell) -> None:
    """`--first` goes over both kinds, and asks for the second only if it must."""
    state = ringme.emulator.state.ringme
    for number in range(3):
        state.add_agent("local", extension_id=state.add_extension(f"20{number}"))
        state.add_agent("remote", number=f"8921565064{number}")
    assert [row["kind"] for row in ringme.rows("agents", "list", "--first", "4")] == ["local"] * 3 + [
        "remote"
    ]
    assert [row["kind"] for row in ringme.rows("agents", "list", "--first", "2")] == ["local"] * 2
    assert ringme.emulator.count("agents.remote.list") == 1


def test_queues(ringme: Shell) -> None:
    """A queue is read, changed, cleared and watched."""
    queue = extension(ringme, "370", "queue")
    changed = ringme.fact(
        "queues", "update", queue, "--strategy", "ring-all", "--exit-key", "5", "--record-enabled"
    )
    assert (changed["strategy"], changed["exit_key"], changed["record_enabled"]) == ("ring-all", "5", True)
    ringme("queues", "update", queue, "--clear", "exit-key", "--max-wait-time", "60")
    shown = ringme.fact("queues", "get", queue)
    assert (shown["exit_key"], shown["max_wait_time"], shown["strategy"]) == (None, 60, "ring-all")
    state = ringme.emulator.state.ringme
    state.add_caller(int(queue), "79001112233")
    state.add_caller(int(queue), "79001112234", "Answered")
    status = ringme.fact("queues", "status", queue)
    assert (status["waiting_members"], status["answered_members"]) == (1, 1)
    members = [row["number"] for row in ringme.rows("queues", "members", queue)]
    assert members == ["79001112233", "79001112234"]
    table = ringme("queues", "members", queue, "--first", "1")
    assert "79001112233" in table.stdout
    assert "79001112234" not in table.stdout
    assert "1 row, more may follow" in table.stderr
    assert "strategy" in ringme("queues", "get", queue).stdout
    for verb in ("get", "status", "members"):
        told = ringme("queues", verb, "99999", code=5).stderr
        assert "`stringee-async extensions list --type queue" in told


def test_queue_agents(ringme: Shell) -> None:
    """Agents go into a queue with level and position, are moved, and go out."""
    queue = extension(ringme, "370", "queue")
    agent = ringme.made("agents", "create", "--kind", "remote", "--number", "89215650644")
    words = ("queue-agents", "add", queue, agent, "--kind", "remote")
    ringme(*words, "--level", "2")
    ringme(*words, code=5)
    assert ringme.fact(*words, "--level", "1", "--ensure")["result"] == "updated"
    ringme("queue-agents", "update", queue, agent, "--kind", "remote", "--position", "3")
    (row,) = ringme.rows("queue-agents", "list", queue)
    assert (row["kind"], str(row["agent_id"]), row["level"], row["position"]) == ("remote", agent, 1, 3)
    assert ringme.rows("queue-agents", "list", queue, "--kind", "local") == []
    assert "removed queue agent" in ringme("queue-agents", "remove", queue, agent, "--kind", "remote").stdout
    gone = ringme("queue-agents", "remove", queue, agent, "--kind", "remote", code=5)
    assert "--missing-ok" in gone.stderr
    ringme("queue-agents", "remove", queue, agent, "--kind", "remote", "--missing-ok")


def test_agent_events(ringme: Shell) -> None:
    """Events of an agent are added once, listed, changed, shown and deleted."""
    agent = ringme.made("agents", "create", "--kind", "remote", "--number", "89215650644")
    words = ("--kind", "remote", "--event-type", "agent-login", "--url", "http://127.0.0.1:1/x")
    event = ringme.made("agent-events", "create", agent, *words)
    assert ringme.fact("agent-events", "create", agent, *words, "--ensure") == {
        "result": "found",
        "id": event,
    }
    (row,) = ringme.rows("agent-events", "list", agent, "--kind", "remote")
    assert (str(row["id"]), row["event_type"], row["method"]) == (event, "agent-login", "POST")
    changed = ("agent-events", "update", agent, event, "--kind", "remote", "--method", "GET")
    assert ringme.fact(*changed) == {"result": "updated", "id": event}
    shown = ringme.fact("agent-events", "get", agent, event, "--kind", "remote")
    assert (shown["kind"], shown["method"], shown["event_type"]) == ("remote", "GET", "agent-login")
    ringme("agent-events", "delete", agent, event, "--kind", "remote")
    ringme("agent-events", "delete", agent, event, "--kind", "remote", code=5)
    ringme("agent-events", "delete", agent, event, "--kind", "remote", "--missing-ok")
    assert "not found" in ringme("agent-events", "list", "99", "--kind", "local", code=5).stderr.lower()


def test_extensions(ringme: Shell) -> None:
    """Extensions are created once, listed by type, changed, cleared and deleted."""
    phone = extension(ringme)
    words = ("extensions", "create", "--name", "101", "--type", "phone", "--label", "Desk", "--ensure")
    assert ringme.fact(*words) == {"result": "updated", "id": phone}
    extension(ringme, "370", "queue")
    assert [row["name"] for row in ringme.rows("extensions", "list", "--type", "queue")] == ["000*370"]
    ringme("extensions", "update", phone, "--caller-id-name", "An")
    ringme("extensions", "update", phone, "--clear", "caller-id-name", "--status", "blocked")
    shown = ringme.fact("extensions", "get", phone)
    assert (shown["label"], shown["caller_id_name"], shown["status"]) == ("Desk", None, "blocked")
    (row,) = csv.DictReader(io.StringIO(ringme("extensions", "get", phone, "-o", "csv").stdout))
    assert (row["id"], row["label"]) == (phone, "Desk")
    ringme("extensions", "delete", phone)
    assert "`stringee-async extensions list --vendor" in ringme("extensions", "get", phone, code=5).stderr
    ringme("extensions", "delete", phone, "--missing-ok")
    clash = ("extensions", "create", "--name", "370", "--type", "phone", "--ensure")
    assert "Delete it and create it again" in ringme(*clash, code=5).stderr


def test_all_pages_are_listed_and_first_asks_for_no_more_than_it_shows(ringme: Shell) -> None:
    for number in range(70):
        ringme.emulator.state.ringme.add_extension(f"{500 + number}")
    assert len(ringme.rows("extensions", "list", "--first", "3")) == 3
    assert [call.query["per_page"] for call in ringme.emulator.calls("extensions.list")] == ["3"]
    assert len(ringme.rows("extensions", "list")) == 70


def test_current_calls(ringme: Shell) -> None:
    """Calls under way are listed, of all or of one extension, and ended."""
    state = ringme.emulator.state.ringme
    phones = [state.add_extension(name) for name in ("101", "102")]
    calls = [state.add_call(phone) for phone in phones]
    assert [row["call_api_id"] for row in ringme.rows("current-calls", "list")] == calls
    only = ringme.rows("current-calls", "list", "--extension-id", str(phones[1]))
    assert [row["call_api_id"] for row in only] == calls[1:]
    assert "dropped call" in ringme("current-calls", "drop", str(phones[0]), calls[0]).stdout
    assert "--missing-ok" in ringme("current-calls", "drop", str(phones[0]), calls[0], code=5).stderr
    ringme("current-calls", "drop", str(phones[0]), calls[0], "--missing-ok")
    assert list(state.current_calls) == calls[1:]


def test_the_account_says_who_it_is(ringme: Shell) -> None:
    assert ringme.fact("whoami")["login"] == "user0"


def test_limits(ringme: Shell) -> None:
    """The limits of a client are shown; those of a client that is not one's own are refused."""
    assert ringme.fact("limits")["event"] == 100
    assert "event" in ringme("limits").stdout
    assert ringme("limits", "--client-id", "999999", code=5).stderr.startswith("error: limits.get")


def test_agent_in_a_queue(ringme: Shell) -> None:
    """An agent that is in a queue is kept if the user says so, and the advice names the way out."""
    state = ringme.emulator.state.ringme
    queue, agent = state.add_extension("370", "queue"), state.add_agent("remote", number="89215650644")
    state.add_queue_agent(queue, "remote", agent)
    words = ("agents", "delete", str(agent), "--kind", "remote")
    result = ringme(*words, "--keep-in-queues", "-o", "json", code=5)
    assert json.loads(result.stdout)[0]["result"] == "failed"
    assert "leave out --keep-in-queues" in result.stderr
    ringme(*words)
    assert not state.queue_agents


def test_when_the_hourly_quota_is_used_up_the_advice_says_how_long_to_wait(ringme: Shell) -> None:
    ringme.emulator.ringme_settings.quota = (1, 3600.0)
    ringme("whoami")
    result = ringme("whoami", code=5)
    assert "The hourly quota, which all applications of the client share, is used up." in result.stderr
    assert "Wait 60 minutes, then run it again." in result.stderr


def test_lost_answer(ringme: Shell) -> None:
    """A create whose response is lost is not sent again, and the advice says to look."""
    phone = extension(ringme)
    ringme.emulator.faults.script("agents.local.create", Fault.lost_answer())
    result = ringme("agents", "create", "--kind", "local", "--extension-id", phone, code=4)
    assert (
        "look with `stringee-async agents list --vendor ringme` before you repeat it, or create with --ensure"
        in result.stderr
    )
    assert ringme.emulator.count("agents.local.create") == 1
    ringme.emulator.faults.assert_consumed()
    words = ("agents", "create", "--kind", "local", "--extension-id", phone, "--ensure")
    assert ringme.fact(*words)["result"] == "found"


def test_extension_events(ringme: Shell) -> None:
    """Events of an extension are added once, listed, changed and deleted."""
    phone = extension(ringme)
    words = ("--event-type", "hangup", "--url", "http://127.0.0.1:1/x")
    event = ringme.made("extension-events", "create", phone, *words)
    assert ringme.fact("extension-events", "create", phone, *words, "--ensure")["id"] == event
    (row,) = ringme.rows("extension-events", "list", phone)
    assert (str(row["id"]), row["event_type"], row["method"]) == (event, "hangup", "POST")
    ringme("extension-events", "update", phone, event, "--method", "GET")
    assert ringme.fact("extension-events", "get", phone, event)["method"] == "GET"
    ringme("extension-events", "delete", phone, event)
    assert ringme.rows("extension-events", "list", phone) == []


def test_every_extension_is_subscribed_and_unsubscribed(ringme: Shell) -> None:
    """A row for each; a dry run shows the same and does nothing; a failure is told, and the others are done."""
    state = ringme.emulator.state.ringme
    phone, queue = int(extension(ringme)), int(extension(ringme, "370", "queue"))
    words = ("--url", "http://127.0.0.1:1/x", "--event-type", "answer", "--event-type", "hangup")
    planned = {row["id"]: row for row in ringme.rows("extension-events", "ensure-all", *words, "--dry-run")}
    assert (planned[phone]["result"], planned[phone]["created"]) == ("planned", ["answer", "hangup"])
    assert not state.extension_events
    done = {row["id"]: row for row in ringme.rows("extension-events", "ensure-all", *words)}
    assert (done[phone]["result"], done[phone]["created"]) == ("done", ["answer", "hangup"])
    assert (done[queue]["created"], list(done[queue]["skipped"])) == (["hangup"], ["answer"])
    (row,) = ringme.rows("extension-events", "ensure-all", *words, "--type", "phone")
    assert row["kept"] == ["answer", "hangup"]
    assert (
        "no extension is of type fone"
        in ringme("extension-events", "ensure-all", *words, "--type", "fone").stderr
    )
    shown = ringme("extension-events", "remove-all", *words[:2], "--dry-run").stdout
    assert "planned" in shown
    assert len(state.extension_events) == 3
    rows = ringme.rows("extension-events", "remove-all", *words[:4])
    assert sorted(row["removed"] for row in rows) == [[], ["answer"]]
    state.limits["event"] = 0
    result = ringme("extension-events", "ensure-all", *words, "--output", "json", code=4)
    assert f"error: extension {phone}: " in result.stderr
    failed = {row["id"]: row for row in json.loads(result.stdout)}
    assert (failed[phone]["result"], failed[queue]["kept"]) == ("failed", ["hangup"])
    ringme("extension-events", "remove-all", *words[:2])
    assert not state.extension_events


def test_shown_numbers_and_legs(ringme: Shell) -> None:
    """An extension shows another number; its legs are listed, and calls without theirs."""
    state, phone = ringme.emulator.state.ringme, extension(ringme)
    state.add_did("74951234567")
    ringme("shown-numbers", "update", phone, "--ani-number", "74951234567")
    assert ringme.fact("shown-numbers", "get", "@101")["default"] == "74951234567"
    call = state.call_history.add(int(phone), started=1_791_072_000.0)  # 2026-10-04 00:00:00
    span = ("--from", "2026-10-04", "--until", "2026-10-05")
    assert [row["call_uuid"] for row in ringme.rows("call-legs", "list", phone, *span)] == [call]
    (row,) = ringme.rows("call-records", "list", *span, "--no-legs")
    assert (row["call_uuid"], row["cdr"]) == (call, None)


def test_sounds(ringme: Shell, tmp_path: Path) -> None:
    """A sound is uploaded, listed, shown and deleted."""
    file = tmp_path / "music.mp3"
    file.write_bytes(b"ID3music")
    sound = ringme.fact("sounds", "upload", str(file), "--title", "Music")["id"]
    (row,) = ringme.rows("sounds", "list", "--title", "Music")
    assert (str(row["id"]), row["filename"]) == (str(sound), "music.mp3")
    assert ringme.fact("sounds", "get", str(sound))["title"] == "Music"
    ringme("sounds", "delete", str(sound))
    assert ringme.rows("sounds", "list") == []


def test_calls_of_the_past_and_their_recordings(ringme: Shell, tmp_path: Path) -> None:
    """Times are UTC; a recording is saved, also behind a link, and deleted."""
    history = ringme.emulator.state.ringme.call_history
    call = history.add(
        117, started=1_791_072_000.0, recording=b"mp3", ready_after=0.05
    )  # 2026-10-04 00:00:00
    span = ("--from", "2026-10-04T00:00:00", "--until", "2026-10-05")
    (row,) = ringme.rows("call-records", "list", *span)
    assert (row["call_uuid"], row["duration"]) == (call, 30)
    assert ringme.rows("call-records", "list", "--from", "2026-10-04T00:00:01", "--until", "2026-10-05") == []
    assert ringme.fact("call-records", "get", call.lower())["call_uuid"] == call
    key, file = f"117-{call}", tmp_path / "call.mp3"
    ringme("recordings", "save", key, str(file), "--wait", "60")
    ringme("recordings", "save", key, str(file), "--by-link")
    assert file.read_bytes() == b"mp3"
    assert [row["record_uuid"] for row in ringme.rows("recordings", "list", *span)] == [key]
    ringme("recordings", "delete", key)
    assert ringme.rows("recordings", "list", *span) == []


def test_numbers_and_callbacks(ringme: Shell) -> None:
    """A number is listed and attached; a phone calls back."""
    state = ringme.emulator.state.ringme
    phone, did = extension(ringme), str(state.add_did("74951234567"))
    assert [row["name"] for row in ringme.rows("dids", "list")] == ["74951234567"]
    assert str(ringme.fact("dids", "attach", did, "--extension-id", phone)["extension_id"]) == phone
    assert ringme.fact("dids", "attach", did)["extension_id"] is None
    made = ringme.fact("callback", "create", phone, "--from", "101", "--from", "102", "--to", "84900")
    assert [row["call_id"] for row in state.callbacks] == [made["call_id"]]
    assert state.callbacks[0]["src_num"] == ["101", "102"]
