"""The runner in this process: order, isolation of failures, rounds over units in doubt, outages, and ends on request."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from stringee_async import (
    AuthError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    PlanError,
    ProvisionError,
    ServerError,
)
from stringee_async.core.shared_listings import Later
from stringee_async.provision.unit import Unit

from ...kit import virtual
from ..runs import Scene, agents, unit


def lost() -> Exception:
    """Return what a create raises whose response was lost."""
    later = Later()
    later.__cause__ = OutcomeUnknownError()
    return later


@virtual
async def test_units_begin_in_the_order_of_their_dependencies_and_as_many_at_once_as_may() -> None:
    scene = Scene()
    links = [
        unit(f"link G{index % 5}/u{index}", f"create group G{index % 5}", f"create agent u{index}")
        for index in range(40)
    ]
    groups = [unit(f"group G{index}") for index in range(5)]
    await scene.run([*links, *groups, *agents(40)])
    assert scene.states == {"done": 85}
    place = {name: index for index, (_, name) in enumerate(scene.begun)}
    assert all(place[link.name] > max(place[name] for name in link.after) for link in links)
    assert not [
        pair
        for pair in scene.side_by_side
        if len({name.split("/")[0] for name in pair if "link" in name}) == 1
        and all("link" in name for name in pair)
    ]
    assert scene.begun[-1][0] == pytest.approx(
        1.1, abs=0.35
    )  # 85 units, 8 at once, 0.1 s each; links of 5 groups
    assert scene.told.count(("started", "create agent u7")) == 1
    assert scene.outcomes["create agent u7"].attempts == 1


@virtual
async def test_a_failure_stops_what_depends_on_it_and_nothing_else() -> None:
    scene = Scene(
        lambda one, _: InvalidRequestError("no", code=7) if one.name == "create group Sales" else None
    )
    await scene.run(
        [
            unit("group Sales"),
            *agents(3),
            unit("link Sales/u0", "create group Sales", "create agent u0"),
            unit("route Hotline/Sales", "create group Sales"),
            unit("group Support", "create agent u1"),
        ]
    )
    assert scene.states == {"done": 4, "failed": 1, "not_tried": 2}
    assert scene.outcomes["create link Sales/u0"].because == "create group Sales failed"
    assert scene.times["create route Hotline/Sales"] == 0


@virtual
async def test_a_lost_create_is_looked_for_once_after_the_settle_time_and_done_again() -> None:
    scene = Scene(lambda one, time: lost() if one.key in {("u3",), ("u7",)} and time == 1 else None)
    await scene.run([*agents(20), unit("link Sales/u3", "create agent u3")])
    assert scene.states == {"done": 21}
    ((when, looked),) = scene.looks
    assert looked == ["create agent u3", "create agent u7"]
    assert when >= 3.0 + next(at for at, name in scene.begun if name == "create agent u7")
    assert when < 3.4
    assert sorted(name for at, name in scene.begun if at > 1.0) == [
        "create agent u3",
        "create agent u7",
        "create link Sales/u3",
    ]
    assert [what for what in scene.told if what[0] == "settle"] == [("settle", 2.8)]
    assert sorted(what for what in scene.told if what[0] == "doubtful") == [
        ("doubtful", f"create agent u{n}") for n in (3, 7)
    ]
    assert scene.outcomes["create agent u3"].attempts == 2


@virtual
async def test_a_write_that_ended_unknown_is_looked_for_like_a_lost_create() -> None:
    scene = Scene(
        lambda one, time: ServerError(status=500) if one.name.endswith("u1") and time == 1 else None
    )
    await scene.run(agents(3))
    assert (scene.states, len(scene.looks)) == ({"done": 3}, 1)


@virtual
async def test_after_six_looks_what_is_still_in_doubt_is_unknown_and_what_waits_for_it_is_not_tried() -> None:
    scene = Scene(lambda one, _: lost() if one.name.endswith("u1") else None)
    await scene.run([*agents(3), unit("link Sales/u1", "create agent u1")])
    assert scene.states == {"done": 2, "unknown": 1, "not_tried": 1}
    assert (len(scene.looks), scene.times["create agent u1"]) == (6, 7)
    assert scene.outcomes["create link Sales/u1"].because == "create agent u1 has an unknown outcome"
    assert isinstance(scene.outcomes["create agent u1"].error, OutcomeUnknownError)
    assert set(scene.unknown_writes) == {"create agent u1"}


@virtual
async def test_when_many_are_in_doubt_they_are_looked_for_before_others_begin() -> None:
    scene = Scene(lambda one, time: lost() if time == 1 else None)
    await scene.run(agents(500))
    assert scene.states == {"done": 500}
    assert [len(looked) for _, looked in scene.looks] == [
        pytest.approx(204, abs=4),
        pytest.approx(204, abs=4),
        pytest.approx(92, abs=8),
    ]


@virtual
async def test_a_look_that_fails_is_taken_again_by_the_next_unit() -> None:
    scene = Scene(lambda one, time: lost() if time == 1 else None)
    scene.look_fails = lambda count: ServerError(status=500) if count == 1 else None
    await scene.run(agents(3), concurrency=1)
    assert scene.states == {"done": 3}
    assert len(scene.looks) == 3  # one failed, one for the two others, one for the unit that took the first


@virtual
async def test_an_outage_holds_the_run_and_nothing_fails() -> None:
    scene = Scene(
        lambda one, _: (
            NotSentError() if 2.0 <= asyncio.get_running_loop().time() - scene.began < 62.0 else None
        )
    )
    await scene.run(
        [*agents(200), *(unit(f"link Sales/u{n}", f"create agent u{n}") for n in range(0, 200, 20))]
    )
    assert scene.states == {"done": 210}
    held = [at for at, _ in scene.begun if 3.0 < at < 62.0]
    assert len(held) < 12  # probes, one at a time
    assert ("outage", 0.0) in scene.told


@virtual
@pytest.mark.parametrize("units", [1, 3])
async def test_an_outage_is_one_also_where_few_units_may_begin(units: int) -> None:
    scene = Scene(
        lambda one, _: NotSentError() if asyncio.get_running_loop().time() - scene.began < 100.0 else None
    )
    await scene.run([*agents(units), *(unit(f"link Sales/u{n}", "create agent u0") for n in range(10))])
    assert scene.states == {"done": units + 10}


@virtual
async def test_an_outage_that_outlasts_patience_ends_the_run_and_all_is_reported() -> None:
    scene = Scene(
        lambda one, _: NotSentError() if asyncio.get_running_loop().time() - scene.began > 1.0 else None
    )
    with pytest.raises(NotSentError, match="could not be reached for 60 s"):
        await scene.run([*agents(300), unit("group Sales", "create agent u299")], patience=60.0)
    assert scene.states["done"] == pytest.approx(80, abs=8)
    assert scene.states["done"] + scene.states["not_tried"] + scene.states["failed"] == 301
    assert scene.begun[-1][0] < 65.0


@virtual
async def test_rejected_credentials_end_the_run() -> None:
    scene = Scene(lambda one, _: AuthError() if int(one.key[0][1:]) >= 20 else None)
    with pytest.raises(AuthError):
        await scene.run(agents(100))
    assert scene.states["done"] == 20
    assert scene.states["not_tried"] >= 70
    assert scene.outcomes["create agent u99"].because


@virtual
async def test_one_unit_whose_credentials_are_rejected_while_others_are_not_is_a_failure_of_that_unit() -> (
    None
):
    scene = Scene(lambda one, _: AuthError() if one.name.endswith("u20") else None)
    await scene.run(agents(100))
    assert scene.states == {"done": 99, "failed": 1}


@virtual
async def test_twenty_failures_in_a_row_that_are_alike_end_the_run() -> None:
    scene = Scene(lambda one, _: InvalidRequestError("full", code=9) if one.kind == "agent" else None)
    with pytest.raises(ProvisionError, match="20 units in a row failed in the same way") as caught:
        await scene.run(agents(100), concurrency=4)
    assert isinstance(caught.value.__cause__, InvalidRequestError)
    assert scene.states["failed"] <= 24
    assert scene.states["not_tried"] >= 76
    mixed = Scene(lambda one, _: InvalidRequestError(code=len(one.key[0]) + int(one.key[0][1:]) % 2))
    await mixed.run(agents(100), concurrency=1)
    assert mixed.states == {"failed": 100}


@virtual
async def test_told_to_finish_the_run_settles_what_is_in_flight_and_in_doubt() -> None:
    scene = Scene(lambda one, time: lost() if one.name.endswith("u1") and time == 1 else None)
    run = asyncio.create_task(scene.run([*agents(100), unit("link Sales/u1", "create agent u1")]))
    await asyncio.sleep(0.25)
    scene.runner.finish()
    await run
    assert scene.states == {"done": 24, "not_tried": 77}
    assert scene.outcomes["create agent u1"].state == "done"
    assert scene.outcomes["create agent u99"].because == "the run was told to finish"


@virtual
async def test_a_cancelled_run_stops_at_once_and_says_what_may_have_taken_effect() -> None:
    scene = Scene(lambda one, time: lost() if one.name.endswith("u1") else None)
    run = asyncio.create_task(scene.run(agents(100)))
    await asyncio.sleep(0.25)
    began = asyncio.get_running_loop().time()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert asyncio.get_running_loop().time() == began
    assert scene.states == {"done": 15, "unknown": 9, "not_tried": 76}
    assert scene.at_work == set()


@virtual
async def test_a_runner_that_was_told_to_finish_begins_nothing() -> None:
    scene = Scene()
    scene.runner.finish()
    await scene.run(agents(3))
    assert (scene.states, scene.begun) == ({"not_tried": 3}, [])
    await Scene().run([])


@virtual
async def test_a_plan_with_a_circle_begins_nothing() -> None:
    scene = Scene()
    with pytest.raises(PlanError):
        await scene.run([unit("agent a", "create agent b"), unit("agent b", "create agent a")])
    assert scene.begun == []


@virtual
@pytest.mark.parametrize("seed", range(20))
async def test_by_chance_every_unit_is_settled_once_whatever_happens(seed: int) -> None:
    import random

    chance = random.Random(seed)
    away = sorted((begins := chance.uniform(0, 20), begins + chance.uniform(0, 60)))

    def behaves(one: Unit, time: int) -> Exception | None:
        at = asyncio.get_running_loop().time() - scene.began
        if away[0] < at < away[1]:
            return chance.choice([NotSentError(), lost(), OutcomeUnknownError(), ServerError(status=503)])
        if chance.random() < 0.1:
            return chance.choice(
                [lost(), InvalidRequestError(code=chance.random()), ServerError(status=500), NotSentError()]
            )
        return None

    scene = Scene(behaves, seconds=0.3)
    units = [*agents(60), *(unit(f"group G{n}") for n in range(6))]
    units += [unit(f"link G{n % 6}/u{n}", f"create group G{n % 6}", f"create agent u{n}") for n in range(60)]
    units += [unit(f"route Q/G{n}", f"create group G{n}") for n in range(6)]
    chance.shuffle(units)
    await scene.run(units, concurrency=chance.choice([1, 2, 8]))
    assert scene.outcomes.keys() == {one.name for one in units}
    assert Counter(scene.states)["done"] > 40


@virtual
async def test_units_of_one_group_that_were_lost_are_done_again_one_at_a_time() -> None:
    scene = Scene(lambda one, time: lost() if time == 1 else None)
    await scene.run([unit(f"link {'Sales' if n % 2 else 'Support'}/u{n}") for n in range(12)])
    assert scene.states == {"done": 12}
    assert scene.unknown_writes == []
    pairs = [sorted(name.partition("/")[0] for name in pair) for pair in scene.side_by_side]
    assert pairs
    assert all(first != second for first, second in pairs)


@virtual
async def test_the_last_unit_may_fail_while_a_run_has_just_come_out_of_an_outage() -> None:
    def behaves(one: Unit, _: int) -> Exception | None:
        at = asyncio.get_running_loop().time() - scene.began
        away = at < 2.0 or (one.key == ("u5",) and at < 10.0)
        return NotSentError() if away else None

    scene = Scene(behaves)
    await scene.run(agents(6))
    assert scene.states == {"done": 6}
