"""The program from outside: how it starts, stops and fails."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from stringee_async import __version__
from stringee_async.cli.app import app
from stringee_async.cli.emulator import _outages, _rates, bad_weather
from stringee_async.emulator import Fault

from .conftest import Shell

PROGRAM = (sys.executable, "-m", "stringee_async")
VARIABLES = [
    "STRINGEE_KEY_SID", "STRINGEE_KEY_SECRET", "STRINGEE_ICC_URL", "STRINGEE_API_URL", "RINGME_CLIENT_ID",
    "RINGME_CLIENT_SECRET", "RINGME_URL", "ITNIOTECH_API_KEY", "ITNIOTECH_API_SECRET", "ITNIOTECH_URL",
]  # fmt: skip


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, **environment},
        check=False,
    )


@contextlib.contextmanager
def started(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start an emulator as a process; yield it with the environment that it prints."""
    with subprocess.Popen(
        [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().removeprefix("export ").strip() for _ in VARIABLES]
        environment = dict(line.split("=", 1) for line in lines)
        assert list(environment) == VARIABLES
        yield process, environment


def here(*words: str, **environment: str) -> Result:
    """Run a command in this process, where nothing of the process itself is looked at."""
    return CliRunner().invoke(app, list(words), env=environment)


@pytest.mark.parametrize(
    ("vendor", "names"),
    [
        (
            "stringee",
            "demo emulator agents groups members queues routings numbers blacklist ivr-trees ivr-nodes ivr-keys call-settings sip-accounts users token",
        ),
        (
            "ringme",
            "emulator agents queues queue-agents agent-events extensions current-calls limits whoami",
        ),
        (
            "itniotech",
            "emulator agent-groups agents team-leaders call-records sms sip-trunks tasks phones phone-calls phone-records voice-files group-calls group-call-records voice-codes balance",
        ),
    ],
)
def test_help_is_cheap(vendor: str, names: str) -> None:
    """Help names every command of the vendor, and imports neither the libraries of the SDK nor other commands."""
    code = (
        "import sys, stringee_async.cli.app as a\n"
        f"try: a.app(['--vendor', '{vendor}', '--help'])\n"
        "except SystemExit: pass\n"
        "print('imported:', {'aiohttp', 'msgspec', 'jwt', 'tenacity', 'cattrs'} & set(sys.modules))\n"
        "print('vendors:', {m.split('.')[2] for m in sys.modules if m.startswith('stringee_async.cli.')\n"
        "    and m.endswith('.command_groups') and m.count('.') == 3})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=True
    )
    assert "imported: set()" in done.stdout
    assert f"vendors: {{'{vendor}'}}" in done.stdout
    for name in names.split():
        assert f"│ {name} " in done.stdout


def test_the_version_is_the_packages() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"stringee-async {__version__}\n")


def test_wrong_usage_ends_with_64_in_a_real_process_too() -> None:
    assert run("agents", "list", "--nonsense").returncode == 64
    assert run("--vendor", "no one").returncode == 64
    for words in (("groups", "list", "--vendor", "ringme"), ()):
        assert here(*words).exit_code == 64


def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError(name='typer')\n")
    done = run(PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == 'The command line needs two more libraries: pip install "stringee-async[cli]"\n'


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_emulator(end: signal.Signals) -> None:
    """It prints what to export, serves, and ends cleanly on a signal."""
    with started("emulator", "--port", "0", "--faults", "--rate-limit", "300/10") as (process, environment):
        assert here("token", "a", **environment).exit_code == 0
        assert here("groups", "list", "-o", "json", **environment).stdout == "[]\n"
        assert "user0" in here("whoami", "--vendor", "ringme", **environment).stdout
        assert "100.0" in here("balance", STRINGEE_ASYNC_VENDOR="itniotech", **environment).stdout
        process.send_signal(end)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "stopped after" in errors
    assert "--vendor chooses whose commands to run there. ITNIO TECH's --app-id is " in errors
    assert "Traceback" not in errors


def test_a_taken_port_is_one_line_and_advice() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = run("emulator", "--port", str(other.getsockname()[1]))
    assert done.returncode == 1
    assert done.stderr.startswith("error: cannot listen on 127.0.0.1:")
    assert "--port 0" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_interrupted_demo() -> None:
    """Ctrl-C ends a demo with 130 and without a traceback."""
    with subprocess.Popen(
        [*PROGRAM, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("$ stringee-async apply"):
                break
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "All there" not in output
    assert "stopped\n" in errors
    if "may have been carried out" in errors:
        assert errors.endswith(
            "The emulator that they went to has ended with this command, and kept nothing.\n"
        )
    assert "Traceback" not in errors


def test_verbose_shows_requests_and_no_secret(shell: Shell) -> None:
    environment = shell.emulator.environment()
    done = run("groups", "list", "-v", **environment)
    assert done.returncode == 0
    assert "groups.list" in done.stderr
    assert environment["STRINGEE_KEY_SECRET"] not in done.stderr
    assert "eyJ" not in done.stderr
    for vendor, words, operation in (
        ("ringme", ("whoami",), "user.get"),
        ("itniotech", ("balance",), "balance.get"),
    ):
        done = run(*words, "-v", "--vendor", vendor, **environment)
        assert done.returncode == 0
        assert operation in done.stderr
        for name, value in environment.items():
            assert not name.endswith("SECRET") or value not in done.stderr


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2@10", (2.0, 10.0, "close")),
        ("0.5@0:refuse", (0.5, 0.0, "refuse")),
        ("3@1.5:swallow", (3.0, 1.5, "swallow")),
    ],
)
def test_an_outage_is_written_as_seconds_at_after(text: str, found: tuple[float, float, str]) -> None:
    assert _outages([text]) == [found]


@pytest.mark.parametrize("text", ["2", "2@", "@10", "2@10:rain", "-1@2", "2@10:"])
def test_an_outage_that_cannot_be_read_is_wrong_usage(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="SECONDS@AFTER"):
        _outages([text])


def test_faults_are_written_by_name_with_their_share() -> None:
    texts = ["stray_response@0.5", "agents.create:lost_answer@1", "ringme:queues.update:odd_bytes@.25"]
    assert _rates(texts, False) == {
        "*": [(Fault.stray_response(), 0.5)],
        "agents.create": [(Fault.lost_answer(), 1.0)],
        "ringme:queues.update": [(Fault.odd_bytes(), 0.25)],
    }
    assert _rates([], True) == bad_weather()
    assert _rates(["too_early@0.1"], True)["*"] == [*bad_weather()["*"], (Fault.too_early(), 0.1)]


@pytest.mark.parametrize(
    "text", ["hang", "hang@", "@0.5", "agents.create@hang", ":hang@1", "hang@-1", "hang@nan"]
)
def test_a_fault_that_cannot_be_read_is_wrong_usage(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="FAULT@SHARE"):
        _rates([text], False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lost_anser@1", "did you mean 'lost_answer'"),
        ("agents.crate:hang@1", "did you mean 'agents.create'"),
        ("hang@1.5", "add up to at most 1"),
        ("agents.create:lagging_list@1", "is for lists"),
    ],
)
def test_a_fault_that_can_never_come_is_wrong_usage(shell: Shell, text: str, said: str) -> None:
    result = shell("emulator", "--port", "0", "--fault", text, code=64)
    assert said in " ".join(result.stderr.replace("│", " ").split())


def test_the_emulator_serves_the_faults_that_were_named() -> None:
    words = ("emulator", "--port", "0", "--fault", "groups.list:foreign_page@1")
    with started(*words) as (process, environment):
        failed = here("groups", "list", **environment)
        fine = here("agents", "list", "-o", "json", **environment)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert failed.exit_code == 6
    assert "[HTTP 404, attempts 4]" in " ".join(failed.stderr.split())
    assert (fine.exit_code, fine.stdout) == (0, "[]\n")
