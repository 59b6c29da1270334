"""What texts and numbers the emulated vendors take; most limits are the emulator's own.

The clients have the same limits a second time, on purpose; a test compares the two.
"""

import ipaddress
import re
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
_PHONE = re.compile(r"[1-9][0-9]{2,19}", re.ASCII)
_DIALLED = re.compile(r"[1-9][0-9]{0,19}", re.ASCII)
_KEY = re.compile(r"[0-9*#]", re.ASCII)
_GATEWAY = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?", re.ASCII)


def is_line(value: str, most: int = BILLION) -> bool:
    """Whether a text is one line with something in it, not longer than that many characters."""
    return 0 < len(value) <= most and not value.isspace() and not _CONTROL.search(value)


def is_name(value: str) -> bool:
    """Whether a text is a name: one line, not longer than 255 characters."""
    return is_line(value, NAME_LONGEST)


def is_login(value: str) -> bool:
    """Whether a text is an id that somebody logs in with: one line without blanks around it, up to 36 characters."""
    return is_line(value, LOGIN_LONGEST) and value == value.strip()


def is_word(value: str) -> bool:
    """Whether a text is a word of the vendor's, or a number to call: one line without blanks around it."""
    return is_line(value, WORD_LONGEST) and value == value.strip()


def is_extension(value: str) -> bool:
    """Whether a text can be the name of an extension, which may stand in a path."""
    return is_word(value) and not re.search(r"[/\\]", value) and value not in {".", ".."}


def is_note(value: str, most: int = NOTE_LONGEST) -> bool:
    """Whether a text, of one line or more, is one that a vendor keeps for its customer."""
    return 0 < len(value) <= most and not value.isspace() and not _NEVER_IN_A_NOTE.search(value)


def is_phone(value: str) -> bool:
    """Whether a text is a phone number with its country code: 3 to 20 digits, and no 0 at the beginning."""
    return _PHONE.fullmatch(value) is not None


def is_dialled(value: str) -> bool:
    """Whether a text is a number that an exchange dials: digits, perhaps just one, and no 0 at the beginning."""
    return _DIALLED.fullmatch(value) is not None


def is_key(value: str) -> bool:
    """Whether a text is one key of a telephone."""
    return _KEY.fullmatch(value) is not None


def is_url(value: str) -> bool:
    """Whether a text is an absolute http or https URL without blanks."""
    if not is_line(value, URL_LONGEST) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_digits(value: str) -> bool:
    """Whether a text is made of ASCII digits."""
    return value.isascii() and value.isdigit()


def is_alphanumeric(value: str) -> bool:
    """Whether a text is made of ASCII letters and digits."""
    return value.isascii() and value.isalnum()


def is_country_code(value: str) -> bool:
    """Whether a text is a country code: 1 to 4 digits, or two letters."""
    return (is_digits(value) and len(value) <= 4) or (value.isascii() and value.isalpha() and len(value) == 2)


def is_gateway(value: str) -> bool:
    """Whether a text is a host, perhaps with a port; a vendor's own sample is no address, so the alphabet decides."""
    return _GATEWAY.fullmatch(value) is not None


def is_networks(value: str) -> bool:
    """Whether a text is a list of IP addresses or networks, divided by commas."""
    try:
        for part in value.split(","):
            ipaddress.ip_network(part.strip(), strict=False)
    except ValueError:
        return False
    return True
