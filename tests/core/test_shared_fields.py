"""Models that share fields: what two of them are told is declared once, and each is as whole as one that shares nothing."""

from __future__ import annotations

import inspect

import attrs

from stringee_async.core.decoding import Loader
from stringee_async.core.model import Model, model, shared_fields
from stringee_async.itniotech import CallRecord, CallRecordPush


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
