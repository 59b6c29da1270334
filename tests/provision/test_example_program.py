"""The example program of provisioning brings a specification live, and does nothing when it is run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from stringee_async import StringeeClient, Timeouts
from stringee_async.emulator import Emulator

from ..kit.examples import load_example

CENTRE = "version: 1\nagents:\n  - {user_id: an, name: An, groups: [Sales]}\nqueues:\n  - {name: Hotline, groups: [Sales]}\n"


async def test_the_example_brings_a_centre_live(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module = load_example("contact_centre")
    centre = tmp_path / "centre.yaml"
    centre.write_text(CENTRE, encoding="utf-8")
    soon = Timeouts(settle=0.05)
    async with Emulator() as emulator, StringeeClient(**emulator.stringee(), timeouts=soon) as client:
        for created in ("1 agent created", ""):
            before = client.stats().retries
            assert await module.bring_live(client, centre, state=tmp_path / "state")
            assert client.stats().retries == before
            assert created in capsys.readouterr().out
        assert emulator.count("agents.create") == 1
