"""What a picture shows: who reaches whom, large groups as a count, and nothing lost on the way."""

import pytest

from stringee_async.core.errors import ConfigError
from stringee_async.provision.showing.picture import LARGE, MOST_AGENTS, MOST_IDLE, Picture, graph_of
from stringee_async.provision.spec import AgentSpec, GroupSpec, QueueAgentSpec, QueueSpec, RouteSpec, Spec
from stringee_async.provision.things import Live, Reading


def people(number: int, *groups: str, first: int = 0) -> tuple[AgentSpec, ...]:
    return tuple(
        AgentSpec(user_id=f"u.{index:03}", name=f"Agent {index:03}", groups=groups)
        for index in range(first, first + number)
    )


def lines(picture: Picture) -> set[tuple[str, str, bool]]:
    """Return the lines of a picture by the titles of their boxes, and whether they are backups."""
    titles = {node.id: node.title for node in picture.nodes}
    return {(titles[edge.start], titles[edge.end], edge.backup) for edge in picture.edges}


def boxes(picture: Picture) -> dict[str, tuple[str, str, str]]:
    """Return column, small print and warning of each box by its title."""
    return {node.title: (node.column, node.detail, node.warning) for node in picture.nodes}


HOTLINE = QueueSpec(name="Hotline", groups=(RouteSpec(name="Sales"), RouteSpec(name="Night", primary=False)))


def test_calls_go_from_numbers_through_queues_and_groups_to_agents() -> None:
    spec = Spec(queues=(HOTLINE,), groups=(GroupSpec(name="Sales"),), agents=people(2, "Sales"))
    picture = graph_of(spec, title="Minh Họa", numbers={"Hotline": ["+84 28 7300 1578"]})
    assert lines(picture) == {
        ("+84 28 7300 1578", "Hotline", False),
        ("Hotline", "Sales", False),
        ("Hotline", "Night", True),
        ("Sales", "Agent 000", False),
        ("Sales", "Agent 001", False),
    }
    assert picture.subtitle == "1 number, 1 queue, 2 groups, 2 agents"
    assert boxes(picture)["Agent 000"] == ("agent", "u.000", "")
    assert boxes(picture)["Night"][2] == "no agents"


def test_a_large_group_is_a_count_with_a_few_names() -> None:
    spec = Spec(groups=(GroupSpec(name="Sales"),), agents=people(LARGE + 1, "Sales"))
    picture = graph_of(spec)
    assert lines(picture) == {("Sales", f"{LARGE + 1} agents", False)}
    assert boxes(picture)["9 agents"][1] == "Agent 000, Agent 001, Agent 002 and 6 more"
    assert len(graph_of(Spec(agents=people(LARGE, "Sales"))).edges) == LARGE


def test_many_small_groups_are_folded_all_together() -> None:
    """Some folded and some not would look as if the groups differed."""
    small = MOST_AGENTS // 4
    agents = [people(4, f"G{index:02}", first=index * 4) for index in range(small + 1)]
    fits = graph_of(Spec(agents=tuple(one for found in agents[:small] for one in found)))
    folded = graph_of(Spec(agents=tuple(one for found in agents for one in found)))
    assert sum(node.column == "agent" for node in fits.nodes) == MOST_AGENTS
    assert {node.title for node in folded.nodes if node.column == "agent"} == {"4 agents"}
    assert len(folded.edges) == small + 1


def test_agents_that_nothing_leads_to_share_a_box() -> None:
    spec = Spec(queues=(HOTLINE,), agents=(*people(1, "Sales"), *people(14, first=1)))
    assert boxes(graph_of(spec))["14 agents in no group"][1] == "Agent 001, Agent 002, Agent 003 and 11 more"
    ringme = Spec(queues=(QueueSpec(name="Q", agents=(QueueAgentSpec(user_id="100"),)),), agents=people(1))
    assert "1 agent in no queue" in boxes(graph_of(ringme))


def test_many_groups_that_are_in_no_queue_share_a_box_and_their_agents_stay_counted() -> None:
    groups = tuple(GroupSpec(name=f"G{index:02}") for index in range(MOST_IDLE + 1))
    agents = tuple(
        AgentSpec(user_id=f"u.{index}", groups=(group.name,)) for index, group in enumerate(groups)
    )
    picture = graph_of(Spec(queues=(HOTLINE,), groups=groups, agents=agents))
    assert ("13 groups in no queue", "13 agents", False) in lines(picture)
    assert boxes(graph_of(Spec(queues=(HOTLINE,), groups=groups[1:])))["G01"][1] == "in no queue"


def test_a_queue_that_no_agent_answers_is_marked_only_where_that_is_known() -> None:
    queues = (QueueSpec(name="Empty", groups=()), QueueSpec(name="Not mine"))
    shown = boxes(graph_of(Spec(queues=queues)))
    assert (shown["Empty"][2], shown["Not mine"][2]) == ("no agent takes its calls", "")


def test_agents_of_a_queue_without_groups_come_with_their_level() -> None:
    agents = (QueueAgentSpec(user_id="101", level=1), QueueAgentSpec(user_id="100", level=0))
    picture = graph_of(Spec(queues=(QueueSpec(name="Q", extension="700", agents=agents),)))
    assert [(edge.start, edge.end, edge.label) for edge in picture.edges] == [
        ("n1", "q1", ""),
        ("q1", "a1", "level 0"),
        ("q1", "a2", "level 1"),
    ]
    assert picture.nodes[0].title == "ext. 700"


def test_the_live_state_is_shown_as_it_was_read() -> None:
    rows = (
        Live(kind="queue", key=("Hotline",), id="Q1", fields={"extension": "700"}),
        Live(kind="group", key=("Sales",), id="G1"),
        Live(kind="agent", key=("u.an",), id="A1", fields={"name": "An"}),
        Live(kind="agent", key=("u.x",), id="A2"),
        Live(kind="link", key=("Sales", "u.an")),
        Live(kind="route", key=("Hotline", "Sales"), id="R1", fields={"primary": False}),
    )
    twin = Live(kind="group", key=("Twin",), id="G2")
    reading = Reading(
        live={row.ref: row for row in rows},
        twice={twin.ref: (twin, twin)},
        members_of=frozenset({("group", ("Sales",))}),
        doubts=("a page came twice",),
    )
    picture = graph_of(reading)
    assert lines(picture) == {
        ("ext. 700", "Hotline", False),
        ("Hotline", "Sales", True),
        ("Sales", "An", False),
    }
    assert boxes(picture)["Twin"] == ("group", "2 with this name", "")
    assert "1 agent in no group" in boxes(picture)
    assert picture.notes == ("The live state may be incomplete: a page came twice",)


def test_the_same_centre_in_another_order_is_the_same_picture() -> None:
    agents = (*people(3, "Sales", "Night"), *people(3, "Night", first=3))
    one = Spec(queues=(HOTLINE,), groups=(GroupSpec(name="A"), GroupSpec(name="B")), agents=agents)
    other = Spec(queues=(HOTLINE,), groups=(GroupSpec(name="B"), GroupSpec(name="A")), agents=agents[::-1])
    assert graph_of(one) == graph_of(other)


def test_an_empty_centre_is_a_picture_too() -> None:
    for form in ("mermaid", "svg"):
        assert "Contact centre" in str(graph_of(Spec()).render(form))
    with pytest.raises(ConfigError, match="mermaid, svg or png"):
        graph_of(Spec()).render("gif")  # type: ignore[arg-type]
