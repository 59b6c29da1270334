"""Checks the arguments of faults when they are made: durations, sizes, statuses, headers, endings."""

from collections.abc import Mapping

from ..settings import is_number


def valid_seconds(name: str, value: float, *, least: float = 0.0) -> float:
    """Check a duration given in seconds and return it as float."""
    if not is_number(value) or value < least:
        raise ValueError(f"{name} must be a finite number of seconds, at least {least:g}, not {value!r}")
    return float(value)


def valid_size(name: str, value: int) -> int:
    """Check a positive whole number."""
    if not is_number(value) or value < 1 or not isinstance(value, int):
        raise ValueError(f"{name} must be a whole number, at least 1, not {value!r}")
    return value


def known_status(value: int) -> int:
    """Check an HTTP status that may end an exchange."""
    if not is_number(value) or not isinstance(value, int) or not 200 <= value <= 599:
        raise ValueError(f"status must be between 200 and 599, not {value!r}")
    return value


def header_pairs(headers: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Turn a mapping of headers into pairs; line breaks would split the response."""
    pairs = tuple((headers or {}).items())
    for name, value in pairs:
        if any(sign in name + value for sign in "\r\n") or not name:
            raise ValueError(f"header {name!r} may not be empty or hold line breaks")
    return pairs
