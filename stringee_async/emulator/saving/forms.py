"""How the values of a state are written as JSON and read back; what cannot be read is named by its path.

Reading makes new values and changes nothing, so that a state that is wrong anywhere is refused whole. Bytes, such as
recordings, are written once each, in base64, and named by their digest. Moments of the monotonic clock are written as
Unix seconds, rounded to milliseconds.
"""

import base64
import binascii
import hashlib
import random
import struct
import time
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import attrs

from ..state import Numbers, Rows
from ..webhook_sender import address


class StateError(ValueError):
    """A state or its file cannot be read; the text says where and why."""


OFFSET = round(time.time() - time.monotonic(), 3)
"""Seconds from the monotonic clock to Unix time, the same for the life of the process."""


class Files:
    """The bytes of a state by their digest."""

    def __init__(self, encoded: Mapping[str, str] | None = None) -> None:
        self.encoded: dict[str, str] = dict(encoded or {})
        self._decoded: dict[str, bytes] = {}

    def keep(self, content: bytes) -> str:
        """Add bytes once and return the name by which they are found."""
        name = hashlib.sha256(content).hexdigest()[:32]
        if name not in self.encoded:
            self.encoded[name] = base64.b64encode(content).decode()
        return name

    def find(self, name: str) -> bytes:
        """Return bytes by their name; KeyError if there are none, ValueError if they are no base64."""
        if name not in self._decoded:
            self._decoded[name] = base64.b64decode(self.encoded[name], validate=True)
        return self._decoded[name]


@attrs.frozen(kw_only=True)
class Place:
    """Where a value is read: its path for messages, and what it may refer to.

    Args:
        path: for instance ``stringee.call_log``.
        files: the bytes of the state.
        hosts: names of hosts beside this machine that may be told of events.
        name: the last part of the path.
    """

    path: str
    files: Files
    hosts: Collection[str] = ()
    name: str = ""

    def below(self, name: object) -> "Place":
        """The place of a part."""
        path = f"{self.path}.{name}" if self.path else f"{name}"
        return Place(path=path, files=self.files, hosts=self.hosts, name=f"{name}")

    def wrong(self, wanted: str, value: object) -> StateError:
        """Make the error for a value of another kind."""
        shown = repr(value)
        return StateError(
            f"{self.path} must be {wanted}, not {shown if len(shown) < 60 else shown[:57] + '...'}"
        )


Read: TypeAlias = Callable[[Any, Place], Any]


def is_a(value: Any, *kinds: type) -> bool:
    """Whether a value is of one of these kinds, whatever it holds."""
    return isinstance(value, kinds)


def step(owner: Any, name: str) -> Any:
    """Return what is called so: an attribute, or an entry of a dictionary."""
    return owner[name] if is_a(owner, dict) else getattr(owner, name)


def in_place(owner: Any, name: str, value: Any) -> None:
    """Set what is called so; collections, counters and random sources keep their identity, as others refer to them."""
    current = step(owner, name)
    if is_a(current, Rows):
        current.replace(value)
    elif is_a(current, dict, set):
        current.clear()
        current.update(value)
    elif is_a(current, list):
        current[:] = value
    elif isinstance(current, Numbers):
        current.upcoming = value
    elif isinstance(current, random.Random):
        current.setstate(value)
    else:
        setattr(owner, name, value)


def merge(current: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Set entries of a dictionary; counters keep their identity, and entries that are not given stay."""
    for name, value in values.items():
        if isinstance(current.get(name), Numbers):
            current[name].upcoming = value
        else:
            current[name] = value


@attrs.frozen
class Form:
    """One kind of value: how it is written, read and put into place."""

    write: Callable[[Any, Files], Any]
    read: Read


def exact(kind: type, wanted: str) -> Form:
    """Values of a kind that JSON has."""

    def read(value: Any, place: Place) -> Any:
        if type(value) is not kind:
            raise place.wrong(wanted, value)
        return value

    return Form(lambda value, _: value, read)


def optional(form: Form) -> Form:
    """A value, or null."""
    return Form(
        lambda value, files: None if value is None else form.write(value, files),
        lambda value, place: None if value is None else form.read(value, place),
    )


def mapping(form: Form, key: Callable[[str], Any] = str) -> Form:
    """Values by a text, or by what ``key`` makes of it."""

    def read(value: Any, place: Place) -> Any:
        named = OBJECT.read(value, place)
        try:
            return {key(name): form.read(one, place.below(name)) for name, one in named.items()}
        except StateError:
            raise
        except ValueError:
            raise place.wrong("an object whose names are numbers", value) from None

    return Form(lambda value, files: {f"{name}": form.write(one, files) for name, one in value.items()}, read)


def sequence(form: Form, kind: type = list) -> Form:
    """Values in a row, or a set of them, which is written in order."""

    def write(value: Any, files: Files) -> Any:
        return [form.write(one, files) for one in (sorted(value) if kind is set else value)]

    def read(value: Any, place: Place) -> Any:
        if not is_a(value, list):
            raise place.wrong("an array", value)
        return kind(form.read(one, place.below(index)) for index, one in enumerate(value))

    return Form(write, read)


def pair(first: Form, second: Form) -> Form:
    """Make the form of a pair."""

    def read(value: Any, place: Place) -> Any:
        if not is_a(value, list) or len(value) != 2:
            raise place.wrong("an array of two values", value)
        return first.read(value[0], place.below(0)), second.read(value[1], place.below(1))

    return Form(lambda value, files: [first.write(value[0], files), second.write(value[1], files)], read)


def record(kind: type, /, **forms: Form) -> Form:
    """An object of an attrs class of ours; what is left out gets its default."""

    def write(value: Any, files: Files) -> Any:
        return {name: form.write(getattr(value, name), files) for name, form in forms.items()}

    def read(value: Any, place: Place) -> Any:
        given = OBJECT.read(value, place)
        if unknown := sorted(given.keys() - forms.keys()):
            raise StateError(f"{place.path} has no {unknown[0]!r}")
        parts = {name: forms[name].read(one, place.below(name)) for name, one in given.items()}
        try:
            return kind(**parts)
        except TypeError as error:
            raise StateError(f"{place.path}: {error}") from None

    return Form(write, read)


def _read_seconds(value: Any, place: Place) -> float:
    if type(value) not in (int, float) or value != value or abs(value) > 1e12:
        raise place.wrong("a number of seconds", value)
    return float(value)


def _read_content(value: Any, place: Place) -> bytes:
    try:
        return place.files.find(TEXT.read(value, place))
    except KeyError:
        raise place.wrong("the name of a file that stands in files", value) from None
    except (binascii.Error, ValueError):
        raise StateError(f"files.{value} must be base64") from None


def _read_money(value: Any, place: Place) -> Decimal:
    try:
        amount = Decimal(TEXT.read(value, place))
    except InvalidOperation:
        raise place.wrong("an amount", value) from None
    if not amount.is_finite():
        raise place.wrong("an amount", value)
    return amount


_WORDS = struct.Struct(f"<{625}I")


def _read_source(value: Any, place: Place) -> Any:
    try:
        words = _WORDS.unpack(base64.b64decode(TEXT.read(value, place), validate=True))
        random.Random().setstate(state := (3, words, None))  # noqa: S311
    except (binascii.Error, struct.error, ValueError):
        raise place.wrong("the state of a random source, in base64", value) from None
    return state


def _read_url(value: Any, place: Place) -> str:
    if address(TEXT.read(value, place), place.hosts) is None:
        raise place.wrong("an http address on the loopback interface, or of webhook_hosts", value)
    return str(value)


TEXT = exact(str, "a text")
FLAG = exact(bool, "true or false")
WHOLE = exact(int, "a whole number")
OBJECT = exact(dict, "an object")
ANY = Form(lambda value, _: value, lambda value, _: value)
SECONDS = Form(lambda value, _: value, _read_seconds)
MOMENT = Form(
    lambda value, _: round(value + OFFSET, 3), lambda value, place: _read_seconds(value, place) - OFFSET
)
CONTENT = Form(lambda value, files: files.keep(value), _read_content)
MONEY = optional(Form(lambda value, _: str(value), _read_money))
NUMBERS = Form(lambda value, _: value.upcoming, lambda value, place: WHOLE.read(value, place))
SOURCE = Form(lambda value, _: base64.b64encode(_WORDS.pack(*value.getstate()[1])).decode(), _read_source)
URL = optional(Form(lambda value, _: value, _read_url))
OPTIONAL_TEXT = optional(TEXT)
ROWS = sequence(OBJECT)
ROWS_BY_NAME = mapping(OBJECT)
TEXTS = sequence(TEXT, set)
