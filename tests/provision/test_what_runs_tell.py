"""What a run tells where its files cannot be written, and that nothing that is logged holds a whole phone number."""

from __future__ import annotations

from pathlib import Path

import pytest

from stringee_async import ConfigError, StringeeClient, provision

from ..kit.emulated import emulated


@pytest.mark.parametrize(
    ("file", "code", "stopped"),
    [("write_report", 0, ""), ("write_last_applied", 4, "No space left on device")],
)
async def test_what_was_done_is_reported_where_a_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, code: int, stopped: str
) -> None:
    def full(*_: object) -> None:
        raise ConfigError("the file cannot be written: No space left on device")

    monkeypatch.setattr(f"stringee_async.provision.running.applying.{file}", full)
    spec = provision.loads("version: 1\nagents: [{user_id: u.an}]\n")
    async with emulated(StringeeClient) as site:
        report = await provision.apply(site.client, spec, state=tmp_path)
        assert (report.exit_code, report.counts, len(site.state.agents)) == (code, {"create agent": 1}, 1)
        assert stopped in report.stopped


async def test_no_whole_phone_number_stands_in_what_is_logged_or_raised(tmp_path: Path) -> None:
    text = (
        "version: 1\nagents: [{user_id: u.an, name: An, phone: '84901234567'}]\n"
        "queues: [{name: Line, from_number_callout_to_agent: '84901234568'}]\n"
    )
    spec = provision.loads(text)
    async with emulated(StringeeClient) as site:
        plan = await provision.plan(site.client, spec, state=tmp_path)
        async with provision.apply_events(site.client, plan, state=tmp_path) as events:
            seen = [event async for event in events]
        reading = await provision.observe(site.client)
    for value in (spec, plan, seen, reading):
        assert "8490123456" not in repr(value)
    assert "'84...67'" in repr(spec)
