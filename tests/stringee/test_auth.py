"""Rules of Stringee's tokens: byte for byte as documented, unique, and never handing out the server API."""

from __future__ import annotations

import base64
import json
import os
import uuid
import warnings
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stringee_async import StringeeClient
from stringee_async.core.errors import AuthError, ConfigError
from stringee_async.stringee.auth import LIFETIME, StringeeAuth, StringeexAuth

from ..core.rig import make_request, token_of
from ..kit import KEY_SECRET, KEY_SID, FixedClock, ScriptedTransport, answer, no_send, virtual

VECTOR = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImN0eSI6InN0cmluZ2VlLWFwaTt2PTEifQ."
    "eyJqdGkiOiJTS2RlbW8tMTcwMDAwMDAwMCIsImlzcyI6IlNLZGVtbyIsImV4cCI6MTcwMDAwMzYwMCwicmVzdF9hcGkiOnRydWV9."
    "CCvyNn1ZPQDxUtUpGG1xkTHkjlJSHddKGMV1seqoV6s"
)
"""Header, payload and signature of the reference's own vector: jti SKdemo-1700000000, secret ZGVtby1zZWNyZXQ=."""


NOW = 1_700_000_000.9


class FixedId:
    hex = "1700000000"


def part(token: str, index: int) -> Any:
    text = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


@virtual
async def test_the_server_token_is_the_reference_vector_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uuid, "uuid4", FixedId)
    with pytest.warns(UserWarning, match="key_secret is shorter"):
        auth = StringeeAuth("SKdemo", "ZGVtby1zZWNyZXQ=", clock=FixedClock(NOW))
    await auth.prepare(no_send)
    assert token_of(auth.authorize(make_request())) == VECTOR


def test_a_token_carries_the_content_type_and_no_more_claims_than_documented() -> None:
    token = StringeeAuth(KEY_SID, KEY_SECRET, clock=FixedClock(NOW)).sign({"rest_api": True}, 60)
    assert part(token, 0) == {"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"}
    assert set(part(token, 1)) == {"jti", "iss", "exp", "rest_api"}
    assert part(token, 1)["exp"] == 1_700_000_060
    claims = jwt.decode(token, KEY_SECRET, algorithms=["HS256"], options={"verify_exp": False})
    assert claims["iss"] == KEY_SID
    assert LIFETIME <= 3600


def test_the_secret_is_used_as_text_and_not_decoded() -> None:
    secret = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
    token = StringeeAuth(KEY_SID, secret).sign({}, 60)
    assert jwt.decode(token, secret, algorithms=["HS256"])
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, base64.b64decode(secret), algorithms=["HS256"])


def test_every_token_has_an_id_of_its_own() -> None:
    auth = StringeeAuth(KEY_SID, KEY_SECRET, clock=FixedClock(NOW))
    ids = {part(auth.sign({}, 60), 1)["jti"] for _ in range(20_000)}
    assert len(ids) == 20_000
    assert all(found.startswith(f"{KEY_SID}-") for found in ids)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forked_processes_do_not_share_token_ids() -> None:
    auth = StringeeAuth(KEY_SID, KEY_SECRET, clock=FixedClock(NOW))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the child's coverage is not collected
        os.write(writer, auth.sign({}, 60).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        theirs = stream.read()
    os.waitpid(child, 0)
    assert part(theirs, 1)["jti"] != part(auth.sign({}, 60), 1)["jti"]


def test_a_short_key_is_said_once_and_never_shown() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        auth = StringeeAuth(KEY_SID, "canary-short")
        for _ in range(10):
            auth.sign({}, 60)
    assert len(caught) == 1
    text = str(caught[0].message)
    assert "key_secret" in text
    assert "canary" not in text
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        StringeeAuth(KEY_SID, "x" * 32)
        StringeeAuth(KEY_SID, "ế" * 11)  # 33 bytes


def test_signing_leaves_the_warning_filters_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filters belong to all threads of the process: signing, with a short key too, neither swaps nor changes them."""

    def touched(*_: object, **__: object) -> None:
        raise AssertionError("the warning filters were touched")

    with pytest.warns(UserWarning, match="shorter than 32 bytes"):
        auth = StringeeAuth(KEY_SID, "canary-short")
    for name in ("catch_warnings", "simplefilter", "filterwarnings", "resetwarnings"):
        monkeypatch.setattr(warnings, name, touched)
    before = list(warnings.filters)
    tokens = {auth.sign({}, 60) for _ in range(10)}
    assert len(tokens) == 10
    assert warnings.filters == before


@given(
    user_id=st.text(min_size=1, max_size=30),
    lifetime=st.integers(1, 10**6),
    contact_center=st.booleans(),
)
def test_a_client_token_never_carries_the_server_claim(
    user_id: str, lifetime: int, contact_center: bool
) -> None:
    client = StringeeClient(KEY_SID, KEY_SECRET, clock=FixedClock(NOW))
    try:
        token = client.client_token(user_id, lifetime=lifetime, contact_center=contact_center)
    except ConfigError:
        return
    claims = part(token, 1)
    expected = {"jti", "iss", "exp", "userId"} | ({"icc_api"} if contact_center else set())
    assert set(claims) == expected
    assert claims["userId"] == user_id
    assert claims["exp"] == 1_700_000_000 + lifetime


@virtual
async def test_the_token_of_a_login_at_stringeex_is_sent_as_it_is() -> None:
    """It may be short, is shown nowhere, and is replaced by that of another login."""
    transport = ScriptedTransport(default=answer({"r": 0, "msg": "Success", "data": {}}))
    auth = StringeexAuth("my-portal", "tok-1")
    async with StringeeClient.from_auth(
        auth, api_url="https://api.stringeex.com", transport=transport
    ) as client:
        assert (await client.request("GET", "/v1/contact", host="api"))["data"] == {}
        auth.rotate("my-portal", "tok-2")
        await client.request("POST", "/v1/ticket", host="api", body={"subject": "hi"})
        with pytest.raises(ConfigError, match="StringeeX"):
            client.client_token("u.an")
        assert "tok-" not in repr(client) + repr(auth)
    assert [request.headers["X-STRINGEE-AUTH"] for request in transport.requests] == ["tok-1", "tok-2"]
    assert transport.requests[0].url == "https://api.stringeex.com/v1/contact"


@virtual
async def test_an_expired_login_at_stringeex_is_an_error_of_the_credentials() -> None:
    transport = ScriptedTransport(default=answer({"r": 1, "msg": "Token expired"}, 401))
    auth = StringeexAuth("my-portal", "tok-1")
    async with StringeeClient.from_auth(
        auth, api_url="https://api.stringeex.com", transport=transport
    ) as client:
        with pytest.raises(AuthError):
            await client.request("GET", "/v1/contact", host="api")
