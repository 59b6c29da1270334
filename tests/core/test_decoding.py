"""JSON to models and back: no odd row loses the page, and nothing that came is lost."""

from __future__ import annotations

import contextlib
import copy
import gc
import importlib
import inspect
import json
import math
import pickle
import pkgutil
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stringee_async.core import json_codec
from stringee_async.core.coerce import as_int
from stringee_async.core.decoding import ROWS, Loader
from stringee_async.core.errors import DecodeError, PagingError
from stringee_async.core.json_codec import encode, loads, rows, shallow
from stringee_async.core.model import Malformed, Model, as_struct, to_dict
from stringee_async.core.secrets import Secret
from stringee_async.stringee.agents import LOADER as AGENTS
from stringee_async.stringee.agents import Agent
from stringee_async.stringee.group_agents import LOADER as GROUP_AGENTS
from stringee_async.stringee.group_routings import LOADER as GROUP_ROUTINGS
from stringee_async.stringee.groups import LOADER as GROUPS
from stringee_async.stringee.queues import LOADER as QUEUES
from tests.kit import answer

from ..stringee.reading import read_page

LOADERS = [AGENTS, GROUPS, GROUP_AGENTS, QUEUES, GROUP_ROUTINGS]
SAMPLE: dict[str, Any] = {
    "id": "AG_XPHOV0V7X71EFH98",
    "project": 246,
    "account": 408,
    "name": "An",
    "stringee_user_id": "u.an",
    "manual_status": None,
    "system_status": 0,
    "device_status": 0,
    "last_time_pickup": 0,
    "last_time_support_call_ended": 0,
}


@as_struct
@attrs.frozen(kw_only=True)
class Thing(Model):
    """One field of each kind, required and optional."""

    id: str
    number: int
    flag: bool
    either: int | str
    text: str | None = None
    count: int | None = None
    on: bool | None = None
    mixed: int | str | None = None


THINGS = Loader(Thing)
THING = {"id": "T", "number": 1, "flag": True, "either": "x"}


def load(row: Any, loader: Loader[Any] = AGENTS, **options: Any) -> Any:
    return loader.load(row if isinstance(row, bytes) else json.dumps(row).encode(), **options)


# what is not known is kept


@pytest.mark.parametrize("status", ["ON A BREAK", "", "AVAILABLE", "nghỉ trưa"])
def test_an_unknown_value_is_kept_and_written_back(status: str) -> None:
    """A value that no documentation names loads, compares, prints, and is written back unchanged."""
    row = {**SAMPLE, "manual_status": status, "system_status": 77}
    agent = load(row)
    assert (agent.manual_status, agent.system_status) == (status, 77)
    assert agent == load(row)
    assert repr(status) in repr(agent)
    written = to_dict(agent)
    assert (written["manual_status"], written["system_status"]) == (status, 77)


@pytest.mark.parametrize("strange", [{"a": [1, None, {"b": "c"}]}, [], None, True, 1.5, "x", 2**70])
def test_unknown_fields_are_kept_and_written_back(strange: Any) -> None:
    """A field that the model does not know stands in `extra`, read-only, and in what is written back."""
    agent = load({**SAMPLE, "new_field": strange})
    assert agent.extra == {"new_field": strange}
    assert to_dict(agent)["new_field"] == strange
    with pytest.raises(TypeError):
        agent.extra["new_field"] = 1


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader._model.__name__)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_every_model_writes_back_what_it_read(loader: Loader[Any], data: Any) -> None:
    """For every model: unknown fields, unknown values and odd values come out of `to_dict` as they went in."""
    known = {field.name: field for field in attrs.fields(loader._model)}
    row = {name: "k" for name, field in known.items() if field.default is attrs.NOTHING}
    unknown = data.draw(st.dictionaries(st.text(max_size=5).filter(lambda key: key not in known), JSON))
    row |= unknown
    model = load(row, loader)
    written = to_dict(model)
    assert {name: written[name] for name in row} == row
    assert dict(model.extra) == unknown


def test_odd_values_are_written_back_as_they_came() -> None:
    """A value that was set aside as malformed is not lost when the model is written."""
    agent = load({**SAMPLE, "system_status": {"code": 1}, "x": 2})
    assert agent.system_status is None
    written = to_dict(agent)
    assert written["system_status"] == {"code": 1}
    assert written["x"] == 2


def test_a_model_made_by_hand_has_no_extras() -> None:
    """A model need not come from a row."""
    agent = Agent(id="A")
    assert (dict(agent.extra), agent.malformed) == ({}, ())
    assert to_dict(agent)["id"] == "A"


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
)
def test_copies_keep_everything(copied: Callable[[Any], Any]) -> None:
    """Pickle, copy and deepcopy keep fields, extras and what was set aside."""
    for row in ({**SAMPLE, "x": [1]}, {**SAMPLE, "name": [], "x": [1]}):
        agent = load(row)
        twin = copied(agent)
        assert twin == agent
        assert twin.extra == agent.extra == {"x": [1]}
        assert twin.malformed == agent.malformed
    assert copied(Agent(id="A")) == Agent(id="A")


# one odd row

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(field=st.sampled_from([*SAMPLE, "routing_type", "phone_number", "unknown"]), value=JSON)
@example("id", None)
@example("id", ["A"])
@example("id", {})
@example("id", True)
@example("system_status", 1.5)
@example("system_status", "1_000")
@example("system_status", "²")
@example("last_time_pickup", "9" * 400)
@example("name", False)
def test_one_odd_field_costs_at_most_its_own_row(field: str, value: Any) -> None:
    """Any field of one row replaced by any JSON value: 49 rows are whole, the 50th is coerced or marked."""
    listed = [{**SAMPLE, "id": f"A{number}"} for number in range(50)]
    listed[17][field] = value
    body = {"r": 0, "data": {"totalPages": 1, "totalAgents": "50", "currentPage": 1, "agents": listed}}
    options: dict[str, Any] = {"number": 1, "page_size": 50}
    page = read_page(answer(body), strict=False, **options)
    whole = [agent for agent in page.items if agent.id in {f"A{n}" for n in range(50) if n != 17}]
    assert len(whole) == 49
    assert all(agent.malformed == () and agent.name == "An" for agent in whole)
    assert len(page.items) + len(page.malformed) == 50

    odd = [agent for agent in page.items if agent not in whole]
    if page.malformed:
        assert page.malformed[0].path == "$.data.agents[17].id"
        assert page.malformed[0].value["id"] == value
    elif odd[0].malformed:
        assert odd[0].malformed[0].path == f"$.{field}"
        assert odd[0].malformed[0].value == value
        assert getattr(odd[0], field) is None
        assert to_dict(odd[0])[field] == value
    elif field != "unknown":
        assert lossless(value, getattr(odd[0], field)), (value, getattr(odd[0], field))

    if page.malformed or odd[0].malformed:
        with pytest.raises(DecodeError) as caught:
            read_page(answer(body), strict=True, **options)
        assert caught.value.paths == (f"$.data.agents[17].{field}",)
        assert caught.value.status == 200
    else:
        assert read_page(answer(body), strict=True, **options) == page


def lossless(value: Any, read: Any) -> bool:
    """Return whether `read` says the same as `value`, which may be text, a number or a boolean."""
    if read is None:
        return value is None or (isinstance(value, str) and value.lower() == "null")
    if isinstance(read, str):
        return value == read or (not isinstance(value, (str, bool)) and float(read) == value)
    return (
        math.isclose(float(value), float(read), rel_tol=0)
        if not isinstance(value, str)
        else (int(float(value)) == read if abs(read) < 2**53 else int(value) == read)
    )


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (b"7", "$"),
        (b"[]", "$"),
        (b"null", "$"),
        (b'"x"', "$"),
        (b"{", "$"),
        (b'{"id": NaN, "name": "An"}', "$.id"),
        (b"{}", "$.id"),
        (b'{"id": null}', "$.id"),
        (b'{"id": ["A"]}', "$.id"),
    ],
)
def test_a_row_of_which_no_model_can_be_made_is_set_aside_whole(row: bytes, path: str) -> None:
    """Such a row is `Malformed` with its place, a reason and its raw data; strict mode raises."""
    found = load(row)
    assert isinstance(found, Malformed)
    assert found.path == path
    assert found.reason
    assert "A" not in repr(found)
    with pytest.raises(DecodeError) as caught:
        load(row, strict=True)
    assert caught.value.paths == (path,)


def test_strict_names_every_place() -> None:
    """Strict mode names all fields that do not fit, those that are missing included."""
    with pytest.raises(DecodeError) as caught:
        load(
            {"number": "x", "flag": [], "either": {}, "count": 1.5},
            THINGS,
            path="$.data.things[3]",
            strict=True,
        )
    assert caught.value.paths == tuple(
        f"$.data.things[3].{name}" for name in ("id", "number", "flag", "either", "count")
    )


def test_the_last_missing_field_does_not_hide_the_row() -> None:
    """A row that misses a field is set aside with its data."""
    found = load({"id": "T", "number": 1}, THINGS)
    assert isinstance(found, Malformed)
    assert (found.path, found.reason) == ("$.either", "missing")
    assert found.value == {"id": "T", "number": 1}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("number", "12", 12), ("number", " 12 ", 12), ("number", 12.0, 12), ("number", True, 1), ("number", "-3", -3),
        ("flag", 1, True), ("flag", "0", False), ("flag", "TRUE", True), ("flag", 0, False), ("flag", " false ", False),
        ("id", 7, "7"), ("id", 7.5, "7.5"), ("either", 7, 7), ("either", "7", "7"), ("either", 7.0, 7),
        ("text", 7, "7"), ("text", None, None), ("count", "5", 5), ("count", None, None), ("on", "1", True),
        ("on", None, None), ("mixed", "5", "5"), ("mixed", 5, 5), ("mixed", None, None), ("mixed", False, 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("patient", [False, True])
def test_values_are_coerced_without_loss(field: str, value: Any, expected: Any, patient: bool) -> None:
    """Text numbers, numbers as text, 0 and 1 and null mean the same on the fast and on the patient path."""
    row = {**THING, field: value}
    if patient:  # a field that does not fit sends the row down the patient path
        spoilt = "count" if field != "count" else "text"
        row[spoilt] = []
    model = load(row, THINGS)
    assert getattr(model, field) == expected
    assert type(getattr(model, field)) is type(expected)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", None), ("number", 1.5), ("number", "1.5"), ("number", "1_0"), ("number", "１"), ("number", []),
        ("flag", 2), ("flag", "yes"), ("flag", None), ("flag", 1.0), ("id", True), ("id", None),
        ("id", []), ("either", 1.5), ("either", None), ("either", []),
    ],
)  # fmt: skip
def test_lossy_values_are_not_guessed(field: str, value: Any) -> None:
    """What would lose something, or is another kind of thing, is not coerced."""
    found = load({**THING, field: value}, THINGS)
    assert isinstance(found, Malformed), found
    assert found.path == f"$.{field}"


# A model is an attrs class that is stored as a struct, and nobody can tell


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
    """Python's collector never goes through a model, however many are kept."""
    assert not any(gc.is_tracked(thing) for thing in page_of(*(THING for _ in range(5))))


def test_each_row_of_a_page_knows_its_own_text() -> None:
    """Extras of the rows of a page are not mixed up, in whatever order they are asked for."""
    found = page_of(*({**THING, "id": str(place), "x": place} for place in range(5)))
    assert [thing.extra["x"] for thing in reversed(found)] == [4, 3, 2, 1, 0]
    assert [pickle.loads(pickle.dumps(thing)).extra["x"] for thing in found] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "field",
    [
        attrs.field(default="", validator=attrs.validators.instance_of(str)),
        attrs.field(default="", converter=str.strip),
        attrs.field(factory=str),
    ],
)
def test_a_model_whose_code_would_not_run_cannot_be_read(field: Any) -> None:
    """No code of a model runs when rows are read, so a model that relies on it is refused when its loader is made."""
    kind = attrs.make_class("Checked", {"text": field}, bases=(Model,), frozen=True, slots=True)
    with pytest.raises(TypeError, match=r"Checked\.text"):
        as_struct(kind)


def test_a_model_that_is_no_struct_cannot_be_read() -> None:
    """A model class whose second decorator was forgotten is told so when its loader is made."""
    kind = attrs.make_class("Forgotten", {"text": attrs.field(default="")}, bases=(Model,), frozen=True)
    with pytest.raises(TypeError, match="Forgotten is not decorated with as_struct"):
        Loader(kind)


# extras cost nothing until they are asked for


def test_extras_are_decoded_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading a row decodes it once, into the model; its unknown fields are decoded on access only."""
    decoded: list[bytes] = []
    original = json_codec._decode
    monkeypatch.setattr(
        json_codec, "_decode", lambda data, decode: decoded.append(bytes(data)) or original(data, decode)
    )
    agents = [load({**SAMPLE, "x": {"y": [1]}}) for _ in range(50)]
    assert decoded == []
    assert agents[3].extra == {"x": {"y": [1]}}
    assert decoded[1:] == [b'{"y": [1]}']  # the row's unknown value and none of its known ones
    assert len(decoded) == 2


def test_the_raw_row_is_shared_not_copied() -> None:
    """A row that fits keeps the very piece of the response that it was read from."""
    [raw] = rows(b'[{"id": "A", "x": 1}]')
    agent = AGENTS.load(raw)
    assert isinstance(agent, Agent)
    assert agent._raw is raw


@pytest.mark.parametrize("value", [b'"\xff"', b"1e999", b'"\\ud800"', b"NaN", b'{"y": Infinity}'])
def test_an_extra_that_cannot_be_decoded_stands_as_bytes(value: bytes) -> None:
    """An unknown field never makes `extra` raise; what cannot be decoded is there as bytes."""
    found = load(b'{"id": "A", "y": 2, "x": ' + value + b"}")
    assert found.extra == {"x": value, "y": 2}
    assert found.id == "A"


def test_trailing_commas_and_bad_values_are_forgiven_together() -> None:
    """Text with both faults is taken apart all the same: one does not make the other fatal."""
    [raw] = rows(b'\xef\xbb\xbf[{"id": "A", "x": NaN, },]')
    found = load(bytes(raw))
    assert (found.id, dict(found.extra)) == ("A", {"x": b"NaN"})
    assert {name: bytes(value) for name, value in shallow(b'{"a": [NaN], }').items()} == {"a": b"[NaN]"}


def test_an_extra_that_spoils_its_row_sets_the_row_aside() -> None:
    """Endless nesting in an unknown field: the row is set aside, with its text."""
    row = b'{"id": "A", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    found = load(row)
    assert isinstance(found, Malformed)
    assert found.value == row


# The decoder


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"{", b"nope", b"NaN", b"[Infinity]", b'{"a": -Infinity}', b'{"a": NaN}', b'"\xff"', b"\xff",
        b"[1 2]", b'{"a" 1}', b"01", b'"\\x"', b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 50_000,
        b"[1]]", b"{'a': 1}", b'{"a": [NaN}]}', b'[{"a": NaN]', b"[{NaN}, ]1", b'["a" NaN', b"{NaN}", b"\x00", b'"a\nb"',
    ],
)  # fmt: skip
def test_what_is_not_json_is_a_decode_error(data: bytes) -> None:
    """Broken, empty, too deep, not UTF-8, NaN and Infinity: each is a DecodeError and nothing else."""
    for decode in (loads, shallow, rows):
        with pytest.raises(DecodeError) as caught:
            decode(data)
        assert caught.value.paths == ("$",)
        assert caught.value.__cause__ is None
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_answer_is_called_empty(data: bytes) -> None:
    """The message tells an empty response from a broken one."""
    with pytest.raises(DecodeError, match="is empty"):
        loads(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": [1, 2, ], }', {"a": [1, 2]}),
        (b'{"a": ",}", "b": "\\",]", }', {"a": ",}", "b": '",]'}),
        (b'\xef\xbb\xbf{"a": 1,\n}', {"a": 1}),
        (b"7", 7),
    ],
)
def test_the_vendors_own_slips_are_forgiven(data: bytes, expected: Any) -> None:
    """A byte order mark and trailing commas occur in the vendor's samples; text in quotes is not touched."""
    assert loads(data) == expected


def test_rows_and_fields_of_a_mended_answer_can_be_read() -> None:
    """Trailing commas inside rows do not hurt a listing."""
    [row] = rows(b'[{"id": "A", "x": [1,], },]')
    agent = AGENTS.load(row)
    assert isinstance(agent, Agent)
    assert agent.extra == {"x": [1]}
    agent = load(b'{"id": "A", "x": 1,}')
    assert agent.extra == {"x": 1}


@pytest.mark.parametrize(
    "data", [b'{"a": "' + b'\\"' * 1_000_000, b'["' * 500_000, b"," * 1_000_000, b'"\\' * 500_000]
)
def test_mending_takes_linear_time(data: bytes) -> None:
    """A hostile response of a megabyte cannot keep the loop busy: quadratic work here would take hours."""
    with pytest.raises(DecodeError):
        loads(data)


@pytest.mark.parametrize(
    ("decode", "data"), [(shallow, b"[]"), (shallow, b"1"), (rows, b"{}"), (rows, b"null")]
)
def test_another_shape_is_a_decode_error(decode: Callable[[bytes], Any], data: bytes) -> None:
    """An array is no object and the other way round, mended or not."""
    for text in (data, b"\xef\xbb\xbf" + data):
        with pytest.raises(DecodeError, match="promised shape"):
            decode(text)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ 1ae\n').map(str.encode))
def test_no_answer_escapes_the_error_tree(data: bytes) -> None:
    """Whatever bytes come, decoding returns or raises a DecodeError."""
    for decode in (loads, shallow, rows):
        with contextlib.suppress(DecodeError):
            decode(data)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(JSON)
def test_encode_and_loads_are_inverse(value: Any) -> None:
    """What is written is read back the same."""
    assert loads(encode(value)) == value


@pytest.mark.parametrize(("value", "expected"), [(True, 1), (5, 5), (5.0, 5), ("+5", 5), ("\t-5 ", -5)])
def test_as_int_takes_what_is_a_whole_number(value: Any, expected: int) -> None:
    """Numbers, booleans and digits in text."""
    assert as_int(value) == expected


@pytest.mark.parametrize(
    "value", [None, "", "5.0", "0x5", "٥", [], {}, 5.5, math.inf, math.nan, "1_000", "9" * 400]
)
def test_as_int_refuses_what_is_not(value: Any) -> None:
    """T5: separators, other digits and fractions are no whole numbers; nor is a number of 400 digits."""
    with pytest.raises(ValueError, match="expected an integer"):
        as_int(value)


def test_a_malformed_value_does_not_print() -> None:
    """The repr of `Malformed` holds the place and the reason, not the value."""
    assert "84901234567" not in repr(Malformed(path="$.phone", reason="odd", value="84901234567"))
    assert issubclass(PagingError, Exception)


# Names that differ from the wire's, money, secrets


@as_struct
@attrs.frozen(kw_only=True)
class Renamed(Model):
    """A model of a vendor whose names on the wire are other ones."""

    thing_id: int
    cost: Decimal | None = None
    names: list[str] | None = None

    @classmethod
    def _wire_name(cls, field: Any) -> str:
        return {"thing_id": "thingId", "names": "nameList"}.get(field.name, field.name)


RENAMED = Loader(Renamed)


@pytest.mark.parametrize("odd", [{}, {"cost": []}], ids=["fast path", "patient path"])
def test_a_model_may_have_other_names_than_the_wire(odd: dict[str, Any]) -> None:
    """On both paths: fields are read by the wire's names, what is not known is kept, and all is written back."""
    row = {"thingId": "7", "nameList": ["a"], "thing_id": "unknown to us", "new": 1, **odd}
    model = load(row, RENAMED)
    assert (model.thing_id, model.names, model.cost) == (7, ["a"], None)
    assert dict(model.extra) == {"thing_id": "unknown to us", "new": 1}
    assert [fault.path for fault in model.malformed] == [f"$.{name}" for name in odd]
    assert to_dict(model) == {"cost": None, **row, "thingId": 7}
    again = pickle.loads(pickle.dumps(model))
    assert (again, dict(again.extra)) == (model, dict(model.extra))


def test_an_malformed_row_of_a_renamed_model_is_set_aside_by_the_wires_name() -> None:
    """The place of a fault is told in the vendor's words; strict mode raises it."""
    assert load({"nameList": []}, RENAMED, path="$[2]").path == "$[2].thingId"
    with pytest.raises(DecodeError) as caught:
        load({"thingId": 1, "nameList": 5}, RENAMED, strict=True)
    assert caught.value.paths == ("$.nameList",)


@pytest.mark.parametrize("odd", ["", ', "nameList": 5'], ids=["fast path", "patient path"])
@pytest.mark.parametrize(
    ("text", "expected"), [("12.30", "12.30"), ('"12.30"', "12.30"), ("7", "7"), ('"-0.00001"', "-0.00001")]
)
def test_money_is_read_without_loss(text: str, expected: str, odd: str) -> None:
    """A price comes as number or text and is never rounded."""
    model = load(f'{{"thingId": 1, "cost": {text}{odd}}}'.encode(), RENAMED)
    assert model.cost == Decimal(expected)
    assert not odd or model.malformed


@pytest.mark.parametrize("text", ['""', '"free"', "true", "[]"])
def test_money_that_is_none_is_set_aside(text: str) -> None:
    """What is no number becomes None, with its place kept."""
    model = load(f'{{"thingId": 1, "cost": {text}}}'.encode(), RENAMED)
    assert (model.cost, [fault.path for fault in model.malformed]) == (None, ["$.cost"])


def test_a_secret_is_revealed_where_json_is_written_and_nothing_else_is_guessed() -> None:
    """A body may carry secrets up to the last moment; objects that are no JSON are refused."""
    assert encode({"password": Secret("pw"), "names": ["a"]}) == b'{"password":"pw","names":["a"]}'
    with pytest.raises(TypeError, match="object cannot be written"):
        encode({"x": object()})


def test_a_whole_page_of_a_renamed_model_is_read_in_one_go() -> None:
    """A page of a vendor with names of its own is read at once too: models, extras and counts; or not at all."""
    read = RENAMED.page({"status": int, "data": {"total": int, "records": ROWS}})
    answer = read(
        b'{"status": "0", "data": {"total": 2, "records": [{"thingId": 1}, {"thingId": 2, "new": 3}]}}'
    )
    assert (answer.status, answer.data.total) == (0, 2)
    assert answer.data.records == [Renamed(thing_id=1), Renamed(thing_id=2)]
    assert [dict(model.extra) for model in answer.data.records] == [{}, {"new": 3}]
    for odd in (
        b"{}",
        b'{"data": null}',
        b'{"data": {"total": 1}}',
        b'{"data": {"records": [{}]}}',
        b"[]",
        b"{",
    ):
        assert read(odd) is None


def test_a_shape_without_rows_is_a_mistake_of_the_caller() -> None:
    """A shape says where the rows are, or no reader is made."""
    with pytest.raises(ValueError, match="ROWS"):
        RENAMED.page({"status": int})


ANYTHING = [
    None,
    True,
    1,
    1.5,
    "x",
    "1",
    "gold",
    [],
    ["a"],
    [1],
    [None],
    [[1]],
    ["a", {}],
    {},
    {"a": 1},
    [{"a": 1}],
]
"""One value of each kind that JSON has, and lists of them."""


def every_loader() -> list[Loader[Any]]:
    """Find the readers of every vendor's models."""
    found: dict[type[Any], Loader[Any]] = {}
    for vendor in ("stringee", "ringme", "itniotech"):
        package = importlib.import_module(f"stringee_async.{vendor}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Loader):
                    found[value.model] = value
    return list(found.values())


@pytest.mark.parametrize("loader", every_loader(), ids=lambda loader: loader.model.__name__)
def test_no_value_of_any_field_of_any_vendor_escapes(loader: Loader[Any]) -> None:
    """Each field of each model meets each kind of JSON: it is read without loss or set aside, and text stays whole."""
    names = [(wire, field) for wire, field in loader._fields]
    needed = {wire: 1 for wire, field in names if field.default is attrs.NOTHING}
    for wire, field in names:
        for value in ANYTHING:
            row = {**needed, wire: value}
            model = load(row, loader)
            if isinstance(model, Malformed):
                assert field.default is attrs.NOTHING
                assert model.value == row
                continue
            read = getattr(model, field.name)
            aside = [fault.value for fault in model.malformed if fault.path == f"$.{wire}"]
            assert not aside or (read, aside) == (None, [value])
            assert isinstance(read, list) is (isinstance(value, list) and not aside)
            assert aside or isinstance(value, list) or value is None or read is not None


def test_a_dictionary_of_a_model_goes_into_any_json_encoder() -> None:
    """Amounts of money stay exact as text, and a value that is no JSON is there as text too."""
    from stringee_async.itniotech import Balance

    balance = Loader(Balance).load(b'{"balance": "100.10", "gift": 0.10, "odd": NaN}')
    assert isinstance(balance, Balance)
    written = to_dict(balance)
    assert json.loads(json.dumps(written)) == written
    assert {name: written[name] for name in ("balance", "gift", "odd")} == {
        "balance": "100.10",
        "gift": "0.1",
        "odd": "NaN",
    }


@pytest.mark.parametrize(
    ("decode", "data", "words"),
    [
        (shallow, b"[]", "the response is not of the promised shape: it is a list, and not an object"),
        (shallow, b"null", "the response is not of the promised shape: it is null, and not an object"),
        (rows, b'{"a": 1}', "the response is not of the promised shape: it is an object, and not a list"),
        (shallow, b'"a"', "it is a text, and not an object"),
        (loads, b'{"a": 1', "the response is not JSON; it breaks off"),
        (loads, b"<html>", "the response is not JSON; it goes wrong at byte 0"),
        (loads, b'{"a": "\xff"}', "the response is not JSON; it is not UTF-8"),
        (loads, b"[" * 100_000, "the response is not JSON; it is nested too deeply"),
    ],
)
def test_what_is_wrong_with_a_response_is_said_in_plain_words(
    decode: Callable[[bytes], Any], data: bytes, words: str
) -> None:
    """Without the words of the library that decodes, which name its own types."""
    with pytest.raises(DecodeError) as caught:
        decode(data)
    assert words in str(caught.value)


def test_a_shape_that_a_library_words_otherwise_is_still_a_decode_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Words that are not known are left out."""

    def other(_: object) -> Any:
        raise msgspec.ValidationError("something new")

    monkeypatch.setattr(json_codec, "_decode_object", other)
    with pytest.raises(DecodeError, match=r"\Athe response is not of the promised shape\Z"):
        json_codec.mapping(b"{}")
