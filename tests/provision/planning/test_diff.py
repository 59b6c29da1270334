"""What is to be done, what is left alone, and what cannot be decided."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.planning.diff import Changes, compare
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueAgentSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    Spec,
)

from ..worlds import ONE_GROUP, PLAIN, WITHOUT_DELETE, Centre, Double

FULL = SectionSpec(manage="full")


def changes(
    centre: Centre, last: LastApplied | None = None, capabilities: Any = PLAIN, **spec: Any
) -> Changes:
    double = Double(centre, capabilities)
    wish = double.hold(Spec(**spec))
    return compare(wish, double.reading(scope_of(wish)), last)


def to_do(found: Changes) -> set[str]:
    return {unit.name for unit in found.units}


def centre(**there: tuple[str, ...]) -> Centre:
    made = Centre()
    for kind, names in there.items():
        for name in names:
            made.add(kind, *name.split("/"))  # type: ignore[arg-type]
    return made


def test_only_stated_fields_are_compared_and_only_those_that_differ_are_written() -> None:
    made = Centre()
    row = made.add("agent", "u", name="Old", phone="84901", routing="app")
    made.add("agent", "v", name="Same", phone="84901")
    found = changes(
        made,
        agents=(
            AgentSpec(user_id="u", name="New", phone="84901"),
            AgentSpec(user_id="v", name=" Same", phone="+84901"),
        ),
    )
    (unit,) = found.units
    assert (unit.name, unit.fields, unit.before, unit.id) == (
        "change agent u",
        {"name": "New"},
        {"name": "Old"},
        row.id,
    )
    assert found.unchanged == 1


def test_what_the_vendor_does_not_show_is_not_compared_and_said() -> None:
    made = centre(agent=("u",))
    double = Double(made)
    wish = double.hold(Spec(agents=(AgentSpec(user_id="u", name="New"),)))
    reading = double.reading()
    del reading.live["agent", ("u",)].fields["name"]  # type: ignore[attr-defined]
    found = compare(wish, reading, None)
    assert found.units == ()
    assert found.notes == ("name of 1 agent is not compared: the vendor does not show it",)


OLD_NEW = (GroupSpec(name="New", was="Old"),)


@pytest.mark.parametrize(
    ("there", "groups", "expected"),
    [
        (("Old",), OLD_NEW, {"rename group New"}),
        (("New",), OLD_NEW, set()),
        ((), OLD_NEW, {"create group New"}),
        (("Old", "New"), OLD_NEW, set()),
        (("Old",), (*OLD_NEW, GroupSpec(name="Old")), {"rename group New", "create group Old"}),
        (("Old", "New"), (*OLD_NEW, GroupSpec(name="Old")), set()),
        (
            ("A", "B"),
            (GroupSpec(name="B", was="A"), GroupSpec(name="C", was="B")),
            {"rename group B", "rename group C"},
        ),
        (("A", "C"), (GroupSpec(name="B", was="A"), GroupSpec(name="C", was="B")), {"rename group B"}),
        (("B", "C"), (GroupSpec(name="B", was="A"), GroupSpec(name="C", was="B")), set()),
    ],
)
def test_a_rename_happens_once_and_only_where_the_new_name_is_free(
    there: tuple[str, ...], groups: tuple[GroupSpec, ...], expected: set[str]
) -> None:
    found = changes(centre(group=there), groups=groups)
    assert to_do(found) == expected
    both = (there, groups) == (("Old", "New"), OLD_NEW)
    assert [note for note in found.notes if "nothing is renamed" in note] == (
        list(found.notes) if both else []
    )
    assert bool(found.notes) is both


def test_what_hangs_on_a_renamed_object_is_compared_under_its_new_name() -> None:
    made = centre(agent=("u", "v"), group=("Old",), queue=("Q",), link=("Old/u", "Old/v"), route=("Q/Old",))
    groups = (GroupSpec(name="New", was="Old", agents=("u",), manage="full"),)
    queues = (QueueSpec(name="Q", groups=(RouteSpec(name="New", primary=True),)),)
    found = changes(made, groups=groups, queues=queues)
    assert to_do(found) == {"rename group New", "remove link New/v"}
    assert found.unchanged == 3


def test_a_renamed_object_is_changed_too() -> None:
    made = Centre()
    made.add("agent", "old", name="A")
    found = changes(made, agents=(AgentSpec(user_id="new", was="old", name="B"),))
    rename, change = found.units
    assert (rename.old_key, rename.id, change.id, change.fields) == (("old",), "1", "1", {"name": "B"})


def test_two_objects_with_one_name_and_what_hangs_on_them_are_left_as_they_are() -> None:
    made = centre(agent=("u", "v"), group=("A",), queue=("Q",), link=("A/u",), route=("Q/A",))
    made.add("group", "A")
    found = changes(
        made,
        groups=(GroupSpec(name="A", agents=("v",), manage="full"), GroupSpec(name="B", was="A")),
        agents=(AgentSpec(user_id="u", groups=()), AgentSpec(user_id="v")),
        agents_section=FULL,
        queues=(QueueSpec(name="Q", groups=()),),
    )
    assert found.units == ()
    (note,) = found.notes
    assert "group A is there 2 times (ids 3, 7)" in note


def test_a_pinned_id_says_which_of_two_is_meant() -> None:
    made = centre(group=("A", "A"), agent=("u",))
    spec = {"agents": (AgentSpec(user_id="u"),)}
    pinned = GroupSpec(name="B", id="2", agents=("u",))
    (unit,) = changes(made, groups=(GroupSpec(name="A"), pinned), **spec).units
    assert (unit.name, unit.id, unit.old_key) == ("rename group B", "2", ("A",))
    assert changes(made, groups=(GroupSpec(name="A", id="1"),)).units == ()
    assert to_do(changes(centre(group=("A",)), groups=(GroupSpec(name="B", id="1"),))) == {"rename group B"}


@pytest.mark.parametrize(
    ("there", "group", "text"),
    [
        (("A",), GroupSpec(name="A", id="9"), "there is no group with id 9"),
        (("A", "B"), GroupSpec(name="B", id="1"), "another (id 2) has this one"),
    ],
)
def test_an_id_that_does_not_fit_is_refused(there: tuple[str, ...], group: GroupSpec, text: str) -> None:
    (refusal,) = changes(centre(group=there), groups=(group,)).refusals
    assert text in refusal.text
    (refusal,) = changes(
        centre(group=("A",)), None, ONE_GROUP, groups=(GroupSpec(name="B", id="1"),)
    ).refusals
    assert "cannot rename groups" in refusal.text


def test_who_is_named_in_a_list_and_is_neither_there_nor_described_is_refused() -> None:
    groups = (GroupSpec(name="A", agents=("u", "x")), GroupSpec(name="B", agents=("x", "new")))
    found = changes(centre(agent=("u",)), groups=groups, agents=(AgentSpec(user_id="new"),))
    assert to_do(found) == {
        "create group A",
        "create group B",
        "create agent new",
        "create link A/u",
        "create link B/new",
    }
    (refusal,) = found.refusals
    assert refusal.text == (
        "agent x is neither there nor described, yet named (link A/x, link B/x): "
        "describe it under agents:, or take it out of the list"
    )


def test_what_is_not_named_leaves_under_full_if_the_last_run_applied_it() -> None:
    made = centre(agent=("u", "v", "w", "svc-1"), group=("A", "B"), link=("A/v", "B/w", "A/svc-1"))
    spec: dict[str, Any] = {
        "agents": (AgentSpec(user_id="u"),),
        "agents_section": SectionSpec(manage="full", ignore=("svc-*",)),
        "on_leave": "delete",
    }
    last = LastApplied(refs=frozenset({("agent", ("v",)), ("agent", ("svc-1",))}))
    found = changes(made, last, **spec)
    assert to_do(found) == {"remove agent v", "remove link A/v"}
    assert found.left_alone["agent"] == ("w", "svc-1")
    both = {"remove agent v", "remove link A/v", "remove agent w", "remove link B/w"}
    assert to_do(changes(made, last, adopt_strangers=True, **spec)) == both
    assert to_do(changes(made, None, **spec)) == both
    spec["on_leave"] = "unlink"
    assert to_do(changes(made, last, **spec)) == {"remove link A/v"}
    spec["on_leave"] = "disable"
    assert to_do(changes(made, last, **spec)) == {"disable agent v"}
    made.named("agent", "v").disabled = True
    assert to_do(changes(made, last, **spec)) == set()
    assert to_do(changes(made, last, WITHOUT_DELETE, **spec)) == {"remove link A/v"}


def test_a_group_that_leaves_takes_what_hangs_on_it_along_but_nothing_that_is_ignored() -> None:
    made = centre(agent=("u", "svc"), group=("A", "B"), queue=("Q",), link=("A/u", "B/svc"), route=("Q/A",))
    spec: dict[str, Any] = {"groups": (GroupSpec(name="C"),), "groups_section": FULL}
    spec["agents_section"] = SectionSpec(ignore=("svc",))
    found = changes(made, None, **spec)
    assert to_do(found) == {"create group C", "remove group A", "remove link A/u", "remove route Q/A"}
    assert found.notes == ("group B stays: link B/svc must not be touched",)
    assert {unit.reason for unit in found.units} == {
        "",
        "not in the file (had 1 agent)",
        "group A is removed",
    }


def test_absent_things_are_removed_in_any_mode_but_not_if_they_are_ignored() -> None:
    made = centre(agent=("u", "v"), group=("A",), queue=("Q",), link=("A/u",), queue_agent=("Q/u",))
    absent = AbsentSpec(agents=("u", "v", "gone"))
    found = changes(made, LastApplied(), absent=absent, agents_section=SectionSpec(ignore=("v",)))
    assert to_do(found) == {"remove agent u", "remove link A/u", "remove queue_agent Q/u"}
    assert found.notes == ("agent v stays although absent: names it: ignore: names it too",)
    stays = changes(made, None, WITHOUT_DELETE, absent=absent)
    assert stays.units == ()


def test_who_is_not_described_but_named_in_a_list_stays() -> None:
    made = centre(agent=("u", "v"), group=("A",))
    found = changes(
        made,
        agents=(AgentSpec(user_id="v"),),
        agents_section=FULL,
        on_leave="delete",
        groups=(GroupSpec(name="A", agents=("u",)),),
    )
    assert to_do(found) == {"create link A/u"}
    assert found.notes == ("agent u stays: it is not described, but a list names it",)


def test_an_omitted_list_is_left_alone_and_an_empty_one_is_emptied() -> None:
    made = centre(
        agent=("u",),
        group=("A", "B"),
        queue=("Q",),
        link=("A/u", "B/u"),
        route=("Q/A",),
        queue_agent=("Q/u",),
    )
    groups = (GroupSpec(name="A"), GroupSpec(name="B", agents=()))
    found = changes(made, LastApplied(), groups=groups, queues=(QueueSpec(name="Q", groups=()),))
    assert to_do(found) == {"remove link B/u", "remove route Q/A"}
    assert found.left_alone["link"] == ("A/u",)
    assert found.left_alone["queue_agent"] == ("Q/u",)
    found = changes(
        made, groups=(GroupSpec(name="A"),), groups_section=FULL, queues=(QueueSpec(name="Q", agents=()),)
    )
    assert "remove link A/u" not in to_do(found)
    assert "remove queue_agent Q/u" in to_do(found)
    assert "remove route Q/A" not in to_do(found)


def test_a_complete_list_of_an_agents_groups_takes_the_agent_out_of_others() -> None:
    made = centre(agent=("u", "v"), group=("A", "B"), link=("A/u", "B/u", "A/v"))
    agents = (AgentSpec(user_id="u", groups=("B",)), AgentSpec(user_id="v"))
    assert to_do(changes(made, agents=agents)) == set()
    assert to_do(changes(made, agents=agents, agents_section=FULL)) == {"remove link A/u"}
    listed = (GroupSpec(name="A", agents=("u",)), GroupSpec(name="B"))
    assert to_do(changes(made, agents=agents, agents_section=FULL, groups=listed)) == set()


def test_what_is_named_and_ignored_is_not_touched_and_said() -> None:
    made = centre(agent=("svc",), group=("A",))
    found = changes(
        made,
        agents=(AgentSpec(user_id="svc", name="New", groups=("A",)),),
        agents_section=SectionSpec(ignore=("s?c",)),
    )
    assert found.units == ()
    assert found.notes == (
        "2 things that the file names match ignore: and are not touched: agent svc, link A/svc",
    )


def test_the_same_file_means_the_same_for_vendors_with_other_rules() -> None:
    made = centre(agent=("u", "v"), group=("A", "B"), queue=("Q",), link=("A/u", "B/v"), route=("Q/A",))
    spec: dict[str, Any] = {
        "agents": (AgentSpec(user_id="u", name="U", groups=("B",)), AgentSpec(user_id="w", groups=("A",))),
        "groups": (GroupSpec(name="A"), GroupSpec(name="B"), GroupSpec(name="C")),
        "agents_section": FULL,
        "queues": (
            QueueSpec(
                name="Q", fields={"wrap_up_time_limit": 20}, groups=(RouteSpec(name="B"),), manage="full"
            ),
            QueueSpec(name="R", agents=(QueueAgentSpec(user_id="w", level=1),)),
        ),
    }
    first, *others = (changes(made, None, each, **spec) for each in (PLAIN, WITHOUT_DELETE, ONE_GROUP))
    assert len(first.units) == 12
    assert others == [first, first]


def test_an_object_stays_while_a_connection_of_it_is_there_twice() -> None:
    made = centre(agent=("u",), group=("A",), link=("A/u", "A/u"))
    found = changes(made, absent=AbsentSpec(groups=("A",)))
    assert found.units == ()
    assert found.notes[-1] == "group A stays: link A/u must not be touched"


def test_an_agent_who_is_disabled_and_wished_stays_disabled_and_is_named() -> None:
    made = centre(agent=("u", "v"))
    made.named("agent", "v").disabled = True
    found = changes(made, None, agents=(AgentSpec(user_id="u"), AgentSpec(user_id="v")))
    assert found.units == ()
    (note,) = found.notes
    assert note.startswith(
        "1 agent in the file is disabled, by a run before or by a person, and no plan enables"
    )
    assert note.endswith(": v")
