"""What texts the emulated vendors take: lengths, lines, phone numbers.

The vendors' pages state few limits, so these are the emulator's own. They are written here a second time on purpose,
and not taken from the clients; a test compares the two.
"""

import re

NAME_LONGEST = 255
LOGIN_LONGEST = 64

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PHONE = re.compile(r"[1-9][0-9]{2,19}", re.ASCII)


def is_name(value: str) -> bool:
    """Whether a text is a name: one line, not longer than 255 characters."""
    return 0 < len(value) <= NAME_LONGEST and not _CONTROL.search(value)


def is_login(value: str) -> bool:
    """Whether a text is an id that somebody logs in with: one line without blanks around it, up to 64 characters."""
    return 0 < len(value) <= LOGIN_LONGEST and not _CONTROL.search(value) and value == value.strip()


def is_phone(value: str) -> bool:
    """Whether a text is a phone number with its country code: 3 to 20 digits, and no 0 at the beginning."""
    return _PHONE.fullmatch(value) is not None
