"""What others do between planning and applying: a saved plan removes nothing that came to be used since."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stringee_async import StalePlanError, StringeeClient, provision
from stringee_async.emulator import Fault
from stringee_async.provision.plan import Plan
from stringee_async.provision.run_events import Finished, Settled
from stringee_async.provision.spec import Spec

from ..kit.emulated import emulated

ABSENT = "version: 1\nabsent: {agents: [u.an], groups: [Old], queues: [Old line]}\n"
ONLY_NEW = "version: 1\nqueues: [{name: Line, manage: full, groups: [{name: New}]}]\n"

RENAMED = "version: 1\ngroups: [{name: Newest, was: New}]\n"


def centre(held: Any) -> dict[str, str]:
    """Fill an account, and return its ids by name."""
    ids = {name: held.add_group(name) for name in ("Old", "New", "Used")}
    ids |= {name: held.add_queue(name) for name in ("Line", "Old line")}
    ids |= {user_id: held.add_agent("N", user_id) for user_id in ("u.an", "u.chi")}
    for name in ("New", "Used"):
        held.add_membership(ids[name], ids["u.chi"])
        ids[f"Line/{name}"] = held.add_routing(ids["Line"], ids[name])
    return ids


@pytest.mark.parametrize(
    ("text", "meanwhile", "words"),
    [
        (ABSENT, lambda held, ids: held.add_membership(ids["Old"], ids["u.chi"]), "it has link Old/u.chi"),
        (ABSENT, lambda held, ids: held.add_routing(ids["Line"], ids["Old"]), "it has route Line/Old"),
        (
            ABSENT,
            lambda held, ids: held.add_membership(ids["New"], ids["u.an"]),
            "agent u.an would be removed",
        ),
        (ABSENT, lambda held, ids: held.add_number("84901", queue_id=ids["Old line"]), "1 number rings it"),
        (ABSENT, lambda held, ids: held.agents.change(ids["u.an"], device_status=1), "u.an (in a call)"),
        (ONLY_NEW, lambda held, ids: held.remove("group_routings", ids["Line/New"]), "left without groups"),
        (RENAMED, lambda held, ids: held.add_group("Newest"), "beside what was to get this name"),
        (ABSENT, lambda held, ids: None, ""),
    ],
)
async def test_what_is_used_since_is_not_removed(
    tmp_path: Path, text: str, meanwhile: Callable[[Any, dict[str, str]], object], words: str
) -> None:
    async with emulated(StringeeClient) as site:
        ids = centre(site.state)
        plan = await provision.plan(site.client, provision.loads(text), state=tmp_path)
        assert plan.refusals == ()
        meanwhile(site.state, ids)
        before = len(site.emulator.requests)
        saved = Plan.from_json(plan.to_json())
        if not words:
            report = await provision.apply(site.client, saved, state=tmp_path)
            assert (report.exit_code, report.left) == (0, 0)
            return
        with pytest.raises(StalePlanError) as caught:
            await provision.apply(site.client, saved, state=tmp_path)
        assert words in str(caught.value)
        assert {request.method for request in list(site.emulator.requests)[before:]} <= {"GET"}


async def test_an_effect_that_was_allowed_is_still_allowed(tmp_path: Path) -> None:
    spec = provision.loads("version: 1\nqueues: [{name: Line, groups: []}]\n")
    async with emulated(StringeeClient) as site:
        centre(site.state)
        plan = await provision.plan(site.client, spec, state=tmp_path, allow={"service": 1, "unlink": 2})
        assert (plan.refusals, len(plan.effects)) == ((), 1)
        report = await provision.apply(site.client, Plan.from_json(plan.to_json()), state=tmp_path)
        assert (report.exit_code, len(site.state.group_routings)) == (0, 0)


async def test_names_that_begin_as_ids_of_unlisted_rows_do_are_names(tmp_path: Path) -> None:
    text = (
        "version: 1\nagents: [{user_id: id 7, name: N, groups: [id card]}]\n"
        "queues: [{name: id line, groups: [{name: id card}]}]\n"
    )
    async with emulated(StringeeClient) as site:
        report = await provision.apply(site.client, provision.loads(text), state=tmp_path)
        assert (report.exit_code, report.counts.get("create route"), report.problems) == (0, 1, ())


async def test_two_names_for_one_id_are_refused(tmp_path: Path) -> None:
    async with emulated(StringeeClient) as site:
        id = site.state.add_group("Old")
        spec = provision.loads(f"version: 1\ngroups: [{{name: A, id: {id}}}, {{name: B, id: {id}}}]\n")
        plan = await provision.plan(site.client, spec, state=tmp_path)
        assert [refusal.guard for refusal in plan.refusals] == ["id"]
        assert "pinned by A too" in plan.refusals[0].text


async def test_a_group_that_a_doubled_route_uses_is_not_emptied_unseen(tmp_path: Path) -> None:
    spec = provision.loads("version: 1\ngroups: [{name: Old, agents: []}]\n")
    async with emulated(StringeeClient) as site:
        ids = centre(site.state)
        for _ in range(2):
            site.state.add_routing(ids["Line"], ids["Old"])
        site.state.add_membership(ids["Old"], ids["u.an"])
        plan = await provision.plan(site.client, spec, state=tmp_path)
        assert [refusal.guard for refusal in plan.refusals] == ["service"]


async def test_where_the_record_of_the_last_run_cannot_be_read_no_stranger_leaves(tmp_path: Path) -> None:
    full = "version: 1\nagents: {manage: full, on_leave: delete, list: [{user_id: u.an}]}\n"
    async with emulated(StringeeClient) as site:
        centre(site.state)
        await provision.apply(
            site.client, provision.loads("version: 1\ngroups: [{name: New}]\n"), state=tmp_path
        )
        (file,) = tmp_path.glob("*/last-applied.json")
        for torn in (file.read_bytes()[:-20], file.read_bytes().replace(b'"form": 1', b'"form": 2')):
            file.write_bytes(torn)
            plan = await provision.plan(site.client, provision.loads(full), state=tmp_path)
            assert (plan.units, plan.left_alone["agent"]) == ((), ("u.chi",))
        file.unlink()
        assert len((await provision.plan(site.client, provision.loads(full), state=tmp_path)).units) == 3


async def test_what_one_file_applied_is_remembered_when_another_file_is_applied(tmp_path: Path) -> None:
    def people(count: int) -> Spec:
        rows = ", ".join(f"{{user_id: u{n}}}" for n in range(count))
        return provision.loads(f"version: 1\nagents: {{manage: full, on_leave: delete, list: [{rows}]}}\n")

    async with emulated(StringeeClient) as site:
        for spec in (people(20), provision.loads("version: 1\nqueues: [{name: Line}]\n")):
            assert (await provision.apply(site.client, spec, state=tmp_path)).exit_code == 0
        plan = await provision.plan(site.client, people(19), state=tmp_path)
        assert ([unit.name for unit in plan.units], plan.refusals) == (["remove agent u19"], ())
        refused = await provision.plan(site.client, people(9), state=tmp_path)
        assert [refusal.guard for refusal in refused.refusals] == ["roster", "delete"]


async def test_a_run_whose_end_could_not_be_read_does_not_claim_that_all_is_well(tmp_path: Path) -> None:
    async with emulated(StringeeClient) as site:
        spec = provision.loads("version: 1\ngroups: [{name: New}]\n")
        plan = await provision.plan(site.client, spec, state=tmp_path)
        listed = "groups.list"
        async with provision.apply_events(site.client, plan, state=tmp_path, patience=0) as events:
            async for event in events:
                if isinstance(event, Settled):
                    site.emulator.faults.always(f"stringee:{listed}", Fault.status(503))
                if isinstance(event, Finished):
                    report = event.report
        assert (report.exit_code, report.left, report.counts) == (6, None, {"create group": 1})


async def test_a_file_is_older_than_itself_only(tmp_path: Path) -> None:
    people, lines = tmp_path / "people.yaml", tmp_path / "lines.yaml"
    people.write_text("version: 1\nagents: [{user_id: u.an}, {user_id: u.chi}]\n")
    lines.write_text("version: 1\nqueues: [{name: Line}]\n")
    os.utime(lines, (1e9, 1e9))
    async with emulated(StringeeClient) as site:
        for file in (people, lines, people):
            assert (await provision.apply(site.client, provision.load(file), state=tmp_path)).exit_code == 0
        people.write_text("version: 1\nagents: [{user_id: u.an}]\n")
        os.utime(people, (1e9, 1e9))
        plan = await provision.plan(site.client, provision.load(people), state=tmp_path)
        assert [refusal.guard for refusal in plan.refusals] == ["input"]


async def test_what_is_created_beside_its_like_is_told(tmp_path: Path) -> None:
    spec = provision.loads("version: 1\nagents: [{user_id: U.An, groups: [new, Other]}]\n")
    async with emulated(StringeeClient) as site:
        centre(site.state)
        (note,) = (await provision.plan(site.client, spec, state=tmp_path)).notes
        assert "U.An (there is u.an)" in note
        assert "new (there is New)" in note
        assert "Other" not in note
