"""Docstrings of methods, completed with what several methods have in common, so that `help` tells everything.

It is said once, for all methods or for all of one name. A docstring that says it itself keeps its own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType
from typing import Any, Final, cast

_TEXT_WIDTH: Final = 116
_SECTION: Final = re.compile(r"\n\n( *)(Args|Returns|Raises):(?=\n)")
_RAISES: Final = re.compile(r"\n( *)Raises:\n")
_DESCRIBED: Final = re.compile(r"^ +(\w+): ", re.MULTILINE)
_END_OF_ARGUMENTS: Final = re.compile(r"(?=\n(?: +(?:settings|filters): |\n|\s*\Z))")
_LISTING: Final = re.compile(r"(?:Paged|Windowed)\[")
_NOT_SAFE: Final = re.compile(r"Not\s+safe\s+to\s+repeat")
_ERROR_OF_CALL: Final = "SdkError: As for every call."
_ERROR_OF_LISTING: Final = (
    "PagingError, SdkError: While iterating: a page could not be trusted or fetched. Safe to repeat."
)


def document_errors(owner: type[Any], texts: Mapping[str, tuple[str, ...]]) -> None:
    """Complete what the docstrings of a class's public methods say of errors, and of whether a repeat is safe.

    What every call may raise comes last, where a docstring has no such line of its own. A repeat is safe unless the
    docstring says otherwise. `texts` has, by name of the method, errors that come before, each with its text.
    """
    for method in _documented(owner):
        text = _with_any_error(method, str(method.__doc__), texts.get(method.__name__, ()))
        method.__doc__ = _with_wrong_arguments(method, text)


def _with_any_error(method: FunctionType, text: str, others: tuple[str, ...]) -> str:
    if "SdkError:" in text:
        return text
    body = text.rstrip()
    indent = text[len(body) :].lstrip("\n")
    if _RAISES.search(text) is None:
        body += f"\n\n{indent}Raises:"
    for other in others:
        if other.partition(" ")[0] not in text:
            body += f"\n{indent}    {other}"
    line = _ERROR_OF_CALL if _NOT_SAFE.search(body) else f"{_ERROR_OF_CALL} Safe to repeat."
    if _LISTING.match(str(method.__annotations__.get("return"))):
        line = _ERROR_OF_LISTING
    return f"{body}\n{indent}    {line}\n{indent}"


def _with_wrong_arguments(method: FunctionType, text: str) -> str:
    if "ConfigError" in text or not _arguments(method):
        return text
    raises = cast("re.Match[str]", _RAISES.search(text))
    needs = method.__code__.co_kwonlyargcount > len(method.__kwdefaults__ or ())
    none = ", or none was given" if method.__name__ == "update" and not needs else ""
    line = f"{raises[1]}    ConfigError: An argument is wrong{none}; nothing was sent.\n"
    return f"{text[: raises.end()]}{line}{text[raises.end() :]}"


def document_results(owner: type[Any], texts: Mapping[str, str], remarks: Mapping[str, str]) -> None:
    """Add to the docstrings of a class's methods, by name, what they return, and a paragraph behind the first.

    Call it after `document_errors`, which makes sure that there is a section on errors.
    """
    for method in _documented(owner):
        text, name = str(method.__doc__), method.__name__
        raises = cast("re.Match[str]", _RAISES.search(text))
        if name in texts and "Returns:" not in text and method.__annotations__.get("return") != "None":
            section = f"{raises[1]}Returns:\n{raises[1]}    {texts[name]}\n"
            text = f"{text[: raises.start()]}\n{section}{text[raises.start() :]}"
        if name in remarks:
            first, _, rest = text.partition("\n\n")
            text = f"{first}\n\n{raises[1]}{remarks[name]}\n\n{rest}"
        method.__doc__ = text


def document_arguments(owner: type[Any], texts: Mapping[str, str]) -> None:
    """Add to the docstrings of a class's methods the arguments that mean the same in every method.

    Call it after `document_errors`, which makes sure that there is a section. `texts` has them by name, or
    by method and name (`ensure.extra`); one that a docstring describes keeps its own text.
    """
    for method in _documented(owner):
        text = str(method.__doc__)
        section = cast("re.Match[str]", _SECTION.search(text))
        described = described_in(text)
        missing = [name for name in _arguments(method) if name in texts and name not in described]
        told = {name: texts.get(f"{method.__name__}.{name}", texts[name]) for name in missing}
        lines = "".join(wrapped(f"{name}: {said}", len(section[1]) + 4) for name, said in told.items())
        end = section.start()
        if section[2] == "Args":
            end = cast("re.Match[str]", _END_OF_ARGUMENTS.search(text, section.end())).start()
        else:
            lines = f"\n\n{section[1]}Args:{lines}" if missing else ""
        method.__doc__ = f"{text[:end]}{lines}{text[end:]}"


def described_in(text: str) -> set[str]:
    """Return the names that a docstring describes."""
    return set(_DESCRIBED.findall(text))


def _documented(owner: type[Any]) -> Iterator[FunctionType]:
    """Iterate over the public methods of a class that have docstrings."""
    for name, method in vars(owner).items():
        if isinstance(method, FunctionType) and method.__doc__ and not name.startswith("_"):
            yield method


def _arguments(method: FunctionType) -> tuple[str, ...]:
    """Return the names of what a method takes, without `self`; `inspect.signature` costs too much at import."""
    code = method.__code__
    several = bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    return code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount + several]


def wrapped(text: str, indent: int) -> str:
    """Return a line of a docstring in as many lines as it takes, each with the line break before it."""
    lines = [" " * indent]
    for word in text.split():
        if len(lines[-1]) + len(word) >= _TEXT_WIDTH:
            lines.append(" " * (indent + 4))
        lines[-1] += word if lines[-1].isspace() else f" {word}"
    return "\n" + "\n".join(lines)
