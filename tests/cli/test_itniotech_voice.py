"""ITNIO TECH's commands for trunks, tasks and the voice product, against a real emulator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stringee_async.cli.app import app
from stringee_async.cli.vendor import Vendor
from stringee_async.emulator import Fault
from stringee_async.emulator.itniotech.times import written
from stringee_async.itniotech.sip_trunks import SipTrunkSettings
from stringee_async.itniotech.voice_record_models import PhoneRecordFilters

from .conftest import Shell
from .test_crud import options

AN, BO = "6590001000", "6590001001"


@pytest.fixture
def itnio(shell: Shell) -> Shell:
    """Runs ITNIO TECH's commands."""
    return shell.of("itniotech")


@pytest.fixture
def centre(itnio: Shell) -> Any:
    """What the emulator holds."""
    return itnio.emulator.state.itniotech


def recently(centre: Any) -> str:
    (first, *_) = centre.voice.calls.values()
    return written(first.submitted - 3600)


def test_a_trunk_is_created_and_changed_with_a_password_that_is_asked_for(itnio: Shell, centre: Any) -> None:
    group, other = centre.add_group("Sales"), centre.add_group("Support")
    words = ["sip-trunks", "create", "--type", "1", "--name", "Out", "--on", "--group", str(group)]
    words += ["--sip-gateway-ip", "192.0.2.7", "--sip-account", "acc", "--ask-password"]
    result = CliRunner().invoke(app, words, env=itnio.environment, input="canary1\ncanary1\n")
    assert result.exit_code == 0, result.output
    assert "canary1" not in result.output
    ((key, row),) = centre.sip_trunks.items()
    assert (row["sipPassword"], row["sipTrunkState"], row["groupList"]) == (
        "canary1", True, [{"voiceGroupId": group, "number": None}],
    )  # fmt: skip
    made = itnio.made(
        "sip-trunks", "create", "--type", "2", "--name", "In", "--off", "--group", f"{other}=6580",
        "--sip-white-ip", "192.0.2.0/24",
    )  # fmt: skip
    assert centre.sip_trunks[made]["groupList"] == [{"voiceGroupId": other, "number": "6580"}]
    change = ("sip-trunks", "update", key, "--type", "1", "--name", "Out 2", "--off", "--group", str(group))
    assert itnio.fact(*change, "--sip-gateway-ip", "192.0.2.8") == {"result": "updated", "id": key}
    assert centre.sip_trunks[key]["sipTrunkName"] == "Out 2"
    rows = itnio.rows("sip-trunks", "list", "--type", "1", "--show-passwords")
    assert [(row["sip_trunk_name"], row["sip_password"]) for row in rows] == [("Out 2", "canary1")]
    assert "canary1" not in itnio("sip-trunks", "list").output
    assert "--group" in itnio("sip-trunks", "create", "--type", "1", "--name", "X", "--on", code=64).output
    itnio("sip-trunks", "create", "--type", "1", "--name", "X", "--on", "--group", "x", code=1)


def test_a_task_is_started_from_a_file_of_numbers(itnio: Shell, centre: Any, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text(f"number\n{AN}\n{BO}\n")
    group = centre.add_group("Sales")
    made = itnio.fact("tasks", "submit", str(file), "--remark", "r", "--ccode", "65", "--ringing", "30")
    (task,) = centre.tasks.values()
    assert made == {"result": "started", "id": str(task["taskId"]), "numbers": "2"}
    itnio(
        "tasks", "submit", str(file), "--type", "1", "--group", str(group), "--app-id", centre.app_id,
        "--callout-rate", "1.5", "--display-num", "6580",
    )  # fmt: skip
    assert [row["task_type"] for row in itnio.rows("tasks", "list")] == [0, 1]
    itnio.emulator.itniotech_settings.task_id_returned = False
    assert itnio("tasks", "submit", str(file)).stdout == "started task 2\n"
    assert "with type 1" in itnio("tasks", "submit", str(file), "--type", "1", code=1).stderr


def test_phones(itnio: Shell, centre: Any) -> None:
    """Passwords are masked unless they are asked for."""
    app_id = ("--app-id", centre.app_id)
    words = ("phones", "create", *app_id, "--group", "Sales", "--name", "phone", "--quantity", "2")
    assert itnio.fact(*words, "--display-num", "7777777") == {"result": "created", "group": "Sales"}
    itnio(*words, code=5)
    rows = itnio.rows("phones", "list", *app_id)
    assert [row["phone_name"] for row in rows] == ["phone-1", "phone-2"]
    account = rows[0]["account"]
    passwords = [row["password"] for row in centre.voice.phones.values()]
    for form in ("table", "json", "csv"):
        output = itnio("phones", "list", *app_id, "-o", form).output
        assert not any(password in output for password in passwords)
        assert passwords[0] in itnio("phones", "list", *app_id, "-o", form, "--show-passwords").stdout
    result = itnio("phones", "reset-password", account, *app_id)
    password = centre.voice.phones[account]["password"]
    assert password not in passwords
    assert password not in result.output
    assert "phones list --show-passwords" in result.stderr
    shown = itnio.fact("phones", "reset-password", account, *app_id, "--show-passwords")
    assert shown["password"] == centre.voice.phones[account]["password"]
    made = itnio.made("phone-calls", "start", account, "--to", AN, *app_id, "--info", "ref")
    words = ("phone-records", "list", "--from", recently(centre), "--group", "Sales")
    assert [row["voice_id"] for row in itnio.rows(*words, "--phone", "phone-1")] == [made]
    assert itnio.rows(*words, "--phone", "phone-2") == []
    assert itnio.fact("phone-records", "get", made)["callee"] == AN


def test_group_calls_have_one_line_for_each_number(itnio: Shell, centre: Any, tmp_path: Path) -> None:
    file = tmp_path / "hello.mp3"
    file.write_bytes(b"ID3 sound")
    key = itnio.made("voice-files", "upload", str(file))
    assert itnio.fact("voice-files", "upload", str(file), "--ensure") == {"result": "found", "id": key}
    assert "Choose another name" in itnio("voice-files", "upload", str(file), code=5).stderr
    other = itnio.made("voice-files", "upload", str(file), "--name", "other.mp3", "--ensure")
    assert [row["file_id"] for row in itnio.rows("voice-files", "list")] == [key, other]
    words = ("group-calls", "send", key, "--app-id", centre.app_id, "--loops", "2", "--info", "ref")
    (sent,) = itnio.rows(*words, "--to", AN)
    assert (sent["result"], sent["to"]) == ("accepted", AN)
    centre.voice.refused.add(BO)
    both = itnio(*words, "--to", "6590001002", "--to", BO, code=4).stdout
    assert "accepted" in both
    assert "not taken" in both
    itnio.emulator.faults.script("group_calls.send", Fault.lost_answer())
    assert "group-call-records list" in itnio(*words, "--to", AN, code=4).stderr
    code = itnio.made(
        "voice-codes",
        "send",
        "1, 2",
        "--to",
        AN,
        "--app-id",
        centre.app_id,
        "--language",
        "EN",
        "--loops",
        "2",
    )
    rows = itnio.rows("group-call-records", "list", "--from", recently(centre))
    assert [rows[0]["voice_id"], rows[-1]["voice_id"]] == [sent["voice_id"], code]
    assert itnio.fact("group-call-records", "get", code)["callee"] == AN


@pytest.mark.parametrize(
    ("operation", "words", "said"),
    [
        (
            "voice_codes.send",
            ("voice-codes", "send", "1, 2", "--to", AN, "--app-id", "a", "--language", "EN"),
            "sent code",
        ),
        ("calls.make", ("phone-calls", "start", "sip-1", "--to", AN, "--app-id", "a"), "started call"),
        ("voice_files.upload", ("voice-files", "upload"), "uploaded sound file"),
    ],
)
def test_an_id_that_does_not_come_back_is_not_written(
    itnio: Shell, tmp_path: Path, operation: str, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "hello.mp3"
    file.write_bytes(b"ID3 sound")
    given = (*words, str(file)) if operation == "voice_files.upload" else words
    itnio.emulator.faults.script(
        operation, Fault.wrong_envelope('{"status": "0", "reason": "success", "data": null}', commit=False)
    )
    assert itnio(*given).stdout == f"{said}\n"


@pytest.mark.parametrize(
    ("words", "declared"),
    [
        ("sip-trunks create", SipTrunkSettings),
        ("sip-trunks update", SipTrunkSettings),
        ("phone-records list", PhoneRecordFilters),
    ],
)
def test_every_setting_and_filter_is_an_option(words: str, declared: type) -> None:
    assert set(declared.__annotations__) <= set(options(Vendor.ITNIOTECH, *words.split()))
