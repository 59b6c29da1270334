"""aiohttp's exceptions as ours: what was not sent, what may have been, and no credential on what is chained."""

from __future__ import annotations

import errno
import os
import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from stringee_async import (
    NotSentError,
    ProxyError,
    RetryPolicy,
    StringeeClient,
)
from stringee_async.core.aiohttp_errors import clean_aiohttp, translate

from ..kit import (
    KEY_SECRET,
    KEY_SID,
    RawServer,
    canned,
)
from .rig import CREATE, make_request

KEY: Any = SimpleNamespace(host="icc.example", port=443, is_ssl=True, ssl=True)
REQUEST = make_request(CREATE)


def test_a_certificate_that_is_not_accepted_says_why() -> None:
    """OpenSSL's own words, such as "certificate has expired", are in the message; without them the class is."""
    problem = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    problem.verify_message = "certificate has expired"
    text = str(translate(aiohttp.ClientConnectorCertificateError(KEY, problem), REQUEST))
    assert (
        "was not accepted (certificate has expired); nothing was sent; is the URL of icc.example:443 right?"
        in text
    )
    odd = aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("no"))
    odd._certificate_error = Exception("odd")
    assert "(ClientConnectorCertificateError)" in str(translate(odd, REQUEST))


def test_a_reset_and_an_unknown_end_have_words() -> None:
    """The system's reset is named; what is not known is a broken connection."""
    for cause, words in (
        (ConnectionResetError(), "the server reset the connection"),
        (
            aiohttp.ClientOSError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)),
            "the server reset the connection",
        ),
        (OSError("odd"), "the connection broke"),
    ):
        assert f"after POST left, {words} (" in str(translate(cause, REQUEST))


@pytest.mark.parametrize(
    ("status", "kind", "requests"),
    [
        ("407 Proxy Authentication Required", ProxyError, 1),
        ("403 Forbidden", ProxyError, 1),
        ("502 Bad Gateway", NotSentError, 3),
    ],
)
async def test_a_proxy_that_refuses_to_connect_is_named_and_nothing_was_sent(
    status: str, kind: type[NotSentError], requests: int
) -> None:
    """A refused CONNECT is `NotSentError` with the proxy's name; without a login or a permission it is not retried."""
    policy = RetryPolicy(max_attempts=3, base=0.0)
    async with RawServer(default=canned(b"no", status)) as proxy:
        async with aiohttp.ClientSession(proxy=proxy.url) as http:
            client = StringeeClient(
                KEY_SID, KEY_SECRET, icc_url="https://icc.example", http=http, retry=policy
            )
            with pytest.raises(kind, match=f"proxy 127.0.0.1:{proxy.port} refused to connect") as caught:
                await client.agents.create(name="An", stringee_user_id="u1")
            await client.aclose()
        assert caught.value.outcome == "not_sent"
        assert caught.value.status == int(status[:3])
        assert type(caught.value) is kind
        assert len(proxy.requests) == requests
        assert all(request.startswith(b"CONNECT icc.example:443 ") for request in proxy.requests)


async def test_a_proxy_that_is_not_there_is_named() -> None:
    async with aiohttp.ClientSession(proxy="http://127.0.0.1:1") as http:
        client = StringeeClient(
            KEY_SID, KEY_SECRET, icc_url="https://icc.example", http=http, retry=RetryPolicy(max_attempts=1)
        )
        with pytest.raises(
            NotSentError, match=r"no connection to the proxy 127\.0\.0\.1:1: the connection was refused"
        ):
            await client.agents.create(name="An", stringee_user_id="u1")
        await client.aclose()


async def test_an_address_that_is_no_proxys_is_no_lost_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy without a scheme, nothing was sent, and it is not tried again."""
    monkeypatch.setenv("https_proxy", "127.0.0.1:3128")
    async with aiohttp.ClientSession(trust_env=True) as http:
        client = StringeeClient(KEY_SID, KEY_SECRET, icc_url="https://icc.example", http=http)
        with pytest.raises(ProxyError, match="address of the proxy is not a URL") as caught:
            await client.agents.list().collect()
        assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 1)
        await client.aclose()


def test_chained_errors_are_cleaned_once_each() -> None:
    """Cleaning follows causes and contexts, takes headers off each link, and survives a circle."""
    info = aiohttp.RequestInfo("u", "GET", {"X-STRINGEE-AUTH": "canary-token"}, "u")  # type: ignore[arg-type]
    inner = aiohttp.ClientResponseError(info, (), message="inner", headers={"A": "canary-token"})  # type: ignore[arg-type]
    outer = aiohttp.ClientPayloadError("outer")
    outer.__cause__, inner.__context__ = inner, outer
    assert clean_aiohttp(outer) is outer
    assert "canary" not in f"{inner} {inner!r} {inner.args} {vars(inner)}"
    assert "inner" in str(inner)
    assert (dict(inner.request_info.headers), inner.history, inner.headers) == ({}, (), None)
