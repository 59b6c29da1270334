"""The job: what it builds, what it survives, and what the inspection sees."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from stringee_async import AuthError, StringeeClient, Timeouts
from stringee_async.emulator import Emulator, Fault
from stringee_async.provision.contact_centre import STAGES, Progress, provision_contact_centre
from stringee_async.provision.inspection import inspect_contact_centre
from stringee_async.provision.roster import Roster
from stringee_async.provision.roster_file import parse_roster

from ..kit.rosters import SMALL_ROSTER

ROSTER = parse_roster(SMALL_ROSTER.encode(), source="small.csv")


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(seed="job") as emulator:
        yield emulator


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[StringeeClient]:
    async with StringeeClient(**emulator.stringee(), timeouts=Timeouts(settle=0.03)) as client:
        yield client


async def kinds(client: StringeeClient, roster: Roster = ROSTER) -> list[tuple[str, str]]:
    inspection = await inspect_contact_centre(client, roster)
    return sorted((finding.kind, finding.what) for finding in inspection.findings)


async def test_builds_what_the_roster_says(client: StringeeClient, emulator: Emulator) -> None:
    """A first run creates everything, a second finds everything and writes nothing."""
    first = await provision_contact_centre(client, ROSTER)
    assert [(stage.stage, stage.created) for stage in first.stages] == [
        ("groups", 2),
        ("queues", 2),
        ("agents", 3),
        ("members", 4),
        ("routings", 3),
    ]
    assert await kinds(client) == []
    before = emulator.count()
    second = await provision_contact_centre(client, ROSTER)
    assert all(stage.found == stage.total and not stage.created for stage in second.stages)
    writes = [record for record in list(emulator.requests)[before:] if record.method != "GET"]
    assert writes == []


async def test_lost_answers_make_nothing_twice(client: StringeeClient, emulator: Emulator) -> None:
    """A create whose response is lost is adopted, in every stage."""
    creates = ("agents.create", "groups.create", "queues.create", "group_agents.add", "group_routings.create")
    for operation in creates:
        emulator.faults.script(operation, Fault.lost_answer(), Fault.late_commit(0.01))
    report = await provision_contact_centre(client, ROSTER)
    emulator.faults.assert_consumed()
    assert [stage.adopted for stage in report.stages] == [2, 2, 2, 2, 2]
    assert report.failures == ()
    assert client.stats().adopted == 10
    assert await kinds(client) == []


async def test_brings_up_to_date(client: StringeeClient, emulator: Emulator) -> None:
    """What exists with other values is changed, and what the roster does not name stays."""
    agent = emulator.state.stringee.add_agent("An", "an.nguyenvan", phone_number="84900000000")
    other = emulator.state.stringee.add_agent("Old", "old")
    report = await provision_contact_centre(client, ROSTER)
    assert (report.stages[2].changed, report.stages[2].created) == (1, 2)
    assert emulator.state.stringee.agents[agent]["name"] == "Nguyễn Văn An"
    assert emulator.state.stringee.agents[other]["name"] == "Old"
    inspection = await inspect_contact_centre(client, ROSTER)
    assert (inspection.findings, inspection.others) == ((), 1)


async def test_a_failure_stops_only_what_depends_on_it(client: StringeeClient, emulator: Emulator) -> None:
    emulator.state.stringee.add_group("Sales")
    table = emulator.state.stringee.groups
    key = next(iter(table))
    table["GR_COPY"] = {**table[key], "id": "GR_COPY"}
    report = await provision_contact_centre(client, ROSTER)
    assert [(failure.stage, failure.what, failure.state) for failure in report.failures] == [
        ("groups", "Sales", "failed"),
        ("members", "an.nguyenvan in Sales", "not_started"),
        ("members", "binh.tran in Sales", "not_started"),
        ("routings", "Hotline to Sales", "not_started"),
    ]
    assert [stage.created for stage in report.stages] == [1, 2, 3, 2, 2]


async def test_a_run_ends_at_refused_credentials(emulator: Emulator) -> None:
    sid = emulator.stringee()["key_sid"]
    async with StringeeClient(sid, "x" * 40, icc_url=emulator.url) as client:
        with pytest.raises(AuthError):
            await provision_contact_centre(client, ROSTER, concurrency=1)
    assert emulator.count() <= 2


async def test_every_stage_is_told_from_its_first_to_its_last_item_in_order(client: StringeeClient) -> None:
    seen: list[Progress] = []
    await provision_contact_centre(client, ROSTER, progress=seen.append)
    await inspect_contact_centre(client, ROSTER, progress=seen.append)
    assert tuple(dict.fromkeys(step.stage for step in seen)) == STAGES
    for stage in STAGES:
        steps = [step for step in seen if step.stage == stage]
        assert [step.done for step in steps] == list(range(steps[-1].total + 1))


async def test_whatever_is_not_there_is_found_missing(client: StringeeClient, emulator: Emulator) -> None:
    await provision_contact_centre(client, ROSTER)
    state = emulator.state.stringee
    state.remove("agents", _agent(emulator))
    state.remove("group_routings", next(iter(state.group_routings)))
    assert [kind for kind, _ in await kinds(client)] == ["missing"] * 3


async def test_doubles_and_wrong_values_are_found(client: StringeeClient, emulator: Emulator) -> None:
    await provision_contact_centre(client, ROSTER)
    state = emulator.state.stringee
    state.agents["AG_COPY"] = {**state.agents[_agent(emulator)], "id": "AG_COPY"}
    state.queues.change(next(iter(state.queues)), from_number_callout_to_agent=None)
    routing = next(iter(state.group_routings))
    state.group_routings.change(routing, primary_group=1 - state.group_routings[routing]["primary_group"])
    assert [kind for kind, _ in await kinds(client)] == ["double", "wrong", "wrong"]


def _agent(emulator: Emulator) -> str:
    agents = emulator.state.stringee.agents
    return next(key for key, row in agents.items() if row["stringee_user_id"] == "chi.le")
