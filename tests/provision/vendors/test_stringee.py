"""The adapter of Stringee against the emulated service: what it reads, what it writes, and how many requests both take."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import attrs
import pytest

from stringee_async import (
    AmbiguousError,
    AuthError,
    NotFoundError,
    RateLimitedError,
    SpecError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.shared_listings import Later
from stringee_async.emulator import Fault
from stringee_async.provision.adapter import Adapter, Done
from stringee_async.provision.nouns import Key, Kind
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.spec import AbsentSpec, AgentSpec, GroupSpec, QueueSpec, RouteSpec, Spec
from stringee_async.provision.things import Reading, Ref, Scope
from stringee_async.provision.unit import Action, Unit
from stringee_async.provision.vendors.choice import adapter_for

from ...kit.emulated import Site, emulated
from ...kit.scripted_transport import ScriptedTransport, answer, client_over

ALL = Scope(kinds=frozenset({"agent", "group", "queue", "link", "route"}))
SETTLE = 0.02


@attrs.frozen(kw_only=True)
class Desk:
    """An emulated project, and a way to make adapters of it."""

    site: Site[StringeeClient]

    @property
    def state(self) -> Any:
        return self.site.state

    def adapter(self) -> Adapter:
        return adapter_for(self.site.client)

    def sent(self) -> Counter[str]:
        return Counter(record.operation for record in self.site.emulator.requests)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with emulated(StringeeClient, {"timeouts": Timeouts(settle=SETTLE)}, unique=False) as site:
        yield Desk(site=site)


def unit(action: Action, kind: Kind, *key: str, **more: Any) -> Unit:
    return Unit(kind=kind, action=action, key=key, **more)


async def observed(adapter: Adapter, scope: Scope = ALL) -> Reading:
    return await adapter.observe(scope, lambda kind, count: None)


async def carried_out(adapter: Adapter, units: Sequence[Unit]) -> list[Done]:
    """Carry out units in their order; those that ask for it again after the settle time."""
    done: dict[str, Done] = {}
    left = list(units)
    for _ in range(4):
        aside: list[Unit] = []
        for each in left:
            try:
                done[each.name] = await adapter.do(each)
            except Later:
                aside.append(each)
        left = aside
        if not left:
            return [done[each.name] for each in units]
        await asyncio.sleep(SETTLE + 0.001)
        await adapter.look_again(left)
    raise AssertionError(f"left open: {left}")


def world(desk: Desk) -> None:
    """Fill a project with 230 agents, 12 groups and 3 queues."""
    agents = desk.state.seed_agents(230, prefix="u")
    for number in range(12):
        group = desk.state.add_group(f"Group {number}")
        desk.state.add_membership(group, agents[number])
    for number in range(3):
        queue = desk.state.add_queue(f"Queue {number}", schedule=2)
        desk.state.add_routing(queue, next(iter(desk.state.groups)), number % 2)


async def test_reading_takes_one_request_for_each_page_group_and_queue(desk: Desk) -> None:
    """230 agents, 12 groups and 3 queues take 3 + 1 + 1 + 12 + 3 requests, at most eight of a kind at once."""
    world(desk)
    adapter = desk.adapter()
    told: dict[Kind, int] = {}
    reading = await adapter.observe(ALL, lambda kind, count: told.update({kind: count}))
    assert reading.calls == desk.site.emulator.count() == 3 + 1 + 1 + 12 + 3 == adapter.sent()
    assert desk.site.emulator.peak_concurrency <= 8
    assert told == {"agent": 230, "group": 12, "queue": 3, "link": 12, "route": 3}
    assert (reading.doubts, reading.malformed, reading.read) == ((), (), ALL.kinds)
    assert {kind: reading.count(kind) for kind in told} == told
    assert reading.live["link", ("Group 3", "u.3")].id == list(desk.state.agents)[3]
    assert reading.live["route", ("Queue 1", "Group 0")].fields == {"primary": True}
    assert reading.live["queue", ("Queue 1",)].fields["schedule"] == 2
    assert reading.live["agent", ("u.7",)].fields == {"name": "u 7", "phone": None, "routing": "app"}
    assert adapter.account == f"project {desk.state.project}"
    desk.state.add_agent("New", "u.new")
    assert (await observed(adapter)).count("agent") == 231


async def test_members_are_read_of_the_groups_that_the_scope_names(desk: Desk) -> None:
    world(desk)
    named: frozenset[Ref] = frozenset({("group", ("Group 2",)), ("group", ("New",)), ("queue", ("Queue 0",))})
    reading = await observed(desk.adapter(), Scope(kinds=ALL.kinds, members_of=named))
    assert desk.sent()["group_agents.list"] == 1
    assert desk.sent()["group_routings.list"] == 1
    assert reading.members_of == {("group", ("Group 2",)), ("queue", ("Queue 0",))}


async def test_what_is_there_twice_or_unlisted_is_told_apart(desk: Desk) -> None:
    """Objects with one key, a link whose agent is not listed, and agents who must not be touched now."""
    state = desk.state
    state.add_agent("A", "u.a", device_status=1, system_status=1)
    state.add_agent("B", "u.b", device_status=1)
    state.add_agent("C", "u.c", last_time_pickup=5, last_time_support_call_ended=3)
    state.add_agent("D", "u.d", phone_number="+84 901", routing_type=2)
    gone = state.add_agent("E", "u.e")
    ids = [state.add_group("Sales"), state.add_group(" Sales")]
    state.add_membership(state.add_group("Other"), gone)
    del state.agents[gone]
    reading = await observed(desk.adapter())
    assert [live.id for live in reading.twice["group", ("Sales",)]] == ids
    assert ("group", ("Sales",)) not in reading.live
    busy = {key[0]: live.busy for (kind, key), live in reading.live.items() if kind == "agent"}
    assert busy == {"u.a": "logged in", "u.b": "in a call", "u.c": "in a call", "u.d": ""}
    assert reading.live["agent", ("u.d",)].fields == {"name": "D", "phone": "84901", "routing": "phone"}
    link = reading.live["link", ("Other", f"id {gone}")]
    assert (link.id, "not listed" in link.notes) == (gone, True)
    assert reading.doubts == ()


async def test_a_listing_that_cannot_be_trusted_is_a_doubt(desk: Desk) -> None:
    """Pages that repeat, and a response that is no page; what could be read is there."""
    desk.state.add_agent("A", "u.a")
    desk.site.emulator.faults.always("groups.list", Fault.wrong_envelope())
    desk.site.emulator.faults.always("queues.list", Fault.page_repeats())
    for number in range(120):
        desk.state.add_queue(f"Queue {number}")
    reading = await observed(desk.adapter())
    doubts = sorted(doubt.split(":")[0] for doubt in reading.doubts)
    assert doubts == ["the list of groups cannot be trusted", "the list of queues cannot be trusted"]
    assert reading.read == {"agent"}
    assert ("agent", ("u.a",)) in reading.live


async def test_a_listing_that_is_shorter_than_its_count_is_a_doubt() -> None:
    """It is read twice before that is believed."""
    data = {
        "totalPages": 1,
        "currentPage": 1,
        "limit": 100,
        "totalGroups": 3,
        "groups": [{"id": "G", "name": "G"}],
    }
    transport = ScriptedTransport(default=answer({"r": 0, "data": data}))
    async with client_over(transport) as client:
        reading = await observed(adapter_for(client), Scope(kinds=frozenset({"group"})))
    assert reading.doubts == (
        "the list of groups changed each time it was read, or is shorter than the vendor says",
    )
    assert reading.count("group") == 1


async def test_credentials_that_are_rejected_are_no_doubt(desk: Desk) -> None:
    desk.site.emulator.faults.always("groups.list", Fault.expired_token())
    with pytest.raises(AuthError):
        await observed(desk.adapter())


async def test_a_malformed_row_is_a_doubt_only_if_it_may_hide_what_is_wished(desk: Desk) -> None:
    """A row whose key cannot be read is named; it is a doubt while something wished was not found."""
    state = desk.state
    state.add_agent("A", "u.a")
    broken = state.add_agent("B", "u.b")
    state.agents.change(broken, stringee_user_id=("?",))
    for user_id, doubtful in (("u.a", False), ("u.new", True)):
        adapter = desk.adapter()
        adapter.hold(Spec(agents=(AgentSpec(user_id=user_id),)))
        reading = await observed(adapter)
        assert reading.malformed
        assert bool(reading.doubts) is doubtful


async def test_a_run_reads_nothing_again(desk: Desk) -> None:
    """After one reading, each unit costs its own write, those of a group and a queue that are new too."""
    world(desk)
    adapter = desk.adapter()
    reading = await observed(adapter)
    before = desk.site.emulator.count()
    ids = {ref: live.id for ref, live in reading.live.items()}
    units = [
        unit("create", "group", "New"),
        unit("create", "queue", "New", fields={"wrap_up_time_limit": 7}),
        unit("create", "agent", "u.new", fields={"name": "N", "routing": "phone", "phone": "84901"}),
        unit("create", "link", "New", "u.new"),
        unit("create", "link", "New", "u.5"),
        unit("create", "link", "Group 0", "u.new"),
        unit("create", "route", "New", "New"),
        unit("create", "route", "New", "Group 1", fields={"primary": False}),
        unit("change", "agent", "u.1", fields={"name": "One"}, id=ids["agent", ("u.1",)]),
        unit("rename", "agent", "u.2b", id=ids["agent", ("u.2",)], old_key=("u.2",)),
        unit("create", "agent", "u.2", after=("rename agent u.2b",), fields={"name": "Two"}),
        unit("create", "link", "Group 1", "u.2b"),
        unit(
            "change",
            "route",
            "Queue 1",
            "Group 0",
            fields={"primary": False},
            id=ids["route", ("Queue 1", "Group 0")],
        ),
        unit("disable", "agent", "u.3", id=ids["agent", ("u.3",)]),
        unit("remove", "link", "Group 4", "u.4", id=ids["agent", ("u.4",)]),
        unit("remove", "agent", "u.4", id=ids["agent", ("u.4",)]),
        unit("remove", "queue", "Queue 2", id=ids["queue", ("Queue 2",)]),
    ]
    done = await carried_out(adapter, units)
    assert all(each.acted and not each.adopted for each in done)
    assert desk.site.emulator.count() - before == len(units)
    after = await observed(desk.adapter())
    live = after.live
    assert live["agent", ("u.new",)].fields == {"name": "N", "phone": "84901", "routing": "phone"}
    assert live["agent", ("u.2b",)].id == ids["agent", ("u.2",)] != live["agent", ("u.2",)].id
    assert {
        ("link", ("New", "u.5")),
        ("link", ("Group 0", "u.new")),
        ("link", ("Group 1", "u.2b")),
    } <= live.keys()
    assert (
        live["route", ("New", "Group 1")].fields
        == live["route", ("Queue 1", "Group 0")].fields
        == {"primary": False}
    )
    assert live["route", ("New", "New")].fields == {"primary": True}
    assert desk.state.agents[ids["agent", ("u.3",)]]["manual_status"] == "NOT AVAILABLE"
    gone: list[tuple[Kind, Key]] = [
        ("agent", ("u.4",)),
        ("link", ("Group 4", "u.4")),
        ("queue", ("Queue 2",)),
    ]
    assert not live.keys() & set(gone)
    assert after.twice == {}


async def test_lost_creates_are_adopted_with_few_requests(desk: Desk) -> None:
    """Of four agents one was created and one was not: both are looked for by the filter, after one look at whether it works."""
    desk.state.seed_agents(450)
    adapter = desk.adapter()
    await observed(adapter)
    before = desk.sent()
    faults = desk.site.emulator.faults
    faults.script("agents.create", Fault.lost_answer(), Fault.reset_before())
    faults.script("group_agents.add", Fault.lost_answer())
    faults.script("groups.create", Fault.lost_answer())
    units = [unit("create", "agent", f"u.{number}") for number in range(4)]
    done = await carried_out(adapter, [*units, unit("create", "group", "G"), unit("create", "group", "H")])
    assert [each.adopted for each in done] == [True, False, False, False, True, False]
    linked = await carried_out(
        adapter, [unit("create", "link", "G", "u.1"), unit("create", "link", "G", "u.2")]
    )
    assert [each.adopted for each in linked] == [True, False]
    sent = desk.sent() - before
    assert sent["agents.list"] == 3
    assert sent["groups.list"] == 1
    assert sent["group_agents.list"] == 2  # of the adopted group, and after the lost response
    assert Counter(row["stringee_user_id"] for row in desk.state.agents.values()).most_common(1)[0][1] == 1
    assert len(desk.state.group_agents) == 2


async def test_many_lost_creates_take_one_reading(desk: Desk) -> None:
    """Where the list has fewer pages than there are agents to look for."""
    desk.state.seed_agents(120)
    adapter = desk.adapter()
    await observed(adapter)
    desk.site.script("agents.create", *[Fault.lost_answer()] * 3)
    before = desk.sent()
    done = await carried_out(adapter, [unit("create", "agent", f"u.{number}") for number in range(3)])
    assert all(each.adopted for each in done)
    assert (desk.sent() - before)["agents.list"] == 2


async def test_a_filter_that_is_ignored_is_noticed(desk: Desk) -> None:
    """Then the listing is read once for all."""
    desk.site.habits.honour_filters = False
    desk.state.seed_agents(450)
    adapter = desk.adapter()
    await observed(adapter)
    desk.site.script("agents.create", *[Fault.lost_answer()] * 3)
    before = desk.sent()
    done = await carried_out(adapter, [unit("create", "agent", f"u.{number}") for number in range(3)])
    assert all(each.adopted for each in done)
    assert (desk.sent() - before)["agents.list"] == 1 + 5


async def test_an_instance_that_did_not_observe_reads_what_it_needs_once(desk: Desk) -> None:
    """A runner on another machine: each kind, and each group, is read when it is first needed."""
    world(desk)
    adapter = desk.adapter()
    units = [
        unit("create", "agent", "u.1", fields={"name": "u 1"}),
        unit("create", "agent", "u.x"),
        unit("create", "link", "Group 1", "u.x"),
        unit("create", "link", "Group 1", "u.1"),
        unit("remove", "route", "Queue 0", "Group 0"),
        unit("remove", "agent", "u.none"),
    ]
    done = await carried_out(adapter, units)
    assert [each.acted for each in done] == [False, True, True, False, True, False]
    sent = desk.sent()
    assert (sent["agents.list"], sent["groups.list"], sent["queues.list"]) == (3, 1, 1)
    assert (sent["group_agents.list"], sent["group_routings.list"]) == (1, 1)


async def test_what_another_instance_did_is_looked_for_again(desk: Desk) -> None:
    """What it created is found by a later reading; a name that it freed is not taken for an object that is there."""
    first, second = desk.adapter(), desk.adapter()
    await observed(second)
    done = await carried_out(first, [unit("create", "group", "G"), unit("create", "agent", "u.a")])
    assert (await carried_out(second, [unit("create", "link", "G", "u.a")]))[0].acted
    rename = unit("rename", "group", "Old", id=done[0].id, old_key=("G",))
    await carried_out(first, [rename])
    again = (await carried_out(second, [unit("create", "group", "G", after=(rename.name,))]))[0]
    assert again.acted
    assert again.id != done[0].id
    with pytest.raises(NotFoundError, match="group Nowhere"):
        await carried_out(second, [unit("create", "link", "Nowhere", "u.a")])


async def test_an_object_that_the_vendor_does_not_show_yet_is_waited_for(desk: Desk) -> None:
    """A link to a group that was created a moment ago."""
    desk.state.add_agent("A", "u.a")
    adapter = desk.adapter()
    await observed(adapter)
    desk.site.emulator.read_lag = SETTLE / 2
    done = await carried_out(adapter, [unit("create", "group", "G"), unit("create", "link", "G", "u.a")])
    assert all(each.acted for each in done)
    assert len(desk.state.groups) == len(desk.state.group_agents) == 1


async def test_a_refusal_for_rate_is_waiting(desk: Desk) -> None:
    """Also if each attempt of a call meets one; but not where the vendor asks for a long wait."""
    refused = Fault.retry_after(0.001)
    desk.site.script("agents.create", *[refused] * 9)
    assert (await desk.adapter().do(unit("create", "agent", "u.a"))).acted
    assert len(desk.state.agents) == 1
    desk.site.script("groups.list", *[refused] * 9)
    assert (await observed(desk.adapter())).doubts == ()
    desk.site.script("agents.create", Fault.retry_after(3600))
    with pytest.raises(RateLimitedError):
        await desk.adapter().do(unit("create", "agent", "u.b"))


async def test_fields_that_only_stringee_has(desk: Desk) -> None:
    """Declared ones are checked, others go out as they are; both are compared where the vendor shows them."""
    state = desk.state
    state.add_agent("A", "u.a", manual_status="NOT AVAILABLE")
    adapter = desk.adapter()
    more = {"stringee": {"manual_status": "AVAILABLE", "online_status": 1}}
    wish = adapter.hold(Spec(agents=(AgentSpec(user_id="u.a", name="A", x=more),)))
    assert wish.cannot == ()
    assert wish.things["agent", ("u.a",)].fields == {
        "name": "A",
        "manual_status": "AVAILABLE",
        "online_status": 1,
    }
    live = (await observed(adapter, scope_of(wish))).live["agent", ("u.a",)]
    assert live.fields["manual_status"] == "NOT AVAILABLE"
    assert live.disabled
    assert live.foreign == {"manual_status": "NOT AVAILABLE", "online_status": 0}
    await adapter.do(unit("change", "agent", "u.a", id=live.id, fields={"manual_status": "AVAILABLE"}))
    assert state.agents[live.id]["manual_status"] == "AVAILABLE"
    wrong = {"manual_status": "ASLEEP", "manual_state": "AVAILABLE", "phone_number": "84901"}
    with pytest.raises(SpecError) as caught:
        adapter.hold(Spec(agents=(AgentSpec(user_id="u.a", x={"stringee": wrong}, file="c.yaml", line=3),)))
    assert len(caught.value.problems) == 3
    assert all(problem.startswith("c.yaml:3: agent u.a") for problem in caught.value.problems)


async def test_an_object_that_is_pinned_by_its_id_is_used(desk: Desk) -> None:
    """Of two groups with one name, agents go into the one that the specification pins."""
    desk.state.add_agent("A", "u.a")
    desk.state.add_group("G")
    pinned = desk.state.add_group("G")
    adapter = desk.adapter()
    adapter.hold(Spec(groups=(GroupSpec(name="G", id=pinned, agents=("u.a",)),)))
    reading = await observed(adapter)
    assert reading.members_of == {("group", ("G",))}
    await adapter.do(unit("create", "link", "G", "u.a"))
    assert next(dict(row) for row in desk.state.group_agents.values())["group_id"] == pinned
    with pytest.raises(AmbiguousError):
        await desk.adapter().do(unit("create", "link", "G", "u.a"))


async def test_numbers_are_read_before_queues_are_removed(desk: Desk) -> None:
    queue = desk.state.add_queue("Old")
    desk.state.add_queue("New")
    desk.state.add_number("84901", queue_id=queue)
    keeping, removing = desk.adapter(), desk.adapter()
    keeping.hold(Spec(queues=(QueueSpec(name="New"),)))
    await observed(keeping)
    assert desk.sent()["numbers.list"] == 0
    removing.hold(Spec(absent=AbsentSpec(queues=("Old",))))
    assert (await observed(removing)).live["queue", ("Old",)].notes == "1 number rings it"


def test_all_of_a_specification_can_be_held() -> None:
    """Extensions and agents of queues without groups are left out, in words."""
    spec = Spec(
        agents=(AgentSpec(user_id="u.a", extension="101", groups=("G",)),),
        groups=(GroupSpec(name="G"),),
        queues=(QueueSpec(name="Q", fields={"schedule": 2}, groups=(RouteSpec(name="G", primary=True),)),),
    )
    wish = adapter_for(StringeeClient("SKtest", "k" * 32)).hold(spec)
    assert {kind for kind, _ in wish.things} == {"agent", "group", "queue", "link", "route"}
    assert len(wish.cannot) == 1
    assert "Stringee cannot hold extension" in wish.cannot[0]


async def test_a_row_with_a_blank_name_hides_nothing_that_is_wished(desk: Desk) -> None:
    """A row without a name may be any object; one whose name is blank is none that a file can name."""
    blank = [desk.state.add_group(name) for name in ("", "  ")]
    adapter = desk.adapter()
    adapter.hold(Spec(groups=(GroupSpec(name="Sales"),)))
    reading = await observed(adapter, Scope(kinds=frozenset({"group"})))
    assert (reading.doubts, reading.malformed) == ((), ())
    assert [live.id for live in reading.twice["group", ("",)]] == blank
