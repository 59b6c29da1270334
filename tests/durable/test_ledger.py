"""The ledger: who may carry out a lot, whatever the engine does and however many ask at once; no engine is started."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra `durable` is not installed")

from stringee_async import PlanError
from stringee_async.durable.ledger import Ledger
from stringee_async.durable.lots import SIZE, Lot, cut
from stringee_async.provision.running.unit_graph import owner_of
from stringee_async.provision.unit import Unit

from ..kit.services import PostgresServer
from ..provision.runs import agents, unit

Entered = Callable[..., Ledger]


@pytest.fixture
def entered() -> Iterator[Entered]:
    """Return what enters a process into an account."""
    made: list[Ledger] = []

    def enter(
        url: str, executor: str, account: str = "a", *, silent: float = 60.0, alone: bool = False
    ) -> Ledger:
        ledger = Ledger(url=url, account=account, executor=executor, silent=silent)
        made.append(ledger)
        ledger.make()
        ledger.enter(alone=alone)
        return ledger

    yield enter
    for ledger in made:
        ledger.close()


@pytest.fixture
def shared(postgres_server: PostgresServer) -> str:
    return postgres_server.url.replace("postgresql:", "postgresql+psycopg:")


def test_lots_hold_units_that_wait_for_none_of_their_own_and_one_owner_is_in_lots_that_follow_each_other() -> (
    None
):
    links = [unit(f"link G{n % 30}/u{n}", f"create agent u{n}") for n in range(300)]
    many = [unit(f"link Big/u{n}", f"create agent u{n}") for n in range(70)]
    units = [*links, *many, *agents(300)]
    lots = cut(units, "run")
    place = {one.name: index for index, lot in enumerate(lots) for one in lot.units}
    assert sorted(place) == sorted(one.name for one in units)
    assert all(len(lot.units) <= SIZE for lot in lots)
    assert len(lots) <= 12 + 15 + 3
    assert all(place[name] < place[one.name] for one in units for name in one.after)
    names = [lot.name for lot in lots]
    assert all(names.index(name) < index for index, lot in enumerate(lots) for name in lot.after)
    of_owner: dict[object, list[Lot]] = {}
    for lot in lots:
        for owner in {owner_of(one) for one in lot.units}:
            of_owner.setdefault(owner, []).append(lot)
    assert all(b.name in a.after for ls in of_owner.values() for b, a in itertools.pairwise(ls))
    assert names == [lot.name for lot in cut(units, "run")]
    assert set(names).isdisjoint(lot.name for lot in cut(units, "another run"))
    changed = [*units[:-1], Unit(kind="agent", action="create", key=("u299",), fields={"name": "An"})]
    assert len({lot.name for lot in cut(changed, "run")} - set(names)) == 1
    assert [Lot.from_json(lot.name, lot.to_json(), doubtful=False) for lot in lots] == list(lots)


def test_of_two_that_ask_for_a_lot_one_gets_it_and_of_two_recoveries_one_is_heard(
    shared: str, entered: Entered
) -> None:
    first, second = entered(shared, "first", "two"), entered(shared, "second", "two")
    lots = first.join("goal", agents(30))
    assert second.join("goal", agents(10)) == lots
    name = lots[0].name
    assert first.claim(name, 1) is False  # not begun before
    assert second.claim(name, 1) is None  # the engine gave it out twice
    first.again([(name, 1)])
    second.again([(name, 1)])
    assert first.standings()[name].attempt == 2
    assert not first.settle(name, 1, "[]"), "the one that it was taken from has nothing to say any more"
    assert second.claim(name, 2) is True
    assert first.claim(name, 1) is None
    assert second.settle(name, 2, "[]")
    second.again([(name, 2)])
    assert first.standings()[name].attempt == 2
    with pytest.raises(PlanError, match="another plan"):
        entered(shared, "third", "two").join("other goal", agents(5))
    with pytest.raises(PlanError, match="one process at a time"):
        entered(shared, "fourth", "two", alone=True)


def test_who_is_silent_is_told_by_the_clock_of_the_database(
    shared: str, entered: Entered, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = entered(shared, "one", "clock", silent=3.0)
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + 5.0)
    entered(shared, "other", "clock", silent=3.0)
    assert first.silent() == ()


def test_what_a_run_that_died_had_begun_is_doubtful_in_the_next(tmp_path: Path, entered: Entered) -> None:
    url = f"sqlite:///{tmp_path / 'file'}"
    dead = entered(url, "dead")
    lots = dead.join("goal", agents(60))
    assert dead.claim(lots[0].name, 1) is False
    assert dead.claim(lots[1].name, 1) is False
    assert dead.settle(lots[1].name, 1, "[]")
    for executor in ("dies too, before it has lots", "next"):
        ledger = entered(url, executor)
    again = ledger.join("goal", agents(60))
    assert [lot.doubtful for lot in again] == [True, False, False]
    assert {lot.name for lot in again}.isdisjoint(lot.name for lot in lots)
    assert len(ledger.leave()) == 3
