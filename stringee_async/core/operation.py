"""What a vendor can be asked: one `Operation` per call, and the requests made from it.

One job: turn checked arguments into a `Request`. An operation carries the name that method, log, limiter,
error and fault script share, and the retry class that says what a repeat would do. Path values are quoted
here, and refused where no quoting makes them safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, cast
from urllib.parse import quote, quote_plus

import attrs

from .errors import ConfigError
from .names import is_name, normalised
from .options import exact_text, exact_whole, shown
from .phone_numbers import read_phone_number, visible
from .redaction import personal_shortened
from .retry_class import RetryClass
from .unset import UNSET
from .wire import Headers, Request

_JSON: Final = Headers({"Accept": "application/json", "Content-Type": "application/json"})
_NO_BODY: Final = Headers({"Accept": "application/json"})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NEVER_TYPED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST: Final = 65_536
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@attrs.frozen
class Operation:
    """One call that a vendor offers.

    Args:
        name: The operation's name, such as `"agents.create"`.
        method: HTTP method.
        path: Path template with named holes, such as `/v1/agent/{agent_id}`.
        retry_class: What repeating it would do.
        idempotency_key: Name of the header that makes a repeat safe; None where the vendor has none.
        natural_key: Of a create: what tells the object that it makes from others, read from the values of its path
            and body; see `keyed_by`. None where an object has no natural key.
    """

    name: str
    method: str
    path: str
    retry_class: RetryClass
    idempotency_key: str | None = None
    natural_key: Callable[[Mapping[str, Any]], Hashable] | None = None

    def key(self, fields: Mapping[str, Any]) -> Hashable:
        """Return what tells the object that this create makes from all others of the client; None if nothing does.

        Args:
            fields: The values of the path's holes and of the body, by name.
        """
        return None if self.natural_key is None else self.natural_key(fields)

    def request(
        self,
        base: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
        natural_key: Hashable = None,
    ) -> Request:
        """Make the request.

        Args:
            base: Base URL of the host, without a slash at its end.
            path: Values for the holes of the path.
            query: Query parameters; `UNSET` ones are left out, a list repeats its name, booleans become words.
            body: Body bytes.
            content_type: What the body is; JSON where left out.
            natural_key: What `key` returns, for a create.

        Raises:
            ConfigError: A path value is not an id.
        """
        url = base + self.path
        if path is not None:
            url = base + self.path.format_map(
                {name: path_segment(name, value) for name, value in path.items()}
            )
        if query is not None:
            url += _query(query)
        return Request(
            operation=self.name,
            method=self.method,
            path=self.path,
            url=url,
            retry_class=self.retry_class,
            headers=_headers(body, content_type),
            body=body,
            natural_key=natural_key,
        )


def keyed_by(resource: str, *names: str) -> Callable[[Mapping[str, Any]], Hashable]:
    """Return a reader of natural keys that are made of these fields; names are compared as vendors keep them.

    Args:
        resource: The resource's name, with which the key begins.
        names: Holes of the path, or fields of the body.
    """
    if len(names) == 1 and not is_name(names[0]):
        (only,) = names
        return lambda fields: (resource, fields[only])

    def natural_key(fields: Mapping[str, Any]) -> Hashable:
        return resource, *(normalised(fields[name]) if is_name(name) else fields[name] for name in names)

    return natural_key


def _query(query: Mapping[str, Any]) -> str:
    """Return the query part of a URL, with its question mark; empty if no parameter is set."""
    parameters: list[str] = []
    for name, given in query.items():
        if given is UNSET:
            continue
        values = cast("Sequence[Any]", given) if isinstance(given, (list, tuple)) else (given,)
        for value in values:
            if isinstance(value, bool):
                text = "true" if value else "false"
            else:
                text = str(value) if type(value) is int else quote_plus(_plain_text(value))
            parameters.append(f"{name}={text}")
    return "?" + "&".join(parameters) if parameters else ""


def _plain_text(value: object) -> str:
    """Return a value as text: that of a subclass is what it holds, whatever it prints."""
    if isinstance(value, str):
        return exact_text(value)
    number = exact_whole(value)
    return str(value if number is None else number)


def _headers(body: bytes | None, content_type: str | None) -> Headers:
    if body is None:
        return _NO_BODY
    return _JSON if content_type is None else Headers({**_NO_BODY, "Content-Type": content_type})


def path_segment(name: str, value: object) -> str:
    """Return `value` quoted as one path segment.

    Raises:
        ConfigError: Empty, not text, a dot segment, or with a slash, a backslash or a control character.
    """
    text = identifier(name, value)
    return quote(text, safe="@")


def identifier(name: str, value: object) -> str:
    """Return `value` if it can be an id.

    Args:
        name: The argument's name, for the message.
        value: What the caller gave.

    Raises:
        ConfigError: Empty, not text, a dot segment, or with a slash, a backslash or a control character.
    """
    text = required_text(name, value)
    if text in {".", ".."} or "/" in text or "\\" in text:
        raise ConfigError(f"{name} is not an id: it must not hold slashes or be a dot segment")
    return user_id(name, text)


def user_id(name: str, value: object) -> str:
    """Return `value` if it can be an id that people choose: no blanks around it, nothing invisible in it.

    Raises:
        ConfigError: It is not, naming the argument.
    """
    text = required_text(name, value)
    if text != text.strip():
        raise ConfigError(f"{name} has blanks around it; take them away, as the vendor may keep or drop them")
    if not text.isascii() and visible(text) != text:
        raise ConfigError(
            f"{name} holds a character that nobody sees, such as a zero-width blank; type it anew"
        )
    return text


def required_text(name: str, value: object) -> str:
    """Return `value` as a plain `str` if it is one line of text with something in it.

    Raises:
        ConfigError: It is not, naming the argument.
    """
    if (
        type(value) is str
        and value.isprintable()
        and len(value) <= _LONGEST
        and value
        and not value.isspace()
    ):
        return value
    text = free_text(name, value)
    if not text.isprintable() and _CONTROL.search(text):
        raise ConfigError(f"{name} must not hold line breaks or other control characters")
    return text


def free_text(name: str, value: object) -> str:
    """Return `value` as a plain `str` if it is text with something in it, of one line or more.

    Raises:
        ConfigError: It is not, naming the argument.
    """
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be text, got {type(value).__name__}")
    if type(value) is not str:
        value = exact_text(value)
    if not value.strip():
        raise ConfigError(f"{name} must not be empty")
    if not value.isascii() and _SURROGATE.search(value):
        raise ConfigError(f"{name} holds half a character (a lone surrogate), which cannot be sent")
    if not value.isprintable() and _NEVER_TYPED.search(value):
        raise ConfigError(f"{name} must not hold control characters")
    if len(value) > _LONGEST:
        raise ConfigError(f"{name} must have at most {_LONGEST:,} characters, got {len(value):,}")
    return value


def whole_number(name: str, value: object, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return `value` as a plain `int` if it is a whole number in range.

    Raises:
        ConfigError: It is not, naming the argument and the range.
    """
    number = value if type(value) is int else exact_whole(value)
    if number is None:
        raise ConfigError(f"{name} must be a whole number, got {personal_shortened(shown(value))}")
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        limits = (
            f"between {minimum} and {maximum}"
            if minimum is not None and maximum is not None
            else (f"at least {minimum}" if maximum is None else f"at most {maximum}")
        )
        raise ConfigError(f"{name} must be {limits}, got {number}")
    return number


def boolean(name: str, value: object) -> bool:
    """Return `value` if it is True or False.

    Raises:
        ConfigError: It is not, naming the argument.
    """
    if not isinstance(value, bool):
        raise ConfigError(f"{name} must be True or False, got {type(value).__name__}")
    return value


def phone_number(name: str, value: object) -> str:
    """Return `value` as digits with the country code; see `core.phone_numbers`.

    Raises:
        ConfigError: It is no number with a country code, naming the argument and what to do.
    """
    try:
        return read_phone_number(required_text(name, value))
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError(f"{name} {error}") from None


Check = Callable[[str, object], object]
"""Returns a value as it goes on the wire, or raises a ConfigError that names the argument."""


def checked(
    rules: Mapping[str, Check],
    fields: Mapping[str, object],
    *,
    nulls: bool,
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return the fields that were given, each checked by its rule.

    Args:
        rules: A check for each field.
        fields: The fields; `UNSET` ones are left out.
        nulls: Whether None is allowed, and becomes null.
        extra: What the caller wants sent unchecked; a field whose very value stands in it is not checked either.

    Raises:
        ConfigError: A value does not pass, naming the argument.
    """
    body: dict[str, object] = {}
    for name, value in fields.items():
        if value is UNSET:
            continue
        if extra and name in extra and extra[name] == value:
            body[name] = value
            continue
        if value is None and not nulls:
            raise ConfigError(f"{name} must not be None; leave it out")
        body[name] = None if value is None else rules[name](name, value)
    return body
