"""The example in the package: what the documentation promises of it, and what changes in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stringee_async import ConfigError
from stringee_async.provision.example_centre import (
    FILES,
    change_example,
    changed_roster,
    example_text,
    write_example,
)
from stringee_async.provision.files.load import load
from stringee_async.provision.files.problems import Problem
from stringee_async.provision.files.roster_table import read_roster_table
from stringee_async.provision.planning.stated import stated_in
from stringee_async.provision.spec import AgentSpec


def people(data: bytes) -> dict[str, AgentSpec]:
    problems: list[Problem] = []
    agents = read_roster_table(data, source="roster.csv", phone_country=None, problems=problems)
    assert problems == []
    return {agent.user_id: agent for agent in agents}


def test_the_example_is_what_the_documentation_promises(tmp_path: Path) -> None:
    """500 people, 20 groups and 10 queues, each queue with primary groups and one more to ask second."""
    paths = write_example(tmp_path / "new" / "folder")
    assert [path.name for path in paths] == list(FILES)
    spec = load(paths[0])
    agents, groups, queues = spec.agents or (), spec.groups or (), spec.queues or ()
    assert (len(agents), len(groups), len(queues), spec.vendor) == (500, 20, 10, None)
    assert (spec.agents_section.manage, spec.on_leave) == ("full", "unlink")
    assert all(agent.phone and agent.groups and len(agent.user_id) <= 32 for agent in agents)
    assert {agent.routing for agent in agents} == {"app", "phone"}
    for queue in queues:
        assert Counter(route.primary for route in queue.groups or ())[True] >= 1
        assert 2 <= len(queue.groups or ()) <= 4
        assert queue.fields["record_calls"] is True
    assert {route.name for queue in queues for route in queue.groups or ()} == {
        group.name for group in groups
    }
    stated = stated_in(spec)
    assert Counter(kind for kind, _ in stated.things)["link"] == 639


def test_a_month_later_people_have_joined_left_and_moved() -> None:
    before = people(example_text("roster.csv").encode())
    text, change = changed_roster()
    after = people(text.encode())
    assert (text, change) == changed_roster()
    assert set(change.joined) == after.keys() - before.keys()
    assert set(change.left) == before.keys() - after.keys()
    stayed = before.keys() & after.keys()
    assert {
        name: after[name].groups for name in stayed if after[name].groups != before[name].groups
    } == change.moved
    assert {
        name: after[name].name for name in stayed if after[name].name != before[name].name
    } == change.renamed
    assert [len(part) for part in (change.joined, change.left, change.moved, change.renamed)] == [8, 6, 11, 2]
    phones = [agent.phone for agent in after.values()]
    assert len(phones) == len(set(phones))


def test_a_month_later_no_group_is_left_without_agents_and_every_group_is_known(tmp_path: Path) -> None:
    """So that no guard of a plan stops the demonstration."""
    (centre, _) = write_example(tmp_path)
    known = {group.name for group in load(centre).groups or ()}
    change_example(tmp_path)
    spec = load(centre)
    sizes = Counter(group for agent in spec.agents or () for group in agent.groups or ())
    assert sizes.keys() == known
    assert min(sizes.values()) >= 10


def test_writing_and_changing_may_be_repeated_and_lose_nothing(tmp_path: Path) -> None:
    write_example(tmp_path)
    assert write_example(tmp_path) == tuple(tmp_path / name for name in FILES)
    change = change_example(tmp_path)
    assert change_example(tmp_path) == change
    roster = tmp_path / "roster.csv"
    assert roster.read_bytes() == changed_roster()[0].encode()
    with pytest.raises(ConfigError, match="is not that of the example; name another folder"):
        write_example(tmp_path)
    edited = roster.read_text(encoding="utf-8").replace("app", "phone")
    roster.write_text(edited, encoding="utf-8")
    with pytest.raises(ConfigError, match="is not that of the example"):
        change_example(tmp_path)
    assert roster.read_text(encoding="utf-8") == edited


def test_what_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_example(tmp_path / "file")
    (tmp_path / "roster.csv").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        write_example(tmp_path)
    assert not (tmp_path / "centre.yaml").exists()
    with pytest.raises(ConfigError, match=r"must be centre\.yaml or roster\.csv"):
        example_text("other.csv")
