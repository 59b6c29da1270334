"""The graph of units: order of dependencies, one write at a time for each owner, and what a failure cuts off."""

from __future__ import annotations

import pytest

from stringee_async import PlanError
from stringee_async.provision.running.unit_graph import UnitGraph, owner_of

from ..runs import unit


def test_connections_belong_to_their_group_or_queue() -> None:
    assert owner_of(unit("link Sales/u.an")) == owner_of(unit("group Sales")) == ("group", ("Sales",))
    assert owner_of(unit("route Hotline/Sales")) == owner_of(unit("queue Hotline")) == ("queue", ("Hotline",))
    assert owner_of(unit("agent u.an")) == ("agent", ("u.an",))


def test_a_unit_begins_when_all_that_it_waits_for_is_done() -> None:
    link = unit("link Sales/u.an", "create group Sales", "create agent u.an", "create agent gone.already")
    graph = UnitGraph([link, group := unit("group Sales"), agent := unit("agent u.an")])
    assert [graph.take(), graph.take(), graph.take()] == [group, agent, None]
    assert graph.settle(agent, done=True) == []
    assert graph.take() is None
    assert graph.settle(group, done=True) == []
    assert graph.take() == link
    graph.settle(link, done=True)
    assert (list(graph.left()), graph.in_flight, len(graph)) == ([], 0, 3)


def test_one_unit_of_an_owner_is_at_work_and_others_go_on() -> None:
    first, second, other = unit("link Sales/u.an"), unit("link Sales/u.binh"), unit("link Support/u.an")
    graph = UnitGraph([first, second, other])
    assert [graph.take(), graph.take(), graph.take()] == [first, other, None]
    graph.put_aside(first)
    assert graph.take() == second
    graph.resume(first)
    graph.settle(second, done=True)
    assert graph.in_flight == 2
    assert list(graph.left()) == [first, other]


def test_an_owner_whose_unit_was_put_aside_and_settled_is_taken_once() -> None:
    first, second, third = (unit(f"link Sales/u.{name}") for name in ("an", "binh", "chi"))
    graph = UnitGraph([first, second, third])
    assert graph.take() == first
    graph.put_aside(first)
    graph.resume(first)
    for done, following in ((first, second), (second, third), (third, None)):
        graph.settle(done, done=True)
        assert graph.take() == following
    assert (list(graph.left()), graph.in_flight) == ([], 0)


def test_what_waits_for_a_unit_that_failed_is_cut_off_and_the_rest_is_not() -> None:
    group, agent = unit("group Sales"), unit("agent u.an")
    link = unit("link Sales/u.an", group.name, agent.name)
    route = unit("route Hotline/Sales", group.name)
    after = unit("route Hotline/Support", route.name)
    graph = UnitGraph([group, agent, link, route, after])
    assert [graph.take(), graph.take()] == [group, agent]
    assert {one.name for one in graph.settle(group, done=False)} == {link.name, route.name, after.name}
    assert graph.settle(agent, done=False) == []  # cut off already
    assert (graph.take(), list(graph.left())) == (None, [])


def test_units_that_wait_for_each_other_and_units_that_are_there_twice_are_refused() -> None:
    with pytest.raises(PlanError, match="wait for each other: create agent"):
        UnitGraph([unit("agent a", "create agent b"), unit("agent b", "create agent a")])
    with pytest.raises(PlanError, match="twice"):
        UnitGraph([unit("agent a"), unit("agent a")])
