"""What texts and numbers the emulated vendors take; most limits are the emulator's own.

The clients have the same limits a second time, on purpose; a test compares the two.
"""

import functools
import ipaddress
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

NAME_LONGEST = 255
LOGIN_LONGEST = 36
WORD_LONGEST = 64
NOTE_LONGEST = 4096
URL_LONGEST = 2048
DAY = 86_400
MANY = 1_000_000
BILLION = 1_000_000_000
LARGEST_ID = 10**18 - 1

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NEVER_IN_A_NOTE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PATTERNS = {
    "phone": r"[1-9][0-9]{2,19}",  # with its country code
    "dialled": r"[1-9][0-9]{0,19}",  # what an exchange dials, perhaps just one digit
    "key": r"[0-9*#]",
    "digits": r"[0-9]+",
    "alphanumeric": r"[A-Za-z0-9]+",
    "country_code": r"[0-9]{1,4}|[A-Za-z]{2}",
    "gateway": r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?",  # a vendor's own sample is no address
}
"""The kinds of text that a pattern describes."""


def is_line(value: str, most: int = BILLION) -> bool:
    """Whether a text is one line with something in it, not longer than that many characters."""
    return 0 < len(value) <= most and not value.isspace() and not _CONTROL.search(value)


def is_word(value: str, most: int = WORD_LONGEST) -> bool:
    """Whether a text is a word of the vendor's, an id to log in with, or a number to call: a line without blanks around it."""
    return is_line(value, most) and value == value.strip()


def is_extension(value: str) -> bool:
    """Whether a text can be the name of an extension, which may stand in a path."""
    return is_word(value) and not re.search(r"[/\\]", value) and value not in {".", ".."}


def is_note(value: str, most: int = NOTE_LONGEST) -> bool:
    """Whether a text, of one line or more, is one that a vendor keeps for its customer."""
    return 0 < len(value) <= most and not value.isspace() and not _NEVER_IN_A_NOTE.search(value)


def is_url(value: str) -> bool:
    """Whether a text is an absolute http or https URL without blanks."""
    if not is_line(value, URL_LONGEST) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_networks(value: str) -> bool:
    """Whether a text is a list of IP addresses or networks, divided by commas."""
    try:
        for part in value.split(","):
            ipaddress.ip_network(part.strip(), strict=False)
    except ValueError:
        return False
    return True


TEXTS: Mapping[str, Callable[[str], object]] = {
    "line": is_line,
    "name": functools.partial(is_line, most=NAME_LONGEST),
    "login": functools.partial(is_word, most=LOGIN_LONGEST),
    "word": is_word,
    "user": functools.partial(is_word, most=BILLION),
    "extension": is_extension,
    "note": is_note,
    "url": is_url,
    "networks": is_networks,
    **{kind: re.compile(pattern).fullmatch for kind, pattern in _PATTERNS.items()},
}
"""The check of each kind of text; its result is true for a text of that kind."""
