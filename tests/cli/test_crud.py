"""The commands of nouns that are derived from the declarations of their resources."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from stringee_async.cli.app import tree
from stringee_async.cli.vendor import Vendor
from stringee_async.itniotech.agent_models import AgentChanges as ItniotechAgentChanges
from stringee_async.itniotech.agent_models import AgentFilters
from stringee_async.itniotech.call_records import CallRecordFilters
from stringee_async.itniotech.group_settings import GroupSettingChanges
from stringee_async.itniotech.otp_apps import OtpAppChanges
from stringee_async.itniotech.otp_flows import OtpFlowChanges
from stringee_async.itniotech.otp_templates import OtpTemplateChanges
from stringee_async.itniotech.team_leaders import TeamLeaderSettings
from stringee_async.ringme.agent_models import LocalAgentChanges, RemoteAgentChanges
from stringee_async.ringme.extension_models import ExtensionSettings
from stringee_async.ringme.queues import QueueSettings
from stringee_async.stringee.agents import AgentChanges
from stringee_async.stringee.queues import QueueChanges

from .conftest import Shell


def options(vendor: Vendor, *path: str) -> dict[str, object]:
    """Return the options of a command by the fields that they set."""
    place: object = tree(vendor)
    for word in path:
        place = place.commands[word]  # type: ignore[attr-defined]
    return {one.name: one for one in place.params}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("vendor", "words", "declared"),
    [
        (Vendor.STRINGEE, "agents update", AgentChanges),
        (Vendor.STRINGEE, "queues update", QueueChanges),
        (Vendor.RINGME, "agents update", LocalAgentChanges),
        (Vendor.RINGME, "agents update", RemoteAgentChanges),
        (Vendor.RINGME, "queues update", QueueSettings),
        (Vendor.RINGME, "extensions update", ExtensionSettings),
        (Vendor.ITNIOTECH, "agents update", ItniotechAgentChanges),
        (Vendor.ITNIOTECH, "team-leaders update", TeamLeaderSettings),
        (Vendor.ITNIOTECH, "agent-groups set", GroupSettingChanges),
        (Vendor.ITNIOTECH, "agents list", AgentFilters),
        (Vendor.ITNIOTECH, "call-records list", CallRecordFilters),
        (Vendor.ITNIOTECH, "otp-templates update", OtpTemplateChanges),
        (Vendor.ITNIOTECH, "otp-apps update", OtpAppChanges),
        (Vendor.ITNIOTECH, "otp-flows update", OtpFlowChanges),
    ],
)
def test_every_field_setting_and_filter_is_an_option(vendor: Vendor, words: str, declared: type) -> None:
    assert set(declared.__annotations__) <= set(options(vendor, *words.split()))


@pytest.mark.parametrize(
    ("words", "imports"),
    [
        (("agents", "--help"), True),
        (("members", "--help"), False),
        (("users", "list", "--help"), False),
        (("apply", "--help"), False),
    ],
)
def test_only_the_help_of_a_derived_noun_imports_its_resource(words: tuple[str, ...], imports: bool) -> None:
    code = (
        "import sys, stringee_async.cli.app as a\n"
        f"try: a.app({list(words)!r})\n"
        "except SystemExit: pass\n"
        "print('imported:', 'stringee_async.stringee.agents' in sys.modules, 'msgspec' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert f"imported: {imports} {imports}" in done.stdout


def test_help_shows_text_and_range_of_the_declaration(shell: Shell) -> None:
    page = " ".join(shell("queues", "create", "--help", COLUMNS="200").stdout.split())
    assert "Seconds to ring an agent, at least 3; default 15." in page
    assert "3<=x<=86400" in page
    assert "--wrap-up" in page
    assert "--no-wrap-up" in page
    assert "`AVAILABLE` or `NOT AVAILABLE`" in shell("agents", "create", "--help", COLUMNS="200").stdout


def test_a_number_outside_the_range_of_its_field_is_wrong_usage(shell: Shell) -> None:
    words = ("queues", "create", "--name", "Q", "--wrap-up-time-limit", "90000")
    assert "at most 86400" in " ".join(shell(*words, code=64, COLUMNS="200").output.split())
    assert shell.emulator.count() == 0


def test_fields_that_the_sdk_does_not_know_are_sent_by_their_names(shell: Shell) -> None:
    words = ("--extra", "unheard_of=[1, 2]", "--extra", "plain=a b")
    agent = shell.fact("agents", "create", "--name", "A", "--user-id", "a", *words)["id"]
    sent = json.loads(shell.emulator.requests[-1].body)
    assert (sent["unheard_of"], sent["plain"]) == ([1, 2], "a b")
    shell("agents", "update", agent, "--extra", "unheard_of=true")
    assert json.loads(shell.emulator.requests[-1].body) == {"unheard_of": True}
    shell("agents", "update", agent, "--system-status", "1")
    assert json.loads(shell.emulator.requests[-1].body) == {"system_status": "1"}
    assert "not of the form NAME=VALUE" in shell("agents", "update", agent, "--extra", "x", code=64).output


def test_constants_of_the_sdk_are_shown_as_what_is_typed(shell: Shell) -> None:
    ringme = shell.of("ringme")
    assert "`ring-all`, `round-robin`" in ringme("queues", "update", "--help", COLUMNS="300").stdout
    page = ringme("extensions", "create", "--help", COLUMNS="300").stdout
    assert "`phone`, `queue`, `ivr`, `fax`" in page
    assert "or None" not in page


def test_a_field_of_the_other_kind_of_agents_is_refused(shell: Shell) -> None:
    words = ("agents", "update", "1", "--kind", "remote", "--extension-id", "2")
    told = " ".join(shell.of("ringme")(*words, code=64, COLUMNS="200").output.split())
    assert "--extension-id: a remote agent has none; give --number" in told
    assert shell.emulator.count() == 0


def test_call_records_are_asked_for_by_every_filter_of_the_sdk(shell: Shell) -> None:
    itnio = shell.of("itniotech")
    words = ("call-records", "list", "--from", "2025-01-08", "--until", "2025-01-10")
    itnio(*words, "--hangup-reason", "1", "--hangup-reason", "2", "--agent-name", "An")
    sent = json.loads(itnio.emulator.requests[-1].body)["params"]
    assert (sent["hangupReason"], sent["seatNameList"]) == ([1, 2], ["An"])
