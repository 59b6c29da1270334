"""Words by which a vendor says that it keeps no further object: a seat limit, a maximum that is reached.

One job: tell these texts from "exists already" and from values that are too long. Vendors without a code for it say it
in English, Vietnamese or Russian. Every pattern looks a bounded number of characters ahead.
"""

from __future__ import annotations

import re
from typing import Final

_MOST: Final = r"\b(?:max\w*|limit\w*|quota|allow\w*|cap)\b"
_THINGS: Final = r"\b(?:agents?|groups?|queues?|seats?|users?|extensions?|sounds?|trunks?|accounts?|members|licen[cs]es?)\b"
_OVER: Final = r"\bexceed\w*"
_REACHED: Final = re.compile(
    rf"\breach\w*\b[^.]{{0,40}}{_MOST}|{_MOST}[^.]{{0,40}}\breach\w*"
    rf"|\b(?:max\w*|exceed\w*)\b[^.]{{0,30}}\b(?:number|count|amount)\s+of\b(?!\s+(?:characters|digits))"
    rf"|\b(?:licen[cs]e|quota)\w*\b[^.]{{0,20}}{_OVER}|{_OVER}[^.]{{0,20}}\bquota\b"
    rf"|{_THINGS}[^.]{{0,20}}{_MOST}[^.]{{0,20}}{_OVER}|{_MOST}[^.]{{0,20}}{_THINGS}[^.]{{0,20}}{_OVER}"
    rf"|{_OVER}[^.]{{0,30}}{_MOST}[^.]{{0,20}}{_THINGS}"
    rf"|\b(?:number|count|amount)\s+of\s+[^.]{{0,20}}{_THINGS}[^.]{{0,20}}{_OVER}"
    rf"|\btoo many\s+[^.]{{0,20}}{_THINGS}"
    rf"|\ballows?\s+only\b[^.]{{0,20}}{_THINGS}|\b(?:not|cannot|can't|no)\b[^.]{{0,40}}\bmore than\s+[0-9]+\s+[^.]{{0,20}}{_THINGS}"
    r"|\b(?:not enough|no (?:free|more|available))\s+[^.]{0,10}(?:licen[cs]es?|seats?)\b"
    r"|(?:đạt|vượt)[^.]{0,20}(?:giới hạn|số lượng tối đa)"
    r"|(?:достигнут|превышен)\w*[^.]{0,40}(?:лимит|максимальн|количеств)|лимит[^.]{0,30}(?:достигнут|превышен|исчерпан)",
    re.IGNORECASE,
)

_OF_A_VALUE: Final = re.compile(
    r"\b(?:length|characters?|digits|bytes|long)\b|\brate\b|\brequests?\b|\bper (?:second|minute|hour|day)\b",
    re.IGNORECASE,
)
"""Words of texts that are about one value, or about how often a client sends requests."""


def says_limit_reached(text: str) -> bool:
    """Return whether a refusal says that as many objects are there as may be.

    Args:
        text: The vendor's words, of bounded length.
    """
    return _REACHED.search(text) is not None and _OF_A_VALUE.search(text) is None
