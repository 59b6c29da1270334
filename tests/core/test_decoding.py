"""JSON to models and back: no odd row loses the page, and nothing that came is lost."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
import pkgutil
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stringee_async.core import json_codec
from stringee_async.core.decoding import ROWS, Loader
from stringee_async.core.errors import DecodeError
from stringee_async.core.json_codec import encode, loads, rows, shallow
from stringee_async.core.model import NAMED, Malformed, Model, as_struct, to_dict
from stringee_async.core.secrets import Secret
from stringee_async.stringee.agents import LOADER as AGENTS
from stringee_async.stringee.agents import Agent
from stringee_async.stringee.group_agents import LOADER as GROUP_AGENTS
from stringee_async.stringee.group_routings import LOADER as GROUP_ROUTINGS
from stringee_async.stringee.groups import LOADER as GROUPS
from stringee_async.stringee.queues import LOADER as QUEUES

from ..kit.rows import JSON, SAMPLE, load

LOADERS = [AGENTS, GROUPS, GROUP_AGENTS, QUEUES, GROUP_ROUTINGS]


@pytest.mark.parametrize("status", ["ON A BREAK", "", "AVAILABLE", "nghỉ trưa"])
def test_an_unknown_value_is_kept_and_written_back(status: str) -> None:
    row = {**SAMPLE, "manual_status": status, "system_status": 77}
    agent = load(row)
    assert (agent.manual_status, agent.system_status) == (status, 77)
    assert agent == load(row)
    assert repr(status) in repr(agent)
    written = to_dict(agent)
    assert (written["manual_status"], written["system_status"]) == (status, 77)


@pytest.mark.parametrize("strange", [{"a": [1, None, {"b": "c"}]}, [], None, True, 1.5, "x", 2**70])
def test_unknown_fields_are_kept_and_written_back(strange: Any) -> None:
    agent = load({**SAMPLE, "new_field": strange})
    assert agent.extra == {"new_field": strange}
    assert to_dict(agent)["new_field"] == strange
    with pytest.raises(TypeError):
        agent.extra["new_field"] = 1


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader._model.__name__)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_every_model_writes_back_what_it_read(loader: Loader[Any], data: Any) -> None:
    known = {field.name: field for field in attrs.fields(loader._model)}
    row = {name: "k" for name, field in known.items() if field.default is attrs.NOTHING}
    unknown = data.draw(st.dictionaries(st.text(max_size=5).filter(lambda key: key not in known), JSON))
    row |= unknown
    model = load(row, loader)
    written = to_dict(model)
    assert {name: written[name] for name in row} == row
    assert dict(model.extra) == unknown


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
)
def test_copies_keep_everything(copied: Callable[[Any], Any]) -> None:
    for row in ({**SAMPLE, "x": [1]}, {**SAMPLE, "name": [], "x": [1]}):
        agent = load(row)
        twin = copied(agent)
        assert twin == agent
        assert twin.extra == agent.extra == {"x": [1]}
        assert twin.malformed == agent.malformed
    assert copied(Agent(id="A")) == Agent(id="A")


def test_extras_are_decoded_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
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
    [raw] = rows(b'[{"id": "A", "x": 1}]')
    agent = AGENTS.load(raw)
    assert isinstance(agent, Agent)
    assert agent._raw is raw


@pytest.mark.parametrize("value", [b'"\xff"', b"1e999", b'"\\ud800"', b"NaN", b'{"y": Infinity}'])
def test_an_extra_that_cannot_be_decoded_stands_as_bytes(value: bytes) -> None:
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
    row = b'{"id": "A", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    found = load(row)
    assert isinstance(found, Malformed)
    assert found.value == row


@as_struct
@attrs.frozen(kw_only=True)
class Renamed(Model):
    """A model of a vendor whose names on the wire are other ones."""

    thing_id: int
    cost: Decimal | None = None
    names: list[str] | None = None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
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


@as_struct
@attrs.frozen(kw_only=True)
class Marked(Model):
    """A model that is told from others by its id alone."""

    id: str = attrs.field(metadata=NAMED)
    count: int | None = None


@pytest.mark.parametrize("odd", [{}, {"count": []}], ids=["fast path", "patient path"])
def test_a_row_whose_id_is_blank_is_set_aside(odd: dict[str, Any]) -> None:
    """Rows with a blank id would count as one and the same."""
    loader = Loader(Marked)
    assert load({"id": "a", **odd}, loader) == Marked(id="a")
    for blank in ("", " "):
        unread = load({"id": blank, **odd}, loader)
        assert (unread.path, unread.reason) == ("$.id", "expected an id, got a blank")
        body = json.dumps({"rows": [{"id": "a"}, {"id": blank}]}).encode()
        assert loader.page({"rows": ROWS})(body) is None
    assert len(loader.page({"rows": ROWS})(b'{"rows": [{"id": "a"}]}').rows) == 1


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
    model = load(f'{{"thingId": 1, "cost": {text}}}'.encode(), RENAMED)
    assert (model.cost, [fault.path for fault in model.malformed]) == (None, ["$.cost"])


def test_a_secret_is_revealed_where_json_is_written_and_nothing_else_is_guessed() -> None:
    """A body may carry secrets up to the last moment; objects that are no JSON are refused."""
    assert encode({"password": Secret("pw"), "names": ["a"]}) == b'{"password":"pw","names":["a"]}'
    with pytest.raises(TypeError, match="object cannot be written"):
        encode({"x": object()})


def test_a_whole_page_of_a_renamed_model_is_read_in_one_go() -> None:
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
    def other(_: object) -> Any:
        raise msgspec.ValidationError("something new")

    monkeypatch.setattr(json_codec, "_decode_object", other)
    with pytest.raises(DecodeError, match=r"\Athe response is not of the promised shape\Z"):
        json_codec.mapping(b"{}")
