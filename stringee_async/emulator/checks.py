"""The check of numbers that settings, faults and outages share."""

import math


def is_number(value: object) -> bool:
    """Whether a value is a finite number; truth values and texts are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
