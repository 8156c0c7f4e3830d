// SPDX-License-Identifier: Apache-2.0
// The page never lies: what it shows is what the server has, also when the stream of events is cut,
// late, doubled or out of order, when the daemon dies in the middle of an act, and when it refuses.
import assert from "node:assert/strict";
import type { Route } from "playwright-core";
import type { Visitor } from "./browser.ts";
import { Employees } from "./employees.ts";
import { EventsProxy } from "./events_proxy.ts";
import type { Installation } from "./installation.ts";
import { scene } from "./scene.ts";
import { until } from "./server.ts";

// What a lost connection looks like to a browser, and nothing else.
const LOST = [
  /^net::ERR_(CONNECTION|EMPTY|INCOMPLETE|SOCKET|FAILED|INTERNET)/,
  /^50[234] GET \/api\//,
  /^console: .*(ERR_CONNECTION|ERR_INCOMPLETE|ERR_FAILED)/,
];

// A container whose restore to "slow data" takes some seconds, and to "broken data" fails.
async function moody(installation: Installation, name: string, dev: "operator" | "viewer") {
  const { server } = installation;
  const members = [{ user: "dev", role: dev }];
  await installation.addContainer(name, { owner: "qa", template: "moody", members });
  const employees = new Employees(await installation.application(name));
  const bookmarks = `/containers/${name}/bookmarks`;
  await employees.add("slow");
  await server.act("POST", bookmarks, { name: "slow data" });
  await employees.remove("slow");
  await employees.add("broken");
  await server.act("POST", bookmarks, { name: "broken data" });
  await employees.remove("broken");
  return employees;
}

async function select(visitor: Visitor, bookmark: string) {
  await visitor.page
    .getByRole("list", { name: /^History/ })
    .getByRole("button", { name: new RegExp(bookmark) })
    .first()
    .click();
  await visitor.sees(`Bookmark “${bookmark}”`, visitor.selected);
}

function bookmarkTitle(visitor: Visitor, name: string) {
  return visitor.page
    .getByRole("list", { name: /^History/ })
    .getByRole("button", { name: new RegExp(name) });
}

scene(
  "two people on one container see each other, and what the other does",
  "two-people",
  async ({ installation, come }) => {
    const employees = await moody(installation, "shared", "operator");
    const qa = await come({ user: "qa", path: "/containers/shared" });
    await qa.seesContainer("shared");
    const dev = await come({ user: "dev", path: "/containers/shared", scheme: "dark" });
    await dev.seesContainer("shared");
    await qa.sees("Also here: dev");
    await dev.sees("Also here: qa");

    await select(qa, "slow data");
    await qa.action("Restore").click();
    await qa.sees("You are restoring this container");
    await dev.sees("qa is restoring this container");
    // It survives a reload, and a second act is refused in words.
    await qa.page.reload();
    await qa.sees("You are restoring this container");
    await dev.press("b");
    await dev.sees(/qa is restoring this container/);
    await qa.state("restoring");
    await dev.shot("qa is restoring");

    await employees.shows("the slow data", (names) => names.includes("slow"));
    await qa.sees(/You are back at “slow data”/);
    await dev.sees(/qa (has ended|is done): restore/);
    await dev.state("qa has restored");
    await dev.leave();
    await until("dev has gone", async () => !(await qa.page.getByText("Also here").count()));
  },
);

scene(
  "a restore that fails says what was tried, that all is as before, and shows the log",
  "failure",
  async ({ installation, come }) => {
    const employees = await moody(installation, "broken", "viewer");
    const qa = await come({ user: "qa", path: "/containers/broken" });
    await qa.seesContainer("broken");
    await select(qa, "broken data");
    await qa.action("Restore").click();
    await qa.sees(/Everything is as before/);
    await qa.state("failed");
    const strip = qa.page.getByRole("region", { name: "Selected" });
    const { items } = await installation.server.get("/operations?container=broken&limit=1");
    await qa.sees(items[0].id, strip);
    await strip.getByText("What it said").click();
    await qa.sees("An employee is broken.", strip);
    await qa.state("what it said");
    await employees.shows("what was before", (names) => names.length === 12);

    // It stays in the history: when it was tried, by whom, and why nothing has changed.
    await strip.getByRole("button", { name: "Close" }).click();
    await bookmarkTitle(qa, "Could not restore broken").click();
    await qa.sees(/Could not restore broken to “broken data”/, qa.selected);
    await qa.sees(/Nothing has changed\./, strip);
    await qa.state("a failure of the past");
  },
);

scene(
  "a daemon killed in the middle of a restore: the page says so, and then the true end",
  "killed",
  async ({ installation, come }) => {
    await moody(installation, "killed", "viewer");
    const qa = await come({ user: "qa", path: "/containers/killed" });
    qa.expects(...LOST);
    await qa.seesContainer("killed");
    await select(qa, "slow data");
    await qa.action("Restore").click();
    await qa.sees(/Starting the databases/);
    await installation.kill();
    await qa.sees(/The connection to the server is lost/);
    await qa.state("the connection is lost");
    await installation.start();
    await qa.page.getByText("The connection to the server is lost").waitFor({ state: "detached" });

    const { items } = await installation.server.get("/operations?container=killed&limit=1");
    const truth = await installation.server.endOf(items[0].id);
    if (truth.state === "succeeded") await qa.sees(/You are back at “slow data”/);
    else await qa.sees(/Everything is as before/);
    console.log(`killed in the middle of a restore: it has ${truth.state}, and the page says so`);
    await qa.action("Bookmark").waitFor();
    await qa.state("after the daemon has come back");
  },
);

scene(
  "a daemon that was away: the page catches up with what it has missed",
  "away",
  async ({ installation, come }) => {
    await installation.addContainer("away", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/containers/away" });
    qa.expects(...LOST);
    await qa.seesContainer("away");
    await qa.press("b");
    await qa.dialog.waitFor();
    await qa.press("Escape");
    await qa.dialog.waitFor({ state: "detached" });
    await installation.stop();
    await qa.sees(/The connection to the server is lost/);
    // Nothing typed is lost in the meantime.
    await qa.press("b");
    await qa.dialog.getByLabel("Name", { exact: true }).fill("while it was away");
    await qa.press("Enter");
    await qa.sees(/does not answer/, qa.dialog);
    await qa.state("no answer");
    await installation.start();
    await installation.server.act("POST", "/containers/away/bookmarks", { name: "by another" });
    await qa.page.getByText("The connection to the server is lost").waitFor({ state: "detached" });
    assert.equal(
      await qa.dialog.getByLabel("Name", { exact: true }).inputValue(),
      "while it was away",
    );
    await qa.button("Bookmark", qa.dialog).click();
    await qa.dialog.waitFor({ state: "detached" });
    await bookmarkTitle(qa, "by another").waitFor();
    await bookmarkTitle(qa, "while it was away").waitFor();
  },
);

scene(
  "a stream that is cut again and again, and events late, doubled and out of order, end in the truth",
  "events",
  async ({ installation, come }) => {
    await installation.addContainer("events", { owner: "qa" });
    const proxy = await EventsProxy.before(installation.page);
    const { server } = installation;
    try {
      const qa = await come({ user: "qa", path: "/containers/events", through: proxy.address });
      qa.expects(...LOST);
      await qa.seesContainer("events");

      // Backwards, each twice, and late.
      proxy.behave("shuffled");
      for (const name of ["first", "second", "third"])
        await server.act("POST", "/containers/events/bookmarks", { name });
      await server.act("PATCH", "/containers/events/bookmarks/second", { name: "the other" });
      await server.act("DELETE", "/containers/events/bookmarks/first");
      await server.act("POST", "/containers/events/restore", { bookmark: "third" });
      await proxy.release();
      await bookmarkTitle(qa, "the other").waitFor();
      await bookmarkTitle(qa, "third").first().waitFor();
      await bookmarkTitle(qa, "second").waitFor({ state: "detached" });
      await bookmarkTitle(qa, "first").waitFor({ state: "detached" });
      await qa.action("Bookmark").waitFor();
      await qa.shot("after events out of order");

      // Cut, while something happens.
      proxy.behave("cut");
      await server.act("POST", "/containers/events/bookmarks", { name: "in the gap" });
      await qa.sees(/The connection to the server is lost/);
      proxy.behave("pass");
      await bookmarkTitle(qa, "in the gap").waitFor();
      await qa.page
        .getByText("The connection to the server is lost")
        .waitFor({ state: "detached" });

      // One's own act is followed to its end without any event.
      proxy.behave("silent");
      await select(qa, "in the gap");
      await qa.action("Restore").click();
      await qa.sees(/You are back at “in the gap”/);
      await qa.shot("restored without events");
    } finally {
      await proxy.end();
    }
  },
);

scene(
  "what is shared as it is bookmarked, renamed or deleted is seen by others at once",
  "shared-at-once",
  async ({ installation, come }) => {
    await installation.addContainer("giving", { owner: "qa" });
    await installation.addContainer("taking", { owner: "dev" });
    const dev = await come({ user: "dev", path: "/containers/taking" });
    await dev.seesContainer("taking");
    await dev.page.getByRole("tab", { name: /^Bookmarks/ }).click();
    const body = { name: "shared at once", audience: "everyone" };
    await installation.server.act("POST", "/containers/giving/bookmarks", body);
    await dev.button(/shared at once.*of giving/).waitFor();
    const path = "/containers/giving/bookmarks";
    await installation.server.act("PATCH", `${path}/shared%20at%20once`, { name: "renamed" });
    await dev.button(/renamed.*of giving/).waitFor();
    await installation.server.act("DELETE", `${path}/renamed`);
    await dev.button(/renamed.*of giving/).waitFor({ state: "detached" });
  },
);

const REFUSALS = [
  [409, "busy", "dev is restoring this container.", "Wait until it has ended."],
  [500, "internal", "The catalog cannot be written.", "Ask an administrator."],
  [403, "permission_denied", "You may not change this container.", "Ask qa."],
  [507, "no_space", "The pool is full.", "Delete what nobody needs."],
] as const;

scene(
  "whatever the server refuses is said in words with a way out, and nothing typed is lost",
  "refused",
  async ({ installation, come }) => {
    await installation.addContainer("refused", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/containers/refused" });
    await qa.seesContainer("refused");
    qa.expects(/^(409|500|403|507|502) POST \/api\/v1\/containers\//);
    const acts = /\/api\/v1\/containers\/[^/]+\/(bookmarks|branches\/[^/]+\/refresh)$/;
    let answer: (route: Route) => Promise<void> = (route) => route.fallback();
    await qa.page.route(acts, (route) =>
      route.request().method() === "POST" ? answer(route) : route.fallback(),
    );

    await qa.press("b");
    const name = qa.dialog.getByLabel("Name", { exact: true });
    await name.fill("typed with care");
    for (const [status, code, detail, hint] of REFUSALS) {
      answer = (route) => route.fulfill(problem(status, { code, detail, hint }));
      await qa.press("Enter");
      await qa.sees(detail, qa.dialog);
      await qa.sees(hint, qa.dialog);
      assert.equal(await name.inputValue(), "typed with care");
      await name.focus();
    }
    await qa.state("refused");
    // No problem of ours at all, as of a proxy between.
    answer = (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad" });
    await qa.press("Enter");
    await qa.sees(/502|does not answer/, qa.dialog);
    assert.equal(await name.inputValue(), "typed with care");
    answer = (route) => route.fallback();
    await qa.press("Enter");
    await qa.dialog.waitFor({ state: "detached" });
    await bookmarkTitle(qa, "typed with care").waitFor();

    // What asks nothing says it on the page.
    const [status, code, detail, hint] = REFUSALS[0];
    answer = (route) => route.fulfill(problem(status, { code, detail, hint }));
    await qa.action("Refresh from production").click();
    await qa.sees(detail);
    await qa.sees(hint);
    await qa.state("an act refused");
    // What was done before has a strip of its own, with a button of that name, which is a cross.
    await qa.page.getByText("Close", { exact: true }).click();
    await qa.page.getByText(detail).waitFor({ state: "detached" });
  },
);

function problem(status: number, body: Record<string, string>) {
  return {
    status,
    contentType: "application/problem+json",
    body: JSON.stringify({ type: "about:blank", title: body.code, status, ...body }),
  };
}
