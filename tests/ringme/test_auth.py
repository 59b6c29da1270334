"""Rules of RingMe's tokens: one request for everybody, no loop on a refusal, and nothing secret in sight."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest

from stringee_async import (
    AuthError,
    CertificateError,
    ConfigError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    Request,
    Response,
    RetryPolicy,
    RingMeAuth,
    RingMeClient,
    SdkError,
)
from stringee_async.emulator import Emulator
from stringee_async.ringme.auth import LIFETIME

from ..core.rig import make_request
from ..kit import RawServer, answer, canned, reset, then, until, virtual
from ..kit.leaks import Canaries, all_logs, asyncio_debug, frames_with_locals, inspect_error
from .rig import CLIENT_ID, CLIENT_SECRET, GRANT, TOKEN, URL, ApiTransport, ringme_over

QUICK = RetryPolicy(base=0.0, throttle_base=0.0)
USER = answer({"id": 7})


def make_auth(**options: Any) -> RingMeAuth:
    return RingMeAuth(CLIENT_ID, CLIENT_SECRET, url=URL, **options)


def bearer(request: Request) -> str:
    return request.headers["Authorization"].removeprefix("Bearer ")


# -- one token -----------------------------------------------------------------------------------------------


SERVED_AT = 784_111_777
"""1994-11-06 08:49:37 UTC."""


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [
        (7200, 7200),
        ("7200", 7200),
        (7200.5, 7200.5),
        (None, LIFETIME),
        ("soon", LIFETIME),
        (0, LIFETIME),
        (-5, LIFETIME),
        (True, LIFETIME),
        ([], LIFETIME),
        ("nan", LIFETIME),
        ("inf", LIFETIME),
        (10**400, LIFETIME),
        (10**20, LIFETIME),
        (SERVED_AT + 7200, 7200),
        (f"{SERVED_AT + 7200}", 7200),
        ((SERVED_AT + 7200) * 1000, 7200),
        (SERVED_AT - 7200, LIFETIME),
    ],
)
@virtual
async def test_the_lifetime_is_taken_in_every_form(expires_in: Any, lifetime: float) -> None:
    grant = {**GRANT, "expires_in": expires_in}
    if expires_in is None:
        del grant["expires_in"]
    auth = make_auth()

    async def send(request: Request) -> Response:
        return answer(grant, Date="Sun, 06 Nov 1994 08:49:37 GMT")

    await auth.prepare(send)
    credential: Any = auth.authorize(make_request()).credential
    assert credential.lifetime == lifetime


# -- refusals by the token endpoint --------------------------------------------------------------------------

REFUSED: dict[str, tuple[Response, type[SdkError], str]] = {
    "400": (answer({"error": "invalid_client"}, 400), AuthError, "client_id and client_secret"),
    "401": (answer({"error": "invalid_grant"}, 401), AuthError, "trusted application"),
    "401 with nothing": (answer(b"", 401), AuthError, "url is the host"),
    "403": (answer({"error": "unauthorized_client"}, 403), AuthError, "refused the application"),
    "403 of the API": (
        answer({"message": "no", "status": "app_access_type_deny"}, 403),
        AuthError,
        "refused",
    ),
    "404": (answer({"message": "no"}, 404), InvalidRequestError, "/oauth/token"),
    "302": (answer(b"", 302, Location="https://evil.example"), InvalidRequestError, "redirects"),
    "429": (answer({}, 429, Retry_After="3600"), RateLimitedError, "pause"),
}


@pytest.mark.parametrize("case", REFUSED)
@virtual
async def test_a_refusal_by_the_token_endpoint_is_final(case: str) -> None:
    """A refusal costs one request, sends nothing to the API, says what to check, and the next call tries again.

    Where it names a wait, that call comes after it.
    """
    response, kind, text = REFUSED[case]
    transport = ApiTransport(default=USER, grants=[response])
    async with ringme_over(transport) as client:
        with pytest.raises(kind, match=text) as caught:
            await client.user()
        error = caught.value
        assert (error.outcome, error.status, error.attempts) == ("not_sent", response.status, 0)
        assert (error.vendor, error.operation) == ("ringme", "user.get")
        assert (len(transport.tokens.requests), transport.requests) == (1, [])
        await asyncio.sleep(error.retry_after or 0.0)
        await client.user()
        assert (len(transport.tokens.requests), len(transport.requests), client.stats().paused) == (2, 1, 0)


def test_the_oauth_error_is_the_code_and_other_text_is_not_taken() -> None:
    async def code_of(body: Any) -> Any:
        async def send(request: Request) -> Response:
            return answer(body, 401)

        with pytest.raises(AuthError) as caught:
            await make_auth().prepare(send)
        assert caught.value.body is None
        return caught.value.code

    assert asyncio.run(code_of({"error": "invalid_client", "error_description": CLIENT_SECRET})) == (
        "invalid_client"
    )
    for body in ({"error": CLIENT_SECRET}, {"error": 5}, [], b""):
        assert asyncio.run(code_of(body)) is None


UNSENT: dict[str, Any] = {
    "401 as HTML": answer(b"<html>", 401),
    "404 of another server": answer(b"no", 404),
    "403 of a firewall": answer(b"", 403),
    "403 of a framework": answer({"error": "Forbidden", "status": 403}, 403),
    "403 of a gateway": answer({"error": "Forbidden"}, 403),
    "403 of another gateway": answer({"message": "Forbidden"}, 403),
    "404 of a gateway": answer({"status": "error", "message": "Not Found"}, 404),
    "401 of a gateway": answer({"error": {"code": 401}}, 401),
    "425": answer(b"", 425),
    "500": answer(b"oops", 500),
    "HTML": answer(b"<html>"),
    "empty": answer(b""),
    "array": answer([]),
    "no token": answer({"token_type": "Bearer"}),
    "empty token": answer({"access_token": ""}),
    "token with a line break": answer({"access_token": "a\r\nX-Evil: 1"}),
    "token that is a number": answer({"access_token": 7}),
    "lost": OutcomeUnknownError("reset"),
    "no connection": NotSentError("refused"),
    "503": answer(b"", 503),
}


@pytest.mark.parametrize("case", UNSENT)
@virtual
async def test_a_create_is_retried_when_no_token_was_issued(case: str) -> None:
    transport = ApiTransport(default=answer({"id": 1}), grants=[UNSENT[case]])
    async with ringme_over(transport) as client:
        assert (await client.agents.local.create(extension_id=117)).id == 1
    assert (len(transport.tokens.requests), len(transport.requests)) == (2, 1)
    broken = ApiTransport(grant=UNSENT[case])
    async with ringme_over(broken) as client:
        with pytest.raises(NotSentError) as caught:
            await client.agents.local.create(extension_id=117)
    assert (caught.value.outcome, caught.value.retryable) == ("not_sent", True)
    assert {attempt.outcome for attempt in caught.value.history} == {"not_sent"}
    assert (len(broken.tokens.requests), broken.requests) == (4, [])


@virtual
async def test_a_wrong_certificate_of_the_token_endpoint_is_not_asked_again() -> None:
    transport = ApiTransport(grant=CertificateError("bad"))
    async with ringme_over(transport) as client:
        with pytest.raises(CertificateError):
            await client.user()
    assert len(transport.tokens.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers"),
    [(429, {"Retry_After": "2"}), (503, {"Retry_After": "2"}), (429, {"X_RateLimit_Reset": "2"})],
)
@virtual
async def test_a_pause_that_the_token_endpoint_asks_for_is_kept(status: int, headers: dict[str, str]) -> None:
    transport = ApiTransport(default=USER, grants=[answer({}, status, **headers)])
    async with ringme_over(transport) as client:
        await client.user()
        assert client.stats().paused == 0
    assert 2.0 <= transport.tokens.times[1] - transport.tokens.times[0] < 2.6


@pytest.mark.parametrize("status", [429, 503])
@virtual
async def test_nobody_asks_the_token_endpoint_again_before_its_pause_is_over(status: int) -> None:
    transport = ApiTransport(default=USER, grants=[answer({}, status, Retry_After="3000")])
    async with ringme_over(transport) as client:
        for waited in (0.0, 1000.0, 1500.0):
            await asyncio.sleep(waited)
            with pytest.raises((RateLimitedError, NotSentError)) as caught:
                await client.user()
            assert caught.value.outcome == "not_sent"
        assert caught.value.retry_after == pytest.approx(500.0)
        assert len(transport.tokens.requests) == 1
        await asyncio.sleep(450.0)
        await client.user()
    assert transport.tokens.times[1] - transport.tokens.times[0] >= 3000.0
    assert len(transport.tokens.requests) == 2


@virtual
async def test_a_pause_of_years_is_tried_again_after_an_hour() -> None:
    transport = ApiTransport(default=USER, grants=[answer({}, 429, Retry_After="9" * 20)])
    async with ringme_over(transport) as client:
        for waited in (0.0, 3500.0):
            await asyncio.sleep(waited)
            with pytest.raises(RateLimitedError) as caught:
                await client.user()
            assert (caught.value.retry_after or 0.0) > 300_000_000.0
        await asyncio.sleep(101.0)
        await client.user()
    assert len(transport.tokens.requests) == 2


@virtual
async def test_new_credentials_do_not_wait_for_the_pause_of_the_old_ones() -> None:
    transport = ApiTransport(default=USER, grants=[answer({}, 429, Retry_After="3000")])
    async with ringme_over(transport) as client:
        with pytest.raises(RateLimitedError):
            await client.user()
        client.auth.rotate("other", "secret-2")
        await client.user()
    assert len(transport.tokens.requests) == 2


# -- refusals by the API -------------------------------------------------------------------------------------


# -- rotation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [answer(GRANT), answer({}, 401)], ids=["granted", "refused"])
@virtual
async def test_what_the_old_secret_gets_during_a_rotation_is_not_used(first: Response) -> None:
    transport = ApiTransport(default=USER, grant=lambda request: grant(request))
    client = ringme_over(transport)

    async def grant(request: Request) -> Response:
        if len(transport.tokens.requests) > 1:
            return answer({**GRANT, "access_token": "new"})
        await asyncio.sleep(1)
        client.auth.rotate("app-2", "another-secret")
        return first

    async with client:
        await client.user()
    assert [bearer(request) for request in transport.requests] == ["new"]
    assert len(transport.tokens.requests) == 2


# -- arguments and environment -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("", "url"),
        ("pbx.example", "url"),
        ("http://pbx.example", "url"),
        (f"{URL}/api/ver1.0/", "without /api/ver1.0"),
    ],
)
def test_a_url_that_is_not_the_root_of_the_host_is_refused(url: str, named: str) -> None:
    for make in (RingMeAuth, RingMeClient):
        with pytest.raises(ConfigError, match=named):
            make(CLIENT_ID, CLIENT_SECRET, url=url)


@virtual
async def test_from_auth_talks_to_the_host_of_the_credentials_unless_told_otherwise() -> None:
    auth, transport = make_auth(), ApiTransport(default=USER)
    async with RingMeClient.from_auth(auth, transport=transport) as one:
        await one.user()
    async with RingMeClient.from_auth(auth, transport=transport, url="https://alt.example/") as two:
        await two.user()
    assert [request.url for request in transport.requests] == [
        f"{URL}/api/ver1.0/user/",
        "https://alt.example/api/ver1.0/user/",
    ]
    assert transport.tokens.requests[0].url == f"{URL}/oauth/token"
    with pytest.raises(ConfigError, match="url"):
        RingMeClient.from_auth(auth, url="nonsense")


async def test_authorize_needs_a_token() -> None:
    """`authorize` before `prepare` is a mistake that is named."""
    with pytest.raises(AuthError, match="prepare"):
        make_auth().authorize(make_request())


# -- secrets -------------------------------------------------------------------------------------------------

LEAKS: dict[str, tuple[Any, ...]] = {
    "token endpoint resets": (reset,),
    "token endpoint closes": (then(b""),),
    "token endpoint sends half": (canned(b'{"access_token": "%s", ' % TOKEN.encode()),),
    "token endpoint sends a bad token": (canned(b'{"access_token": "%s\\n"}' % TOKEN.encode()),),
    "token endpoint refuses and echoes": (
        canned(f'{{"error": "{CLIENT_SECRET}"}}'.encode(), "401 Unauthorized"),
    ),
    "token endpoint fails and echoes": (canned(CLIENT_SECRET.encode(), "500 Internal Server Error"),),
    "API refuses and echoes": (
        canned(f'{{"access_token": "{TOKEN}"}}'.encode()),
        canned(f'{{"message": "bad {TOKEN}", "status": "{TOKEN}"}}'.encode(), "400 Bad Request"),
    ),
}


@pytest.mark.parametrize("case", LEAKS)
async def test_neither_secret_nor_token_is_seen_in_any_failure(case: str) -> None:
    canaries = Canaries()
    canaries.words = [CLIENT_SECRET, TOKEN]
    with all_logs() as logs, asyncio_debug():
        async with RawServer(*LEAKS[case], default=LEAKS[case][-1]) as server:
            async with RingMeClient(CLIENT_ID, CLIENT_SECRET, url=server.url, retry=QUICK) as client:
                with pytest.raises(SdkError) as caught:
                    await client.agents.local.create(extension_id=117)
                for part in (
                    client,
                    client.auth,
                    client.auth._application,
                    client.auth._bearer,
                    client._session,
                ):
                    canaries.check(f"{part!r} {part}", f"repr of {type(part).__name__}")
                for part in (client, client.auth, client.auth._application):
                    with pytest.raises(Exception) as refused:
                        pickle.dumps(part)
                    canaries.check(str(refused.value), "the refusal to pickle")
    inspect_error(caught.value, canaries)
    assert logs
    for text in logs:
        canaries.check(text, "a log")


async def test_nothing_is_seen_of_a_call_cancelled_while_it_waits_for_a_token() -> None:
    canaries = Canaries()
    canaries.words = [CLIENT_SECRET]
    async with RawServer(default=_forever) as server:
        async with RingMeClient(CLIENT_ID, CLIENT_SECRET, url=server.url) as client:
            task = asyncio.create_task(client.user())
            await until(lambda: server.requests, "the request for a token arrives")
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
    canaries.check(frames_with_locals(caught.value, foreign=False), "locals of a cancelled call")


async def _forever(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_five_hundred_calls_of_twenty_clients_renew_one_expired_token() -> None:
    async with Emulator(seed=1, latency=0.001) as emulator:
        given = emulator.ringme()
        auth = RingMeAuth(given["client_id"], given["client_secret"], url=given["url"])
        clients = [RingMeClient.from_auth(auth) for _ in range(20)]
        await clients[0].user()
        emulator.expire_tokens()
        await asyncio.gather(*(client.user() for client in clients for _ in range(25)))
        assert emulator.count("oauth.token") == auth.issued == 2
        assert emulator.count("user.get") == 501 + emulator.refused("auth")
        for client in clients:
            await client.aclose()
