"""What an error may show: text without tokens, personal data and control characters, of bounded length.

Every pattern here is linear in the length of the text: no start of a match scans what another start has scanned
already.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from .secrets import MASK

LONGEST: Final = 2_000
"""Characters of a message that are shown; the rest is counted."""

LONGEST_FACT: Final = 200
"""Characters of a code or an id that are shown."""

EXAMPLE: Final = "84123456789"
"""A phone number for messages and help; it is not assigned."""
EXAMPLES: Final = frozenset({EXAMPLE, "0123456789"})
"""Numbers of our own sentences, which are shown as they are."""

_TOKEN: Final = re.compile(r"(?<![\w-])((?:(?!eyJ)[\w-])*+)eyJ[\w-]{5,}+\.[\w-]++\.[\w-]*+")
_TOKEN_BYTES: Final = re.compile(_TOKEN.pattern.encode())

_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PERSONAL: Final = re.compile(
    rf"(?P<ours>(?<![\d.]){_OCTET}(?:\.{_OCTET}){{3}}(?::\d{{1,5}})?(?![\d.])"  # an address and its port
    r"|(?<!\d)\d{4}-\d\d-\d\d(?:[ T]\d\d(?::\d\d)+)?(?!\d)"  # a date
    r"|(?<![\d.])\d++(?= bytes\b))"  # a size
    r"|(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]++"  # an e-mail address
    r"|\+?\d(?:[ .-]?\d){8,}"  # a phone number with its country code has nine digits at least
)
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LINE_BREAKS: Final = re.compile("[\t\n]")
_CUT_PIECE: Final = re.compile(r"(?:\+?[\d .-]{1,32}|[\w.+@-]{1,80})\Z")


def without_tokens(text: str) -> str:
    """Return `text` with asterisks in place of JSON web tokens."""
    return _TOKEN.sub(rf"\1{MASK}", text) if "eyJ" in text else text


def body_without_tokens(body: bytes) -> bytes:
    """Return `body` with asterisks in place of JSON web tokens."""
    return _TOKEN_BYTES.sub(rb"\1" + MASK.encode(), body) if b"eyJ" in body else body


def personal_shortened(text: str, ours: Collection[str] = (), personal: Collection[str] = ()) -> str:
    """Return `text` with phone numbers and e-mail addresses shortened to their first and last two characters.

    Addresses with their ports, dates, sizes in bytes, and `ours` are left as they are; values in `personal` are shortened
    too.
    """
    if personal:
        known_values = "|".join(re.escape(value) for value in sorted(personal, key=len, reverse=True))
        text = re.sub(rf"(?<!\w)(?:{known_values})(?!\w)", lambda found: shortened(found[0]), text)

    def shown(found: re.Match[str]) -> str:
        known = found["ours"] is not None or found[0] in ours or found[0] in EXAMPLES
        return found[0] if known else shortened(found[0])

    return _PERSONAL.sub(shown, text)


def shortened(text: str) -> str:
    """Return a personal value as it may be shown: its first and last two characters, of a short one the first alone.

    Of an e-mail address the part after the `@` is not shown.
    """
    text = text.partition("@")[0] or text
    return f"{text[:2]}...{text[-2:]}" if len(text) >= 6 else f"{text[:1]}..."


def clipped(text: str, longest: int) -> str:
    """Return the beginning of `text`, and how much is left out.

    What stands at the cut is left out too if it may be half of a number or an address.
    """
    if len(text) <= longest:
        return text
    kept = text[:longest]
    # Only the end is searched: from each start inside it the pattern reads a bounded number of characters.
    kept = kept[:-100] + _CUT_PIECE.sub("", kept[-100:])
    return f"{kept}... ({len(text) - len(kept):,} more characters)"


def printable(text: str, *, one_line: bool) -> str:
    """Return `text` with escapes in place of what would steer a terminal, or could not be encoded.

    `one_line` escapes line breaks and tabs too, because a vendor's text could forge a line of a log.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _UNPRINTABLE.sub(_escaped, text)
    return _LINE_BREAKS.sub(_escaped, text) if one_line else text


def printable_json(text: str) -> str:
    """Return JSON text with its own escapes in place of what would steer a terminal; it says the same."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
