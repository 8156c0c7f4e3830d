// One container: its addresses, its timeline with one moment selected, what can be done with it,
// and its branches.
import { drawActions } from "/actions.js";
import { get, hasEnded, path, post, waitFor } from "/api.js";
import { stateWords } from "/containers.js";
import { announce, button, copyButton, element } from "/dom.js";
import { drawTimeline, itemsOf } from "/timeline.js";
import { ago, capitalized, moment, originWords, progress, took } from "/words.js";

export async function showContainer(page, view, name) {
  const shown = { page, view, name, selected: "now", outcome: null, focus: null };
  await refresh(shown);
  page.onChange = () => refresh(shown).catch((problem) => page.fail(view, problem));
}

async function refresh(shown) {
  const of = (...parts) => path("containers", shown.container?.id ?? shown.name, ...parts);
  [shown.container, shown.timeline, shown.available, shown.branches] = await Promise.all([
    get(of()),
    get(of("timeline") + "?before=500"),
    get(of("bookmarks") + "?available=1").then((list) => list.items),
    get(of("branches")).then((list) => list.items),
  ]);
  shown.items = itemsOf(shown.timeline, shown.available);
  if (!shown.items.some((item) => item.key === shown.selected)) shown.selected = "now";
  draw(shown);
  // Also what somebody else does, or what was begun before the page was reloaded.
  if (shown.container.operation && !shown.watched) watchQuietly(shown, shown.container.operation);
}

async function watchQuietly(shown, operation) {
  try {
    await watch(shown, operation);
  } catch (problem) {
    shown.watched = null;
    shown.page.fail(shown.view, problem);
  }
}

function draw(shown) {
  const { container } = shown;
  const item = shown.items.find((one) => one.key === shown.selected);
  const mayWork = container.my_role !== "viewer" && container.my_role !== null;
  const kept = keepPlace();
  const select = (chosen) => {
    shown.selected = chosen.key;
    draw(shown);
  };
  const isShown = shown.page.show(shown.view, container.name, element("div", { class: "container" },
    element("div", { class: "wide" }, heading(container), element("div", { id: "strip" })),
    drawTimeline(shown.items, shown.selected, select),
    element("aside", { class: "side panel", "aria-labelledby": "selected-title" },
      selected(item),
      mayWork ? drawActions(container, shown.timeline, item, (words, request) => run(shown, words, request))
        : element("p", { class: "faint" }, "You may look at this container, but not change it.")),
    branches(shown, mayWork)));
  if (!isShown) return;
  drawStrip(shown);
  kept();
}

// A redraw keeps where the keyboard and the lists are.
function keepPlace() {
  const active = document.activeElement;
  const id = active?.id || active?.closest?.("[id]")?.id;
  const label = active?.tagName === "BUTTON" ? active.textContent : null;
  const tops = new Map([...document.querySelectorAll(".timeline")].map((list) => [list.id, list.scrollTop]));
  return () => {
    for (const [list, top] of tops) {
      const again = document.getElementById(list);
      if (again) again.scrollTop = top;
    }
    document.querySelectorAll('.timeline [aria-selected="true"]').forEach((one) => one.scrollIntoView({ block: "nearest" }));
    if (!active || active.isConnected) return;
    const same = label ? [...document.querySelectorAll("main button")].find((one) => one.textContent === label) : null;
    (same ?? document.getElementById(id))?.focus({ preventScroll: true });
  };
}

function heading(container) {
  return element("div", {},
    element("h1", {}, `${container.name} - ${container.template.name}`),
    element("p", { class: `state ${container.state}` }, stateWords(container)),
    container.lock ? element("p", { class: "working" }, `Locked by ${container.lock.by_name}${container.lock.why ? `: ${container.lock.why}` : ""}`) : null,
    element("ul", { class: "addresses", "aria-label": "Addresses" }, container.endpoints.map(address)));
}

function address(endpoint) {
  const url = endpoint.connection?.url ?? "";
  if (!url && !endpoint.port) return null;
  const shown = url || `${endpoint.host}:${endpoint.port}`;
  return element("li", {}, element("span", {}, `${endpoint.source} `),
    url.startsWith("http") ? element("a", { href: url, target: "_blank", rel: "noreferrer" }, shown) : element("code", {}, shown),
    copyButton(shown, endpoint.source));
}

function selected(item) {
  const facts = [];
  if (item.at) facts.push(["When", `${moment(item.at)} - ${ago(item.at)}`], ["Exactly", item.at]);
  if (item.note) facts.push(["", item.note]);
  if (item.bookmark?.note) facts.push(["Note", item.bookmark.note]);
  if (item.bookmark?.expires_at) facts.push(["Kept until", moment(item.bookmark.expires_at)]);
  if (item.segment?.operation) facts.push(["Operation", item.segment.operation.id]);
  const positions = item.bookmark?.positions ?? item.point?.positions ?? {};
  for (const [source, position] of Object.entries(positions)) {
    facts.push([`Data of ${source}`, [position.at, position.position].filter(Boolean).join(", ")]);
  }
  return element("div", {}, element("h2", { id: "selected-title" }, `Selected: ${item.title}`),
    element("dl", {}, facts.flatMap(([term, words]) => [element("dt", {}, term), element("dd", {}, words)])));
}

function branches(shown, mayWork) {
  const { container } = shown;
  const isBusy = container.operation !== null;
  const row = (branch) => element("tr", {},
    element("td", {}, branch.name),
    element("td", {}, branch.active ? `active${branch.state === "running" ? "" : ", stopped"}` : branch.state === "running" ? "running beside" : "stopped"),
    element("td", {}, ago(branch.created_at)),
    element("td", {}, branch.active || !mayWork ? null : button("Activate", () => run(shown, `Activate ${branch.name}`,
      () => post(path("containers", container.id, "branches", branch.id, "activate"))),
    { class: "small", disabled: isBusy, "aria-label": `Activate ${branch.name}` })));
  const runs = container.state !== "stopped";
  return element("section", {}, element("h2", {}, "Branches"),
    element("div", { class: "scroll" }, element("table", {},
      element("thead", {}, element("tr", {}, ["Name", "State", "Made", "Do"].map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, shown.branches.map(row)))),
    mayWork ? element("div", { class: "row" }, button(runs ? "Stop the container" : "Start the container",
      () => run(shown, runs ? "Stop" : "Start", () => post(path("containers", container.id, runs ? "stop" : "start"))),
      { disabled: isBusy })) : null);
}

// Carries out a request and shows how it goes, until it has ended.
async function run(shown, words, request) {
  shown.outcome = { kind: "working", words: `${words}...` };
  drawStrip(shown);
  try {
    const operation = await request();
    await watch(shown, operation);
  } catch (problem) {
    shown.outcome = { kind: "failure", words: `${words}: ${problem.message}`, hint: problem.hint, output: problem.output };
    drawStrip(shown);
  }
}

async function watch(shown, operation) {
  if (shown.watched === operation.id) return;
  shown.watched = operation.id;
  const who = operation.actor.name === shown.page.user.name ? "" : `${operation.actor.name}: `;
  const ended = await waitFor(operation, (now) => {
    shown.outcome = { kind: "working", words: `${who}${progress(now)}...`, operation: now };
    drawStrip(shown);
  });
  shown.watched = null;
  shown.outcome = outcomeOf(ended, who);
  announce(shown.outcome.words);
  await refresh(shown);
}

function outcomeOf(operation, who) {
  if (operation.state !== "succeeded") {
    const failure = operation.failure ?? {};
    const step = failure.step ? ` while: ${failure.step}` : "";
    const why = operation.state === "canceled" ? "canceled" : failure.message;
    return {
      kind: "failure", words: `Could not ${operation.words}${step}: ${why}. Everything is as before.`,
      hint: failure.hint, output: failure.detail, operation,
    };
  }
  const duration = took(operation.created_at, operation.ended_at);
  const undoes = ["restore", "refresh", "reset", "undo"].includes(operation.kind);
  const words = undoes && operation.parent && !who
    ? `You are back at ${moment(operation.parent.at)} (${originWords(operation.parent.words)}), after ${duration}.`
    : `${who || "Done: "}${operation.words}, in ${duration}.`;
  return { kind: "success", words: capitalized(words), operation, canUndo: undoes };
}

function drawStrip(shown) {
  const strip = document.getElementById("strip");
  if (!strip) return;
  const { outcome, container } = shown;
  if (!outcome) {
    strip.replaceChildren();
    return;
  }
  const { operation } = outcome;
  strip.replaceChildren(element("div", { class: outcome.kind, role: outcome.kind === "failure" ? "alert" : null },
    element("span", {}, outcome.words), outcome.hint ? element("p", {}, outcome.hint) : null,
    outcome.output ? element("details", {}, element("summary", {}, "What it said"), element("pre", {}, outcome.output)) : null,
    element("div", { class: "row" },
      outcome.canUndo && !container.operation ? button("Undo", () => run(shown, "Undo", () => post(path("containers", container.id, "undo")))) : null,
      operation && !hasEnded(operation) ? button("Cancel", () => cancel(shown, operation), { class: "small" }) : null,
      operation && outcome.kind === "failure" ? element("small", {}, `Operation ${operation.id}`) : null,
      operation && hasEnded(operation) ? button("Close", () => {
        shown.outcome = null;
        drawStrip(shown);
      }, { class: "small" }) : null)));
}

async function cancel(shown, operation) {
  try {
    await post(path("operations", operation.id, "cancel"));
  } catch (problem) {
    announce(problem.message);
    shown.outcome = { kind: "failure", words: problem.message, hint: problem.hint, operation };
    drawStrip(shown);
  }
}
