"""The live state as a specification: the plan of it is empty, and what a file cannot say is told."""

import random

import attrs

from stringee_async.provision.files.spec_of_reading import spec_of, stateable
from stringee_async.provision.nouns import Kind
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import wish_of
from stringee_async.provision.spec import AgentSpec, QueueAgentSpec, QueueSpec, RouteSpec, Spec
from stringee_async.provision.things import Live, Reading

from ..worlds import PLAIN, VENDORS, Centre, Double, random_centre


def reading_of(*rows: Live, **others: object) -> Reading:
    kinds: frozenset[Kind] = frozenset({"agent", "group", "queue", "link", "route"})
    members = frozenset(row.ref for row in rows if row.kind in {"group", "queue"})
    facts: dict[str, object] = {"read": kinds, "members_of": members, **others}
    return Reading(live={row.ref: row for row in rows}, **facts)  # type: ignore[arg-type]


def test_a_plan_of_what_is_there_has_nothing_to_do() -> None:
    for seed in range(100):
        double = Double(
            random_centre(random.Random(seed)), VENDORS["without delete" if seed % 2 else "plain"]
        )
        reading = double.reading()
        for whole in (False, True):
            spec = spec_of(reading, vendor="double", whole=whole)
            assert not plan_of(wish_of(spec, double.capabilities), reading, vendor="double").units
            section = attrs.evolve(spec.agents_section, manage="full")
            full = attrs.evolve(spec, agents_section=section, groups_section=section, queues_section=section)
            assert not plan_of(wish_of(full, double.capabilities), reading, vendor="double").units, seed


def test_building_it_anew_gives_the_same_specification() -> None:
    """What is applied to an empty account and dumped is what was dumped before."""
    for seed in range(20):
        first = spec_of(Double(random_centre(random.Random(seed), twins=False)).reading(), vendor="double")
        empty = Double(Centre())
        for unit in plan_of(wish_of(first, PLAIN), empty.reading(), vendor="double").units:
            empty.carry_out(unit)
        assert spec_of(empty.reading(), vendor="double") == first


def test_memberships_stand_with_the_agents_and_backups_are_stated() -> None:
    reading = reading_of(
        Live(kind="agent", key=("u.an",), id="A1", fields={"name": "An", "phone": None, "routing": "app"}),
        Live(kind="agent", key=("u.b",), id="A2", foreign={"manual_status": "AVAILABLE", "note": None}),
        Live(kind="group", key=("Sales",), id="G1"),
        Live(kind="queue", key=("Hotline",), id="Q1", fields={"record_calls": True, "schedule": 2}),
        Live(kind="queue", key=("Empty",), id="Q2"),
        Live(kind="link", key=("Sales", "u.an")),
        Live(kind="route", key=("Hotline", "Sales"), fields={"primary": False}),
    )
    found = stateable(reading, vendor="stringee", defaults={"record_calls": True, "schedule": 1})
    assert found.spec.agents == (
        AgentSpec(user_id="u.an", name="An", routing="app", groups=("Sales",)),
        AgentSpec(user_id="u.b", groups=(), x={"stringee": {"manual_status": "AVAILABLE"}}),
    )
    assert found.spec.queues == (
        QueueSpec(name="Empty"),
        QueueSpec(name="Hotline", fields={"schedule": 2}, groups=(RouteSpec(name="Sales", primary=False),)),
    )
    assert (found.spec.vendor, found.left_out) == ("stringee", ())
    assert found.ids["queue", ("Hotline",)] == "Q1"


def test_a_way_back_states_defaults_and_empty_lists_too() -> None:
    reading = reading_of(
        Live(kind="group", key=("Sales",)),
        Live(kind="queue", key=("Hotline",), fields={"record_calls": True}),
        Live(kind="queue", key=("Empty",)),
        Live(kind="route", key=("Hotline", "Sales"), fields={"primary": True}),
    )
    spec = spec_of(reading, vendor="stringee", whole=True, defaults={"record_calls": True})
    assert spec.queues == (
        QueueSpec(name="Empty", groups=()),
        QueueSpec(
            name="Hotline", fields={"record_calls": True}, groups=(RouteSpec(name="Sales", primary=True),)
        ),
    )


def test_of_a_partial_reading_only_what_was_read_is_stated() -> None:
    reading = reading_of(
        Live(kind="agent", key=("u.an",)),
        Live(kind="group", key=("Read",)),
        Live(kind="group", key=("Unread",)),
        Live(kind="link", key=("Read", "u.an")),
        read=frozenset({"agent", "group"}),
        members_of=frozenset({("group", ("Read",))}),
    )
    spec = spec_of(reading, vendor="stringee")
    assert spec.agents == (AgentSpec(user_id="u.an"),)
    assert [(group.name, group.agents) for group in spec.groups or ()] == [
        ("Read", ("u.an",)),
        ("Unread", None),
    ]
    assert spec.queues is None


def test_what_a_file_cannot_tell_apart_is_left_out_with_what_hangs_on_it_and_named_with_ids() -> None:
    twins = tuple(Live(kind="group", key=("Sales",), id=id) for id in ("G1", "G2"))
    reading = reading_of(
        Live(kind="agent", key=("u.an",), id="A1"),
        Live(kind="agent", key=("u.broken\n",), id="A2"),
        Live(kind="group", key=("Night",), id="G3"),
        Live(kind="group", key=("night",), id="G4"),
        Live(kind="link", key=("Sales", "u.an")),
        Live(kind="link", key=("Night", "u.an")),
        twice={twins[0].ref: twins},
    )
    found = stateable(reading, vendor="stringee")
    assert found.spec.groups == ()
    assert found.spec.agents is not None
    assert [agent.user_id for agent in found.spec.agents] == ["u.an"]
    text = "\n".join(found.left_out)
    for part in ("group Sales is there 2 times (ids G1, G2)", "Night, night differ by case", "(id A2)"):
        assert part in text
    assert all(line.isprintable() for line in found.left_out)


def test_values_that_the_file_refuses_are_left_out_and_named() -> None:
    found = stateable(
        reading_of(Live(kind="queue", key=("Q",), fields={"wait_agent_answer_timeout": 1})), vendor="ringme"
    )
    assert found.spec.queues == (QueueSpec(name="Q"),)
    assert found.left_out[0].startswith("wait_agent_answer_timeout of queue Q: ")


def test_queues_without_groups_state_their_agents_and_extension() -> None:
    reading = reading_of(
        Live(kind="agent", key=("100",), fields={"extension": "100"}),
        Live(kind="queue", key=("Sales",), fields={"extension": "700"}),
        Live(kind="queue_agent", key=("Sales", "100"), fields={"level": 1, "position": 0}),
    )
    assert spec_of(reading, vendor="ringme") == Spec(
        vendor="ringme",
        agents=(AgentSpec(user_id="100", extension="100"),),
        groups=(),
        queues=(
            QueueSpec(
                name="Sales", extension="700", agents=(QueueAgentSpec(user_id="100", level=1, position=0),)
            ),
        ),
    )
