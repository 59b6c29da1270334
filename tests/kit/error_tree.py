"""Every error class of the package."""

from __future__ import annotations

import inspect

from stringee_async.core import errors
from stringee_async.core.errors import SdkError


def error_tree() -> dict[str, type[SdkError]]:
    """Return every class of the tree by name."""
    return {
        name: kind
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, SdkError)
    }
