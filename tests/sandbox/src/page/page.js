"use strict";

const SIGNATURES = {
  right: ["right", "good"],
  small_letters: ["small letters: the gateway wants capitals", "bad"],
  missing: ["missing", "bad"],
  wrong: ["wrong", "bad"],
};

const PATHS = [
  "", "/orders/get", "/order/get", "/order/items/get", "/orders/items/get", "/order/fulfill/pack",
  "/order/package/document/get", "/order/package/rts", "/order/package/repack", "/seller/get", "/auth/token/refresh",
  "/labels",
];

// Label, and what is planned; `times` of the form is added where the plan has none of its own.
const MISBEHAVIORS = [
  ["Throttle", { kind: "throttle", seconds: 1 }],
  ["Expire the token", { kind: "expire_token", times: 1 }],
  ["Lose the request", { kind: "drop_before" }],
  ["Execute, lose the answer", { kind: "drop_after" }],
  ["Execute 10 s late, no answer", { kind: "execute_late", seconds: 10 }],
  ["Cut the answer", { kind: "cut_answer" }],
  ["Proxy's 502 page", { kind: "html_502" }],
  ["Never answer", { kind: "stall" }],
  ["Refuse a batch (busy)", { kind: "refuse_batch", code: "40011" }],
  ["Fail a row", { kind: "fail_row", code: "700024" }],
  ["Omit a row", { kind: "omit_row" }],
  ["Empty label", { kind: "empty_label" }],
  ["1 s latency, lasting", { kind: "latency", ms: 1000, lasting: true }],
  ["List: ties in any order, lasting", { kind: "unstable_ties", lasting: true }],
  ["List: changes show 5 s late, lasting", { kind: "late", seconds: 5, lasting: true }],
];

const by = (id) => document.getElementById(id);
const state = { seen: 0, from: 0, paused: false, total: 0 };

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
}

async function fetched(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  const told = answer.headers.get("content-type").startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(told.error || `${path}: ${answer.status}`);
  return told;
}

function say(text, failed = false) {
  by("said").textContent = text;
  by("said").className = failed ? "bad" : "";
}

function terms(list) {
  return list.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
}

function signature(call) {
  if (!call.signature) return [];
  const [text, kind] = SIGNATURES[call.signature.verdict];
  const rows = [["signed", call.signature.base], ["gateway", call.signature.expected], ["came", call.signature.came || "none"]];
  const details = element("details", { open: kind === "bad" }, element("summary", { className: kind }, text),
    element("dl", {}, ...terms(rows)));
  return [details];
}

function callRow(call) {
  const time = new Date(call.arrived_ms).toISOString().slice(11, 23);
  const params = element("details", {}, element("summary", {}, `${call.method} ${call.path}`),
    element("dl", {}, ...terms(call.params)));
  const good = call.status === 200 && call.code === "0" || call.path.startsWith("/labels/") && call.status === 200;
  const fault = call.fault ? ` (${call.fault})` : "";
  const answer = call.status === 0 ? "none" : call.code || String(call.status);
  const row = element("tr", { id: `call-${call.number}` }, element("td", {}, String(call.number)), element("td", {}, time),
    element("td", {}, params), element("td", { className: good ? "good" : "bad" }, answer + fault),
    element("td", {}, ...signature(call)));
  row.dataset.refused = String(!good);
  return row;
}

function filterCalls() {
  const refused = by("only-refused").checked;
  for (const row of by("calls").rows) row.hidden = refused && row.dataset.refused === "false";
}

// An answer may come after its call was first shown, so the newest are read again.
async function readCalls() {
  const told = await fetched(`/sandbox/page/calls?after=${Math.max(0, state.seen - 20)}`);
  const list = by("calls");
  for (const call of told.calls) {
    const old = by(`call-${call.number}`);
    const row = callRow(call);
    if (!old) list.prepend(row);
    else if (old.cells[3].textContent !== row.cells[3].textContent) old.replaceWith(row);
  }
  while (list.rows.length > 200) list.lastElementChild.remove();
  filterCalls();
  by("no-calls").hidden = told.arrived > 0;
  const news = told.arrived !== state.seen;
  state.seen = told.arrived;
  return news;
}

function itemLine(store, item) {
  const line = element("div", {}, element("code", {}, item.order_item_id), ` ${item.sku} `,
    element("span", { className: "status" }, item.status));
  if (item.package_id) line.append(` ${item.package_id} ${item.tracking}`);
  if (item.label) {
    const href = `/sandbox/page/label?store=${store}&package=${encodeURIComponent(item.package_id)}`;
    line.append(" ", element("a", { href, target: "_blank", rel: "noopener" }, `label, printed ${item.printed} times`));
  }
  return line;
}

async function readOrders() {
  const store = by("store").value;
  const order = by("order").value.trim();
  const told = await fetched(`/sandbox/page/orders?store=${store}&from=${state.from}&order=${encodeURIComponent(order)}`);
  by("orders").replaceChildren(...told.orders.map((row) => element("tr", {}, element("td", { className: "id" }, row.order_id),
    element("td", {}, row.updated), element("td", {}, ...row.items.map((item) => itemLine(store, item))))));
  state.total = told.total;
  by("shown").textContent = told.orders.length ? `${state.from + 1} to ${state.from + told.orders.length} of ${told.total}` : "none";
  if (order) by("shown").textContent = told.orders.length ? "this one" : "no such order";
}

async function readOverview() {
  const told = await fetched("/sandbox/page/overview");
  const tokens = told.stores.map((store) => [`token of store ${store.store}`, store.access_token]);
  by("keys").replaceChildren(...terms([["gateway", told.url], ["app key", told.app_key], ["app secret", told.app_secret],
    ["clock", told.clock], ...tokens]));
  by("planned").textContent = told.planned.join("; ") || "nothing";
  if (by("store").options.length !== told.stores.length) {
    by("store").replaceChildren(...told.stores.map((store) => element("option", { value: store.store },
      `${store.store} (${store.country}, ${store.currency})`)));
  }
}

async function plan(text, wish) {
  const { lasting, ...body } = wish;
  if (by("path").value) body.path = by("path").value;
  if (!lasting) body.times = body.times ?? Number(by("times").value);
  await fetched("/sandbox/misbehave", body);
  say(`Planned: ${text}`);
}

function button(text, action) {
  return element("button", { type: "button", onclick: () => act(action) }, text);
}

// What a person asked for: done at once, told, and shown.
async function act(action) {
  try {
    await action();
    await Promise.all([readOverview(), readOrders()]);
  } catch (error) {
    say(error.message, true);
  }
}

function turn(rows) {
  state.from = Math.max(0, Math.min(state.from + rows, state.total - 1));
}

function begin() {
  by("path").append(...PATHS.map((path) => element("option", { value: path }, path || "any")));
  by("buttons").append(...MISBEHAVIORS.map(([text, wish]) => button(text, () => plan(text, wish))),
    button("Behave", async () => { await fetched("/sandbox/behave", {}); say("Behaves."); }),
    button("Clock 1 h on", async () => { await fetched("/sandbox/clock", { advance: 3600 }); say("The clock jumped."); }));
  by("only-refused").onchange = filterCalls;
  by("insert").onclick = () => act(async () => {
    const told = await fetched("/sandbox/change", { store: Number(by("store").value), inserts: 10 });
    state.from = 0;
    say(`Inserted ${told.inserted.length} orders.`);
  });
  by("store").onchange = () => act(() => { state.from = 0; });
  by("order").oninput = () => act(() => {});
  by("newer").onclick = () => act(() => turn(-50));
  by("older").onclick = () => act(() => turn(50));
  by("pause").onclick = () => {
    state.paused = !state.paused;
    by("pause").textContent = state.paused ? "Go on" : "Pause";
  };
  for (const form of document.forms) form.onsubmit = (event) => event.preventDefault();
}

async function live() {
  try {
    if (!state.paused && (await readCalls())) await Promise.all([readOverview(), readOrders()]);
    document.title = "lazcore sandbox";
  } catch {
    document.title = "lazcore sandbox (gone)";
  }
  setTimeout(live, 1000);
}

begin();
readOverview().then(readOrders).then(live, live);
