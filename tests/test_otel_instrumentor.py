"""`opentelemetry-instrument` switches OpenTelemetry on for each new client, without a line of code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from stringee_async import StringeeClient
from stringee_async.core.session import Session
from stringee_async.otel import OpenTelemetry
from stringee_async.otel_instrumentor import StringeeAsyncInstrumentor

from .core.rig import call
from .kit import ScriptedTransport, answer, client_over, virtual
from .kit.told import Told
from .test_otel import Telemetry


@pytest.fixture
def instrumentor() -> Iterator[StringeeAsyncInstrumentor]:
    found = StringeeAsyncInstrumentor()
    yield found
    found.uninstrument()


def test_the_entry_point_names_it() -> None:
    (found,) = entry_points(group="opentelemetry_instrumentor", name="stringee_async")
    assert found.load() is StringeeAsyncInstrumentor


def observers(client: StringeeClient) -> int:
    found = client._session.observers
    return 0 if found is None else len(found)


def test_new_clients_have_the_observer_until_it_is_switched_off(
    instrumentor: StringeeAsyncInstrumentor,
) -> None:
    before = client_over(ScriptedTransport())
    instrumentor.instrument()
    assert observers(before) == 0
    assert observers(client_over(ScriptedTransport())) == 1
    assert observers(client_over(ScriptedTransport(), observers=[Told()])) == 2
    assert observers(client_over(ScriptedTransport(), observers=[OpenTelemetry()])) == 1
    instrumentor.uninstrument()
    assert type(client_over(ScriptedTransport())._session) is Session


def test_the_instrumentor_takes_providers(instrumentor: StringeeAsyncInstrumentor) -> None:
    seen = Telemetry()
    instrumentor.instrument(tracer_provider=seen.provider)

    @virtual
    async def run() -> None:
        async with client_over(ScriptedTransport(default=answer())) as client:
            await call(client)

    run()
    assert seen.tree() == [("stringee agents.list", ["GET /v1/agent"])]


APP = """
import asyncio
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from stringee_async import RetryPolicy, SdkError, StringeeClient

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
trace.set_tracer_provider(provider)

async def main():
    url = "http://127.0.0.1:1"
    async with StringeeClient("SK", "k" * 40, icc_url=url, retry=RetryPolicy(max_attempts=1)) as client:
        try:
            await client.agents.list().collect()
        except SdkError:
            pass

asyncio.run(main())
"""


def test_a_program_that_knows_nothing_of_it_exports_spans(tmp_path: Path) -> None:
    program = tmp_path / "app.py"
    program.write_text(APP)
    command = Path(sys.executable).with_name("opentelemetry-instrument")
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "PYTHON"))}
    ran = subprocess.run(
        [command, sys.executable, program], capture_output=True, text=True, timeout=60, env=quiet, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert '"name": "stringee agents.list"' in ran.stdout, ran.stdout + ran.stderr
    assert '"error.type": "NotSentError"' in ran.stdout
