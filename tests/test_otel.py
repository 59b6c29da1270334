"""Spans and metrics as the SDK's own exporters get them: their tree and values, and nothing personal or secret in them."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import timeit
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from stringee_async import (
    ItniotechClient,
    NotFoundError,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
    RingMeClient,
    SdkError,
    StringeeClient,
    to_dict,
)
from stringee_async.core.observers import NO_OBSERVERS
from stringee_async.emulator import Emulator, Fault
from stringee_async.otel import OpenTelemetry

from .core.rig import CREATE, call, lost
from .kit import ScriptedTransport, agents, answer, client_over, virtual
from .kit.leaks import Canaries
from .kit.told import Told

QUICK = RetryPolicy(base=0.0, throttle_base=0.0)
STEADY = RetryPolicy(random=lambda: 1.0)


class Telemetry:
    """An observer, and what it exports."""

    def __init__(self, *, propagate: bool = False, sampled: bool = True) -> None:
        self._spans = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False, **({} if sampled else {"sampler": ALWAYS_OFF}))
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.provider = provider
        self._reader = InMemoryMetricReader()
        meters = MeterProvider([self._reader], shutdown_on_exit=False)
        self.observer = OpenTelemetry(tracer_provider=provider, meter_provider=meters, propagate=propagate)

    def spans(self) -> list[ReadableSpan]:
        """Return the spans that have ended, in order of their beginning."""
        return sorted(self._spans.get_finished_spans(), key=lambda span: span.start_time or 0)

    def tree(self) -> list[tuple[str, list[str]]]:
        """Return the spans without a parent, each with the names of those below it."""
        spans = self.spans()
        return [
            (one.name, [below.name for below in spans if _parent(below) == _id(one)])
            for one in spans
            if one.parent is None
        ]

    def metrics(self) -> dict[str, list[dict[str, Any]]]:
        """Return the points of each metric: their attributes, and value or count and sum."""
        data = json.loads(self._reader.get_metrics_data().to_json())  # type: ignore[union-attr]
        return {
            metric["name"]: metric["data"]["data_points"]
            for resource in data["resource_metrics"]
            for scope in resource["scope_metrics"]
            for metric in scope["metrics"]
        }

    def all(self) -> str:
        """Return all that was exported as text."""
        return "".join(span.to_json() for span in self.spans()) + json.dumps(self.metrics())


def _id(span: ReadableSpan) -> int:
    return span.get_span_context().span_id  # type: ignore[union-attr]


def _parent(span: ReadableSpan) -> int | None:
    return None if span.parent is None else span.parent.span_id


def facts(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def noted(span: ReadableSpan) -> list[tuple[str, Any]]:
    """Return the events of a span: name and seconds."""
    return [(event.name, (event.attributes or {}).get("seconds")) for event in span.events]


def values(points: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Return some attributes of each point, and its value."""
    return sorted(
        (*(str(point["attributes"].get(name)) for name in names), point.get("value", point.get("count")))
        for point in points
    )


@virtual
async def test_the_spans_of_a_create_that_is_refused_and_then_lost_and_adopted() -> None:
    seen = Telemetry()
    transport = ScriptedTransport(
        agents("other"), answer({"r": 1}, 429, Retry_After="2"), lost, agents("u.an"), latency=0.5
    )
    client = client_over(transport, observers=[seen.observer], retry=STEADY, rate_limit=RateLimit(5, 1.0, burst=1))  # fmt: skip
    async with client:
        await client.agents.ensure(name="An", stringee_user_id="u.an")
    assert seen.tree() == [
        ("stringee agents.list", ["GET /v1/agent"]),
        ("stringee agents.create", ["POST /v1/agent", "POST /v1/agent"]),
        ("stringee agents.list", ["GET /v1/agent"]),
    ]
    _, _, create, first, second, *_ = seen.spans()
    assert facts(create) == {
        "stringee_async.vendor": "stringee",
        "stringee_async.operation": "agents.create",
        "stringee_async.outcome": "unknown",
        "stringee_async.attempts": 2,
        "error.type": "OutcomeUnknownError",
    }
    assert [create.kind, first.kind, second.kind] == [SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.CLIENT]
    http = {
        "http.request.method": "POST",
        "server.address": "icc.example",
        "server.port": 443,
        "url.template": "/v1/agent",
        "stringee_async.vendor": "stringee",
        "stringee_async.operation": "agents.create",
    }
    refused = {"http.response.status_code": 429, "error.type": "RateLimitedError"}
    assert facts(first) == {**http, **refused, "stringee_async.outcome": "refused"}
    gone = {"http.request.resend_count": 1, "error.type": "OutcomeUnknownError"}
    assert facts(second) == {**http, **gone, "stringee_async.outcome": "unknown"}
    assert noted(create) == [("pause started", 2.0), ("backoff", 2.2)]
    assert {span.status.status_code for span in (create, first, second)} == {StatusCode.ERROR}
    assert not any(span.status.description or (span is not create and span.events) for span in seen.spans()[2:5])  # fmt: skip


@virtual
async def test_what_is_measured() -> None:
    seen = Telemetry()
    transport = ScriptedTransport(answer({"r": 1}, 429, Retry_After="2"), lost, default=answer(), latency=0.5)
    limited = RateLimit(1, 10.0)
    async with client_over(transport, observers=[seen.observer], retry=STEADY, rate_limit=limited) as client:
        with pytest.raises(OutcomeUnknownError):
            await call(client, CREATE, "agents.create")
        await call(client)
        under_way = asyncio.ensure_future(call(client))
        await asyncio.sleep(9.9)
        assert values(seen.metrics()["stringee_async.in_flight"], "stringee_async.operation") == [
            ("agents.create", 0),
            ("agents.list", 1),
        ]
        await under_way
    found = seen.metrics()
    duration = found["http.client.request.duration"]
    assert values(duration, "http.response.status_code", "error.type") == [
        ("200", "None", 2),
        ("429", "RateLimitedError", 1),
        ("None", "OutcomeUnknownError", 1),
    ]
    assert [point["sum"] for point in duration] == [0.5, 0.5, 1.0]
    assert duration[0]["explicit_bounds"][0] == 0.005
    assert values(
        found["stringee_async.call.duration"], "stringee_async.outcome", "stringee_async.operation", "error.type"
    ) == [("done", "agents.list", "None", 2), ("unknown", "agents.create", "OutcomeUnknownError", 1)]  # fmt: skip
    assert values(found["stringee_async.retries"], "error.type") == [("RateLimitedError", 1)]
    assert values(found["stringee_async.pauses"], "error.type") == [("RateLimitedError", 1)]
    waits = found["stringee_async.permit.wait"]
    assert values(waits, "stringee_async.operation") == [("agents.create", 1), ("agents.list", 2)]
    assert sum(point["sum"] for point in waits) == pytest.approx(7.4 + 9.6 + 9.6, abs=0.6)
    assert values(found["stringee_async.in_flight"]) == [(0,), (0,)]


ALLOWED = {
    "stringee_async.vendor", "stringee_async.operation", "stringee_async.outcome", "stringee_async.attempts",
    "http.request.method", "http.response.status_code", "http.request.resend_count", "server.address", "server.port",
    "url.template", "error.type", "seconds", "attempt", "reason",
}  # fmt: skip


async def test_nothing_personal_or_secret_is_exported() -> None:
    """Over all vendors: created, refused, not found, renamed, listed, downloaded, and called by a path of the caller's."""
    seen, options = Telemetry(propagate=True), {"retry": QUICK}
    person, phone = "Nguyen Thi Canary", "84901234567"
    async with Emulator(seed=1) as emulator:
        emulator.faults.script("agents.create", Fault.status(429), Fault.lost_answer())
        recorded = emulator.state.stringee.add_call(1_700_000_000_000, recording=b"sound" * 100)
        async with StringeeClient(**emulator.stringee(), **options, observers=[seen.observer]) as client:
            made = await client.agents.ensure(
                name=person, stringee_user_id="u.canary", routing_type=2, phone_number=phone
            )
            with pytest.raises(NotFoundError):
                await client.agents.update("AG_canary", name=person)
            with pytest.raises(SdkError):
                await client.request("GET", f"/v1/agent/{made.id}", query={"name": person})
            await client.recordings.save(recorded, _Sink())
        async with RingMeClient(**emulator.ringme(), **options, observers=[seen.observer]) as ringme:
            await ringme.agents.remote.create(number=phone, name=person)
        async with ItniotechClient(**emulator.itniotech(), **options, observers=[seen.observer]) as itniotech:
            with pytest.raises(SdkError):
                await itniotech.agents.credential("canary-agent", expires=3600)
        exported, settings = seen.all(), emulator.environment().values()
        sent = [value for record in emulator.requests for value in record.headers.values()]
    assert {"stringee", "ringme", "itniotech"} <= {facts(span)["stringee_async.vendor"] for span in seen.spans()}  # fmt: skip
    names = {name for span in seen.spans() for name in facts(span)}
    names |= {name for span in seen.spans() for event in span.events for name in event.attributes or {}}
    names |= {name for points in seen.metrics().values() for point in points for name in point["attributes"]}
    assert names <= ALLOWED
    tokens = [word for value in sent for word in value.split() if len(word) > 30 and word.count("-") != 3]
    secrets = Canaries()
    secrets.words += [person, phone, "canary", made.id, recorded, *tokens]
    secrets.words += [text for text in settings if len(text) > 5 and not text.startswith("http")]
    assert len(secrets.words) > 12
    secrets.check(exported, "what is exported")


class _Sink:
    def write(self, data: bytes) -> int:
        return len(data)


@pytest.mark.parametrize("propagate", [True, False])
@virtual
async def test_the_vendor_is_told_of_the_span_of_the_request_only_if_that_is_asked_for(
    propagate: bool,
) -> None:
    seen = Telemetry(propagate=propagate)
    transport = ScriptedTransport(answer({"r": 1}, 503), default=agents("u"))
    async with client_over(transport, observers=[seen.observer], retry=QUICK) as client:
        with seen.provider.get_tracer("app").start_as_current_span("of the app"):
            await client.agents.list().collect()
    told = [request.headers.get("traceparent", "none-") for request in transport.requests]
    attempts = [span for span in seen.spans() if span.kind is SpanKind.CLIENT]
    if not propagate:
        assert told == ["none-", "none-"]
        return
    context = attempts[0].get_span_context()
    spans = [text.rpartition("-")[0] for text in told]  # the flags behind depend on the SDK's version
    assert spans == [f"00-{context.trace_id:032x}-{_id(span):016x}" for span in attempts]  # type: ignore[union-attr]
    assert seen.tree() == [("of the app", ["stringee agents.list"])]


@virtual
async def test_requests_of_a_call_that_is_not_sampled_are_of_one_trace() -> None:
    seen = Telemetry(propagate=True, sampled=False)
    transport = ScriptedTransport(answer({"r": 1}, 503), default=answer())
    async with client_over(transport, observers=[seen.observer], retry=QUICK) as client:
        await call(client)
    first, second = (request.headers["traceparent"].split("-") for request in transport.requests)
    assert first[1] == second[1]
    assert first[2] != second[2]
    assert not int(first[3], 16) & 1


@virtual
async def test_a_span_is_the_current_one_while_its_call_is_under_way_and_only_if_it_is_recorded() -> None:
    found: list[str] = []

    def look(_: object) -> Any:
        span = trace.get_current_span()
        found.append(
            "none" if span is trace.INVALID_SPAN else getattr(span, "name", "one that is not recorded")
        )
        return answer()

    for sampled in (True, False):
        seen = Telemetry(sampled=sampled)
        async with client_over(ScriptedTransport(default=look), observers=[seen.observer]) as client:
            await call(client)
    assert found == ["GET /v1/agent", "none"]
    assert trace.get_current_span() is trace.INVALID_SPAN


@virtual
async def test_a_cancelled_call_ends_its_spans() -> None:
    seen = Telemetry()
    async with client_over(ScriptedTransport(default=answer(), latency=9.0), observers=[seen.observer]) as client:  # fmt: skip
        task = asyncio.ensure_future(call(client, CREATE))
        await asyncio.sleep(1.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [facts(span)["error.type"] for span in seen.spans()] == ["CancelledError", "CancelledError"]
    assert facts(seen.spans()[0])["stringee_async.outcome"] == "unknown"
    assert values(seen.metrics()["stringee_async.in_flight"]) == [(0,)]


@virtual
async def test_the_spans_of_a_download_end_with_its_response(caplog: pytest.LogCaptureFixture) -> None:
    """Also if another task than the one that opened it closes it: each has a context of its own."""
    from .core.test_download import opened

    seen = Telemetry()
    async with client_over(ScriptedTransport(default=answer(b"sound")), observers=[seen.observer]) as client:
        async with opened(client) as response:
            assert seen.spans() == []
            assert [piece async for piece in response] == [b"sound"]
        assert [span.name for span in seen.spans()] == ["stringee probe.save", "GET /v1/probe"]
        response = opened(client)
        await asyncio.ensure_future(response.__aenter__())
        await response.__aexit__(None, None, None)
    assert len(seen.spans()) == 4
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@virtual
async def test_one_observer_serves_several_clients_and_views() -> None:
    seen, told = Telemetry(), Told()
    async with client_over(ScriptedTransport(default=answer()), observers=[seen.observer]) as one:
        async with client_over(ScriptedTransport(default=answer()), observers=[seen.observer]) as other:
            view = other.with_options(observers=[told, seen.observer])
            await asyncio.gather(call(one), call(other), call(view))
    assert seen.tree() == [("stringee agents.list", ["GET /v1/agent"])] * 3
    assert told.events


# -- without a provider -------------------------------------------------------------------------------------


def test_events_of_a_call_whose_beginning_was_not_told_are_left_out() -> None:
    """As happens where the app sets up its provider while calls are under way."""
    seen, told = Telemetry(), Told()

    async def run() -> None:
        transport = ScriptedTransport(answer({"r": 1}, 429), default=answer())
        async with client_over(transport, observers=[told], retry=QUICK) as client:
            await call(client)

    asyncio.run(run())
    for event in told.events[1:]:
        seen.observer.on_event(event)
        assert to_dict(event)
    assert seen.spans() == []


def set_up(patch: pytest.MonkeyPatch, tracers: object, meters: object) -> None:
    """Let these be the providers of the app."""
    patch.setattr("stringee_async.otel.trace.get_tracer_provider", lambda: tracers)
    patch.setattr("stringee_async.otel.metrics.get_meter_provider", lambda: meters)


NO_TRACERS, NO_METERS = trace.ProxyTracerProvider(), metrics.NoOpMeterProvider()


@pytest.mark.parametrize("kind", ["tracer", "meter"])
def test_nobody_is_told_until_the_app_has_set_up_a_provider(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, NO_TRACERS, NO_METERS)
    observers, now = NO_OBSERVERS.and_these([OpenTelemetry()]), 100.0
    monkeypatch.setattr("stringee_async.otel.time.monotonic", lambda: now)
    assert observers.idle()
    if kind == "tracer":
        set_up(monkeypatch, TracerProvider(shutdown_on_exit=False), NO_METERS)
    else:
        set_up(monkeypatch, NO_TRACERS, MeterProvider(shutdown_on_exit=False))
    assert observers.idle()  # looked for a moment ago
    now += 0.2
    assert not observers.idle()
    assert not observers.idle()


def test_at_most_a_microsecond_and_a_half_without_a_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a call pays is the question whether an observer wants to know; the least of many runs, as machines are busy."""
    if sys.gettrace() is not None:
        pytest.skip("coverage is measured, which costs more than that")
    set_up(monkeypatch, NO_TRACERS, NO_METERS)
    observers = NO_OBSERVERS.and_these([OpenTelemetry()])
    assert observers.idle()
    least = min(timeit.repeat(observers.idle, number=2_000, repeat=20)) / 2_000
    assert least < 1.5e-6
