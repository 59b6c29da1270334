"""Values as plain data, for `to_dict`, Pydantic and FastAPI: models, results, and every other frozen value."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Final, cast

import attrs

from .errors import ConfigError
from .messages import Headers
from .options import shown
from .response_headers import ResponseHeaders
from .secrets import MASK, Secret

_AS_THEY_ARE: Final = (str, int, float, bool, type(None))


class Plain:
    """The base of such results; they are attrs classes whose values go into any JSON encoder."""

    __slots__ = ()

    def _plain(self) -> dict[str, Any]:
        """Return the result as a new dict."""
        return _fields_of(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return what Pydantic needs to serialise a result; it is taken as it is and not made from something else."""
        written = {"type": "function-plain", "function": cls._plain}
        return {"type": "is-instance", "cls": cls, "serialization": written}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON schema: the fields as `to_dict` writes them, and open for others, as some may be added."""
        from .json_schema import object_schema

        return object_schema(cls)

    @classmethod
    def _names(cls) -> Mapping[str, str]:
        """Return what each field is called in `to_dict`."""
        fields = attrs.fields(cast("type[attrs.AttrsInstance]", cls))
        return {field.name: field.name for field in fields}


def to_dict(value: object) -> dict[str, Any]:
    """Return a value as a new dict for any JSON encoder.

    Args:
        value: A model, which is written as the vendor would write it: its fields by the vendor's names, and unchanged
            what it does not know. Or any other frozen value of this package, such as what a create or an `ensure`
            returned, an outcome, an event, statistics, a plan or a report. Or an attrs value of your own.

    Returns:
        Amounts of money stand in it as text, which is exact, dates as ISO text, and malformed values as they came, or
        as text where they are no JSON. Secrets are masked.

    Raises:
        ConfigError: It is none of these.
    """
    if isinstance(value, Plain):
        return value._plain()
    if isinstance(value, type) or not attrs.has(type(value)):
        raise ConfigError(
            f"to_dict takes a model, a result or another value of this package; got {shown(value)}"
        )
    return _fields_of(value)


def _fields_of(value: object) -> dict[str, Any]:
    """Return the fields of an attrs value as a new dict for any JSON encoder; see `_plain_of`."""
    fields = attrs.fields(cast("type[attrs.AttrsInstance]", type(value)))
    return {field.name: _plain_of(getattr(value, field.name)) for field in fields}


def _plain_of(value: object) -> Any:
    """Return a value as a JSON encoder takes it.

    Dates become ISO text, enumerations their values, sequences and sets lists, and what JSON has no form for its own
    text. Secrets and the values of headers are masked.
    """
    if isinstance(value, enum.Enum):
        return _plain_of(value.value)
    if isinstance(value, _AS_THEY_ARE):
        return value
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, Plain):
        return value._plain()
    if attrs.has(type(value)):
        return _fields_of(value)
    if isinstance(value, (Headers, ResponseHeaders)):
        return dict.fromkeys(value, MASK)
    if isinstance(value, Mapping):
        return {_key(name): _plain_of(each) for name, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, AbstractSet):
        return sorted(map(_plain_of, cast("AbstractSet[object]", value)), key=repr)
    if isinstance(value, (list, tuple)):
        return list(map(_plain_of, cast("Sequence[object]", value)))
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, date) else str(value)


def _key(name: object) -> str:
    """Return a name in a mapping as JSON has it; those of several parts are joined by slashes."""
    plain = _plain_of(name)
    return "/".join(map(str, cast("list[object]", plain))) if isinstance(plain, list) else str(plain)
