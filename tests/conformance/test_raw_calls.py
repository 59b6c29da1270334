"""`client.request`: calls that have no method, under the rules of all others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import ConfigError, OutcomeUnknownError, RateLimitedError, RetryClass

from ..kit import ScriptedTransport, virtual
from .rig import Rig


def body_of(transport: ScriptedTransport) -> Any:
    return json.loads(transport.requests[-1].content or b"null")


async def test_a_call_without_a_method_is_signed_and_sent_as_it_is(rig: Rig) -> None:
    transport = rig.transport(default=rig.ok)
    async with rig.over(transport) as client:
        fields = await client.request(
            "post", "/v1/campaign%20list", query={"page": 1, "tag": ["a b", "c"]}, body={"name": "An"}
        )
    request = transport.requests[-1]
    assert (request.method, request.retry_class) == ("POST", RetryClass.CREATE)
    assert request.url.endswith("/v1/campaign%20list?page=1&tag=a+b&tag=c")
    assert body_of(transport) == {"name": "An"}
    assert rig.credential_header in request.headers
    assert fields is None or isinstance(fields, (dict, list))


async def test_a_form_is_sent_in_place_of_json(rig: Rig) -> None:
    transport = rig.transport(default=rig.ok)
    async with rig.over(transport) as client:
        await client.request("POST", "/v1/campaign", form={"name": "An", "file": ("a.xlsx", b"PK")})
    request = transport.requests[-1]
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'filename="a.xlsx"' in (request.content or b"")
    assert rig.credential_header in request.headers


@pytest.mark.parametrize(
    ("method", "given", "repeated"),
    [("GET", None, True), ("PUT", None, True), ("DELETE", None, True), ("POST", None, False),
     ("PATCH", None, False), ("POST", RetryClass.READ, True), ("POST", "idempotent_write", True), ("PUT", "create", False)],
)  # fmt: skip
@virtual
async def test_only_what_may_be_repeated_is(
    rig: Rig, method: str, given: RetryClass | str | None, repeated: bool
) -> None:
    """The HTTP method tells what repeating a call would do, and `retry_class` overrules it."""
    transport = rig.transport(OutcomeUnknownError("the response was lost"), default=rig.ok)
    async with rig.over(transport) as client:
        if repeated:
            await client.request(method, "/v1/thing", retry_class=given)
        else:
            with pytest.raises(OutcomeUnknownError):
                await client.request(method, "/v1/thing", retry_class=given)
    assert len(transport.requests) == 1 + repeated


@virtual
async def test_a_refusal_of_such_a_call_is_the_vendors(rig: Rig) -> None:
    transport = rig.transport(default=rig.throttled(Retry_After="90"))
    async with rig.over(transport) as client:
        with pytest.raises(RateLimitedError) as caught:
            await client.request("GET", "/v1/thing")
    assert caught.value.operation == "request"
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"method": "FETCH"}, "method must be one of"), ({"method": 5}, "method must be text"),
     *(({"path": path}, "path must") for path in ("v1", "//evil.example/v1", "https://evil.example/v1", "/v1/../v2",
                                                  "/v1/./a", "/v1?page=1", "/v1#a", "/v1/a b", "/v1/ü", "/v1/%zz", "", "/..")),
     ({"host": "https://evil.example"}, "host must be one of"), ({"host": 1}, "host must be one of"),
     ({"query": "a=1"}, "query must be a mapping"), ({"query": {"a": 1.5}}, "query: a must be"),
     ({"query": {"a": [None]}}, "query: a must be"), ({"body": "text"}, "body must be"), ({"body": b"{}"}, "body must be"),
     ({"form": "a=1"}, "form must be a mapping"), ({"form": {"a": None}}, "form: a must be"),
     ({"form": {"a": "1"}, "body": {}}, "either body"), ({"retry_class": "always"}, "retry_class must be")],
)  # fmt: skip
async def test_a_wrong_argument_is_refused_before_anything_is_sent(
    rig: Rig, wrong: dict[str, Any], message: str
) -> None:
    transport = rig.transport(default=rig.ok)
    async with rig.over(transport) as client:
        with pytest.raises(ConfigError, match=message):
            await client.request(**{"method": "GET", "path": "/v1/thing", **wrong})
    assert transport.requests == []


async def test_a_host_is_chosen_by_its_name(rig: Rig) -> None:
    """The vendor's hosts alone; the first is meant where none is named."""
    transport = rig.transport(default=rig.ok)
    bases = {"icc": "https://icc.vendor.example", "api": "https://vendor.example"} if rig.vendor == "stringee" else {
        "api": "https://vendor.example"
    }  # fmt: skip
    urls = {f"{name}_url" if len(bases) > 1 else "url": base for name, base in bases.items()}
    async with rig.client_class(*rig.credentials, transport=transport, **urls) as client:
        for name in (None, *bases):
            await client.request("GET", "/v1/thing", host=name)
            base = bases[name or next(iter(bases))]
            assert transport.requests[-1].url.startswith(base)
            assert transport.requests[-1].url.endswith("/v1/thing")
