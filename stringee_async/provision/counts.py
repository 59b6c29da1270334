"""A number with its noun, in the singular or the plural."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number and its noun, such as `1 row` or `2,000 rows`.

    Args:
        number: How many.
        noun: The noun, for one.
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
