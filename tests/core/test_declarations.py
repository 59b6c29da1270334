"""Fields declared once: what a declaration says is what is checked, sent and shown."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, TypedDict, Unpack, get_args

import pytest

import stringee_async
from stringee_async import UNSET, ConfigError, Unset
from stringee_async.core.declarations import (
    Absent,
    Doc,
    Fields,
    Needs,
    VendorName,
    document_fields,
    document_settings,
)
from stringee_async.core.field_rules import ListOf, Matching, Whole
from stringee_async.core.fields import Choice, Text, label
from stringee_async.core.validation import phone_number
from stringee_async.stringee import Agent, Agents
from stringee_async.stringee.agents import AgentChanges

PACKAGE = Path(stringee_async.__file__).parent


class Settings(TypedDict, Generic[Absent], total=False):
    """What can be set of a thing."""

    mode: Annotated[
        int | Absent,
        Whole(1, 2),
        Needs(value=2, field="phone", reason="dials"),
        VendorName("modeCode"),
        Doc("The mode."),
    ]
    phone: Annotated[str | Absent, phone_number, Doc("Whom to call.")]
    note: Annotated[str | Unset | None, label, Doc("Kept for you.")]


class Changes(Settings[Unset | None], total=False):
    """What can be changed of a thing."""

    name: Annotated[str | Unset, label, Doc("Its name. " + "Long. " * 20)]
    tags: Annotated[Sequence[str] | Unset, ListOf(label), Doc("Tags.")]


FIELDS = Fields(Changes)


class Things:
    """Takes the settings of a thing."""

    def create(self, *, name: str, **settings: Unpack[Settings[Unset]]) -> None:
        """Create a thing.

        Args:
            name: Its name.
            settings: Any of these.

        Returns:
            Nothing.
        """

    def update(self, **settings: Unpack[Changes]) -> None:
        """Change a thing.

        Args:
            settings: Any of these.
        """


document_settings(Things)


def test_help_shows_type_range_null_and_text_of_each_setting() -> None:
    """Each field has a line below `settings`, in the order of the declaration; nothing else is touched."""
    assert (inspect.getdoc(Things.create) or "").splitlines()[2:] == [
        "Args:",
        "    name: Its name.",
        "    settings: Any of these.",
        "        mode (int, 1 to 2): The mode.",
        "        phone (str): Whom to call.",
        "        note (str or None, at most 255 characters): Kept for you.",
        "",
        "Returns:",
        "    Nothing.",
    ]
    text = inspect.getdoc(Things.update) or ""
    assert "mode (int or None, 1 to 2): The mode." in text
    assert "tags (Sequence[str]): Tags." in text
    assert "name (str, at most 255 characters): Its name. Long." in text
    assert max(map(len, str(Things.update.__doc__).splitlines())) <= 116


def test_docstrings_without_their_common_indentation_are_completed_alike() -> None:
    """Python from 3.13 on has taken it off; what is added stands as deep as it belongs there, too."""

    def create(self: object, **settings: Unpack[Settings[Unset]]) -> None: ...

    create.__doc__ = "Create.\n\nArgs:\n    settings: Any of these.\n\nReturns:\n    Nothing.\n"
    document_settings(type("Owner", (), {"create": create}))
    assert create.__doc__.splitlines()[3:6] == [
        "    settings: Any of these.",
        "        mode (int, 1 to 2): The mode.",
        "        phone (str): Whom to call.",
    ]
    row = type("Row", (), {"__doc__": "A row.\n\nArgs:\n    id: Its id.\n", "mode": 1})
    document_fields(row, [FIELDS["mode"], FIELDS["phone"]])
    assert row.__doc__ == "A row.\n\nArgs:\n    id: Its id.\n    mode: The mode.\n"


def test_limits_of_every_kind_of_check_are_shown() -> None:
    """Ranges, choices and forms are told in words."""
    assert Whole(0, 86_400).limits == "0 to 86,400"
    assert Choice(("A", "B")).limits == "`A` or `B`"
    assert FIELDS["note"].described(creating=True).startswith("note (str or None, at most 255 characters)")

    assert Matching(re.compile("a"), "one a").limits == "one a"

    assert Text(32, least=4).limits == "4 to 32 characters"


@pytest.mark.parametrize(
    ("values", "creating", "body"),
    [
        ({"mode": 1, "phone": UNSET}, True, {"modeCode": 1}),
        ({"phone": "+84 901-234-567"}, True, {"phone": "84901234567"}),
        ({"mode": None, "note": None}, False, {"modeCode": None, "note": None}),
        ({"note": None}, True, {"note": None}),
        ({"tags": ["a"]}, False, {"tags": ["a"]}),
    ],
)
def test_a_body_holds_what_was_given_as_it_goes_on_the_wire(
    values: dict[str, object], creating: bool, body: dict[str, object]
) -> None:
    """Left out is not sent, None is null where the declaration allows it, a value is checked and converted."""
    assert FIELDS.body(values, creating=creating) == body


@pytest.mark.parametrize(
    ("values", "creating", "message"),
    [
        ({"mode": 3}, True, "mode must be between 1 and 2, got 3"),
        ({"mode": None}, True, "mode must not be None; leave it out"),
        ({"name": None}, False, "name must not be None; leave it out"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_argument(
    values: dict[str, object], creating: bool, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        FIELDS.body(values, creating=creating)


def test_null_in_a_create_is_a_property_of_the_resource_too() -> None:
    """Some vendors take null for all fields of a new object."""
    assert Fields(Changes, null_on_create=True).body({"mode": None}, creating=True) == {"modeCode": None}


def test_extra_is_sent_as_it_is_and_keywords_go_before_it() -> None:
    """A keyword whose very value stands in `extra`, under the vendor's name, is not checked."""
    extra = {"modeCode": 7, "phone": "x", "unheard": 1}
    assert FIELDS.body({"mode": 7, "phone": "84901234567"}, creating=True, extra=extra) == {
        "modeCode": 7,
        "phone": "84901234567",
        "unheard": 1,
    }
    with pytest.raises(ConfigError, match="mode must be"):
        FIELDS.body({"mode": 8}, creating=True, extra=extra)


def test_national_numbers_get_the_calling_code_in_number_fields_only() -> None:
    body = FIELDS.body({"phone": "0901234567", "note": "0901234567"}, creating=True, phone_code="84")
    assert body == {"phone": "84901234567", "note": "0901234567"}


def test_an_unknown_keyword_is_named_with_the_nearest_one() -> None:
    """As Python does, and better: where nothing is near, all names are told."""
    with pytest.raises(TypeError, match="unexpected keyword argument 'mod'; did you mean 'mode'\\?"):
        FIELDS.body({"mod": 1}, creating=True)
    with pytest.raises(TypeError, match="'colour'; it takes mode, phone, note, name, tags"):
        FIELDS.body({"colour": 1}, creating=True)


def test_a_value_that_needs_another_field_is_refused_without_it() -> None:
    FIELDS.complete({"modeCode": 1}, creating=True)
    FIELDS.complete({"modeCode": 2, "phone": "84900"}, creating=True)
    FIELDS.complete({"modeCode": 2}, creating=False)
    with pytest.raises(ConfigError, match="mode 2 dials, so phone must be given"):
        FIELDS.complete({"modeCode": 2}, creating=True)
    with pytest.raises(ConfigError, match="mode 2 dials, so phone must not be cleared"):
        FIELDS.complete({"modeCode": 2, "phone": None}, creating=False)


def test_each_value_of_a_field_may_need_another_field() -> None:
    class Press(TypedDict, total=False):
        action: Annotated[
            int,
            Whole(1, 3),
            Needs(value=1, field="phone", reason="dials"),
            Needs(value=2, field="note", reason="is kept"),
            Doc("What it does."),
        ]
        phone: Annotated[str, phone_number, Doc("Whom to call.")]
        note: Annotated[str, label, Doc("What is kept.")]

    fields = Fields(Press)
    for action, other in ((1, "phone"), (2, "note")):
        with pytest.raises(ConfigError, match=f"action {action} .*, so {other} must be given"):
            fields.body({"action": action}, creating=True)
    assert fields.body({"action": 3}, creating=True) == {"action": 3}


def test_a_model_shows_the_texts_of_the_fields_that_can_be_set() -> None:
    """A text stands once, in the declaration; what the model says itself stays."""
    text = inspect.getdoc(Agent) or ""
    assert text.count("manual_status: ") == text.count("routing_type: ") == 1
    assert "    phone_number: Digits with country code" in text


def test_every_setting_is_a_field_of_its_resource() -> None:
    assert {field.name for field in Agents.spec.fields} == set(AgentChanges.__annotations__)


def code_lines(path: Path, word: str) -> list[str]:
    """Return the lines of a file on which a word stands outside docstrings."""

    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        value: Any = getattr(node, "value", None)
        if isinstance(node, ast.Expr) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            for number in range(node.lineno - 1, int(node.end_lineno or 0)):
                lines[number] = ""
    return [line.strip() for line in lines if word in line]


def test_a_field_stands_in_at_most_four_places() -> None:
    """One declaration, the model if it is read, the columns of a table, and what a roster says of it.

    The choice of agents for a call is another message of the vendor's, with a field of the same name.
    """
    files = [
        path for path in PACKAGE.rglob("*.py") if "emulator" not in path.parts and path.stem != "agent_choice"
    ]
    places = [(path.name, line) for path in files for line in code_lines(path, "routing_type")]
    assert 2 <= len(places) <= 4, places


def test_generic_settings_keep_their_types() -> None:
    """A create takes no None where the vendor takes none; `tests/typing` shows that checkers see it."""
    assert get_args(Settings[Unset]) == (Unset,)
