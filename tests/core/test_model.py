"""A model is an attrs class that is stored as a struct, and no one can tell."""

from __future__ import annotations

import gc
import inspect
import json
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from stringee_async.core.decoding import ROWS, Loader
from stringee_async.core.model import Model, model, shared_fields
from stringee_async.itniotech import CallRecord, CallRecordPush

from ..kit.rows import THING, THINGS, Thing, load

PAGE = THINGS.page({"rows": ROWS})


def page_of(*things: dict[str, Any]) -> list[Thing]:
    """Return the models of a page read in one go; none if it has to be read row by row."""
    answer = PAGE(json.dumps({"rows": things}).encode())
    return [] if answer is None else answer.rows


def read_by_row(thing: dict[str, Any]) -> Thing:
    """Return the model of a row read on its own."""
    found: Thing = load(thing, THINGS)
    return found


@pytest.mark.parametrize("read", [lambda thing: page_of(thing)[0], read_by_row])
def test_a_model_that_was_read_is_as_one_made_by_hand(read: Callable[[dict[str, Any]], Thing]) -> None:
    """Class, fields, equality, hash, text, evolving, matching: nothing tells the two apart."""
    found, made = read({**THING, "count": 3}), Thing(id="T", number=1, flag=True, either="x", count=3)
    assert type(found) is type(made) is Thing
    assert (found, hash(found), repr(found), attrs.asdict(found)) == (
        made, hash(made), repr(made), attrs.asdict(made),
    )  # fmt: skip
    assert (found.count, found.text, made.count, made.text) == (3, None, 3, None)
    assert attrs.evolve(found, count=4) == attrs.evolve(made, count=4) != found
    assert not hasattr(found, "__dict__")
    match found:
        case Thing(id="T", count=count):
            assert count == 3
        case _:
            raise AssertionError


@pytest.mark.parametrize("thing", [page_of(THING)[0], Thing(id="T", number=1, flag=True, either="x")])
def test_a_model_is_frozen_and_has_no_other_attributes(thing: Thing) -> None:
    """No field can be set, whether the model was read or made; a name that is none is told by name."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        thing.count = 4  # type: ignore[misc]
    with pytest.raises(AttributeError, match="'Thing' object has no attribute 'colour'"):
        thing.colour  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("value", [None, "x", [1], {"a": 1}])
@pytest.mark.parametrize(
    "name", ["_raw", "_place", "_malformed", "\u2028_raw", "\u2028_place", "\u2028_malformed"]
)
def test_nothing_that_a_server_sends_gets_at_what_a_model_keeps(name: str, value: Any) -> None:
    """A field called as what a model keeps of its own is a field that the model does not know, like any other."""
    row = {**THING, name: value}
    for found in (*page_of(row), read_by_row(row)):
        assert found == Thing(id="T", number=1, flag=True, either="x")
        assert (dict(found.extra), found.malformed) == ({name: value}, ())


def test_what_a_model_keeps_is_not_shown() -> None:
    """Neither `repr` nor rich shows the text of the row, which may hold what is not to be shown; nor does `help`."""
    assert list(inspect.signature(Thing).parameters) == [field.name for field in attrs.fields(Thing)]
    [found] = page_of({**THING, "x": "hidden"})
    assert "hidden" not in repr(found)
    assert [name for name, _ in found.__rich_repr__()] == [field.name for field in attrs.fields(Thing)]


def test_models_of_plain_values_cost_the_collector_nothing() -> None:
    assert not any(gc.is_tracked(thing) for thing in page_of(*(THING for _ in range(5))))


def test_each_row_of_a_page_knows_its_own_text() -> None:
    found = page_of(*({**THING, "id": str(place), "x": place} for place in range(5)))
    assert [thing.extra["x"] for thing in reversed(found)] == [4, 3, 2, 1, 0]
    assert [pickle.loads(pickle.dumps(thing)).extra["x"] for thing in found] == [0, 1, 2, 3, 4]


def test_a_model_that_is_no_struct_cannot_be_read() -> None:
    kind = attrs.make_class("Forgotten", {"text": attrs.field(default="")}, bases=(Model,), frozen=True)
    with pytest.raises(TypeError, match="Forgotten is not decorated with as_struct"):
        Loader(kind)


# Shared fields: what two models have in common is declared once


@shared_fields(kw_only=True)
class Told(Model):
    """What is told.

    Args:
        caller: Who called.
        note: For you.
    """

    __slots__ = ()

    caller: str | None = attrs.field(default=None, repr=False)
    note: str | None = None


@model(kw_only=True)
class Listed(Told):
    """A row.

    Args:
        id: Its id.
    """

    id: int
    note: str | None = "none"


@shared_fields(kw_only=True)
class Timed(Told):
    """What is told at a time.

    Args:
        at: When.
    """

    __slots__ = ()

    at: str | None = None
    note: str | None = "timed"


@model(kw_only=True)
class Heard(Timed):
    """What was heard.

    Args:
        id: Its id.
    """

    id: int


@model(kw_only=True)
class Pushed(Told):
    """A push."""

    key: str


def test_a_model_has_its_own_fields_first_and_those_that_it_shares() -> None:
    assert [field.name for field in attrs.fields(Listed)] == ["id", "note", "caller"]
    assert [field.name for field in attrs.fields(Pushed)] == ["key", "caller", "note"]
    assert (Listed(id=1).note, Pushed(key="k").note) == ("none", None)
    assert "caller" not in repr(Pushed(key="k", caller="84900"))


def test_a_model_with_shared_fields_is_read_and_kept_like_any_other() -> None:
    row = Loader(Listed).load(b'{"id":1,"caller":"84900","more":2}')
    assert isinstance(row, Told)
    assert (row.caller, dict(row.extra)) == ("84900", {"more": 2})
    assert attrs.evolve(row, note="x").extra == {"more": 2}
    assert not hasattr(row, "__dict__")


def test_the_docstring_tells_shared_fields_too() -> None:
    """`help` of a model is whole."""
    assert (inspect.getdoc(Listed) or "").splitlines()[2:] == [
        "Args:",
        "    id: Its id.",
        "    caller: Who called.",
        "    note: For you.",
    ]


def test_fields_are_shared_over_two_levels() -> None:
    """A base of shared fields may extend another one; no field of either is lost."""
    assert [field.name for field in attrs.fields(Heard)] == ["id", "at", "note", "caller"]
    row = Loader(Heard).load(b'{"id":1,"caller":"84900","at":"noon","more":2}')
    assert isinstance(row, Heard)
    assert (row.caller, row.at, row.note, dict(row.extra)) == ("84900", "noon", "timed", {"more": 2})
    told = (inspect.getdoc(Heard) or "").splitlines()[2:]
    assert told[1:4] == ["    id: Its id.", "    at: When.", "    caller: Who called."]


def test_shared_fields_are_told_where_docstrings_have_no_indentation() -> None:
    """As Python from 3.13 on keeps them."""

    @shared_fields(kw_only=True)
    class Common(Model):
        __doc__ = "What is told.\n\nArgs:\n    caller: Who called.\n"
        __slots__ = ()

        caller: str | None = None

    @model(kw_only=True)
    class Row(Common):
        __doc__ = "A row.\n\nArgs:\n    id: Its id.\n"

        id: int

    assert Row.__doc__ == "A row.\n\nArgs:\n    id: Its id.\n    caller: Who called.\n"


def test_a_call_record_and_its_push_tell_the_same() -> None:
    listed = {field.name for field in attrs.fields(CallRecord)}
    pushed = {field.name for field in attrs.fields(CallRecordPush)}
    assert listed - pushed == {"key_id", "encrypt_called"}
    assert pushed <= listed
    assert all(f"{name}: " in str(CallRecordPush.__doc__) for name in pushed)
