// The page of the emulator: shows what the control API tells. Everything that comes from outside is shown as text.
"use strict";

const VENDORS = { stringee: "Stringee", ringme: "RingMe", itniotech: "ITNIO TECH" };
const LOG_KEPT = 1000, LOG_SHOWN = 100, PAGE = 50;
const $ = (id) => document.getElementById(id);

/** Make an element; texts among the children stay texts. */
function el(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "class") made.className = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Call the API; a refusal becomes an Error with its text. */
async function api(path, method = "GET", body = undefined) {
  const options = { method, headers: {}, cache: "no-store" };
  if (method !== "GET") options.headers["X-Emulator"] = "1";
  if (body !== undefined) options.body = typeof body === "string" ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new Error("The emulator does not respond. Is it still running?");
  }
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error || `HTTP ${response.status}`);
  return data;
}

let toastTimer = 0;
function say(text, bad = false) {
  const toast = $("toast");
  toast.textContent = text;
  toast.className = bad ? "toast bad" : "toast";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.textContent = ""; }, bad ? 9000 : 4000);
}

/** Do something of the API's, and say how it went. */
async function attempt(act, done = "") {
  try {
    const result = await act();
    if (done) say(done);
    return result;
  } catch (error) {
    say(error.message, true);
    return null;
  }
}

function ask(title, text, yes) {
  const dialog = $("confirm");
  $("confirm-title").textContent = title;
  $("confirm-text").textContent = text;
  $("confirm-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const words = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase())
  .replace(/\b(ivr|sms|sip|otp|ai|json|html|id|dids)\b/gi, (word) => (word === "Dids" ? "DIDs" : word.toUpperCase()));

/** Act once, some time after the last of many calls. */
function soon(act, milliseconds) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}

// Sections

const views = {};
let current = "requests";

function show() {
  const name = location.hash.slice(1);
  current = name in views ? name : "requests";
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.hash === `#${current}`) {
      link.setAttribute("aria-current", "page");
      if (link.parentElement.scrollWidth > link.parentElement.clientWidth) {
        link.scrollIntoView({ block: "nearest", inline: "center" });
      }
    } else link.removeAttribute("aria-current");
  }
  for (const view of Object.keys(views)) $(`view-${view}`).hidden = view !== current;
  views[current]();
}

const refresh = () => views[current]();

// Requests

const log = new Map();
let chosen = null, shownRows = LOG_SHOWN, paused = false;

const failed = (one) => Boolean(one.fault || one.refusal || (one.seconds !== null && (one.status === null || one.status >= 400 || one.code)));

function statusBadge(one) {
  if (one.seconds === null) return el("span", { class: "badge info" }, "open");
  if (one.status === null) return el("span", { class: "badge bad" }, "none");
  const kind = one.status >= 500 ? "bad" : one.status >= 400 || one.code ? "warn" : "good";
  return el("span", { class: `badge ${kind}` }, one.code ? `${one.status}, code ${one.code}` : `${one.status}`);
}

function took(seconds) {
  if (seconds === null) return "";
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  return `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 0)} ms`;
}

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour12: false });

function logRow(one) {
  const vendor = one.vendor ? el("span", { class: "vendor" }, ` ${VENDORS[one.vendor]}`) : null;
  const button = el("button", { type: "button", class: "open" }, one.operation);
  const trouble = one.fault || one.refusal;
  const row = el("tr", { id: `request-${one.number}`, on: { click: () => choose(one.number) } },
    el("td", {}, clock(one.arrived)),
    el("td", {}, button, vendor, el("span", { class: "path" }, `${one.method} ${one.path}${one.query ? `?${one.query}` : ""}`)),
    el("td", {}, statusBadge(one)),
    trouble ? el("td", {}, el("span", { class: `badge ${one.fault ? "bad" : "warn"}` }, trouble.replaceAll("_", " "))) : el("td"),
    el("td", { class: "num" }, took(one.seconds)));
  row.setAttribute("aria-selected", String(one.number === chosen));
  return row;
}

function filtered() {
  const form = $("request-filter");
  const search = form.search.value.trim().toLowerCase(), vendor = form.vendor.value, odd = form.odd.checked;
  const found = [];
  for (const one of log.values()) {
    if (vendor && one.vendor !== vendor) continue;
    if (odd && !failed(one)) continue;
    if (search && !`${one.operation} ${one.method} ${one.path}?${one.query} ${one.status} ${one.code} ${one.fault} ${one.refusal}`.toLowerCase().includes(search)) continue;
    found.push(one);
  }
  return found.reverse();
}

function drawLog() {
  if (current !== "requests" || paused) return;
  const found = filtered(), rows = found.slice(0, shownRows);
  const focused = document.activeElement?.closest("tr")?.id;
  $("request-rows").replaceChildren(...rows.map(logRow));
  if (focused) $(focused)?.querySelector("button").focus();
  $("request-empty").hidden = log.size > 0;
  $("request-more").hidden = found.length <= rows.length;
  const all = log.size === LOG_KEPT ? `the latest ${LOG_KEPT.toLocaleString("en")} requests` : counted(log.size, "request");
  $("request-count").textContent = found.length === log.size ? all : `${found.length.toLocaleString("en")} of ${all}`;
}
const drawLogSoon = soon(drawLog, 40);

function remember(one) {
  const known = log.get(one.number);
  log.set(one.number, known ? { ...known, ...one } : one);
  while (log.size > LOG_KEPT) log.delete(log.keys().next().value);
}

async function readLog() {
  const newest = [...log.keys()].at(-1) ?? -1;
  const found = await attempt(() => api(`requests?after=${newest}&limit=${LOG_KEPT}`));
  for (const one of found || []) remember(strip(one));
  drawLog();
}

/** What a list needs of a request; headers and bodies are read again when it is opened. */
function strip({ headers, body, response, ...rest }) {
  return rest;
}

async function choose(number) {
  chosen = number;
  for (const row of document.querySelectorAll("#request-rows tr")) {
    row.setAttribute("aria-selected", String(row.id === `request-${number}`));
  }
  const found = await attempt(() => api(`requests?number=${number}`));
  const one = found?.[0];
  if (!one) {
    if (found) say("This request is no longer in the log.", true);
    return;
  }
  const detail = $("request-detail");
  detail.replaceChildren(...describe(one));
  detail.hidden = false;
  detail.parentElement.classList.add("open");
  detail.scrollTop = 0;
  detail.focus({ preventScroll: true });
  if (matchMedia("(max-width: 900px)").matches) detail.scrollIntoView({ block: "start" });
}

function closeDetail() {
  $("request-detail").hidden = true;
  $("request-detail").parentElement.classList.remove("open");
  const row = $(`request-${chosen}`);
  chosen = null;
  row?.setAttribute("aria-selected", "false");
  row?.querySelector("button").focus();
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function part(title, lines, body) {
  return [
    el("h4", {}, title),
    el("pre", { tabIndex: 0 }, lines.join("\n")),
    ...(body ? [el("pre", { tabIndex: 0 }, pretty(body))] : []),
  ];
}

function describe(one) {
  const facts = el("dl", { class: "facts" });
  const fact = (name, ...value) => facts.append(el("dt", {}, name), el("dd", {}, ...value));
  fact("Status", statusBadge(one));
  if (one.fault) fact("Fault", el("span", { class: "badge bad" }, one.fault.replaceAll("_", " ")));
  if (one.refusal) fact("Refused", el("span", { class: "badge warn" }, one.refusal.replaceAll("_", " ")));
  fact("Carried out", one.acted ? "yes" : "no");
  fact("Duration", took(one.seconds) || "still open");
  fact("Connection", `${one.connection}`);
  const line = `${one.method} ${one.path}${one.query ? `?${one.query}` : ""}`;
  const pairs = (headers) => headers.map(([name, value]) => `${name}: ${value}`);
  return [
    el("div", { class: "head" },
      el("h3", {}, one.operation, one.vendor ? el("span", { class: "vendor" }, ` ${VENDORS[one.vendor]}`) : null),
      el("button", { type: "button", on: { click: closeDetail } }, "Close")),
    facts,
    ...part("Request", [line, ...pairs(one.headers)], one.body),
    ...(one.response
      ? part("Response", [one.response.line, ...pairs(one.response.headers)], one.response.body)
      : [el("h4", {}, "Response"), el("p", { class: "hint" }, one.seconds === null ? "Not sent yet." : "Nothing was sent.")]),
  ];
}

function drawLimits(limits) {
  $("limits").replaceChildren(...limits.map((one) => {
    const account = { 0: "", oauth: " tokens" }[one.account] ?? ` account ${one.account}`;
    const name = `${VENDORS[one.vendor] || one.vendor}${account}: ${one.limit}`;
    return el("li", {}, name,
      el("meter", { min: 0, max: one.most, high: one.most * 0.9, value: one.used, "aria-label": name }),
      el("span", {}, el("b", {}, `${one.used} of ${one.most}`), `, resets in ${Math.ceil(one.left)} s`));
  }));
}

async function readStatus() {
  const status = await attempt(() => api("status"));
  if (!status) return;
  drawLimits(status.limits);
  $("address").textContent = status.url;
  $("clock-now").textContent = `${new Date(status.clock.now * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  $("state-file").textContent = status.state_file
    ? `Saved to ${status.state_file} by the button and at a clean stop.`
    : "Start with --state FILE to keep the state from run to run.";
  $("state-save").hidden = !status.state_file;
  $("environment").textContent = Object.entries(status.environment).map(([name, value]) => `export ${name}=${value}`).join("\n");
  fillFaults(status);
}

views.requests = () => { drawLog(); readStatus(); };

// Data

const data = { vendor: "stringee", table: "agents", offset: 0, sizes: [] };

async function readTables() {
  const sizes = await attempt(() => api("tables"));
  if (!sizes) return;
  data.sizes = sizes.filter((one) => one.account === 0);
  const mine = data.sizes.filter((one) => one.vendor === data.vendor);
  if (!mine.some((one) => one.name === data.table)) data.table = mine[0].name;
  $("data-vendors").replaceChildren(...Object.entries(VENDORS).map(([vendor, name]) => {
    const button = el("button", { type: "button", on: { click: () => pick(vendor, null) } }, name);
    button.setAttribute("aria-pressed", String(vendor === data.vendor));
    return button;
  }));
  $("data-tables").replaceChildren(...mine.map((one) => {
    const button = el("button", { type: "button", class: one.rows ? "" : "none", on: { click: () => pick(data.vendor, one.name) } },
      el("span", {}, words(one.name)), el("span", {}, one.rows.toLocaleString("en")));
    if (one.name === data.table) button.setAttribute("aria-current", "true");
    return button;
  }));
  $("data-filter").table.replaceChildren(...mine.map((one) =>
    el("option", { value: one.name, selected: one.name === data.table }, `${words(one.name)} (${one.rows})`)));
  $("data-count").textContent = `${counted(mine.reduce((sum, one) => sum + one.rows, 0), "row")} of ${VENDORS[data.vendor]}`;
  await readRows();
}

function pick(vendor, table) {
  data.vendor = vendor;
  data.table = table || data.table;
  data.offset = 0;
  readTables();
}

let reading = 0;
async function readRows() {
  const turn = ++reading, search = $("data-filter").search.value.trim();
  const query = new URLSearchParams({ vendor: data.vendor, name: data.table, search, offset: data.offset, limit: PAGE });
  const found = await attempt(() => api(`table?${query}`));
  if (!found || turn !== reading) return;
  if (data.offset && data.offset >= found.total) {
    data.offset = Math.max(0, Math.floor((found.total - 1) / PAGE) * PAGE);
    readRows();
    return;
  }
  drawRows(found, search);
}

function drawRows(found, search) {
  const columns = [];
  for (const { row } of found.rows) for (const name of Object.keys(row)) if (!columns.includes(name)) columns.push(name);
  const rest = columns.filter((name) => !found.rows.every(({ key, row }) => String(row[name]) === key))
    .map((name, index) => [weight(name) * 1000 + index, name]).sort((one, other) => one[0] - other[0]).map(([, name]) => name);
  $("data-caption").textContent = `${words(data.table)} of ${VENDORS[data.vendor]}`;
  $("data-head").replaceChildren(...(found.rows.length
    ? [el("tr", {}, el("th", { scope: "col" }, "id"), ...rest.map((name) => el("th", { scope: "col" }, name)))] : []));
  $("data-rows").replaceChildren(...found.rows.map(({ key, row }) => el("tr", {},
    el("td", {}, el("button", { type: "button", class: "key", on: { click: () => openRow(key, row) } }, key)),
    ...rest.map((name) => cell(row[name])))));
  $("data-empty").hidden = found.rows.length > 0;
  $("data-empty").textContent = search ? "No row holds this text." : "This table is empty.";
  $("data-pager").hidden = found.total <= PAGE;
  $("data-place").textContent = `${(data.offset + 1).toLocaleString("en")} to ${(data.offset + found.rows.length).toLocaleString("en")} of ${found.total.toLocaleString("en")}`;
  for (const button of document.querySelectorAll("#data-pager button")) {
    const next = data.offset + Number(button.dataset.step) * PAGE;
    button.disabled = next < 0 || next >= found.total;
  }
}

/** Columns that tell a row from others come first, those that are the same everywhere last. */
function weight(name) {
  if (/^(account|project|client_id|account_id|project_id|object_type)$/.test(name)) return 2;
  return /^(name|label|number|title|groupName|.*_name|.*user_id|empNo|state|status|from_number|to_number|called|caller)$/.test(name) ? 0 : 1;
}

function cell(value) {
  if (value === null || value === undefined || value === "") return el("td", { class: "null" }, value === "" ? "" : "–");
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return el("td", {}, el("span", { title: text.length > 30 ? text : "" }, text));
}

function openRow(key, row) {
  $("row-title").textContent = `${words(data.table)}: ${key}`;
  $("row-text").textContent = JSON.stringify(row, null, 2);
  $("row").showModal();
}

views.data = readTables;

// Calls

const CALL_HINTS = {
  stringee: "To (a number of the project)", ringme: "To (a phone's name or id)", itniotech: "To (any number)",
};
const MOVES = { calling: "Call", ringing: "Ring", answered: "Answer", ended: "Hang up" };

async function readCalls() {
  const calls = await attempt(() => api("calls"));
  if (!calls) return;
  $("call-empty").hidden = calls.length > 0;
  if ($("call-rows").contains(document.activeElement) && document.activeElement.tagName === "INPUT") return;
  const focused = document.activeElement?.dataset?.move;
  $("call-rows").replaceChildren(...calls.map(callRow));
  if (focused) document.querySelector(`[data-move="${CSS.escape(focused)}"]`)?.focus();
}

function callRow(call) {
  const kind = { answered: "good", ended: "", ringing: "info" }[call.state] ?? "warn";
  const moves = el("div", { class: "moves" }, ...call.moves.map((state) => el("button", {
    type: "button", class: state === "ended" ? "danger" : "", "data-move": `${call.id} ${state}`,
    on: { click: () => moveCall(call, { state }) },
  }, MOVES[state] || words(state))));
  if (call.keys && call.state !== "ended") moves.append(keysOf(call));
  const at = call.at ? `, in the ${call.at === "IVR" ? "menu" : call.at}` : call.agent ? `, agent ${call.agent}` : "";
  return el("li", { class: "card" },
    el("div", { class: "who" }, el("b", {}, call.from || "–"), " to ", el("b", {}, call.to || "–"),
      el("span", { class: "sub" }, `${VENDORS[call.vendor]}${at} · ${call.id}`)),
    el("span", { class: `badge ${kind}` }, call.state),
    moves);
}

function keysOf(call) {
  const input = el("input", { name: "keys", placeholder: "Keys", "aria-label": "Keys to press", inputMode: "tel", autocomplete: "off", required: true });
  return el("form", { class: "moves", on: { submit: (event) => {
    event.preventDefault();
    input.blur();
    moveCall(call, { keys: input.value });
  } } }, input, el("button", { type: "submit" }, "Press"));
}

async function moveCall(call, move) {
  await attempt(() => api("calls/move", "POST", { vendor: call.vendor, account: call.account, id: call.id, ...move }));
  readCalls();
}

async function suggestNumbers() {
  const vendor = $("call-form").vendor.value;
  $("call-to-label").textContent = CALL_HINTS[vendor];
  const table = { stringee: ["numbers", "number"], ringme: ["extensions", "name"] }[vendor];
  const found = table ? await api(`table?vendor=${vendor}&name=${table[0]}&limit=50`).catch(() => null) : null;
  const options = (found?.rows || []).map(({ row }) => row[table[1]]).reverse();
  $("call-numbers").replaceChildren(...options.map((value) => el("option", { value })));
  const to = $("call-form").to;
  if (!to.value || to.dataset.suggested === to.value) to.value = to.dataset.suggested = options[0] || (vendor === "itniotech" ? "6581234567" : "");
}

views.calls = () => { readCalls(); suggestNumbers(); };

// Faults

const QUICK = [
  ["Lose the response", { fault: "lost_answer" }], ["503", { fault: "status", code: 503 }],
  ["429, retry after 5 s", { fault: "retry_after", seconds: 5 }], ["Reset the connection", { fault: "reset_before" }],
  ["Never respond", { fault: "hang" }], ["Expired token", { fault: "expired_token" }], ["HTML instead of JSON", { fault: "foreign_page", status: 502 }],
];
let known = null;

function fillFaults(status) {
  if (known) return;
  known = status;
  $("operations").replaceChildren(...status.operations.map((value) => el("option", { value })));
  $("fault-form").fault.replaceChildren(...Object.keys(status.faults).map((name) => el("option", { value: name, selected: name === "lost_answer" }, words(name))));
  $("fault-quick").replaceChildren(...QUICK.map(([label, body]) => el("button", { type: "button", on: { click: () => plan(body) } }, label)));
  drawArguments();
}

function drawArguments() {
  const form = $("fault-form"), name = form.fault.value;
  $("fault-about").textContent = (known.fault_help[name] || "").replaceAll("`", "");
  $("fault-arguments").replaceChildren(...Object.entries(known.faults[name]).filter(([key]) => key !== "headers").map(([key, value]) => {
    if (typeof value === "boolean") {
      return el("label", { class: "check" }, el("input", { type: "checkbox", "data-argument": key, checked: value }), el("span", {}, key === "commit" ? "Carried out" : words(key)));
    }
    const number = typeof value === "number" || (value === null && key === "seconds");
    return el("label", {}, el("span", {}, words(key)),
      el("input", { type: number ? "number" : "text", step: "any", "data-argument": key, value: value ?? "", "data-default": value ?? "", autocomplete: "off" }));
  }));
}

function givenArguments() {
  const given = {};
  for (const input of document.querySelectorAll("[data-argument]")) {
    const key = input.dataset.argument;
    if (input.type === "checkbox") given[key] = input.checked;
    else if (input.value !== "" && input.value !== input.dataset.default) given[key] = input.type === "number" ? Number(input.value) : input.value;
  }
  return given;
}

async function plan(body) {
  const operation = $("fault-form").operation.value || "*";
  const shown = await attempt(() => api("faults", "POST", { operation, ...body }),
    `${words(body.fault)} is planned for ${operation === "*" ? "any operation" : operation}.`);
  if (shown) drawFaults(shown);
}

function drawFaults(shown) {
  const line = (one, often) => el("li", {}, el("span", {}, el("b", {}, words(one.fault)), ` on ${one.operation === "*" ? "any operation" : one.operation}`), el("span", {}, often));
  const planned = [
    ...shown.pending.map((one) => line(one, one.times === 1 ? "once" : `${one.times} times`)),
    ...shown.always.map((one) => line(one, "always")),
    ...shown.rates.map((one) => line(one, `${+(one.rate * 100).toFixed(3)} %`)),
  ];
  const happened = shown.happened.map((one) => line(one, one.times === 1 ? "once" : `${one.times} times`));
  $("fault-planned").replaceChildren(...(planned.length ? planned : [el("li", { class: "none" }, "Nothing is planned.")]));
  $("fault-happened").replaceChildren(...(happened.length ? happened : [el("li", { class: "none" }, "Nothing has gone wrong yet.")]));
  $("fault-clear").disabled = planned.length === 0;
}

views.faults = async () => {
  if (!known) await readStatus();
  const shown = await attempt(() => api("faults"));
  if (shown) drawFaults(shown);
};

// Events

const SAMPLES = {
  stringee: {
    call_status: "ended", call_id: "call-vn-1-EXAMPLE", project_id: 246, timestamp_ms: 1764403200000, type: "stringee_call",
    from: { type: "external", number: "84901234567", alias: "84901234567" },
    to: { type: "internal", number: "agent.01", alias: "agent.01" }, duration: 42, answerDuration: 36,
  },
  ringme: { agent_id: "46", agent_status: "logged_out", agent_type: "local", extension_name: "000*100@sip.ringme.ru", event_source: "phone" },
  itniotech: { callId: "0000000000000900001", callSessionId: "s900001", callStartTime: "2026-11-29 09:00:00", callDuration: 36, called: "6581234567" },
};
const EVENT_HINTS = {
  stringee: "Sent as JSON, signed in X-STRINGEE-SIGNATURE.", ringme: "Sent as a form; RingMe signs nothing.",
  itniotech: "Sent as JSON; ITNIO TECH signs nothing.",
};

function suggestEvent() {
  const form = $("event-form"), vendor = form.vendor.value;
  if (!form.event.value || form.event.value === form.event.dataset.suggested) {
    form.event.value = form.event.dataset.suggested = JSON.stringify(SAMPLES[vendor], null, 2);
  }
  $("event-hint").textContent = EVENT_HINTS[vendor];
}

async function sendEvent(event) {
  event.preventDefault();
  const form = $("event-form");
  let body = form.event.value;
  try {
    body = JSON.parse(body);
  } catch {
    if (form.vendor.value === "ringme") { say("The body must be a JSON object; it is sent as a form.", true); return; }
  }
  const sent = await attempt(() => api("webhooks", "POST", { vendor: form.vendor.value, url: form.url.value, event: body }));
  if (!sent) return;
  const good = sent.status >= 200 && sent.status < 300;
  $("event-result").hidden = false;
  $("event-result").replaceChildren(
    el("h3", {}, el("span", { class: `badge ${good ? "good" : "bad"}` }, sent.status === null ? "No response" : `${sent.status}`),
      ` ${sent.status === null ? sent.error : `after ${took(sent.seconds)}`}`),
    ...part("Sent", Object.entries(sent.headers).map(([name, value]) => `${name}: ${value}`), sent.body),
    ...(sent.response ? [el("h4", {}, "Response"), el("pre", { tabIndex: 0 }, sent.response)] : []));
}

views.events = suggestEvent;

// Setup

views.setup = readStatus;

async function loadFile(file) {
  if (!file) return;
  $("state-input").value = "";
  if (!await ask("Load this file?", `What the emulator holds now is replaced by ${file.name}.`, "Load")) return;
  const text = await file.text();
  if (await attempt(() => api("state", "PUT", text), `${file.name} is loaded.`)) readStatus();
}

async function copyEnvironment() {
  try {
    await navigator.clipboard.writeText($("environment").textContent);
    say("Copied.");
  } catch {
    getSelection().selectAllChildren($("environment"));
    say("Selected; press Ctrl+C to copy.");
  }
}

function wire() {
  for (const select of document.querySelectorAll(".vendors")) {
    select.append(...Object.entries(VENDORS).map(([value, name]) => el("option", { value }, name)));
  }
  const on = (id, event, act) => $(id).addEventListener(event, act);
  on("request-filter", "input", () => { shownRows = LOG_SHOWN; drawLog(); });
  on("request-filter", "submit", (event) => event.preventDefault());
  on("request-more", "click", () => { shownRows += LOG_SHOWN; drawLog(); });
  on("request-pause", "click", (event) => {
    paused = !paused;
    event.target.setAttribute("aria-pressed", String(paused));
    event.target.textContent = paused ? "Resume" : "Pause";
    drawLog();
  });
  on("data-filter", "submit", (event) => event.preventDefault());
  const searchSoon = soon(readRows, 180);
  on("data-filter", "input", (event) => {
    if (event.target.name === "table") pick(data.vendor, event.target.value);
    else { data.offset = 0; searchSoon(); }
  });
  on("data-pager", "click", (event) => {
    if (!event.target.dataset.step) return;
    data.offset += Number(event.target.dataset.step) * PAGE;
    readRows();
  });
  on("call-form", "change", (event) => { if (event.target.name === "vendor") suggestNumbers(); });
  on("call-form", "submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    await attempt(() => api("calls", "POST", { vendor: form.vendor.value, from: form.from.value, to: form.to.value }));
    readCalls();
  });
  wireFaults(on);
  on("event-form", "change", (event) => { if (event.target.name === "vendor") suggestEvent(); });
  on("event-form", "submit", sendEvent);
  wireSetup(on);
  on("request-detail", "keydown", (event) => { if (event.key === "Escape") closeDetail(); });
}

function wireFaults(on) {
  const form = $("fault-form");
  on("fault-form", "change", (event) => {
    if (event.target.name === "fault") drawArguments();
    form.times.parentElement.hidden = form.mode.value !== "times";
    form.rate.parentElement.hidden = form.mode.value !== "rate";
  });
  on("fault-form", "submit", (event) => {
    event.preventDefault();
    const often = { times: { times: Number(form.times.value) }, rate: { rate: Number(form.rate.value) / 100 } }[form.mode.value] || {};
    plan({ fault: form.fault.value, ...givenArguments(), ...often });
  });
  on("fault-clear", "click", async () => {
    const shown = await attempt(() => api("faults", "DELETE"), "No fault is planned any more.");
    if (shown) drawFaults(shown);
  });
}

function wireSetup(on) {
  on("sample", "click", () => attempt(() => api("sample", "POST"), "The sample centre is loaded; look under Data."));
  on("clock-form", "submit", async (event) => {
    event.preventDefault();
    await attempt(() => api("clock", "POST", { skew: Number(event.target.skew.value) }), "The clock is set.");
    readStatus();
  });
  on("state-save", "click", () => attempt(() => api("save", "POST"), "Saved."));
  on("state-load", "click", () => $("state-input").click());
  on("state-input", "change", (event) => loadFile(event.target.files[0]));
  on("reset", "click", async () => {
    if (await ask("Reset the emulator?", "All tables, the log of requests, planned faults and the clock are reset. Credentials stay.", "Reset")) {
      await attempt(() => api("reset", "POST"), "Everything is as at the start.");
    }
  });
  on("environment-copy", "click", copyEnvironment);
}

// What happens, as it happens

function listen() {
  const source = new EventSource("api/events");
  const state = (name, text) => { $("live").dataset.state = name; $("live-text").textContent = text; };
  const dataSoon = soon(() => { if (current === "data" || current === "calls") refresh(); }, 300);
  source.onopen = () => { state("on", "Live"); readLog(); };
  source.onerror = () => state("off", "Not connected");
  source.addEventListener("request", (event) => {
    const one = JSON.parse(event.data);
    remember(one);
    drawLogSoon();
    if (one.acted) dataSoon();
  });
  source.addEventListener("missed", readLog);
  source.addEventListener("changed", async (event) => {
    const { what } = JSON.parse(event.data);
    if (what === "reset") { log.clear(); if (chosen !== null) closeDetail(); await readLog(); }
    refresh();
  });
}

wire();
addEventListener("hashchange", () => { show(); $("main").focus(); });
show();
listen();
readStatus();
setInterval(() => {
  if (document.hidden || $("live").dataset.state !== "on") return;
  if (current === "requests" || current === "setup") readStatus();
  if (current === "calls") readCalls();
  if (current === "faults") views.faults();
}, 2000);
