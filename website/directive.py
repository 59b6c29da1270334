"""The lines of a page that stand for the docstrings of a class or a function."""

from __future__ import annotations

from .names import has_public_base


def directive(path: str, **options: str) -> str:
    """Return the lines; what a class inherits from another public class is told there and not again.

    Args:
        path: The whole name.
        options: Options of the builder for this one, by name.
    """
    if has_public_base(path):
        options["inherited_members"] = "false"
    lines = [f"      {name}: {value}" for name, value in options.items()]
    return "\n".join([f"::: {path}", *(["    options:"] if lines else []), *lines])
