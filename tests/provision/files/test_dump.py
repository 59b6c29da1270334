"""A dump: files that load again, whose plan is empty, and in which nothing is chosen or lost in silence."""

import random
from pathlib import Path

import pytest

from stringee_async.provision.files.dump import dump_files, dump_text
from stringee_async.provision.files.load import load, loads
from stringee_async.provision.files.spec_text import spec_files
from stringee_async.provision.nouns import Kind
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import wish_of
from stringee_async.provision.spec import Spec
from stringee_async.provision.things import Live, Reading

from ..worlds import ONE_GROUP, PLAIN, Centre, Double, random_centre

pytest.importorskip("yaml")


def loaded(files: dict[str, bytes], folder: Path) -> Spec:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return load(folder / "centre.yaml")


def large(agents: int) -> Double:
    centre = Centre()
    centre.add("group", "Chăm sóc")
    centre.add("queue", "Hotline", wrap_up_time_limit=20)
    centre.add("route", "Hotline", "Chăm sóc", primary=False)
    for index in range(agents):
        centre.add("agent", f"u.{index:03}", name=f'=Nguyễn "{index}", An', phone=f"8491234{index:04}")
        centre.add("link", "Chăm sóc", f"u.{index:03}")
    return Double(centre)


def test_a_plan_of_a_dump_has_nothing_to_do(tmp_path: Path) -> None:
    for seed in range(30):
        double = Double(random_centre(random.Random(seed)))
        reading = double.reading()
        spec = loaded(dump_files(reading, vendor="stringee", whole=bool(seed % 2)), tmp_path)
        assert plan_of(wish_of(spec, PLAIN), reading, vendor="double").units == (), seed


def test_a_dump_of_what_was_applied_is_the_canonical_file_byte_for_byte(tmp_path: Path) -> None:
    for seed in range(10):
        first = dump_files(
            Double(random_centre(random.Random(seed), twins=False)).reading(), vendor="stringee", ids=False
        )
        spec, empty = loaded(first, tmp_path), Double(Centre())
        for unit in plan_of(wish_of(spec, PLAIN), empty.reading(), vendor="double").units:
            empty.carry_out(unit)
        assert dump_files(empty.reading(), vendor="stringee", ids=False) == first == spec_files(spec)


def test_many_agents_stand_in_a_roster_and_one_text_holds_them_all(tmp_path: Path) -> None:
    double = large(60)
    reading = double.reading()
    files = dump_files(reading, vendor="stringee")
    assert sorted(files) == ["centre.yaml", "roster.csv"]
    assert len(files["roster.csv"].splitlines()) == 61
    text = dump_text(reading, vendor="stringee")
    for spec in (loaded(files, tmp_path), loads(text)):
        assert len(spec.agents or ()) == 60
        assert plan_of(wish_of(spec, PLAIN), reading, vendor="double").units == ()
    assert set(dump_files(large(50).reading(), vendor="stringee")) == {"centre.yaml"}


def test_ids_are_comments_that_change_nothing(tmp_path: Path) -> None:
    reading = large(2).reading()
    with_ids, without = (
        dump_files(reading, vendor="stringee", ids=ids)["centre.yaml"] for ids in (True, False)
    )
    assert with_ids != without
    assert spec_files(loads(with_ids)) == spec_files(loads(without))


def test_a_dump_of_one_vendor_says_what_another_cannot_hold() -> None:
    double = large(2)
    double.centre.add("group", "Night")
    double.centre.add("link", "Night", "u.000")
    spec = loads(dump_text(double.reading(), vendor="stringee"), vendor="itniotech")
    wish = wish_of(spec, ONE_GROUP, vendor="Other")
    assert wish.cannot == (
        "Other holds one group for each agent: 1 agent is put into the first of theirs only",
    )
    other = Double(Centre(), ONE_GROUP)
    for unit in plan_of(wish, other.reading(), vendor="double").units:
        other.carry_out(unit)
    assert plan_of(wish, other.reading(), vendor="double").units == ()


def test_duplicates_stand_in_comments_with_both_ids_and_are_left_alone() -> None:
    double = large(2)
    twin = double.centre.add("group", "Chăm sóc")
    reading = double.reading()
    text = dump_text(reading, vendor="stringee")
    comment = text.splitlines()[0]
    assert comment.startswith("# Left out: group ")
    assert f", {twin.id})" in comment
    plan = plan_of(wish_of(loads(text), PLAIN), reading, vendor="double")
    assert plan.units == ()
    assert any(twin.id in note for note in plan.notes)


def test_what_could_not_be_read_is_said_and_no_comment_becomes_a_line_of_the_file() -> None:
    kinds: frozenset[Kind] = frozenset({"agent"})
    hostile = "x\nagents: []\u2028"
    off = Live(kind="agent", key=("u.an",), disabled=True)
    reading = Reading(live={off.ref: off}, read=kinds, doubts=(hostile,), malformed=(hostile,))
    lines = dump_text(reading, vendor="stringee").splitlines()
    assert [line[:2] for line in lines[:4]] == ["# ", "# ", "# ", "ve"]
    assert lines[2] == "# 1 of the agents are disabled, which a file cannot say"
    assert [agent.user_id for agent in loads("\n".join(lines)).agents or ()] == ["u.an"]
