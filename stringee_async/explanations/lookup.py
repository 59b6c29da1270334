"""Finds explanations by words, and says which words are near where there are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ..core.errors import ConfigError, SdkError
from ..core.near_names import near_names
from .error_classes import error_page, error_pages
from .exit_codes import EXIT_CODES
from .explanation import Explanation
from .faults import fault_pages
from .http_statuses import http_pages
from .operations import operations
from .vendor_codes import code_pages, scopes_of, tables

VENDORS: Final = ("stringee", "ringme", "itniotech")
KINDS: Final = ("error", "exit", "http", "fault")
"""Words that say what is looked up."""
_MOST: Final = 3


def pages() -> Iterator[Explanation]:
    """Yield every explanation: error classes, the codes of each vendor, HTTP statuses, exit codes, the emulator's faults."""
    yield from _without_faults()
    yield from fault_pages()


def _without_faults() -> Iterator[Explanation]:
    """Yield what needs no emulator, which takes a while to import."""
    yield from error_pages()
    for vendor in VENDORS:
        yield from code_pages(vendor)
    yield from http_pages()
    yield from exit_pages()


def exit_pages() -> Iterator[Explanation]:
    """Yield the explanation of each exit code of the command line."""
    for code, text in EXIT_CODES.items():
        yield Explanation(
            kind="exit",
            code=str(code),
            title=text.name,
            meaning=text.meaning,
            cause=text.cause,
            remedy=text.remedy,
            retried=text.again,
            outcome="Standard error says what was done.",
        )


def find(words: str | Sequence[str]) -> tuple[Explanation, ...]:
    """Find what some words are about: everything that matches them. Sends nothing.

    Args:
        words: An error class (`AuthError`); a vendor, perhaps an operation, and a code (`stringee calls.make 8`); an exit
            code (`exit 64`); an HTTP status (`http 429`); a fault of the emulator (`fault lost_answer`); or a code alone. A
            vendor or `exit`, `http`, `error`, `fault` alone finds all of its kind. As one text or as several; case does
            not matter.

    Raises:
        ConfigError: Nothing matches; the message names what is near.
    """
    asked = words.split() if isinstance(words, str) else [part for word in words for part in word.split()]
    if not asked or len(asked) > _MOST:
        raise ConfigError(
            "give an error class, a vendor with a code, or a kind with a code, such as: exit 64"
        )
    first, *rest = asked
    if first.lower() in VENDORS:
        return _of_vendor(first.lower(), rest)
    if first.lower() in KINDS and len(rest) < 2:
        return _of_kind(first.lower(), rest)
    if len(asked) == 1:
        found = _matching(_without_faults(), first) or _matching(fault_pages(), first)
        return found or _unknown(first, pages(), (*VENDORS, *KINDS))
    if "." in first or first.startswith("/"):
        raise ConfigError(f"say whose operation {first} is, such as: stringee {' '.join(asked)}")
    return _unknown(first, (), (*VENDORS, *KINDS))


def explain_words(error: SdkError) -> tuple[str, ...]:
    """Return the words that find the explanation of an error: its vendor's code where that is known, else its class.

    Args:
        error: An error that was raised.
    """
    if error.vendor in VENDORS and error.code is not None:
        for scope in scopes_of(error.vendor, error.operation or ""):
            found = [table for name, table in tables(error.vendor) if name == scope]
            if found and (meaning := found[0].get(str(error.code))) is not None:
                fits = isinstance(error, meaning.kind)
                return (error.vendor, *([scope] if scope else []), str(error.code)) if fits else _class(error)
    return _class(error)


def _class(error: SdkError) -> tuple[str, ...]:
    return error_page(type(error)).words


def _of_vendor(vendor: str, words: Sequence[str]) -> tuple[Explanation, ...]:
    """Find codes of a vendor, for an operation where one is named."""
    own = tuple(code_pages(vendor))
    if not words:
        return own
    code = words[-1]
    if len(words) == 1:
        http = [page for page in http_pages() if page.code == code]
        return _matching(own, code) or tuple(http) or _unknown(code, own, operations(vendor))
    scopes = scopes_of(vendor, _scope(vendor, words[0]))
    for scope in scopes:
        found = _matching((page for page in own if page.operation == scope), code)
        if found:
            return found
    return _unknown(code, (page for page in own if page.operation in scopes))


def _scope(vendor: str, word: str) -> str:
    """Return an operation, a product or a path of a vendor's that a word names."""
    if word.startswith("/"):
        return word
    known = dict.fromkeys((*operations(vendor), *(scope for scope, _ in tables(vendor) if scope)))
    if word.lower() not in known:
        raise ConfigError(f"{vendor} has no operation {word}; {near_names(word, known, 'there are')}")
    return word.lower()


def _of_kind(kind: str, words: Sequence[str]) -> tuple[Explanation, ...]:
    every = fault_pages() if kind == "fault" else _without_faults()
    own = tuple(page for page in every if page.kind == kind)
    return (_matching(own, words[0]) or _unknown(words[0], own)) if words else own


def _matching(some: Iterable[Explanation], code: str) -> tuple[Explanation, ...]:
    return tuple(page for page in some if page.code.lower() == code.lower())


def _unknown(word: str, some: Iterable[Explanation], more: Iterable[str] = ()) -> tuple[Explanation, ...]:
    """Raise the error for a word that nothing is found by."""
    known = [*more, *(page.code for page in some)]
    is_number = word.lstrip("-").isdigit()  # a number that looks alike means something else
    raise ConfigError(
        f"nothing is known as {word}; {near_names('' if is_number else word, known, 'there are')}"
    )
