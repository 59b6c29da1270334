"""No secret in anything that the provisioning commands leave behind: what they print, log and write, for each vendor.

One run of all commands for each vendor, over a service that loses responses, refuses and fails.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from stringee_async.emulator import Fault

from .centre_files import SMALL, settle_quickly, written
from .conftest import Shell

AUTHENTICATING = {"x-stringee-auth", "authorization", "sign"}
CREATES = {
    "stringee": ("agents.create", "groups.create", "group_agents.add"),
    "ringme": ("agents.local.create", "extensions.create", "queue_agents.local.add"),
    "itniotech": ("agent_groups.create", "agents.update", "agents.create_many"),
}
SECRETS = {
    "stringee": "STRINGEE_KEY_SECRET",
    "ringme": "RINGME_CLIENT_SECRET",
    "itniotech": "ITNIOTECH_API_SECRET",
}
WRONG = "wrong-secret-0123456789"
PICTURES = ("svg", "mmd", *(["png"] if importlib.util.find_spec("resvg_py") else []))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    settle_quickly(monkeypatch)


REFUSED = {
    "stringee": Fault.status(400, '{"r": 7, "msg": "no"}', {"Content-Type": "application/json"}),
    "ringme": Fault.status(403, '{"message": "no"}', {"Content-Type": "application/json"}),
    "itniotech": Fault.status(403, '{"code": -30, "msg": "no"}', {"Content-Type": "application/json"}),
}


def all_commands(run: Shell, vendor: str, folder: Path) -> Iterator[str]:
    """Run everything; yield what it printed."""
    app_id = str(run.emulator.state.itniotech.app_id)
    text = SMALL[vendor].replace("APP_ID", app_id)
    file, plan, state = written(folder, text), str(folder / "plan.json"), ("--state", str(folder / "state"))
    first, second, third = CREATES[vendor]

    def ran(*words: str, code: int = 0, **environment: str) -> str:
        result = run(*words, code=code, **environment)
        return result.stdout + result.stderr

    yield ran("plan", file, *state, "--out", plan, "--all", "--verbose", code=2)
    yield ran("plan", file, *state, "-o", "json", code=2) + ran("plan", file, "--markdown", code=2)
    faults = run.emulator.faults
    faults.script(f"{vendor}:{first}", REFUSED[vendor], Fault.lost_answer())
    faults.script(f"{vendor}:{second}", Fault.late_commit(0.01))
    faults.script(f"{vendor}:{third}", Fault.not_json())
    yield ran("apply", plan, *state, "--verbose", code=0 if vendor == "itniotech" else 4)
    yield ran("apply", file, *state, "--yes", "-o", "ndjson", "-v")
    changed = written(folder, text.replace("name: An,", "name: Anna,"), "changed.yaml")
    yield ran("apply", changed, *state, "--yes", "-o", "json", "--verbose")
    yield ran("dump", "--verbose") + ran("dump", "--to", str(folder / "dumped"))
    yield ran("verify", changed, *state, "-o", "json", "-v") + ran("verify", file, *state, code=2)
    for form in PICTURES:
        yield ran("graph", "--to", str(folder / f"now.{form}"), "-v") + ran("graph", changed)
    yield ran("plan", file, "--verbose", code=5, **{SECRETS[vendor]: WRONG})


@pytest.mark.parametrize("vendor", SECRETS)
def test_nothing_holds_a_secret(
    shell: Shell, tmp_path: Path, vendor: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "stringee_async")
    run, texts = shell.of(vendor), list[str]()
    with caplog.filtering(logging.Filter("stringee_async")):
        logging.getLogger("stringee_async").addHandler(caplog.handler)
        try:
            texts += all_commands(run, vendor, tmp_path)
        finally:
            logging.getLogger("stringee_async").removeHandler(caplog.handler)
    shell.emulator.faults.assert_consumed()
    sent = [
        value
        for request in shell.emulator.requests
        for name, value in request.headers.items()
        if name.lower() in AUTHENTICATING
    ]
    secrets = {str(run.environment[SECRETS[vendor]]), WRONG, *sent}
    secrets |= {part for value in sent for part in value.replace("Bearer ", "").split(".") if len(part) > 20}
    assert len(secrets) > 2
    texts += [caplog.text, *(f"{record.getMessage()} {record.args}" for record in caplog.records)]
    assert "operation=" in caplog.text
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"journal.sqlite3", "last-applied.json", "plan.json", "now.svg", "centre.yaml"} <= {
        file.name for file in files
    }
    assert any(file.name.endswith(".report.json") for file in files)
    assert any(".before" in str(file) for file in files)
    for secret in secrets:
        assert not [text for text in texts if secret in text]
        assert not [file for file in files if secret.encode() in file.read_bytes()]
