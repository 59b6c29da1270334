"""What one code of a vendor's refusals means: a row of a vendor's table.

The error that is raised and `stringee-async explain` read the same row, so no text about a code is written twice.
"""

from __future__ import annotations

import attrs

from .errors import ApiError


@attrs.frozen
class Meaning:
    """What one code says.

    Args:
        kind: The error class.
        text: What happened; the message where the response gives no reason.
        hint: What to add to the vendor's reason, where it misleads.
        step: What to do next, where that is not the same for all errors of the class.
        cause: What probably happened, where that is not the same for all errors of the class.
    """

    kind: type[ApiError]
    text: str
    hint: str = ""
    step: str | None = None
    cause: str = ""
