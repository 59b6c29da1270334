"""The values that travel: frozen, and silent about what must not be told."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from stringee_async.core.messages import NO_HEADERS, Headers, Request, Response
from stringee_async.core.retry_class import RetryClass
from stringee_async.core.tally import Tally, current_tally
from stringee_async.core.unset import UNSET, Unset

CANARY = "canary-secret-0123456789"


def test_headers_show_names_only() -> None:
    headers = Headers({"X-STRINGEE-AUTH": CANARY, "Accept": "application/json"})
    assert repr(headers) == "Headers(X-STRINGEE-AUTH, Accept)"
    assert dict(headers) == {"X-STRINGEE-AUTH": CANARY, "Accept": "application/json"}
    assert (len(headers), "Accept" in headers, headers.get("None")) == (2, True, None)
    request = Request(
        operation="agents.get", method="GET", path="/v1/agent/{agent_id}", url=f"https://x/{CANARY}",
        retry_class=RetryClass.READ, headers=headers, body=CANARY.encode(), credential=CANARY,
    )  # fmt: skip
    assert CANARY not in repr(request)
    assert "agents.get" in repr(request)
    assert CANARY not in repr(Response(status=200, headers={"a": CANARY}, body=CANARY.encode()))


def test_signing_makes_a_new_request() -> None:
    request = Request(operation="o", method="GET", path="/", url="u", retry_class=RetryClass.READ)
    signed = request.signed({"X-STRINGEE-AUTH": CANARY}, "token 1")
    assert dict(signed.headers) == {**request.headers, "X-STRINGEE-AUTH": CANARY}
    assert (signed.credential, request.credential) == ("token 1", None)
    assert "X-STRINGEE-AUTH" not in request.headers
    assert not NO_HEADERS
    assert attrs.evolve(signed, headers=NO_HEADERS, credential=None) == request
    assert CANARY not in repr(signed)
    assert CANARY not in str(signed.headers)


def test_a_request_without_headers_shares_an_empty_set_that_cannot_be_changed() -> None:
    request = Request(operation="o", method="GET", path="/", url="u", retry_class=RetryClass.READ)
    assert request.headers is NO_HEADERS
    with pytest.raises(TypeError, match="made once"):
        NO_HEADERS["a"] = "b"


def test_unset_is_one_false_value_that_survives_pickle() -> None:
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET
    assert copy.deepcopy(UNSET) is UNSET is Unset.UNSET
    assert UNSET is not None


def test_a_tally_is_off_until_somebody_counts() -> None:
    assert current_tally.get() is None
    assert Tally().requests == 0
