"""Misspelt names, each of which a type checker must reject; checked by mypy and pyright in strict mode and never run.

Every marked line is wrong on purpose. Both checkers report a mark that is not needed, so a name that passes fails the
check.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import stringee_async


def misspelt_attributes(client: stringee_async.StringeeClient) -> None:
    """Attributes of the package and of a client."""
    stringee_async.StringeClient("SK", "secret")  # type: ignore[attr-defined]
    stringee_async.AuthErorr("text")  # type: ignore[attr-defined]
    client.agent.list()  # type: ignore[attr-defined]


def misspelt_imports() -> None:
    """Names imported from the package and from its submodules."""
    from stringee_async import AuthErorr  # type: ignore[attr-defined]  # noqa: F401
    from stringee_async.itniotech import ClientOptoins  # type: ignore[attr-defined]  # noqa: F401
    from stringee_async.ringme import RingMeCleint  # type: ignore[attr-defined]  # noqa: F401
