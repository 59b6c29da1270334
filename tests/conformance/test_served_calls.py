"""Stringee's calls in the emulator against the handlers of the SDK in one web app, each request signed and verified."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp import web

from stringee_async import StringeeClient
from stringee_async.emulator import Emulator
from stringee_async.stringee import (
    CallEvent,
    ChosenAgent,
    CustomerRequest,
    KeysPressed,
    ScriptRequest,
    agent_choice_handler,
    call_event_handler,
    customer_info_handler,
    script_handler,
)
from stringee_async.stringee.scco import ask_keys, record, talk
from stringee_async.stringee.webhooks import AgentChoice

from ..kit import until

OURS, PHONE = "842871000000", "84901234567"


class Customer:
    """A customer's web app with every handler that Stringee can ask, and what they were asked."""

    def __init__(self, emulator: Emulator) -> None:
        self.state = emulator.state.stringee
        self.seen: list[Any] = []
        self.patient = asyncio.Event()
        self.patient.set()
        self.url = ""

    async def tell(self, event: Any) -> None:
        self.seen.append(event)

    async def script(self, asked: Any) -> list[Any]:
        self.seen.append(asked)
        if isinstance(asked, ScriptRequest):
            return [record(), ask_keys(event_url=f"{self.url}/script", max_digits=1)]
        return [talk(f"You pressed {asked.dtmf}")]

    async def choose(self, choice: AgentChoice) -> Mapping[str, list[ChosenAgent]]:
        return {call.call_id: [ChosenAgent(stringee_user_id="an")] for call in choice.calls}

    async def look_up(self, asked: CustomerRequest) -> Mapping[str, Any]:
        self.seen.append(asked)
        await self.patient.wait()
        return {"name": "Nguyễn", "of": asked.caller}

    def statuses(self) -> list[str | None]:
        return [event.call_status for event in self.seen if isinstance(event, CallEvent)]

    def app(self) -> web.Application:
        key = self.state.signing_key
        app = web.Application()
        events = call_event_handler(self.tell, signing_key=key)
        app.router.add_post("/events", events)
        app.on_cleanup.append(events.aclose)
        app.router.add_route("*", "/script", script_handler(self.script, signing_key=key))
        app.router.add_post("/agents", agent_choice_handler(self.choose, signing_key=key))
        app.router.add_get("/customer", customer_info_handler(self.look_up, signing_key=key))
        return app


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(seed=1) as emulator:
        yield emulator


@pytest.fixture
async def customer(emulator: Emulator) -> AsyncIterator[Customer]:
    customer = Customer(emulator)
    runner = web.AppRunner(customer.app(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        customer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield customer
    finally:
        customer.patient.set()
        await runner.cleanup()


async def test_a_call_gets_its_script_from_an_answer_url_and_the_next_one_for_a_key(
    emulator: Emulator, customer: Customer
) -> None:
    async with StringeeClient(**emulator.stringee()) as client:
        placed = await client.calls.make(
            caller=OURS, to=PHONE, answer_url=f"{customer.url}/script", event_url=f"{customer.url}/events"
        )
        await emulator.settle()
        customer.state.press(placed.call_id or "", "7")
        await emulator.settle()
        await client.calls.stop(placed.call_id or "")
        await emulator.settle()
    await until(lambda: "ended" in customer.statuses(), "the end is told")
    assert customer.statuses() == ["created", "started", "ringing", "answered", "ended"]
    asked: list[Any] = [one for one in customer.seen if isinstance(one, (ScriptRequest, KeysPressed))]
    assert [type(one) for one in asked] == [ScriptRequest, KeysPressed]
    assert (asked[0].caller, asked[0].called, asked[1].dtmf) == (OURS, PHONE, "7")
    steps = [step["action"] for step in customer.state.live_calls[placed.call_id or ""].actions]
    assert steps == ["record", "input", "talk"]
    assert {delivery.status for delivery in customer.state.deliveries} == {200}


def open_queue(customer: Customer) -> None:
    """A number whose calls wait for the agent whom the web app chooses."""
    state = customer.state
    state.add_agent("An", "an")
    state.add_number(OURS, queue_id=state.add_queue("Sales", get_list_agents_url=f"{customer.url}/agents"))
    state.call_settings |= {
        "event_url": f"{customer.url}/events", "get_customer_info_url": f"{customer.url}/customer",
    }  # fmt: skip


async def test_a_caller_is_looked_up_before_the_chosen_agent_is_rung(
    emulator: Emulator, customer: Customer
) -> None:
    open_queue(customer)
    key = customer.state.call_in(PHONE, OURS)
    await until(lambda: "answered" in customer.statuses(), "the agent answers")
    assert customer.state.live_calls[key].customer == {"name": "Nguyễn", "of": PHONE}
    (asked,) = (one for one in customer.seen if isinstance(one, CustomerRequest))
    assert (asked.caller, asked.called, asked.project) == (PHONE, OURS, f"{customer.state.project}")
    customer.state.hang_up(key)
    await emulator.settle()
    assert {delivery.status for delivery in customer.state.deliveries} == {200}


async def test_an_agent_is_rung_although_nothing_is_known_in_time(
    emulator: Emulator, customer: Customer
) -> None:
    open_queue(customer)
    customer.state.call_settings["get_customer_info_timeout"] = 20
    customer.patient.clear()
    key = customer.state.call_in(PHONE, OURS)
    await until(lambda: "answered" in customer.statuses(), "the agent answers")
    assert customer.state.live_calls[key].customer is None
    customer.state.hang_up(key)
    await emulator.settle()


async def test_for_a_caller_who_has_gone_meanwhile_no_agent_is_rung(
    emulator: Emulator, customer: Customer
) -> None:
    open_queue(customer)
    customer.patient.clear()
    key = customer.state.call_in(PHONE, OURS)
    await until(
        lambda: any(isinstance(one, CustomerRequest) for one in customer.seen), "the caller is looked up"
    )
    customer.state.hang_up(key)
    customer.patient.set()
    await emulator.settle()
    await until(lambda: "ended" in customer.statuses(), "the end is told")
    assert customer.statuses() == ["created", "started", "ended"]
