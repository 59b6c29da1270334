"""Whether a plan still fits what is there: what is done is dropped, what differs otherwise is named."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from stringee_async import GuardError, StalePlanError
from stringee_async.provision.plan import Plan
from stringee_async.provision.planning.recheck import compared, recheck
from stringee_async.provision.things import Live, Reading
from stringee_async.provision.unit import Unit


def live(kind: Any, *key: str, id: str = "", disabled: bool = False, **fields: object) -> Live:
    return Live(kind=kind, key=key, fields=fields, id=id, disabled=disabled)


def reading(*found: Live, twice: tuple[Live, ...] = ()) -> Reading:
    return Reading(live={one.ref: one for one in found}, twice={twice[0].ref: twice} if twice else {})


def unit(action: Any, kind: Any, *key: str, **given: Any) -> Unit:
    return Unit(kind=kind, action=action, key=key, **given)


CHANGE = unit("change", "agent", "u", id="1", fields={"name": "B"}, before={"name": "A"})
CREATE = unit("create", "agent", "u", fields={"name": "B"})
REMOVE = unit("remove", "queue", "Q", id="7")
RENAME = unit("rename", "group", "New", id="3", old_key=("Old",))
DISABLE = unit("disable", "agent", "u", id="1")

CASES: list[tuple[str, Unit, Reading, str | None]] = [
    ("a create of what is not there", CREATE, reading(), None),
    ("a create of what is there alike", CREATE, reading(live("agent", "u", id="1", name="B")), ""),
    (
        "a create of what is there otherwise",
        CREATE,
        reading(live("agent", "u", name="C")),
        "with other values",
    ),
    ("a create of what is there without that field", CREATE, reading(live("agent", "u")), ""),
    (
        "a create of what is there twice",
        CREATE,
        reading(twice=(live("agent", "u", id="1"),) * 2),
        "more than once",
    ),
    ("a change that is open", CHANGE, reading(live("agent", "u", id="1", name="A")), None),
    ("a change that is done", CHANGE, reading(live("agent", "u", id="1", name="B")), ""),
    ("a change of what changed", CHANGE, reading(live("agent", "u", id="1", name="C")), "has changed"),
    ("a change of what is gone", CHANGE, reading(), "not there any more"),
    ("a change of another one", CHANGE, reading(live("agent", "u", id="2", name="A")), "another one now"),
    (
        "a change of a pinned one of two",
        CHANGE,
        reading(twice=(live("agent", "u", id="1", name="A"), live("agent", "u", id="2", name="A"))),
        None,
    ),
    ("a removal that is open", REMOVE, reading(live("queue", "Q", id="7")), None),
    ("a removal that is done", REMOVE, reading(), ""),
    ("a removal of another one", REMOVE, reading(live("queue", "Q", id="8")), "another one now"),
    ("a rename that is open", RENAME, reading(live("group", "Old", id="3")), None),
    ("a rename that is done", RENAME, reading(live("group", "New", id="3")), ""),
    ("a rename of what is gone", RENAME, reading(), "under its old name"),
    ("a rename of another one", RENAME, reading(live("group", "Old", id="4")), "under its old name"),
    ("a disabling that is open", DISABLE, reading(live("agent", "u", id="1")), None),
    ("a disabling that is done", DISABLE, reading(live("agent", "u", id="1", disabled=True)), ""),
    ("a disabling of what is gone", DISABLE, reading(), ""),
]


@pytest.mark.parametrize(("name", "one", "there", "verdict"), CASES, ids=[case[0] for case in CASES])
def test_each_unit(name: str, one: Unit, there: Reading, verdict: str | None) -> None:
    left = compared(Plan(vendor="v", units=(one,)), there)
    if verdict is None:
        assert (left.units, left.dropped, left.changes) == ((one,), 0, ())
    elif not verdict:
        assert (left.units, left.dropped, left.changes) == ((), 1, ())
    else:
        assert (left.units, left.dropped) == ((), 0)
        assert verdict in left.changes[0], name


def test_units_see_what_is_there_under_the_names_that_a_rename_gives() -> None:
    units = (
        unit("rename", "group", "B", id="1", old_key=("A",)),
        unit("rename", "group", "C", id="2", old_key=("B",)),
        unit("create", "group", "A"),
        unit("create", "link", "A", "u"),
        unit("remove", "link", "C", "w"),
        unit("create", "link", "B", "v"),
    )
    there = reading(
        live("group", "A", id="1"), live("group", "B", id="2"), live("link", "A", "v"), live("link", "B", "w")
    )
    left = compared(Plan(vendor="v", units=units), there)
    assert [one.name for one in left.units] == [one.name for one in units[:5]]
    assert (left.dropped, left.changes) == (1, ())  # v is in the group that becomes B


def test_a_stale_plan_names_what_changed_without_whole_phone_numbers() -> None:
    one = unit(
        "change", "agent", "u", id="1", fields={"phone": "84901234567"}, before={"phone": "84907654321"}
    )
    with pytest.raises(StalePlanError) as caught:
        recheck(Plan(vendor="v", units=(one,)), reading(live("agent", "u", id="1", phone="84909999999")))
    assert "agent u has changed: phone" in str(caught.value)
    assert "84909999999" not in caught.value.message
    assert caught.value.next_step == "make a new plan"


def test_of_many_changes_the_first_are_named_and_all_are_kept() -> None:
    units = tuple(unit("change", "agent", f"u{n}", id="1", fields={"name": "B"}) for n in range(30))
    with pytest.raises(StalePlanError, match=r"30 things changed .* and 20 more") as caught:
        recheck(Plan(vendor="v", units=units), reading())
    assert len(caught.value.changes) == 30


def test_a_reading_that_cannot_be_trusted_refuses_the_plan() -> None:
    with pytest.raises(GuardError, match="agents: pages repeat"):
        recheck(Plan(vendor="v"), attrs.evolve(reading(), doubts=("agents: pages repeat",)))
