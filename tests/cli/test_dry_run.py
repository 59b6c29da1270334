"""`--dry-run`: every write has it; it shows the request without secrets and numbers, and sends nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stringee_async.cli.app import tree
from stringee_async.cli.vendor import Vendor

from ..kit.command_tree import leaves
from .conftest import Shell

READS = {
    *("list", "get", "show", "status", "members", "settings", "limits", "whoami", "balance", "record"),
    *("reports", "sent", "received", "export", "save", "save-recordings", "dump", "graph", "plan", "schema"),
    *("token", "doctor", "quota", "explain", "demo", "emulator", "listen", "dead-letters", "replay", "purge"),
}
"""Commands that change nothing at the vendor's."""
LOCAL = {("verify",), ("profile", "add"), ("profile", "remove")}


@pytest.mark.parametrize("vendor", Vendor)
def test_every_write_has_the_option_and_no_read_has(vendor: Vendor) -> None:
    writes, dry = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for path, command in leaves(tree(vendor)):
        if path[-1] not in READS and path not in LOCAL:
            writes.add(path)
        if any("--dry-run" in param.opts for param in command.params):
            dry.add(path)
    assert writes == dry


@pytest.mark.parametrize(
    ("vendor", "words", "expected"),
    [
        (
            "stringee",
            (
                "agents",
                "create",
                "--name",
                "An",
                "--user-id",
                "an@shop.example",
                "--phone-number",
                "84901234567",
            ),
            [("POST", "/v1/agent", {"name": "An", "stringee_user_id": "a...", "phone_number": "84...67"})],
        ),
        (
            "stringee",
            ("groups", "create", "--name", "Sales", "--ensure"),
            [("GET", "/v1/group?page=1&limit=100", None)],
        ),
        (
            "stringee",
            ("agents", "delete", "AG_1", "AG_2"),
            [("DELETE", "/v1/agent/AG_1", None), ("DELETE", "/v1/agent/AG_2", None)],
        ),
        (
            "stringee",
            ("sip-phones", "create", "--username", "desk"),
            [("POST", "/v1/sipphone", {"username": "desk", "password": "***"})],
        ),
        ("ringme", ("extensions", "delete", "7"), [("DELETE", "/api/ver1.0/client/@me/extension/7", None)]),
        ("ringme", ("calls", "callback", "7", "--from", "84901234567", "--to", "84907654321"), None),
        ("ringme", ("dids", "attach", "7"), None),
        ("itniotech", ("sms", "send", "Code 84901234567", "--to", "84901234567", "--app-id", "7"), None),
        ("itniotech", ("otp", "verify", "12345678901234"), None),
        ("itniotech", ("agents", "disable", "7", "8"), None),
    ],
)
def test_a_write_is_shown_and_not_sent(
    shell: Shell, vendor: str, words: tuple[str, ...], expected: list[tuple[str, str, object]] | None
) -> None:
    """No request for a token is sent either; credentials stand in nothing that is shown."""
    typed = "7391\n" if words[0] == "otp" else "pass-word-1\npass-word-1\n"
    said = shell.of(vendor)(*words, "--dry-run", "-o", "json", typed=typed)
    shown = json.loads(said.stdout[said.stdout.index("[") :])
    assert shell.emulator.requests == []
    assert "nothing was sent" in said.stderr
    for hidden in (
        "84901234567",
        "84907654321",
        "shop.example",
        "pass-word",
        "7391",
        *shell.environment.values(),
    ):
        assert hidden is None or "127.0.0.1" in hidden or len(hidden) < 4 or hidden not in said.output
    assert shown
    assert all(set(one) == {"dry_run", "operation", "method", "url", "body"} for one in shown)
    if expected is not None:
        found = [
            (one["method"], one["url"].partition("127.0.0.1:")[2].partition("/")[2], one["body"])
            for one in shown
        ]
        assert [(method, f"/{rest}", body) for method, rest, body in found] == expected


def test_people_see_method_url_and_body(shell: Shell) -> None:
    said = shell("groups", "create", "--name", "Sales", "--dry-run")
    first, *body = said.stdout.splitlines()
    assert first.startswith("POST http://127.0.0.1:")
    assert json.loads("\n".join(body)) == {"name": "Sales"}
    assert "nothing was sent" in said.stderr
    ensured = shell("groups", "create", "--name", "Sales", "--ensure", "--dry-run")
    assert "What follows depends on the response to the read" in " ".join(ensured.stderr.split())
    assert shell.emulator.requests == []


def test_a_wrong_value_is_refused_as_without_it(shell: Shell) -> None:
    wrong = shell(
        "agents", "create", "--name", "An", "--user-id", "an", "--phone-number", "x", "--dry-run", code=1
    )
    assert "--phone-number must be" in wrong.stderr


def test_a_file_is_told_by_its_size(shell: Shell, tmp_path: Path) -> None:
    sound = tmp_path / "hold.mp3"
    sound.write_bytes(b"ID3" + bytes(100))
    for vendor, words in (("ringme", ("sounds", "upload", str(sound), "--title", "Hold")),
                          ("stringee", ("greeting-files", "upload", str(sound)))):  # fmt: skip
        said = shell.of(vendor)(*words, "--dry-run").stdout
        assert "bytes of multipart/form-data)" in said
    assert shell.emulator.requests == []


def test_apply_shows_the_plan_and_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    """The plan is made from what is there, so this one reads."""
    file = tmp_path / "centre.yaml"
    file.write_text("version: 1\nvendor: stringee\ngroups:\n  - name: Sales\n", encoding="utf-8")
    said = shell("apply", str(file), "--dry-run")
    assert "Sales" in said.stdout
    assert {entry.method for entry in shell.emulator.requests} == {"GET"}
    assert shell.emulator.state.stringee.groups == {}
