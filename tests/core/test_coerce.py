"""Values of a row: coerced without loss, set aside where that cannot be."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stringee_async.core.coerce import as_int
from stringee_async.core.errors import DecodeError
from stringee_async.core.model import Malformed, to_dict
from tests.kit import answer

from ..kit.rows import JSON, SAMPLE, THING, THINGS, load
from ..stringee.reading import read_page


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
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


@pytest.mark.parametrize(("value", "expected"), [(True, 1), (5, 5), (5.0, 5), ("+5", 5), ("\t-5 ", -5)])
def test_as_int_takes_what_is_a_whole_number(value: Any, expected: int) -> None:
    assert as_int(value) == expected


@pytest.mark.parametrize(
    "value", [None, "", "5.0", "0x5", "٥", [], {}, 5.5, math.inf, math.nan, "1_000", "9" * 400]
)
def test_as_int_refuses_what_is_not(value: Any) -> None:
    """T5: separators, other digits and fractions are no whole numbers; nor is a number of 400 digits."""
    with pytest.raises(ValueError, match="expected an integer"):
        as_int(value)
