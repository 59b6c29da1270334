"""The patterns that mask and escape: each in time proportional to the text, whatever the text."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from stringee_async.core.redaction import (
    EXAMPLES,
    body_without_tokens,
    clipped,
    personal_shortened,
    printable,
    shortened,
    without_tokens,
)

PIECES = [
    "a",
    "1",
    "1 ",
    "1.2.",
    "a@",
    "a.b@c-",
    "eyJ",
    "eyJaaaaa.",
    "-eyJ-",
    "+",
    " ",
    "\x1b[",
    "2026-",
    "9 bytes",
]
MASKS: dict[str, Callable[[str], object]] = {
    "tokens": without_tokens,
    "tokens in bytes": lambda text: body_without_tokens(text.encode()),
    "personal data": personal_shortened,
    "the end of a cut": lambda text: clipped(text, len(text) - 1),
    "control characters": lambda text: printable(text, one_line=True),
}


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("mask", MASKS)
def test_no_pattern_takes_more_time_than_the_text_is_long(mask: str, piece: str) -> None:
    """256 KiB made to let a pattern scan again and again are done at once; a quadratic one takes minutes."""
    text = piece * (256 * 1024 // len(piece))
    started = time.process_time()
    MASKS[mask](text)
    assert time.process_time() - started < 5.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bearer eyJhbGci.eyJqdGki.c2ln!", "Bearer ***!"),
        ("xeyJhbGci.eyJqdGki.c2ln", "x***"),
        ("a.eyJhbGci.eyJqdGki.c2ln", "a.***"),
        ("eyJhbGci.eyJqdGki.", "***"),
        ("eyJ and eyJhbGci", "eyJ and eyJhbGci"),
    ],
)
def test_tokens_are_found_wherever_they_stand(text: str, expected: str) -> None:
    assert without_tokens(text) == expected
    assert body_without_tokens(text.encode()) == expected.encode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("an.nguyen", "an...en"),
        ("an.le@example.vn", "a..."),
        ("an.nguyen.van@example.vn", "an...an"),
        ("84901234567", "84...67"),
        ("abcde", "a..."),
        ("abcdef", "ab...ef"),
        ("@b", "@..."),
        ("", "..."),
    ],
)
def test_a_personal_value_is_shown_by_its_ends(value: str, shown: str) -> None:
    """The first and last two characters are shown, of less than six the first alone."""
    assert shortened(value) == shown


def test_values_that_are_known_to_be_personal_are_shortened_whole_words_alone_and_the_longest_first() -> None:
    shown = personal_shortened("Nguyen An is not Nguyen, nor Nguyens", personal=("Nguyen", "Nguyen An"))
    assert shown == "Ng...An is not Ng...en, nor Nguyens"
    assert personal_shortened("call a.b (c) or aXb", personal=("a.b", "(c)")) == "call a... (... or aXb"


def test_what_is_ours_or_an_example_is_shown() -> None:
    assert personal_shortened("from 84901234567", ours=("84901234567",)) == "from 84901234567"
    assert personal_shortened("from 84901234567", ours=("84901234568",)) == "from 84...67"
    example = min(EXAMPLES)
    assert personal_shortened(f"such as {example}") == f"such as {example}"


def test_an_address_is_cut_at_its_first_at_sign() -> None:
    assert shortened("an.nguyen@a@b.example") == "an...en"


def test_a_text_that_fits_is_not_cut_and_a_cut_says_how_much_is_left_out() -> None:
    assert clipped("x" * 10, 10) == "x" * 10
    words = "word, " * 100
    cut = clipped(words, 300)
    assert cut == f"{('word, ' * 50).rstrip()}... (301 more characters)"
    assert clipped(f"{'word, ' * 50}84901234567 and on", 305) == cut.replace("301", "19")


def test_what_steers_a_terminal_is_escaped_and_line_breaks_where_one_line_is_wanted() -> None:
    assert printable("a\x1b[31m\tb\n", one_line=True) == "a\\x1b[31m\\tb\\n"
    assert printable("a\x1b[31m\tb\n", one_line=False) == "a\\x1b[31m\tb\n"
    assert printable("Nguyễn\u202e", one_line=False) == "Nguyễn\\u202e"
