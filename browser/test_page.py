"""The emulator's page in Chromium: what it shows, what it does, and who cannot use it."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from stringee_async import OutcomeUnknownError, RetryPolicy, ServerError, StringeeClient
from stringee_async.emulator import Emulator, Fault
from stringee_async.stringee.webhooks import verify

from .conftest import WRITE, Open

SECTIONS = ("requests", "data", "calls", "faults", "events", "setup")
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>&lt;b&gt; \u202egnp.exe \'"'
ONCE = RetryPolicy(max_attempts=1)


async def fill(emulator: Emulator) -> None:
    """Fill an emulator with something of everything, hostile names among it."""
    async with aiohttp.ClientSession(headers=WRITE) as http:
        await http.post(f"{emulator.url}/_emulator/api/sample")
        for called in ("842871000001", "842871000002"):
            body = {"vendor": "stringee", "from": HOSTILE, "to": called}
            await http.post(f"{emulator.url}/_emulator/api/calls", json=body)
        await http.get(f"{emulator.url}/{HOSTILE}?{HOSTILE}", headers={"X-Odd": "<b>1</b>"})
    state = emulator.state.stringee
    state.add_agent(HOSTILE, HOSTILE)
    state.custom_messages.append({HOSTILE: HOSTILE})
    async with StringeeClient(**emulator.stringee()) as client:
        await client.groups.create(name=HOSTILE)
        await client.agents.list().collect()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_section_fits_and_shows_hostile_names_as_text(
    emulator: Emulator, open_page: Open, scheme: str, width: int
) -> None:
    """No console error, no foreign request, nothing wider than the screen, no markup out of a name."""
    await fill(emulator)
    page = await open_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    for section in SECTIONS:
        await page.goto(f"{emulator.url}/_emulator/#{section}")
        await expect(page.locator(f"#view-{section}")).to_be_visible()
        await page.wait_for_load_state("networkidle") if section == "" else await page.wait_for_timeout(250)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, section
    await page.goto(f"{emulator.url}/_emulator/#data")
    await expect(page.locator("#data-rows")).to_contain_text("<script>window.hacked=1</script>")
    await page.locator("#data-rows button").first.click()
    await expect(page.locator("#row-text")).to_contain_text("onerror=")
    await page.keyboard.press("Escape")
    await page.goto(f"{emulator.url}/_emulator/#requests")
    for number in range(3):
        await page.locator("#request-rows button").nth(number).click()
        await expect(page.locator("#request-detail")).to_contain_text("Carried out")
    assert await page.evaluate("window.hacked") is None
    assert await page.locator("main img, main script").count() == 0


async def test_texts_have_contrast_in_both_schemes(open_page: Open) -> None:
    """At least 4.5 to 1 (WCAG AA) for every pair of colours that texts have."""
    pairs = [
        ("text", "back"), ("text", "card"), ("text", "soft"), ("dim", "back"), ("dim", "card"), ("dim", "soft"),
        ("accent", "card"), ("accent", "accent-soft"), ("accent-text", "accent"), ("good", "good-soft"),
        ("warn", "warn-soft"), ("bad", "bad-soft"), ("bad", "card"),
    ]  # fmt: skip
    for scheme in ("light", "dark"):
        page = await open_page(color_scheme=scheme)
        for text, back in pairs:
            colours = await page.evaluate(
                "names => names.map(name => getComputedStyle(document.documentElement).getPropertyValue('--' + name))",
                [text, back],
            )
            assert contrast(*colours) >= 4.5, (scheme, text, back)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG has it."""
    lights = []
    for colour in (one, other):
        parts = [int(colour.strip()[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


async def test_ten_thousand_rows_are_shown_in_pages(emulator: Emulator, open_page: Open) -> None:
    for number in range(10_000):
        emulator.state.stringee.add_agent(f"{HOSTILE} {number}", f"u.{number}")
    began = time.monotonic()
    page = await open_page("data")
    await expect(page.locator("#data-place")).to_have_text("1 to 50 of 10,000")
    assert await page.locator("#data-rows tr").count() == 50
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator("#data-place")).to_have_text("51 to 100 of 10,000")
    await page.get_by_label("Search").locator("visible=true").fill("u.9999")
    await expect(page.locator("#data-rows tr")).to_have_count(1)
    await expect(page.locator("#data-rows")).to_contain_text(f"{HOSTILE} 9999".split("\u202e")[0])
    await page.get_by_label("Search").locator("visible=true").fill("no such text")
    await expect(page.locator("#data-empty")).to_have_text("No row holds this text.")
    assert time.monotonic() - began < 20
    assert await page.evaluate("document.querySelectorAll('*').length") < 3000


async def test_requests_appear_as_they_arrive(emulator: Emulator, open_page: Open) -> None:
    page = await open_page("requests")
    await expect(page.locator("#request-empty")).to_be_visible()
    emulator.faults.script("queues.create", Fault.status(503))
    async with StringeeClient(**emulator.stringee(), retry=ONCE) as client:
        await client.agents.create(name="Nguyễn", stringee_user_id="u.an")
        with pytest.raises(ServerError):
            await client.queues.create(name="Hotline")
        rows = page.locator("#request-rows tr")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("503")
        await page.get_by_label("Failed only").check()
        await expect(rows).to_have_count(1)
        await page.get_by_label("Failed only").uncheck()
        await page.get_by_role("button", name="agents.create").click()
        detail = page.locator("#request-detail")
        await expect(detail).to_contain_text('"name": "Nguyễn"')
        await expect(detail).to_contain_text("HTTP/1.1 200 OK")
        assert emulator.stringee()["key_secret"] not in await detail.inner_text()
        await page.keyboard.press("Escape")
        await expect(detail).to_be_hidden()
        await page.get_by_role("button", name="Pause").click()
        await client.groups.create(name="Sales")
        await page.wait_for_timeout(300)
        await expect(rows).to_have_count(2)
        await page.get_by_role("button", name="Resume").click()
        await expect(rows).to_have_count(3)
        await expect(page.locator("#limits")).to_contain_text("Stringee: rate limit")
        await asyncio.gather(*(client.agents.list().collect() for _ in range(300)))
    await expect(page.locator("#request-count")).to_have_text("303 requests")
    assert await rows.count() == 100
    await page.get_by_role("button", name="Show older").click()
    await expect(rows).to_have_count(200)


async def test_faults_are_planned_by_button_and_by_form(emulator: Emulator, open_page: Open) -> None:
    page = await open_page("faults")
    await page.locator("[name=operation]").fill("agents.create")
    await page.get_by_role("button", name="Lose the response").click()
    await expect(page.locator("#fault-planned")).to_contain_text("Lost answer on agents.create")
    async with StringeeClient(**emulator.stringee(), retry=ONCE) as client:
        with pytest.raises(OutcomeUnknownError):
            await client.agents.create(name="An", stringee_user_id="u.an")
        await expect(page.locator("#fault-happened")).to_contain_text("Lost answer on agents.create")
        await page.locator("[name=fault]").select_option("status")
        await page.locator("[data-argument=code]").fill("502")
        await page.locator("[name=mode]").select_option("times")
        await page.locator("[name=times]").fill("2")
        await page.get_by_role("button", name="Plan fault").click()
        await expect(page.locator("#fault-planned")).to_contain_text("2 times")
        with pytest.raises(ServerError) as caught:
            await client.agents.create(name="An", stringee_user_id="u.b")
        assert caught.value.status == 502
    await page.locator("[name=operation]").fill("agents.creat")
    await page.get_by_role("button", name="Plan fault").click()
    await expect(page.locator("#toast")).to_contain_text("did you mean")
    await page.get_by_role("button", name="Clear all").click()
    await expect(page.locator("#fault-planned")).to_contain_text("Nothing is planned.")
    assert not emulator.faults.pending
    page.troubles[:] = [one for one in page.troubles if "400" not in one]  # type: ignore[attr-defined]


async def test_a_call_is_moved_through_its_states(emulator: Emulator, open_page: Open) -> None:
    await fill(emulator)
    emulator.state.stringee.live_calls.clear()
    page = await open_page("calls")
    await page.get_by_label("To (a number of the project)").fill("842871000003")
    await page.get_by_role("button", name="Place call").click()
    badge = page.locator("#call-rows .badge")
    for button, state in [
        (None, "started"),
        ("Ring", "ringing"),
        ("Answer", "answered"),
        ("Hang up", "ended"),
    ]:
        if button is not None:
            await page.get_by_role("button", name=button, exact=True).click()
        await expect(badge.first).to_have_text(state)
    (call,) = emulator.state.stringee.live_calls.values()
    assert call.over
    await page.get_by_label("To (a number of the project)").fill("842871000001")
    await page.get_by_role("button", name="Place call").click()
    await page.get_by_label("Keys to press").fill("1")
    await page.get_by_role("button", name="Press").click()
    await expect(page.locator("#call-rows li").first).to_contain_text("agent agent.05")


async def test_an_event_reaches_an_app_of_this_machine(emulator: Emulator, open_page: Open) -> None:
    heard: list[tuple[Any, bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append((request.headers.get("X-STRINGEE-SIGNATURE"), await request.read()))
        return web.Response(text="<b>thanks</b>")

    app = web.Application()
    app.router.add_post("/events", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    page = await open_page("events")
    await page.get_by_label("Address").fill(f"http://127.0.0.1:{port}/events")
    await page.get_by_role("button", name="Send event").click()
    await expect(page.locator("#event-result")).to_contain_text("<b>thanks</b>")
    ((signature, body),) = heard
    verify(emulator.state.stringee.signing_key, signature, body)
    assert json.loads(body)["call_status"] == "ended"
    await runner.cleanup()


async def test_save_reset_and_load(emulator: Emulator, open_page: Open, tmp_path: Path) -> None:
    page = await open_page("setup")
    await page.get_by_role("button", name="Load sample").click()
    await expect(page.locator("#toast")).to_contain_text("sample centre is loaded")
    before = emulator.dump()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download").click()
    file = tmp_path / "state.json"
    await (await download.value).save_as(file)
    await page.get_by_role("button", name="Reset").click()
    await page.get_by_role("button", name="Cancel").click()
    assert emulator.dump() == before
    await page.get_by_role("button", name="Reset").click()
    await page.locator("#confirm-yes").click()
    await expect(page.locator("#toast")).to_contain_text("as at the start")
    assert not emulator.state.stringee.agents
    await page.locator("#state-input").set_input_files(file)
    await page.locator("#confirm-yes").click()
    await expect(page.locator("#toast")).to_contain_text("is loaded")
    assert emulator.dump() == before
    await page.get_by_label("Ahead of this machine, in seconds").fill("-60")
    await page.get_by_role("button", name="Set", exact=True).click()
    await expect(page.locator("#toast")).to_contain_text("clock is set")
    assert emulator.clock_skew == -60


async def test_it_can_be_used_by_keyboard_and_read_aloud(emulator: Emulator, open_page: Open) -> None:
    """Every control has a name, and each section is reached and used without a mouse."""
    await fill(emulator)
    page = await open_page()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#view-data")).to_be_visible()
    assert await page.evaluate("document.activeElement.id") == "main"
    await page.locator("#data-rows button").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#row")).to_be_visible()
    await page.keyboard.press("Escape")
    for section in SECTIONS:
        await page.goto(f"{emulator.url}/_emulator/#{section}")
        await page.wait_for_timeout(250)
        assert await unnamed(page) == [], section
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Emulator")


async def unnamed(page: Page) -> list[str]:
    """Controls that can be seen and have no name."""
    found: list[str] = []
    for control in await page.locator("button, input, select, textarea, a, meter").all():
        if await control.is_visible():
            shown = await control.aria_snapshot()
            if '"' not in shown and ":" not in shown:
                found.append(await control.evaluate("element => element.outerHTML"))
    return found


async def test_it_notices_when_the_emulator_stops_and_comes_back(emulator: Emulator, open_page: Open) -> None:
    page = await open_page("data")
    emulator.state.stringee.add_agent("An", "u.an")
    port = emulator.port
    await emulator.close()
    await expect(page.locator("#live")).to_have_text("Not connected")
    emulator._port = port
    await emulator.start()
    await expect(page.locator("#live")).to_have_text("Live", timeout=15_000)
    page.troubles[:] = [one for one in page.troubles if "ERR_" not in one]  # type: ignore[attr-defined]


FOREIGN = """
async () => {
  const at = "%s/_emulator/api/";
  const tried = [];
  const attempt = async (name, act) => { try { tried.push([name, await act()]); } catch (error) { tried.push([name, "blocked"]); } };
  await attempt("read", async () => (await fetch(at + "state")).text());
  await attempt("read opaque", async () => (await (await fetch(at + "state", { mode: "no-cors" })).text()).length);
  await attempt("write", async () => (await fetch(at + "reset", { method: "POST", headers: { "X-Emulator": "1" } })).status);
  await attempt("plain write", async () => (await fetch(at + "reset", { method: "POST", mode: "no-cors", body: "{}" })).type);
  await attempt("events", () => new Promise((resolve, reject) => { const source = new EventSource(at + "events"); source.onopen = resolve; source.onerror = reject; }));
  const frame = document.createElement("iframe");
  frame.src = at.replace("api/", "");
  document.body.append(frame);
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: at + "sample", target: "other" });
  document.body.append(form);
  form.submit();
  await new Promise((resolve) => setTimeout(resolve, 500));
  let framed;
  try { framed = frame.contentDocument ? frame.contentDocument.body.innerHTML : "foreign"; } catch { framed = "foreign"; }
  return { tried, framed };
}
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.example"])
async def test_a_page_of_another_site_can_neither_read_nor_write(
    browser: Browser, emulator: Emulator, host: str
) -> None:
    """Another port, another name of this machine, or a foreign name: all are other sites."""
    emulator.state.stringee.add_agent("An", "u.an")
    before = emulator.dump()

    async def serve(_: web.BaseRequest) -> web.Response:
        return web.Response(text="<!doctype html><title>evil</title><body>", content_type="text/html")

    runner = web.ServerRunner(web.Server(serve))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    page = await (await browser.new_context()).new_page()
    await page.goto(f"http://{host}:{runner.addresses[0][1]}/")
    found = await page.evaluate(FOREIGN % emulator.url)
    results = dict(found["tried"])
    assert results["read"] == results["write"] == results["events"] == "blocked"
    assert results["read opaque"] in (0, "blocked")
    assert emulator.dump() == before
    await runner.cleanup()


async def test_a_foreign_name_that_leads_here_shows_nothing(browser: Browser, emulator: Emulator) -> None:
    """DNS rebinding: the browser takes the page for that of evil.example, and the emulator refuses."""
    before = emulator.dump()
    page = await (await browser.new_context()).new_page()
    response = await page.goto(f"http://evil.example:{emulator.port}/_emulator/")
    assert response is not None
    assert response.status == 403
    status = await page.evaluate(
        "async () => (await fetch('/_emulator/api/reset', { method: 'POST', headers: { 'X-Emulator': '1' } })).status"
    )
    assert status == 403
    assert emulator.dump() == before
