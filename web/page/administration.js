// For administrators: sources, space, the pool, and everyone's operations.
import { get, hasEnded, path, post, waitFor } from "/api.js";
import { announce, button, element } from "/dom.js";
import { ago, moment, progress, size, took } from "/words.js";

export async function showAdministration(page, view) {
  const shown = { page, view, note: null };
  page.onChange = () => refresh(shown).catch((problem) => page.fail(view, problem));
  await refresh(shown);
}

async function refresh(shown) {
  const [sources, templates, operations, pool, usage, users] = await Promise.all([
    get(path("sources")), get(path("templates")), get(path("operations") + "?limit=50"), get(path("pool")),
    get(path("usage")), get(path("users")),
  ]);
  shown.page.show(shown.view, "Administration", element("h1", {}, "Administration"),
    shown.note ? element("p", { class: shown.note.kind, role: shown.note.kind === "failure" ? "alert" : null }, shown.note.words) : null,
    drawSources(shown, sources.items, templates.items), drawPool(pool), drawUsage(usage),
    drawUsers(users.items), drawOperations(operations.items));
}

// Rows of cells; a number's cell is { number: text }.
function table(caption, heads, rows, empty) {
  const cell = (content, tag) => element(tag, { class: content?.number !== undefined ? "number" : null, scope: tag === "th" ? "col" : null },
    content?.number ?? content);
  return element("section", {}, element("h2", {}, caption),
    rows.length === 0 ? element("p", { class: "faint" }, empty)
      : element("div", { class: "scroll" }, element("table", {},
        element("thead", {}, element("tr", {}, heads.map((head) => cell(head, "th")))),
        element("tbody", {}, rows.map((row) => element("tr", {}, row.map((content) => cell(content, "td"))))))));
}

function drawSources(shown, sources, templates) {
  const usedBy = (source) => templates.filter((one) => one.sources.some((place) => place.source.id === source.id)).map((one) => one.name).join(", ");
  return table("Sources", ["Name", "Kind", "Used by", "Newest data", "Do"], sources.map((source) => [
    source.name, source.config.kind, usedBy(source), source.synced_at ? `fetched ${ago(source.synced_at)}` : "not yet",
    button("Sync", () => sync(shown, source), { class: "small", "aria-label": `Sync ${source.name}` }),
  ]), "No source is linked yet. Write a template and apply it: slip apply template.toml");
}

async function sync(shown, source) {
  shown.note = { kind: "working", words: `Getting the newest data of ${source.name}...` };
  try {
    await refresh(shown);
    const ended = await waitFor(await post(path("sources", source.id, "sync")));
    shown.note = ended.state === "succeeded"
      ? { kind: "success", words: `${source.name} has its newest data. Containers get it when they are refreshed.` }
      : { kind: "failure", words: `${source.name}: ${ended.failure?.message ?? ended.state}. ${ended.failure?.hint ?? ""}` };
  } catch (problem) {
    shown.note = { kind: "failure", words: `${problem.message}. ${problem.hint}` };
  }
  announce(shown.note.words);
  await refresh(shown);
}

function drawPool(pool) {
  const facts = [["Kind", pool.kind], ["Why", pool.why], ["Where", pool.root],
    ["Free", `${size(pool.free)} of ${size(pool.total)}`], ["Isolation", [pool.isolation, pool.isolation_reason].filter(Boolean).join(": ")],
    ["Warning", pool.warning], ["Unknown, left alone", pool.unknown.join(", ")]].filter(([, words]) => words);
  return element("section", {}, element("h2", {}, "Pool"),
    element("dl", {}, facts.flatMap(([term, words]) => [element("dt", {}, term), element("dd", {}, words)])));
}

function drawUsage(usage) {
  const rows = (list, what) => list.map((row) => [`${what} ${row[what].name}`, { number: size(row.unique) },
    { number: size(row.shared) }, { number: size(row.full) }]);
  return table("Space by who holds it",
    ["Who", { number: "Freed by deleting" }, { number: "Shared" }, { number: "As full copies" }],
    [...rows(usage.templates, "template"), ...rows(usage.containers, "container"), ...rows(usage.users, "user")],
    "Nothing takes any space yet.");
}

function drawUsers(users) {
  return table("Users", ["Name", "Role", "Made"], users.map((user) => [user.name, user.role, moment(user.created_at)]),
    "There are no users yet. Make one: slip user create NAME");
}

function drawOperations(operations) {
  return table("Operations of everyone", ["When", "Who", "What", "State", { number: "Took" }, "Id"],
    operations.map((operation) => [
      element("span", { title: operation.created_at }, moment(operation.created_at)), operation.actor.name, operation.words,
      operation.failure ? element("details", {}, element("summary", {}, "failed"), element("p", {}, operation.failure.message, " ", operation.failure.hint))
        : hasEnded(operation) ? operation.state : progress(operation),
      { number: operation.ended_at ? took(operation.created_at, operation.ended_at) : "" }, element("code", {}, operation.id),
    ]), "Nothing has been done yet.");
}
