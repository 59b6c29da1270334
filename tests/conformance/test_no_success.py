"""A body that is no success of the vendor's, in HTTP 200: every operation raises an error of the package."""

from __future__ import annotations

import pytest
from multidict import CIMultiDict

from stringee_async import Response, RetryPolicy, SdkError

from .rig import Rig
from .rigs import each

PAGE = ("page of a gateway", b"<html>maintenance</html>", "text/html")
CUT = ("truncated", b'{"r": 0, "status": "0", "data"', "application/json")
NO_OBJECT = tuple(
    (name, body, "application/json")
    for name, body in (
        ("empty", b""),
        ("null", b"null"),
        ("text", b'"ok"'),
        ("number", b"7"),
        ("no envelope", b"{}"),
    )
)
REFUSALS = {
    "stringee": (("refused", b'{"r": 99, "message": "no"}', "application/json"),
                 ("refused as text", b'{"r": "99", "message": "no"}', "application/json")),
    "itniotech": (("refused", b'{"status": "-99", "reason": "no"}', "application/json"),),
}  # fmt: skip
WITHOUT_ENVELOPE = {"ringme": (PAGE, CUT)}
"""A vendor whose responses have no envelope: a write that succeeds may say anything, or nothing, but no page and no part."""
STATES = {"stringee:recordings.save", "ringme:recordings.save", "itniotech:recordings.save"}
"""Called for its state, which is `not yet` where a host sends something else than a recording."""


@each("calls")
async def test_what_is_no_success_raises_an_error(rig: Rig, name: str) -> None:
    if f"{rig.vendor}:{name}" in STATES:
        pytest.skip("tells a state")
    cases = WITHOUT_ENVELOPE.get(rig.vendor, (PAGE, CUT, *NO_OBJECT, *REFUSALS.get(rig.vendor, ())))
    for case, body, kind in cases:
        response = Response(status=200, headers=CIMultiDict({"Content-Type": kind}), body=body)
        transport = rig.transport(default=response)
        async with rig.over(transport, retry=RetryPolicy(max_attempts=1)) as client:
            with pytest.raises(SdkError):
                await rig.calls[name](client)
                pytest.fail(case)
        assert len(transport.requests) == 1
