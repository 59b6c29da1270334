"""Observers: what may be one, and that one that raises harms no call."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any

import pytest

from stringee_async import ConfigError, ItniotechClient, RingMeClient, SdkError
from stringee_async.core.events import AttemptStarted, CallEnded
from stringee_async.core.observer_protocol import Event
from stringee_async.core.observers import Instrument

from ..kit import KEY_SECRET, ScriptedTransport, answer, client_over, virtual
from ..kit.leaks import Canaries, all_logs
from ..kit.told import Told
from .rig import call


class Faulty:
    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.told = 0

    def on_event(self, event: Event) -> None:
        self.told += 1
        raise self.error


@pytest.mark.parametrize(
    "error",
    [ValueError("a bug"), asyncio.CancelledError(), GeneratorExit(), RuntimeError("again")],
    ids=lambda e: type(e).__name__,
)
def test_an_observer_that_raises_is_logged_once_and_harms_nothing(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    faulty, behind = Faulty(error), Told()

    @virtual
    async def run() -> None:
        transport = ScriptedTransport(answer({"r": 1}, 429), default=answer())
        async with client_over(transport, observers=[faulty, behind]) as client:
            await call(client)
            await call(client.with_options(observers=[Told()]))
            await asyncio.sleep(10)

    run()
    assert [(record.name, record.levelno) for record in caplog.records if "observer" in record.name] == [
        ("stringee_async.observers", logging.WARNING)
    ]
    assert f"observer {__name__}.Faulty raised an exception on CallStarted" in caplog.text
    assert faulty.told == len(behind.events)
    assert [event.outcome for event in behind.of(CallEnded)] == ["done", "done"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)], ids=lambda e: type(e).__name__)
def test_what_ends_the_process_passes(error: BaseException) -> None:
    async def run() -> None:
        async with client_over(
            ScriptedTransport(default=answer()), observers=[Faulty(error)], max_connections=1
        ) as client:
            try:
                await call(client)
            finally:
                assert client.stats().in_flight == 0

    with pytest.raises(type(error)):
        asyncio.run(run())


@virtual
async def test_what_is_logged_of_a_faulty_observer_holds_no_secret() -> None:
    canaries = Canaries()

    class Curious:
        def on_event(self, event: Event) -> None:
            if isinstance(event, CallEnded):
                raise ValueError("a bug") from event.error

    transport = ScriptedTransport(default=answer({"r": 2, "message": f"{KEY_SECRET} existed"}))
    with all_logs() as logs:
        async with client_over(transport, observers=[Curious()]) as client:
            with pytest.raises(Exception, match="existed"):
                await client.agents.create(name="An", stringee_user_id="u")
    token = transport.requests[0].headers["X-STRINGEE-AUTH"]
    canaries.words = [token]
    assert any("Curious" in text for text in logs)
    for text in logs:
        canaries.check(text, "a log")


@virtual
async def test_secrets_of_a_body_that_the_vendor_repeats_are_masked_when_observers_are_told() -> None:
    seen: list[str] = []

    class Prints:
        def on_event(self, event: Event) -> None:
            error = getattr(event, "error", None)
            seen.append(f"{event!r} {error and vars(error)!r} {error and error.args!r}")

    refusal = {"status": "-5", "reason": "the code 471108 is not free"}
    options: dict[str, Any] = {
        "transport": ScriptedTransport(default=answer(refusal)),
        "observers": [Prints()],
    }
    async with ItniotechClient("key", "secret", **options) as client:
        with pytest.raises(SdkError):
            await client.otp.verify("V1", "471108")
    assert any("is not free" in text for text in seen)
    assert not any("471108" in text for text in seen)


class Asks:
    async def on_event(self, event: Event) -> None: ...


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Told(), "observers must be a list of objects with a method on_event(event); got <.*; give a list"),
        (None, "observers must be a list of objects with a method on_event(event); got None"),
        ("x", "got 'x'"),
        ([Told], "got the class Told, make an object of it"),
        ([object()], r"which has no on_event\(\)"),
        ([Asks()], "on_event of Asks must be a plain function, not async"),
    ],
)
def test_what_is_no_observer_is_refused(given: Any, message: str) -> None:
    message = message.replace("(event)", re.escape("(event)"))
    with pytest.raises(ConfigError, match=message):
        client_over(ScriptedTransport(), observers=given)
    with pytest.raises(ConfigError, match=message):
        client_over(ScriptedTransport()).with_options(observers=given)
    with pytest.raises(ConfigError, match=message):
        RingMeClient("a", "b", url="https://pbx.example", observers=given)
    with pytest.raises(ConfigError, match=message):
        ItniotechClient("a", "b", observers=given)


class Meter(Told, Instrument):
    """An instrument of which the test says whether it is idle, and what it adds."""

    def __init__(self, **added: str) -> None:
        super().__init__()
        self.nothing_to_do = False
        self.added = {name.replace("_", "-"): value for name, value in added.items()}

    def idle(self) -> bool:
        return self.nothing_to_do

    def headers(self, event: AttemptStarted) -> Mapping[str, str]:
        return self.added


@virtual
async def test_while_all_instruments_are_idle_nothing_is_told() -> None:
    meter, told = Meter(), Told()
    async with client_over(ScriptedTransport(default=answer()), observers=[meter]) as client:
        view = client.with_options(observers=[told])
        meter.nothing_to_do = True
        await call(client)
        assert meter.events == []
        await call(view)
        assert len(meter.of(CallEnded)) == len(told.of(CallEnded)) == 1
        meter.nothing_to_do = False
        await call(client)
    assert len(meter.of(CallEnded)) == 2


@virtual
async def test_instruments_add_headers_and_replace_none() -> None:
    meter, transport = Meter(traceparent="00-1", x_stringee_auth="mine"), ScriptedTransport(default=answer())
    async with client_over(transport, observers=[meter]) as client:
        await call(client)
    (sent,) = transport.requests
    assert sent.headers["traceparent"] == "00-1"
    assert sent.headers["X-STRINGEE-AUTH"] != "mine"
    assert "x-stringee-auth" not in sent.headers
