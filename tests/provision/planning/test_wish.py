"""What a specification asks of a vendor, and what of it the vendor cannot hold."""

from __future__ import annotations

import json

import attrs
import pytest

from stringee_async.core.errors import ProvisionError, SpecError
from stringee_async.provision.adapter import Capabilities
from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.nouns import FIELDS, KINDS
from stringee_async.provision.planning.wish import scope_of, wish_digest_of, wish_of
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueAgentSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    SourceSpec,
    Spec,
)
from stringee_async.provision.things import Scope, Wished

ALL = Capabilities(
    fields={kind: frozenset(field.name for field in FIELDS[kind]) for kind in KINDS},
    rename=frozenset({"agent", "group", "queue"}),
    remove=frozenset(KINDS),
    disable=True,
)
FULL = SectionSpec(manage="full")


def test_everything_that_is_stated_is_wished_under_its_natural_key() -> None:
    spec = Spec(
        agents=(AgentSpec(user_id="u.an", name="An", groups=("Sales ",), file="r.csv", line=2),),
        groups=(GroupSpec(name=" Sales", agents=("u.binh",)), GroupSpec(name="Support", was="Second")),
        queues=(
            QueueSpec(
                name="Hotline",
                fields={"wrap_up_time_limit": 20},
                groups=(RouteSpec(name="Sales", primary=True), RouteSpec(name="Support")),
                agents=(QueueAgentSpec(user_id="u.an", level=1),),
            ),
        ),
    )
    wish = wish_of(spec, ALL)
    assert {ref: dict(thing.fields) for ref, thing in wish.things.items()} == {
        ("group", ("Sales",)): {},
        ("group", ("Support",)): {},
        ("agent", ("u.an",)): {"name": "An"},
        ("queue", ("Hotline",)): {"wrap_up_time_limit": 20},
        ("link", ("Sales", "u.an")): {},
        ("link", ("Sales", "u.binh")): {},
        ("route", ("Hotline", "Sales")): {"primary": True},
        ("route", ("Hotline", "Support")): {},
        ("queue_agent", ("Hotline", "u.an")): {"level": 1},
    }
    assert wish.things["group", ("Support",)].was == "Second"
    assert wish.things["agent", ("u.an",)].where == "r.csv:2"
    assert (wish.lists.exact, wish.lists.kinds, wish.cannot) == (frozenset(), frozenset(), ())


def test_an_empty_list_is_exact_in_any_mode_and_an_omitted_one_in_none() -> None:
    queues = (QueueSpec(name="Q", groups=()), QueueSpec(name="R", agents=()), QueueSpec(name="S"))
    spec = Spec(groups=(GroupSpec(name="A", agents=()), GroupSpec(name="B")), queues=queues)
    empty = {("group", ("A",)), ("queue", ("Q",)), ("queue_agent", ("R",))}
    assert wish_of(spec, ALL).lists.exact == empty
    full = attrs.evolve(spec, groups_section=FULL, queues_section=FULL)
    assert wish_of(full, ALL).lists.exact == empty
    assert wish_of(full, ALL).lists.kinds == {"group", "queue"}


def test_a_stated_list_is_exact_under_manage_full_of_its_section_or_its_own() -> None:
    groups = (GroupSpec(name="A", agents=("u",), manage="full"), GroupSpec(name="B", agents=("u",)))
    agents = (
        AgentSpec(user_id="u", groups=("A",)),
        AgentSpec(user_id="v"),
        AgentSpec(user_id="w", groups=()),
    )
    spec = Spec(groups=groups, agents=agents)
    assert wish_of(spec, ALL).lists.exact == {("group", ("A",))}
    full = attrs.evolve(spec, agents_section=FULL)
    assert wish_of(full, ALL).lists.exact == {("group", ("A",)), ("agent", ("u",)), ("agent", ("w",))}


def test_groups_that_are_only_named_are_wished_if_the_file_has_no_groups() -> None:
    spec = Spec(agents=(AgentSpec(user_id="u", groups=("Sales",)),), groups_section=FULL)
    wish = wish_of(spec, ALL)
    assert wish.things["group", ("Sales",)] == Wished(kind="group", key=("Sales",))
    assert wish.lists.kinds == frozenset()


def test_all_contradictions_are_named_at_once() -> None:
    spec = Spec(
        groups=(GroupSpec(name="Sales"), GroupSpec(name="sales"), GroupSpec(name="New", was="Old")),
        agents=(AgentSpec(user_id="u", groups=("Salse",), file="r.csv", line=7), AgentSpec(user_id="u")),
        absent=AbsentSpec(agents=("u",), groups=("Old",)),
    )
    with pytest.raises(SpecError) as raised:
        wish_of(spec, ALL)
    assert raised.value.problems == (
        "r.csv:7: agent u names the group 'Salse', which groups: does not describe; did you mean 'Sales'?",
        "agent u is described twice (also r.csv:7)",
        "group sales differs from Sales in the case of letters only",
        "agent u is wished, and under absent: too",
        "group New was 'Old', which is under absent: too; keep one of the two",
    )


def test_what_a_vendor_cannot_hold_is_one_line_for_each_kind_and_field() -> None:
    spec = Spec(
        agents=tuple(
            AgentSpec(user_id=f"u{number}", name="N", extension=str(number), groups=("A", "B"))
            for number in range(12)
        ),
        groups=(GroupSpec(name="A", was="Z"), GroupSpec(name="B")),
        agents_section=FULL,
        on_leave="disable",
        absent=AbsentSpec(groups=("C",), agents=("gone",)),
    )
    without_groups = Capabilities(fields={"agent": frozenset({"name"})})
    wish = wish_of(spec, without_groups, vendor="RingMe")
    assert wish.cannot == (
        "RingMe cannot hold groups: 2 groups are left out",
        "RingMe cannot hold agents' memberships of groups: 24 agents' memberships of groups are left out",
        "RingMe cannot hold extension of agents: left out for 12 agents",
        "RingMe cannot remove agents: 1 agent under absent: stays",
        "RingMe cannot disable agents: those who leave are only taken out of their groups",
    )
    assert {kind for kind, _ in wish.things} == {"agent"}
    assert (wish.absent, wish.lists.kinds, wish.on_leave) == (frozenset(), frozenset(), "unlink")
    one = attrs.evolve(ALL, one_group=True, rename=frozenset(), remove=frozenset({"link", "agent"}))
    wish = wish_of(spec, one, vendor="V")
    assert [key for kind, key in wish.things if kind == "link"] == [("A", f"u{n}") for n in range(12)]
    assert wish.cannot == (
        (
            "V cannot rename groups: was: is passed over for 1 group, "
            "so a new one is created where the new name is not there yet, and the old one stays"
        ),
        "V holds one group for each agent: 12 agents are put into the first of theirs only",
        "V cannot remove groups: 1 group under absent: stays",
    )
    assert (wish.absent, wish.stay) == ({("agent", ("gone",))}, {"group", "queue", "route", "queue_agent"})


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        (Spec(agents=(), agents_section=FULL), "everybody would leave"),
        (Spec(agents=(), sources=(SourceSpec(path="r.csv", roster=True),)), "r.csv holds no agents"),
        (Spec(groups=(), groups_section=FULL), "all groups"),
        (Spec(queues=(), queues_section=FULL), "all queues"),
    ],
)
def test_a_list_that_is_empty_by_accident_is_refused(spec: Spec, word: str) -> None:
    (reason,) = wish_of(spec, ALL).reasons_to_refuse
    assert word in reason
    assert wish_of(Spec(agents=(), groups=()), ALL).reasons_to_refuse == ()


def test_only_what_is_named_is_read_unless_something_may_leave() -> None:
    groups = (GroupSpec(name="A", agents=("u",), was="Z"), GroupSpec(name="B"))
    assert scope_of(wish_of(Spec(groups=groups), ALL)) == Scope(
        kinds=frozenset({"agent", "group", "link"}),
        members_of=frozenset({("group", ("A",)), ("group", ("Z",))}),
    )
    assert scope_of(wish_of(Spec(agents=(AgentSpec(user_id="u"),)), ALL)) == Scope(
        kinds=frozenset({"agent"}), members_of=frozenset()
    )
    emptied = Spec(groups=(GroupSpec(name="A", agents=()),))
    assert scope_of(wish_of(emptied, ALL)) == Scope(kinds=frozenset(KINDS) - {"queue_agent"})
    for spec in (
        Spec(agents=(AgentSpec(user_id="u"),), agents_section=FULL),
        Spec(absent=AbsentSpec(agents=("u",), groups=("A",))),
    ):
        assert scope_of(wish_of(spec, ALL)) == Scope(kinds=frozenset(KINDS))
    agents_only = Capabilities(fields={"agent": frozenset()}, remove=frozenset({"agent"}))
    absent = wish_of(Spec(absent=AbsentSpec(agents=("u",))), agents_only)
    assert scope_of(absent) == Scope(kinds=frozenset({"agent"}))


def test_the_digest_of_a_wish_is_of_what_it_asks() -> None:
    first, second = GroupSpec(name="A"), GroupSpec(name="B")
    digest = wish_digest_of(wish_of(Spec(groups=(first, second)), ALL))
    assert wish_digest_of(wish_of(Spec(groups=(second, attrs.evolve(first, line=9))), ALL)) == digest
    others = [
        Spec(groups=(first, attrs.evolve(second, was="C"))),
        Spec(groups=(first, attrs.evolve(second, agents=()))),
        Spec(groups=(first, second), absent=AbsentSpec(groups=("C",))),
        Spec(groups=(first, second), adopt_strangers=True),
        Spec(groups=(first, second), groups_section=FULL),
        Spec(groups=(first, second), groups_section=SectionSpec(ignore=("x",))),
    ]
    assert len({digest, *(wish_digest_of(wish_of(spec, ALL)) for spec in others)}) == 7


def test_what_was_applied_survives_json() -> None:
    last = LastApplied(
        refs=frozenset({("agent", ("u",)), ("link", ("A", "u"))}), agents=1, modified=2.5, wish_digest="d"
    )
    assert LastApplied.from_json(json.loads(json.dumps(last.to_json()))) == last


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        None,
        {**LastApplied().to_json(), "form": 2},
        {**LastApplied().to_json(), "refs": {"sheep": []}},
        {**LastApplied().to_json(), "refs": {"agent": 3}},
        {**LastApplied().to_json(), "agents": "many"},
    ],
)
def test_what_is_no_record_of_a_run_is_refused(value: object) -> None:
    with pytest.raises(ProvisionError, match="record of the last run"):
        LastApplied.from_json(value)
