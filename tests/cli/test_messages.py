"""What the command line says when something is wrong: what happened, to what, and what to do next, in plain words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stringee_async import AuthError, SdkError
from stringee_async.cli.app import app, tree
from stringee_async.cli.error_hints import hint
from stringee_async.cli.looking import changed_by, where_ids_are
from stringee_async.cli.vendor import Vendor
from stringee_async.cli.wording import counted
from stringee_async.core import errors
from stringee_async.core.operation import Operation
from stringee_async.core.retry_class import RetryClass
from stringee_async.emulator import Fault

from ..kit.command_tree import leaves
from ..kit.operations import operations
from .conftest import Shell

STRINGEE, RINGME, ITNIOTECH = Vendor
LIBRARIES = re.compile(
    r"Input should|valid (integer|number|boolean)|greater than|less than|pydantic|cattrs|does not match the format"
    r"|got (str|int|NoneType|dict|list)\b|\b1 \w+s\b",
    re.IGNORECASE,
)

_KEEP_FROM_RUNNING = {("emulator",): ("--port=x",), ("demo",): ("--concurrency=x",)}
"""Options that are refused after the one that is tried, of commands that need no account."""


@pytest.mark.parametrize("vendor", list(Vendor))
def test_no_word_of_a_library_is_shown_for_any_option_of_any_command(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # some options name files that are written
    refused, seen = 0, set[tuple[str, str | None]]()
    environment: dict[str, str | None] = {"COLUMNS": "300", "XDG_CONFIG_HOME": str(tmp_path)}
    for path, command in leaves(tree(vendor)):
        for one in command.params:
            known = (one.opts[0], one.help)
            if one.param_type_name != "option" or one.is_flag or known in seen:
                continue
            seen.add(known)
            for value in ("x", "-1000000"):
                words = [
                    *path,
                    f"{one.opts[0]}={value}",
                    *_KEEP_FROM_RUNNING.get(path, ()),
                    "--vendor",
                    vendor,
                ]
                shown = " ".join(CliRunner().invoke(app, words, env=environment).output.split())
                if "Invalid value" in shown:
                    refused += one.opts[0] in shown
                    assert LIBRARIES.search(shown) is None, (words, shown)
    assert refused > 20


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 columns"), (1, "1 column"), (2, "2 columns"), (1000, "1,000 columns")]
)
def test_a_number_and_its_noun_agree(number: int, text: str) -> None:
    assert counted(number, "column") == text


def command_of(words: str, vendor: Vendor) -> Any:
    """Return the command that a line of advice names."""
    place: Any = tree(vendor)
    for word in words.split():
        below = getattr(place, "commands", {}).get(word)
        if below is None:
            break
        place = below
    return place


def own_operations(vendor: Vendor) -> list[Operation]:
    return [one for name, one in operations().items() if name.startswith(f"{vendor}:")]


@pytest.mark.parametrize("vendor", list(Vendor))
def test_every_command_that_advice_names_exists(vendor: Vendor) -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SdkError)]
    named: set[str] = set()
    for operation in own_operations(vendor):
        for kind in kinds:
            text = hint(kind(operation=operation.name, retry_class=operation.retry_class), vendor) or ""
            assert LIBRARIES.search(text) is None
            named.update(re.findall(r"`stringee-async ([^`]+)`", text))
    assert named
    for line in named:
        assert ("--vendor" in line) is (vendor is not STRINGEE), line
        command = command_of(line, vendor)
        assert not hasattr(command, "commands"), line
        options = {name for one in command.params for name in one.opts}
        assert {word for word in line.split() if word.startswith("--")} <= options, line
        wanted = [one for one in command.params if one.param_type_name == "argument"]
        assert len(re.findall(r" [A-Z][A-Z_]+(?! KIND)", line.replace("--kind KIND", ""))) == len(wanted), (
            line
        )


@pytest.mark.parametrize(
    ("vendor", "operation", "changed", "ids"),
    [
        (
            STRINGEE,
            "group_agents.add",
            "members list GROUP_ID",
            "`stringee-async groups list` and `stringee-async agents list`",
        ),
        (STRINGEE, "group_agents.list", "members list GROUP_ID", "`stringee-async groups list`"),
        (STRINGEE, "agents.delete", "agents list", "`stringee-async agents list`"),
        (STRINGEE, "users.send_message", None, ""),
        (STRINGEE, "calls.call_out", "calls list", "`stringee-async calls list`"),
        (STRINGEE, "ivr_nodes.create", "ivr-nodes list TREE_ID", "`stringee-async ivr-trees list`"),
        (RINGME, "callback.create", "current-calls list --vendor ringme", "extensions list"),
        (ITNIOTECH, "calls.make", "calls list --vendor itniotech", "agents list"),
        (RINGME, "queues.update", "queues get EXTENSION_ID --vendor ringme", "extensions list --type queue"),
        (RINGME, "sounds.get", None, ""),
        (
            ITNIOTECH,
            "agents.create_many",
            "agents list --vendor itniotech",
            "`stringee-async agent-groups list",
        ),
    ],
)
def test_advice_names_where_an_id_is_seen(
    vendor: Vendor, operation: str, changed: str | None, ids: str
) -> None:
    assert changed_by(operation, vendor) == changed
    found = where_ids_are(operation, vendor)
    assert ids in found
    assert (found.count("`"), bool(ids)) == ((2 * found.count("stringee-async")), bool(found))
    assert (" and " in found) is (operation == "group_agents.add")


@pytest.mark.parametrize(
    ("vendor", "words", "expected"),
    [
        ("stringee", ("agents", "create", "--name", "A", "--user-id", "8.49E+10"), "--user-id '8.49E+10'"),
        ("stringee", ("agents", "update", "a/b", "--name", "A"), "AGENT_ID is not an id"),
        (
            "ringme",
            ("agents", "create", "--kind", "local", "--extension-id", "@101"),
            "--extension-id must be",
        ),
        ("ringme", ("queue-agents", "add", "5", "@101", "--kind", "local"), "AGENT_ID must be"),
        (
            "itniotech",
            ("agents", "update", "5", "--group", "x", "--name", "A", "--emp-no", "1"),
            "--group must be",
        ),
        ("itniotech", ("agent-groups", "create", "--app-id", "x", "--name", "Sal"), "--name must be 4 to 32"),
    ],
)
def test_a_refused_argument_is_named_as_it_was_typed(
    vendor: str, words: tuple[str, ...], expected: str, shell: Shell
) -> None:
    errors_shown = shell.of(vendor)(*words, code=1).stderr
    assert f"error: {expected}" in errors_shown
    assert LIBRARIES.search(errors_shown) is None
    assert shell.emulator.count() == 0


def test_what_was_not_there_is_never_called_removed_or_deleted(shell: Shell) -> None:
    shell("groups", "create", "--name", "Sales")
    shell("agents", "create", "--name", "A", "--user-id", "a")
    (group,), (agent,) = shell.rows("groups", "list"), shell.rows("agents", "list")
    pair = (group["id"], agent["id"])
    assert shell("agents", "delete", "NOPE", "--missing-ok").stdout == "agent NOPE was not there\n"
    (absent,) = json.loads(shell("agents", "delete", "NOPE", "--missing-ok", "-o", "json").stdout)
    assert absent == {"result": "absent", "id": "NOPE", "error": ""}
    assert (
        shell("members", "remove", *pair, "--missing-ok").stdout == f"member {' '.join(pair)} was not there\n"
    )
    gone = shell.fact("members", "remove", *pair, "--missing-ok")
    assert gone == {"result": "absent", "group_id": pair[0], "agent_id": pair[1]}
    failed = shell("members", "remove", *pair, code=5).stderr
    assert "Look for the id with `stringee-async members list GROUP_ID`; with --missing-ok" in failed
    shell("members", "add", *pair)
    assert shell("members", "remove", *pair).stdout == f"removed member {' '.join(pair)}\n"


def test_a_failed_reading_does_not_ask_whether_it_was_done(shell: Shell) -> None:
    shell.emulator.faults.always("agents.list", Fault.lost_answer())
    shown = shell("agents", "list", code=6).stderr
    assert "Nothing was changed." in shown
    assert "may have been" not in shown
    assert shell.emulator.count("agents.list") == 4


def test_what_may_have_been_done_is_told_by_what_a_repeat_would_do() -> None:
    create = errors.ServerError(operation="agents.create", retry_class=RetryClass.CREATE)
    assert hint(create, STRINGEE) == (
        "It may have been done: look with `stringee-async agents list` before you repeat it, or create with --ensure."
    )
    create.call = "agents.ensure"
    assert "run it again: --ensure looks first" in (hint(create, STRINGEE) or "")
    update = errors.ServerError(operation="agents.update", retry_class=RetryClass.IDEMPOTENT_WRITE)
    assert "doing it twice does no harm" in (hint(update, STRINGEE) or "")
    call = errors.ServerError(operation="calls.make", retry_class=RetryClass.CREATE)
    assert hint(call, ITNIOTECH) == (
        "It may have been done: look with `stringee-async calls list --vendor itniotech` before you repeat it."
    )
    report = errors.ServerError(operation="balance.change", retry_class=RetryClass.CREATE)
    assert hint(report, ITNIOTECH) == "It may have been done: make sure before you repeat it."
    drop = errors.OutcomeUnknownError(operation="current_calls.drop", retry_class=RetryClass.CREATE)
    assert "before you repeat it." in (hint(drop, RINGME) or "")


def test_a_client_that_is_not_there_is_looked_for_in_its_option() -> None:
    error = errors.NotFoundError("Client not found", code="client_not_found", operation="agents.local.list")
    assert "--client-id" in (hint(error, RINGME) or "")
    assert "--client-id" not in (hint(AuthError(operation="agents.local.list"), RINGME) or "")


@pytest.mark.parametrize(
    ("vendor", "words", "variable"),
    [
        ("stringee", ("groups", "create", "--name", "X"), "STRINGEE_ICC_URL"),
        ("stringee", ("users", "list"), "STRINGEE_API_URL"),
        ("ringme", ("whoami",), "RINGME_URL"),
        ("itniotech", ("balance",), "ITNIOTECH_URL"),
    ],
)
def test_an_address_where_nothing_listens_is_named_by_its_variable(
    shell: Shell, vendor: str, words: tuple[str, ...], variable: str
) -> None:
    shown = shell.of(vendor)(*words, code=6, **{variable: "http://127.0.0.1:9"}).stderr
    assert f"Nothing was sent. Check the network and {variable}" in shown


@pytest.mark.parametrize(
    ("vendor", "words", "variable", "expected"),
    [
        ("stringee", ("agents", "list"), "STRINGEE_KEY_SECRET", "Check the key SID and secret"),
        ("ringme", ("whoami",), "RINGME_CLIENT_SECRET", "Check the application's id and secret, RINGME_URL"),
        ("itniotech", ("balance",), "ITNIOTECH_API_SECRET", "Check key and secret, this computer's clock"),
    ],
)
def test_a_rejected_secret_is_explained_and_not_printed(
    shell: Shell, vendor: str, words: tuple[str, ...], variable: str, expected: str
) -> None:
    secret = "canary-secret-0123456789abcdefghij"
    result = shell.of(vendor)(*words, code=5, **{variable: secret})
    assert expected in result.stderr
    assert secret not in result.output
