"""ITNIO TECH's commands, against a real emulator."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from stringee_async.cli.app import app
from stringee_async.emulator import Fault
from stringee_async.itniotech.datetimes import VENDOR_ZONE

from .conftest import Shell


@pytest.fixture
def itnio(shell: Shell) -> Shell:
    """Runs ITNIO TECH's commands."""
    return shell.of("itniotech")


def group(shell: Shell, name: str = "Sales") -> str:
    state = shell.emulator.state.itniotech
    return str(shell.fact("agent-groups", "create", "--app-id", state.app_id, "--name", name + " team")["id"])


def test_agent_groups(itnio: Shell) -> None:
    """A group is created once, listed, renamed and deleted."""
    sales = group(itnio)
    app_id = itnio.emulator.state.itniotech.app_id
    words = ("agent-groups", "create", "--app-id", app_id, "--name", "Sales team")
    assert "create with --ensure to adopt it" in itnio(*words, code=5).stderr
    assert itnio.fact(*words, "--ensure") == {"result": "found", "id": sales}
    itnio("agent-groups", "rename", sales, "--name", "Sales Hanoi")
    assert [row["group_name"] for row in itnio.rows("agent-groups", "list")] == ["Sales Hanoi"]
    assert itnio.rows("agent-groups", "list", "--name", "Support") == []
    assert "Sales Hanoi" in itnio("agent-groups", "list", "--first", "1").stdout
    assert f"deleted agent group {sales}" in itnio("agent-groups", "delete", sales).stdout
    itnio("agent-groups", "delete", sales, code=5)


def test_a_group_that_still_has_agents_is_kept_with_advice(itnio: Shell) -> None:
    sales = group(itnio)
    itnio("agents", "create", sales)
    result = itnio("agent-groups", "delete", sales, code=5)
    assert "Undo what the message names" in result.stderr


@pytest.mark.parametrize("omitted", ["keeps", "resets"])
def test_settings(itnio: Shell, omitted: str) -> None:
    """What is not named stays, whatever the server does with fields that are not sent; clearing clears."""
    itnio.emulator.itniotech_settings.omitted = omitted  # type: ignore[assignment]
    sales = group(itnio)
    words = ("agent-groups", "set", sales)
    itnio(
        *words, "--show-recordings", "--show-numbers", "--wrap-up-time", "20", "--label", "a", "--label", "b"
    )
    itnio(*words, "--timeout-idle", "3", "--callin-strategy", "4")
    shown = itnio.fact("agent-groups", "settings", sales)
    assert (shown["wrap_up_time"], shown["timeout_idle"], shown["label_names"]) == (20, 3, ["a", "b"])
    assert (shown["show_recordings"], shown["encrypt_numbers"], shown["display_switch"]) == (True, False, 0)
    itnio(*words, "--clear", "wrap-up-time", "--clear", "label_names", "--encrypt-numbers")
    shown = itnio.fact("agent-groups", "settings", sales)
    assert (shown["wrap_up_time"], shown["timeout_idle"], shown["label_names"]) == (None, 3, None)
    assert (shown["show_recordings"], shown["encrypt_numbers"]) == (True, True)
    assert "show_recordings" in itnio("agent-groups", "settings", sales).stdout
    itnio("agent-groups", "settings", "99999", code=5)


def test_a_switch_that_the_vendor_does_not_tell_must_be_named(itnio: Shell) -> None:
    number = itnio.emulator.state.itniotech.add_group("Sales", displaySwitch=None, encryptNumber=1)
    result = itnio("agent-groups", "set", str(number), "--wrap-up-time", "5", code=64, COLUMNS="200")
    assert "--show-recordings or --hide-recordings" in result.output
    assert itnio.emulator.count("agent_groups.update_settings") == 0


def test_agents(itnio: Shell) -> None:
    """Agents are created in bulk, listed, changed, switched off and on, ranked and deleted."""
    sales = group(itnio)
    created = itnio.rows("agents", "create", sales, "--size", "3")
    assert [row["result"] for row in created] == ["created"] * 3
    one, two, three = (str(row["key_id"]) for row in created)
    itnio("agents", "update", one, "--group", sales, "--name", "An", "--emp-no", "77", "--pet-name", "A")
    itnio("agents", "disable", one, two)
    assert [row["enabled"] for row in itnio.rows("agents", "list")] == [False, False, True]
    assert [str(row["key_id"]) for row in itnio.rows("agents", "list", "--enabled")] == [three]
    itnio("agents", "enable", two)
    itnio("agents", "priority", sales, f"{one}=5", f"{two}=6")
    rows = itnio.rows("agents", "list", "--group", sales, "--first", "2")
    assert (rows[0]["name"], rows[0]["pet_name"], rows[0]["emp_no"]) == ("An", "A", "77")
    assert [row["priority"] for row in rows] == [5, 6]
    assert f"deleted agent {one}" in itnio("agents", "delete", one).stdout
    assert "--missing-ok" in itnio("agents", "delete", one, code=5).stderr
    result = itnio("agents", "delete", one, two, "--missing-ok", "-o", "json")
    assert [row["result"] for row in json.loads(result.stdout)] == ["absent", "deleted"]
    assert len(itnio.rows("agents", "list")) == 1


def test_from_and_until_give_newer_servers_the_span_that_they_require(itnio: Shell) -> None:
    itnio.emulator.itniotech_settings.agent_times = True
    group(itnio)
    itnio("agents", "list", code=5)
    assert itnio.rows("agents", "list", "--from", "2025-01-01", "--until", "2025-01-08 12:00:00") == []


def test_passwords(itnio: Shell) -> None:
    """Passwords that the vendor sends in clear text are masked unless they are asked for."""
    sales = group(itnio)
    itnio("agents", "create", sales)
    itnio("team-leaders", "create", "--name", "Lead", "--group", sales)
    state = itnio.emulator.state.itniotech
    for noun, table in (("agents", state.agents), ("team-leaders", state.team_leaders)):
        (password,) = (row["password"] for row in table.values())
        for form in ("table", "json", "csv"):
            assert password not in itnio(noun, "list", "-o", form).output
            assert password in itnio(noun, "list", "-o", form, "--show-passwords").stdout


def test_new_password(itnio: Shell) -> None:
    """A new password is asked for, not shown, and set."""
    sales = group(itnio)
    (agent,) = itnio.rows("agents", "create", sales)
    words = ["agents", "update", str(agent["key_id"]), "--group", sales, "--name", "An", "--emp-no", "77"]
    result = CliRunner().invoke(
        app, [*words, "--ask-password"], env=itnio.environment, input="canary1\ncanary1\n"
    )
    assert result.exit_code == 0, result.output
    assert "canary1" not in result.output
    (row,) = itnio.emulator.state.itniotech.agents.values()
    assert row["password"] == "canary1"


def test_agents_that_the_vendor_does_not_name(itnio: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from stringee_async.itniotech.agents import Agents

    async def silent(*given: object, **fields: object) -> list[object]:
        return []

    monkeypatch.setattr(Agents, "create_many", silent)
    result = itnio("agents", "create", "5000001", "-o", "json")
    assert json.loads(result.stdout) == []
    assert "`agents list` shows them" in result.stderr


def test_team_leaders(itnio: Shell) -> None:
    """Leaders are created, listed, changed and deleted; a list is given by naming its option again."""
    sales, support = group(itnio), group(itnio, "Support")
    words = ("team-leaders", "create", "--name", "Lead", "--group", sales)
    leader = itnio.made(*words)
    assert "Choose another name" in itnio(*words, code=5).stderr
    (row,) = itnio.rows("team-leaders", "list", "--group", sales, "--name", "Lead", "--enabled")
    assert (str(row["key_id"]), row["enabled"], row["voice_group_ids"]) == (leader, True, [int(sales)])
    change = ("team-leaders", "update", leader, "--name", "Lead", "--emp-no", "77", "--pet-name", "L")
    assert itnio.fact(*change, "--group", sales, "--group", support) == {"result": "updated", "id": leader}
    (row,) = itnio.rows("team-leaders", "list")
    assert (row["pet_name"], row["emp_no"]) == ("L", "77")
    assert row["voice_group_ids"] == [int(sales), int(support)]
    assert "--group" in itnio(*change, code=64).output
    itnio("team-leaders", "delete", leader)
    itnio("team-leaders", "delete", leader, code=5)
    itnio("team-leaders", "delete", leader, "--missing-ok")


@pytest.mark.parametrize("form", ["plain", "iso"])
def test_call_records(itnio: Shell, form: str) -> None:
    """Records of a span are listed, whichever way of writing times the server wants."""
    itnio.emulator.itniotech_settings.time_form = form  # type: ignore[assignment]
    state = itnio.emulator.state.itniotech
    state.add_record(callStartTime="2025-01-08 10:00:00", called="84951112223", callType=3)
    state.add_record(callStartTime="2025-01-09 10:00:00", called="84951112224", callType=2)
    words = ("call-records", "list", "--times", form, "--from", "2025-01-08", "--until", "2025-01-10")
    assert [row["called"] for row in itnio.rows(*words)] == ["84951112223", "84951112224"]
    assert [row["called"] for row in itnio.rows(*words, "--call-type", "2")] == ["84951112224"]
    assert [row["called"] for row in itnio.rows(*words, "--number", "84951112223")] == ["84951112223"]
    assert "more may follow" in itnio(*words, "--first", "1").stderr
    back = itnio("call-records", "list", "--from", "2025-01-10", "--until", "2025-01-08", code=1)
    assert "--until must be after" in back.stderr


def test_balance(itnio: Shell) -> None:
    """Money is written exactly; a locked account is explained."""
    assert itnio.fact("balance") == {
        "balance": "100.000000",
        "gift": "0",
        "credit": "0",
        "currency": None,
    }
    assert "100.000000" in itnio("balance").stdout
    itnio.emulator.state.itniotech.locked = True
    assert "ask the vendor what the account may do" in itnio("balance", code=5).stderr


def test_without_a_natural_key_the_advice_after_a_lost_response_promises_no_ensure(itnio: Shell) -> None:
    sales = group(itnio)
    itnio.emulator.faults.script("agents.create_many", Fault.lost_answer())
    result = itnio("agents", "create", sales, code=4)
    assert "look with `stringee-async agents list --vendor itniotech` before you repeat it." in result.stderr
    assert "--ensure" not in result.stderr
    assert itnio.emulator.count("agents.create_many") == 1
    itnio.emulator.faults.assert_consumed()


def test_sms_send(itnio: Shell) -> None:
    """One line for each number; the exit code tells that one was refused."""
    state = itnio.emulator.state.itniotech
    words = ("sms", "send", "Mã: 1", "--app-id", state.app_id, "--from", "Shop")
    (sent,) = itnio.rows(*words, "--to", "6590001000", "--order-id", "o1")
    assert (sent["result"], sent["order_id"], sent["msg_id"]) == (
        "sent",
        "o1",
        next(iter(state.sms.messages)),
    )
    state.sms.refused.add("6590001001")
    both = itnio(*words, "--to", "6590001002", "--to", "6590001001", code=4).stdout
    assert "sent" in both
    assert "refused" in both
    assert [row["content"] for row in state.sms.messages.values()] == ["Mã: 1"] * 2


def test_sms_are_looked_up(itnio: Shell) -> None:
    box, app = itnio.emulator.state.itniotech.sms, ("--app-id", itnio.emulator.state.itniotech.app_id)
    done, under_way = box.add("6590001000"), box.add("6590001001")
    box.finish(done)
    box.receive("6590001000", "stop")
    rows = itnio.rows("sms", "reports", done, under_way, *app)
    assert [(row["msg_id"], row["status"]) for row in rows] == [(done, 0), (under_way, -1)]
    span = ("--from", (datetime.now(VENDOR_ZONE) - timedelta(days=1)).strftime("%Y-%m-%d"))
    (sent,) = itnio.rows("sms", "sent", *app, *span)
    assert (sent["msg_id"], sent["number"]) == (done, "6590001000")
    (received,) = itnio.rows("sms", "received", *app, *span)
    assert (received["number"], received["content"]) == ("6590001000", "stop")
    before = ("--from", "2026-01-01", "--until", "2026-01-02")
    assert itnio.rows("sms", "received", *app, *before) == []
    assert itnio.fact("sms", "balance") == itnio.fact("balance")


def typed(itnio: Shell, word: str, *words: str, code: int = 0) -> dict[str, object]:
    """Run a command that asks for a code, and return the object of its JSON."""
    result = CliRunner().invoke(app, [*words, "-o", "json"], env=itnio.environment, input=f"{word}\n")
    assert result.exit_code == code, result.output
    assert word not in result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_one_time_passwords(itnio: Shell) -> None:
    """Codes are asked for; a wrong one ends with 1."""
    otp = itnio.emulator.state.itniotech.otp
    shop = str(
        itnio.fact("otp-apps", "create", "--name", "Shop", "--phone-limit", "9/1d", "--code-expiry", "9")[
            "id"
        ]
    )
    template = ("--name", "Login", "--app-id", shop, "--text", "##code##")
    made = str(itnio.fact("otp-templates", "create", *template)["id"])
    assert itnio.fact("otp-templates", "create", *template, "--ensure") == {"result": "found", "id": made}
    flow = str(itnio.fact("otp-flows", "create", "--name", "Twice", "--step", "60:1:call:same")["id"])
    send = ("otp", "send", "6590001000", "--app-id", shop, "--order-id")
    sent = itnio.fact(*send, "o1", "--template", made, "--flow", flow)
    key = str(sent["verification_id"])
    assert typed(itnio, "0000000000", "otp", "verify", key, code=1)["right"] is False
    assert typed(itnio, otp.code(key), "otp", "verify", key)["right"] is True
    for words in ((key,), ("--order-id", "o1", "--app-id", shop)):
        shown = itnio.fact("otp", "record", *words)
        assert [check["matched"] for check in shown["verifications"]] == [2, 0]
    own = typed(itnio, "canary9", *send, "o2", "--ask-code")
    assert otp.code(own["verification_id"]) == "canary9"
    assert "--template" in itnio(*send, "o3", code=64).output
    assert "--template" in itnio(*send, "o3", "--template", "x", code=1).output
    assert set(otp.sent) == {key, own["verification_id"]}


def test_applications_templates_and_flows(itnio: Shell) -> None:
    shop = itnio.emulator.state.itniotech.otp.add_app("Shop")
    itnio("otp-apps", "update", shop, "--name", "Shop 2", "--total-limit", "5/10m")
    shown = itnio.fact("otp-apps", "get", shop)
    assert shown["name"] == "Shop 2"
    assert shown["total_limit"] == {"enabled": True, "unit": 3, "period": 10, "limit": 5}
    flow = str(itnio.fact("otp-flows", "create", "--name", "Twice", "--step", "60:1:call", "--ensure")["id"])
    itnio("otp-flows", "update", flow, "--name", "Thrice", "--step", "30:2:sms:same", "--step", "31:1:call")
    (row,) = itnio.rows("otp-flows", "list")
    assert (row["name"], len(row["steps"])) == ("Thrice", 2)
    itnio("otp-flows", "get", flow)
    template = str(itnio.emulator.state.itniotech.add_otp_template(shop))
    itnio("otp-templates", "update", template, "--text", "Code: ##code##", "--code-length", "6")
    assert [row["text"] for row in itnio.rows("otp-templates", "list")] == ["Code: ##code##"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("otp", "record"), "VERIFICATION_ID"),
        (("otp", "record", "1", "--order-id", "o"), "VERIFICATION_ID"),
        (("otp", "record", "--order-id", "o"), "--app-id"),
        (("otp", "record", "--order-id", "o", "--app-id", "a"), "has the reference"),
        (("otp-apps", "update", "a"), "at least one field"),
        (("otp-apps", "create", "--name", "Shop", "--total-limit", "5"), "1000/1d"),
        (("otp-flows", "update", "1"), "at least one field"),
        (("otp-flows", "create", "--name", "Twice", "--step", "60"), "60:1:call"),
    ],
)
def test_wrong_usage_of_one_time_passwords_is_named(itnio: Shell, words: tuple[str, ...], told: str) -> None:
    assert told in " ".join(itnio(*words, code=64, COLUMNS="200").output.split())


def test_trunks_and_tasks_are_listed(itnio: Shell) -> None:
    """Passwords of trunks are masked."""
    state = itnio.emulator.state.itniotech
    group = state.add_group("Sales")
    state.add_trunk("Main", [group], sipPassword="canary-pw")
    state.add_trunk("Other", [group], type=2)
    (trunk,) = itnio.rows("sip-trunks", "list", "--name", "Main")
    assert trunk["sip_trunk_name"] == "Main"
    assert "canary" not in str(itnio("sip-trunks", "list", "--output", "json").stdout)
    state.finish_task(state.add_task([group], ["6590001000"]))
    state.add_task([], ["6590001000"])
    assert len(itnio.rows("tasks", "list")) == 2
    assert [row["task_status"] for row in itnio.rows("tasks", "list", "--finished")] == [12]
