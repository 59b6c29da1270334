"""The commands of the resources, against a real emulator."""

from __future__ import annotations

import base64
import csv
import io
import json
from pathlib import Path

from typer.testing import CliRunner

from stringee_async.cli.app import app
from stringee_async.emulator import Fault

from .conftest import Shell


def test_an_agent_is_created_listed_changed_cleared_and_deleted(shell: Shell) -> None:
    agent = shell.made("agents", "create", "--name", "Bé", "--user-id", "be", "--phone-number", "84951112223")
    shell("agents", "update", agent, "--name", "Bé Ba", "--routing-type", "2")
    shell("agents", "update", agent, "--clear", "phone-number")
    (row,) = shell.rows("agents", "list", "--user-id", "be")
    assert (row["id"], row["name"], row["routing_type"], row["phone_number"]) == (agent, "Bé Ba", 2, None)
    assert f"deleted agent {agent}" in shell("agents", "delete", agent).stdout
    assert shell.rows("agents", "list") == []


def test_groups_and_members(shell: Shell) -> None:
    """A group is created and renamed; an agent goes in and out, also under the other names."""
    group = shell.made("groups", "create", "--name", "Sales")
    agent = shell.made("agents", "create", "--name", "A", "--user-id", "a")
    shell("groups", "update", group, "--name", "Sales Hanoi")
    assert shell.rows("groups", "list")[0]["name"] == "Sales Hanoi"
    shell("members", "add", group, agent)
    shell("members", "add", group, agent, "--ensure")
    shell("members", "add", group, agent, code=5)
    assert [row["agent_id"] for row in shell.rows("group-agents", "list", group)] == [agent]
    shell("members", "remove", group, agent)
    shell("group-agents", "create", group, agent)
    shell("group-agents", "delete", group, agent)
    shell("members", "remove", group, agent, code=5)
    shell("members", "remove", group, agent, "--missing-ok")
    shell("groups", "delete", group)


def test_queues_and_routings(shell: Shell) -> None:
    """A queue is created with its settings and routed; the routing can be turned into a backup."""
    group = shell.made("groups", "create", "--name", "Sales")
    queue = shell.made(
        "queues", "create", "--name", "Hotline", "--no-record-calls", "--wrap-up-time-limit", "30"
    )
    shell("queues", "update", queue, "--record-calls", "--wait-greeting", "hello.mp3")
    shell("queues", "update", queue, "--clear", "wait_greeting", "--from-number", "842499990001")
    (row,) = shell.rows("queues", "list")
    assert row["record_calls"] is True
    assert (row["wrap_up_time_limit"], row["wait_greeting"]) == (30, None)
    routing = shell.made("routings", "create", queue, group)
    shell("routings", "update", routing, "--backup")
    assert shell.rows("routings", "list", queue)[0]["primary_group"] == 0
    assert shell.made("routings", "create", queue, group, "--primary", "--ensure") == routing
    assert shell.rows("routings", "list", queue)[0]["primary_group"] == 1
    shell("routings", "delete", routing)
    shell("queues", "delete", queue)


def test_a_number_with_an_ivr_in_front_of_a_queue(shell: Shell) -> None:
    """Tree, nodes, keys and number are created, listed, changed and deleted."""
    queue = shell.made("queues", "create", "--name", "Hotline")
    tree = shell.made("ivr-trees", "create", "--name", "Menu")
    shell("ivr-trees", "update", tree, "--name", "Main menu")
    node = shell.made(
        "ivr-nodes",
        "create",
        tree,
        "--name",
        "Hello",
        "--mode",
        "talk",
        "--content",
        "Press 1",
        "--no-barge-in",
    )
    shell("ivr-nodes", "update", node, "--speed", "2", "--timeout", "9")
    (row,) = shell.rows("ivr-nodes", "list", tree)
    assert (row["barge_in"], row["speed"], row["keypress_timeout"]) == (False, 2, 9)
    key = shell.made("ivr-keys", "create", node, "--key", "1", "--action", "2", "--queue-id", queue)
    shell("ivr-keys", "update", key, "--action", "3", "--to-number", "84901234567", "--clear", "queue-id")
    (row,) = shell.rows("ivr-keys", "list", node)
    assert (row["action"], row["queue_id"], row["to_phone_number"]) == (3, None, "84901234567")
    words = ("--number", "84287300000", "--allow-outbound-calls", "--enable-ivr", "--ivr-menu", tree)
    number = shell.made("numbers", "create", *words)
    assert shell.made("numbers", "create", *words, "--ensure") == number
    shell("numbers", "update", number, *words, "--nickname", "Main")
    assert [row["root_node"] for row in shell.rows("ivr-trees", "list")] == [node]
    assert [row["nickname"] for row in shell.rows("numbers", "list")] == ["Main"]
    for noun, made in (("ivr-keys", key), ("ivr-nodes", node), ("ivr-trees", tree), ("numbers", number)):
        shell(noun, "delete", made)


def test_the_blacklist(shell: Shell) -> None:
    entry = shell.made("blacklist", "create", "--number", "84379361752", "--ivr-blocked")
    shell("blacklist", "update", entry, "--number", "84379361752", "--queue-blocked")
    (row,) = shell.rows("blacklist", "list")
    assert (row["number"], row["ivr_blocked"], row["queue_blocked"]) == ("+84379361752", True, True)
    shell("blacklist", "delete", entry)


def test_call_settings(shell: Shell) -> None:
    """The one object without an id is shown, changed and cleared."""
    assert "2000" in shell("call-settings", "get").stdout
    words = ("--event-url", "https://me.example/e", "--get-customer-info-timeout", "900")
    assert shell("call-settings", "update", *words).stdout == "updated call settings\n"
    shell("call-settings", "update", "--clear", "event-url")
    found = json.loads(shell("call-settings", "get", "-o", "json").stdout)
    assert (found["event_url"], found["get_customer_info_timeout"]) == (None, 900)


def test_sip_accounts_ask_for_their_passwords(shell: Shell) -> None:
    def typed(password: str, *words: str) -> str:
        result = CliRunner().invoke(
            app, ["sip-accounts", *words], env=shell.environment, input=f"{password}\n{password}\n"
        )
        assert result.exit_code == 0, result.output
        assert password not in result.output
        return result.stdout

    created = typed("canary1", "create", "--user-name", "100", "--extension", "100", "--user-id", "an")
    assert "created SIP account 100" in created
    assert shell.emulator.state.stringee.sip_accounts["100"]["password"] == "canary1"
    typed("canary2", "update", "100", "--extension", "101")
    listed = shell("sip-accounts", "list", "-o", "json").stdout
    assert "101" in listed
    assert "canary2" not in listed
    shell("sip-accounts", "delete", "100")


def test_ensure_says_whether_it_created_updated_or_found(shell: Shell) -> None:
    words = ("agents", "create", "--user-id", "a", "--ensure", "-o", "json")
    results = [json.loads(shell(*words, "--name", name).stdout)["result"] for name in ("A", "B", "B")]
    assert results == ["created", "updated", "found"]
    for noun in ("groups", "queues"):
        assert shell.made(noun, "create", "--name", "X") == shell.made(
            noun, "create", "--name", "X", "--ensure"
        )


def test_one_bad_id_stops_none_of_the_others_and_the_exit_code_tells(shell: Shell) -> None:
    groups = [shell.made("groups", "create", "--name", name) for name in "AB"]
    result = shell("groups", "delete", groups[0], "GR_NOPE", groups[1], "-o", "json", code=4)
    assert [row["result"] for row in json.loads(result.stdout)] == ["deleted", "failed", "deleted"]
    assert "GR_NOPE" in result.stderr
    assert shell.emulator.state.stringee.groups == {}


def test_first_asks_for_no_more_than_it_shows(shell: Shell) -> None:
    shell.emulator.state.stringee.seed_agents(120)
    assert len(shell.rows("agents", "list", "--first", "3")) == 3
    assert [record.query["limit"] for record in shell.emulator.calls("agents.list")] == ["3"]
    assert len(shell.rows("agents", "list")) == 120


def test_output_forms(shell: Shell) -> None:
    """A table is for people; CSV and JSON hold every field, unknown ones included; notes stay out of them."""
    shell("agents", "create", "--name", "Nguyễn, Văn An", "--user-id", "an")
    table = shell("agents", "list")
    assert "Nguyễn, Văn An" in table.stdout
    assert "1 row" in table.stderr
    assert "row" not in table.stdout
    (row,) = csv.DictReader(io.StringIO(shell("agents", "list", "-o", "csv").stdout))
    assert (row["name"], row["stringee_user_id"]) == ("Nguyễn, Văn An", "an")
    assert "online_status" in json.loads(row["extra"])
    assert "online_status" in shell.rows("agents", "list")[0]
    assert shell("agents", "create", "--name", "B", "--user-id", "b", "-o", "csv").stdout.startswith(
        "result,id\n"
    )


def test_a_token_is_for_the_user_and_can_never_call_the_server_api(shell: Shell) -> None:
    text = shell("token", "an.nguyenvan", "--lifetime", "60").stdout.strip()
    payload = text.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["userId"] == "an.nguyenvan"
    assert "rest_api" not in claims
    assert shell.emulator.count() == 0


def test_users(shell: Shell) -> None:
    """Users who are online are listed and filtered, and get messages."""
    state = shell.emulator.state.stringee
    state.add_online_user("an", 1700000000000, agentStatus="available")
    state.add_online_user("be")
    assert [row["user_id"] for row in shell.rows("users", "list")] == ["an", "be"]
    (row,) = shell.rows("users", "list", "--attribute", "agentStatus=available")
    assert (row["user_id"], row["login_time"]) == ("an", 1700000000000)
    assert [row["user_id"] for row in shell.rows("users", "list", "--user-id", "be")] == ["be"]
    assert "an" in shell("users", "list", "--first", "1").stdout
    words = ("users", "send", '{"text": "Hello"}', "--from", "be", "--to")
    assert shell(*words, "an").stdout == "sent message an\n"
    (message,) = state.custom_messages
    assert message == {"from": "be", "toUser": "an", "message": {"text": "Hello"}}
    assert shell(*words, "no one", code=5).stderr.startswith("error: users.send_message")


def test_text_messages(shell: Shell) -> None:
    """Each number has an outcome, and one that was refused ends the command with 1."""
    state = shell.emulator.state.stringee
    state.sms_refused.add("84907654321")
    words = ("sms", "send", "Hello", "--from", "Shop", "--to", "84901234567")
    (row,) = shell.rows(*words)
    assert (row["to"], row["sent"]) == ("84901234567", True)
    result = shell(*words, "--to", "84907654321", code=4)
    assert "Phone number is invalid" in result.stdout
    assert [message["to"] for message in state.sms] == ["84901234567", "84901234567"]


def test_greeting_files(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "hello.mp3"
    file.write_bytes(b"ID3 sound")
    assert shell("greeting-files", "upload", str(file), "--description", "Hi").stdout.startswith(
        "uploaded greeting file GF_"
    )
    (row,) = shell.rows("greeting-files", "list")
    assert (row["filename"], row["desc1"]) == ("hello.mp3", "Hi")


def test_errors_say_what_to_do(shell: Shell) -> None:
    """An error of the service ends with its exit code, a sentence and advice on standard error, and no traceback."""
    shell("groups", "create", "--name", "Sales")
    shell("agents", "create", "--name", "A", "--user-id", "a")
    existing = next(iter(shell.emulator.state.stringee.agents))
    shell.emulator.faults.script("queues.create", Fault.lost_answer())
    for words, code, expected in (
        (("agents", "create", "--name", "B", "--user-id", "a"), 5, f"Its id is {existing}"),
        (("agents", "delete", "AG_NOPE"), 5, "--missing-ok"),
        (("members", "list", "GR_NOPE"), 5, "Look for the id with `stringee-async groups list`."),
        (
            ("queues", "create", "--name", "Q"),
            4,
            "look with `stringee-async queues list` before you repeat it",
        ),
    ):
        result = shell(*words, code=code)
        assert result.stdout == ""
        assert result.stderr.startswith("error: ")
        assert expected in result.stderr
        assert "Traceback" not in result.stderr
    shell.emulator.faults.assert_consumed()


def test_what_the_sdk_warns_of_is_a_line_for_people(shell: Shell) -> None:
    result = shell("agents", "list", code=5, STRINGEE_KEY_SECRET="short")
    assert result.stderr.startswith("warning: key_secret is shorter")
