"""By which names live agents and queues go: those of the specification, those that they carry, or their extensions."""

from __future__ import annotations

from stringee_async.provision.things import Wished
from stringee_async.provision.vendors.ringme_places import Found, Place, Places


def places(*things: Wished) -> Places:
    return Places.wished(things)


def agent(user_id: str, **fields: str) -> Wished:
    was = fields.pop("was", None)
    return Wished(kind="agent", key=(user_id,), fields=fields, was=was)


def at(row_id: str, text: str, title: str = "", what: str = "extension") -> Found:
    place: Place = ("phone", text) if what == "phone" else ("extension", text)
    return Found(id=row_id, place=place, title=title)


def test_a_place_that_is_stated_goes_before_what_its_object_carries() -> None:
    """Two who trade their extensions keep nothing but their names: no one moves."""
    wished = places(agent("u.an", extension="102"), agent("u.binh", extension="101"))
    found = [at("local:1", "101", "u.an"), at("local:2", "102", "u.binh")]
    assert wished.names("agent", found) == {"local:1": "u.binh", "local:2": "u.an"}


def test_an_agent_moves_to_an_extension_without_an_agent() -> None:
    wished = places(agent("u.an", extension="102"))
    assert wished.names("agent", [at("local:1", "101", "u.an")]) == {"local:1": "u.an"}
    taken = [at("local:1", "101", "u.an"), at("local:2", "102")]
    assert wished.names("agent", taken) == {"local:1": "101", "local:2": "u.an"}
    remote = places(agent("u.an", phone="84901"))
    assert remote.names("agent", [at("local:1", "101", "u.an")]) == {"local:1": "101"}


def test_what_is_not_wished_goes_by_its_title_or_its_extension_and_numbers_are_no_names() -> None:
    found = [
        at("local:1", "101", "u.chi"),
        at("local:2", "102"),
        at("local:3", "103", "u.twice"),
        at("local:4", "104", "u.twice"),
        at("remote:1", "84123456789", what="phone"),
        Found(id="local:5", place=None),
    ]
    assert Places().names("agent", found) == {
        "local:1": "u.chi",
        "local:2": "102",
        "local:3": "103",
        "local:4": "104",
        "remote:1": "remote-1",
        "local:5": "local:5",
    }


def test_two_in_one_place_have_one_name_and_a_wished_name_is_given_to_nothing_else() -> None:
    wished = places(agent("102", extension="101"))
    found = [at("local:1", "101"), at("local:2", "101", "u.an"), at("local:3", "102")]
    assert wished.names("agent", found) == {"local:1": "102", "local:2": "102", "local:3": "local-3"}


def test_a_queue_that_is_to_be_renamed_goes_by_its_old_name_until_it_is() -> None:
    hotline = Wished(kind="queue", key=("Sales line",), fields={"extension": "000*370"}, was="Hotline")
    wished = places(hotline)
    assert wished.names("queue", [at("208", "370", "Hotline")]) == {"208": "Hotline"}
    assert wished.names("queue", [at("208", "370", "Sales line")]) == {"208": "Sales line"}
    assert wished.names("queue", [at("208", "370", "")]) == {"208": "Sales line"}
    moved = [at("208", "371", "Sales line")]
    assert wished.names("queue", moved) == {"208": "371"}, "a queue cannot move to another extension"
    moved = [at("208", "371", "Hotline")]
    assert wished.names("queue", moved) == {"208": "371"}, "nor be renamed on the way"


def test_an_agent_is_renamed_on_the_way_to_another_extension() -> None:
    wished = places(agent("u.anh", extension="102", was="u.an"))
    assert wished.names("agent", [at("local:1", "101", "u.an")]) == {"local:1": "u.an"}
    taken = [at("local:1", "101", "u.an"), at("local:2", "102")]
    assert wished.names("agent", taken) == {"local:1": "101", "local:2": "u.anh"}


def test_one_place_for_two_is_said_without_the_number() -> None:
    wished = places(
        agent("a", phone="+84 123 456 789"), agent("b", phone="84123456789"), agent("c", extension="101"),
        Wished(kind="queue", key=("Q",), fields={"extension": "101"}),
    )  # fmt: skip
    assert list(wished.shared()) == [
        "agent a and agent b have one phone, 84...89; RingMe knows them by it, so each needs its own",
        "agent c and queue Q have one extension, 101; RingMe knows them by it, so each needs its own",
    ]
