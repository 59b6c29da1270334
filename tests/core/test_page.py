"""Pages with numbers and totals, by every vendor that has them: no end is guessed, and no row is dropped in silence."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import DecodeError, PagingError

from ..conformance.readers import FORMS, PageForm

EVERY = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@pytest.mark.parametrize(
    ("total", "size", "pages"),
    [("101", 50, 3), (100, "50", 2), (101, None, 3), ("1", None, 1), (101, 0, 3), ("60", 20, 3)],
)
@pytest.mark.parametrize("stated", [None, 0, "0"])
@EVERY
def test_missing_pages_are_computed_from_the_total(
    form: PageForm, total: Any, size: Any, pages: int, stated: Any
) -> None:
    assert form.page(form.block(1, pages=stated, total=total, size=size)).total_pages == pages


@pytest.mark.parametrize("total", [None, 0, "0"])
@pytest.mark.parametrize("pages", [None, 0])
@EVERY
def test_rows_without_any_total_are_an_error(form: PageForm, total: Any, pages: Any) -> None:
    with pytest.raises(PagingError, match=f"neither {form.names['pages']} nor a total") as caught:
        form.page(form.block(1, pages=pages, total=total))
    assert caught.value.status == 200
    assert caught.value.body


@pytest.mark.parametrize("value", ["many", 1.5, [], {}, -1, "-2", ""])
@pytest.mark.parametrize(
    ("form", "name"),
    [(FORMS["stringee"], "pages"), (FORMS["stringee"], "number")]
    + [(FORMS["itniotech"], name) for name in ("pages", "number", "total", "size")],
)
def test_page_numbers_that_are_no_numbers_are_an_error(form: PageForm, name: str, value: Any) -> None:
    """A number of pages, or a page number, that is not a whole number is a PagingError that names it.

    Stringee's totals are often odd, and do no harm where pages are stated.
    """
    with pytest.raises(PagingError, match=form.names[name]) as caught:
        form.page(form.block(1, **{name: value}))
    assert caught.value.status == 200


@pytest.mark.parametrize("stated", [None, 0, "0"])
@EVERY
def test_a_page_that_does_not_say_its_number_is_the_one_asked_for(form: PageForm, stated: Any) -> None:
    assert form.page(form.block(1, number=stated), number=3).number == 3
    assert form.page(form.block(1, number="7"), number=3).number == 7


@pytest.mark.parametrize(
    "block", [[], {}, {"rows": []}, {"rows": None, "total": 0, "pages": 0}, {"rows": [], "total": "0"}]
)
@EVERY
def test_an_empty_listing_in_every_form(form: PageForm, block: Any) -> None:
    data = {form.names[name]: value for name, value in block.items()} if block else block
    page = form.page(data)
    assert (page.items, page.malformed, page.total_pages) == ((), (), 0)


@pytest.mark.parametrize("data", ["x", 7, [1], True, {"rows": {}}, {"rows": "x"}])
@EVERY
def test_another_shape_of_data_is_a_decode_error(form: PageForm, data: Any) -> None:
    if isinstance(data, dict):
        data = {form.names["rows"]: data["rows"]}
    with pytest.raises(DecodeError, match="shape") as caught:
        form.page(data)
    assert (caught.value.status, caught.value.outcome) == (200, "unknown")
    assert caught.value.body


@EVERY
def test_malformed_rows_stand_apart_or_raise(form: PageForm) -> None:
    rows, key = form.names["rows"], form.names["id"]
    block = {**form.block(1, 2), rows: [{key: 1}, 7, {"name": "no id"}, {key: 2, "name": []}]}
    page = form.page(block)
    assert [str(getattr(row, "key_id", None) or row.id) for row in page.items] == ["1", "2"]
    assert [fault.path for fault in page.malformed] == [f"$.data.{rows}[1]", f"$.data.{rows}[2].{key}"]
    assert [fault.path for fault in page.items[1].malformed] == ["$.name"]
    with pytest.raises(DecodeError) as caught:
        form.page(block, strict=True)
    assert caught.value.paths == (f"$.data.{rows}[1]",)
    assert caught.value.status == 200
