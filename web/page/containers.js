// The list of containers.
import { get, path } from "/api.js";
import { element, link } from "/dom.js";
import { progress } from "/words.js";

export async function showContainers(page, view) {
  const draw = async () => {
    const { items } = await get(path("containers"));
    page.show(view, "Containers", element("h1", {}, "Containers"),
      items.length === 0 ? nothing(page) : element("ul", { class: "cards" }, items.map((container) => card(page, container))));
  };
  page.onChange = () => draw().catch((problem) => page.fail(view, problem));
  await draw();
}

function nothing(page) {
  const words = page.user.role === "admin"
    ? ["There are no containers yet. Link a database and make a template of it, then give out containers:"]
    : ["There is no container of yours yet. An administrator makes one for you:"];
  return element("div", {}, element("p", {}, words),
    page.user.role === "admin" ? element("pre", {}, "slip apply template.toml") : null,
    element("pre", {}, `slip container create NAME --template TEMPLATE --owner ${page.user.name}`));
}

function card(page, container) {
  const address = `/containers/${encodeURIComponent(container.name)}`;
  return element("li", { class: "card" },
    element("h2", {}, link(address, container.name, page.go)),
    element("p", {}, `${container.template.name}, on branch ${container.active_branch.name}`),
    element("p", { class: `state ${container.state}` }, stateWords(container)));
}

export function stateWords(container) {
  if (container.operation) {
    const { operation } = container;
    return `${operation.actor.name}: ${operation.words}. ${progress(operation)}`;
  }
  const words = { running: "● Running", stopped: "○ Stopped", failed: "▲ Not running as it should", busy: "◐ Busy" };
  return words[container.state] ?? container.state;
}
