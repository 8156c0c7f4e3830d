// SPDX-License-Identifier: Apache-2.0
// Story 2: a bug with its data. QA shares a bookmark; a developer takes it into a branch of his own.
import assert from "node:assert/strict";
import type { Visitor } from "./browser.ts";
import { Employees } from "./employees.ts";
import type { Installation } from "./installation.ts";
import { scene } from "./scene.ts";

const BUG = "Bug 4711 data";
const hasBug = (names: string[]) => names.length === 13 && names.includes("''");
const isRegular = (names: string[]) => names.length === 12 && !names.includes("''");

async function containers(installation: Installation, qa: string, dev: string) {
  await installation.addContainer(qa, { owner: "qa" });
  await installation.addContainer(dev, { owner: "dev" });
  return {
    ofQa: new Employees(await installation.application(qa)),
    ofDev: new Employees(await installation.application(dev)),
  };
}

// The list shows two quotes of the four, and two cannot be removed.
async function makeBug(employees: Employees) {
  await employees.add("''''");
  await employees.shows("the bug", hasBug);
  await employees.remove("''").catch(() => undefined);
  await employees.shows("the bug still", hasBug);
}

async function areIndependent(ofQa: Employees, ofDev: Employees) {
  await ofDev.add("only dev has this one");
  await ofQa.add("only qa has this one");
  await ofDev.shows(
    "its own change only",
    (names) => names.includes("only dev has this one") && !names.includes("only qa has this one"),
  );
  await ofQa.shows(
    "its own change only",
    (names) => names.includes("only qa has this one") && !names.includes("only dev has this one"),
  );
}

// Where the new branch is found is said beside that it is ready.
async function isReadyWithAddress(visitor: Visitor, application: string) {
  const strip = visitor.page.getByRole("region", { name: "Selected" });
  await visitor.sees(/^Branch “.*” is ready/, strip);
  const link = strip.getByRole("link", { name: new RegExp(new URL(application).host) });
  assert.equal(await link.getAttribute("href"), application);
}

async function idOf(installation: Installation, container: string): Promise<string> {
  const { items } = await installation.server.get(`/containers/${container}/bookmarks`);
  return items.find((one: { name: string }) => one.name === BUG).id;
}

scene(
  "story 2 with the mouse: dev sees what qa shares without reloading, branches, and goes back",
  "story-2-mouse",
  async ({ installation, come }) => {
    const { ofQa, ofDev } = await containers(installation, "bug-qa", "bug-dev");
    const qa = await come({ user: "qa", path: "/containers/bug-qa" });
    const dev = await come({ user: "dev", path: "/containers/bug-dev", scheme: "dark" });
    await qa.seesContainer("bug-qa");
    await dev.seesContainer("bug-dev");
    await dev.page.getByRole("tab", { name: /^Bookmarks/ }).click();
    await dev.sees("There are no bookmarks yet");
    await dev.state("no bookmarks yet");

    await makeBug(ofQa);
    await qa.click(qa.action("Bookmark"));
    await qa.type(qa.dialog.getByLabel("Name", { exact: true }), BUG);
    await qa.dialog.getByText("Note, tags, exactness, sharing, expiry").click();
    await qa.dialog.getByLabel(/^Note/).fill("'''' is shown as '', and cannot be removed.");
    await qa.dialog.getByLabel(/^Tags/).fill("bug, 4711");
    await qa.state("all of a bookmark's fields");
    await qa.click(qa.button("Bookmark", qa.dialog));
    await qa.dialog.waitFor({ state: "detached" });
    await qa.click(qa.timeline.getByRole("option", { name: new RegExp(BUG) }));
    await qa.click(qa.action("Share"));
    await qa.dialog.waitFor();
    await qa.state("asked with whom to share");
    await qa.click(qa.button("Share", qa.dialog));
    await qa.dialog.waitFor({ state: "detached" });
    await qa.sees(/shared with everyone/);
    await qa.state("shared");
    console.log(`story 2: ${qa.clicks} clicks of qa, ${qa.typed.length} typed name`);

    await dev.page.getByRole("region", { name: "Shared by others" }).waitFor();
    await dev.state("the shared bookmark has come");
    await dev.click(dev.button(`Branch ${BUG}`));
    await isReadyWithAddress(dev, await installation.application("bug-dev"));
    await ofDev.shows("the bug", hasBug);
    await dev.state("on the new branch");
    assert.equal(dev.clicks, 1);
    assert.deepEqual(dev.typed, []);
    await areIndependent(ofQa, ofDev);

    await dev.page.getByRole("tab", { name: /^Branches/ }).click();
    await dev.state("the list of branches");
    await dev.button("Activate default").click();
    await dev.sees("You are on branch “default”.");
    await ofDev.shows("the regular data", isRegular);
    await dev.button(/^Activate bug-4711/).click();
    await dev.sees(/You are on branch “bug-4711/);
    await ofDev.shows("dev's change of the bug's data", (names) =>
      names.includes("only dev has this one"),
    );
    await dev.button("Activate default").click();
    await ofDev.shows("the regular data", isRegular);

    await dev.button("Show all branches").click();
    await dev.page.getByRole("listbox", { name: "Timeline of all branches" }).waitFor();
    await dev.state("all branches");
    await dev.timeline.focus();
    await dev.press("End", "ArrowDown");
    await dev.sees(/Now – the data of “bug-4711/);
    await dev.press("ArrowUp");
    await dev.sees("Now – your current data");
    await dev.page.getByRole("tab", { name: "Space" }).click();
    await dev.sees(/full cop/);
    await dev.state("space");
  },
);

scene("story 2 with the keyboard only", "story-2-keys", async ({ installation, come }) => {
  const { ofQa, ofDev } = await containers(installation, "keys-qa", "keys-dev");
  const qa = await come({ user: "qa", path: "/containers/keys-qa" });
  const dev = await come({ user: "dev", path: "/containers/keys-dev" });
  await qa.seesContainer("keys-qa");
  await dev.seesContainer("keys-dev");

  await makeBug(ofQa);
  await qa.tabTo(/^listbox Timeline/);
  await qa.press("b");
  await qa.focusIs(/^input Name/, "in the dialog");
  await qa.page.keyboard.type(BUG);
  await qa.press("Enter");
  await qa.dialog.waitFor({ state: "detached" });
  await qa.timeline.getByRole("option", { name: new RegExp(BUG) }).waitFor();
  await qa.press("PageUp");
  await qa.sees(`Bookmark “${BUG}”`, qa.selected);
  await qa.offers("Share");
  await qa.press("s");
  await qa.dialog.waitFor();
  await qa.shot("share");
  await qa.tabTo(/^button Share/);
  await qa.press("Enter");
  await qa.dialog.waitFor({ state: "detached" });
  await qa.sees(/shared with everyone/);
  await qa.keepsFocus("after sharing");
  await qa.shot("shared");

  await dev.tabTo(/^tab History/);
  await dev.press("ArrowRight");
  await dev.focusIs(/^tab Bookmarks/, "after Right");
  await dev.tabTo(new RegExp(`^button .*${BUG}`));
  await dev.press("Enter");
  await dev.sees(`“${BUG}”`, dev.selected);
  await dev.shot("available");
  await dev.press("n");
  await dev.focusIs(/^input Name/, "in the dialog");
  await dev.state("asked for a branch name");
  await dev.press("Enter");
  await dev.sees(/^Branch “.*” is ready/);
  await dev.keepsFocus("after branching");
  await ofDev.shows("the bug", hasBug);
  await dev.shot("on the new branch");
  await areIndependent(ofQa, ofDev);

  await dev.tabTo(/^tab Bookmarks/);
  await dev.press("ArrowRight");
  await dev.focusIs(/^tab Branches/, "after Right");
  await dev.tabTo(/^button Activate default/);
  await dev.shot("at activate");
  await dev.press("Enter");
  await dev.sees("You are on branch “default”.");
  await ofDev.shows("the regular data", isRegular);
  await dev.keepsFocus("after activating");
  await dev.shot("the regular data");
});

scene(
  "a new branch can begin with the newest data of production, and one's own stays as it is",
  "branch-from-production",
  async ({ installation, come }) => {
    await installation.addContainer("fresh", { owner: "dev" });
    const employees = new Employees(await installation.application("fresh"));
    await employees.add("only on default");
    const dev = await come({ user: "dev", path: "/containers/fresh" });
    await dev.seesContainer("fresh");
    await dev.press("n");
    await dev.dialog.getByLabel("Name", { exact: true }).fill("production");
    await dev.dialog.getByRole("radio", { name: /^Production as it was at a time/ }).check();
    // By the browser's zone.
    const now = await dev.page.evaluate(() => new Date().toTimeString().slice(0, 8));
    await dev.dialog.getByLabel("Time", { exact: true }).fill(now);
    await dev.dialog.getByText(/^It would be: /).waitFor();
    await dev.state("a branch from production as it was");
    await dev.dialog.getByLabel("Time", { exact: true }).fill("");
    await dev.dialog.getByRole("radio", { name: /^The newest of production/ }).check();
    await dev.state("a branch from production");
    await dev.button("Branch", dev.dialog).click();
    await dev.sees("Branch “production” is ready");
    await employees.shows("the regular data", isRegular);
    await dev.rests();
    await dev.page.getByRole("tab", { name: /^Branches/ }).click();
    await dev.button("Activate default").click();
    await employees.shows("one's own again", (names) => names.includes("only on default"));
  },
);

// Opens the address of a bug report.
async function opensAddress(visitor: Visitor) {
  await visitor.page.getByRole("heading", { level: 1, name: BUG }).waitFor();
}

scene(
  "a bookmark's address offers it in one click, or says why not and whom to ask",
  "address",
  async ({ installation, come }) => {
    const { ofQa, ofDev } = await containers(installation, "address-qa", "address-dev");
    await installation.addUser("nobody");
    await makeBug(ofQa);
    const { server } = installation;
    const path = "/containers/address-qa/bookmarks";
    await server.act("POST", path, { name: BUG, audience: "everyone" });
    const address = `/b/${await idOf(installation, "address-qa")}`;

    // Logged out: first the login, then what one came for.
    const dev = await come({ path: address });
    await dev.button("Log in").waitFor();
    await dev.state("logged out");
    await dev.logIn("dev");
    await opensAddress(dev);
    const into = dev.page.getByLabel("Into container");
    if (await into.count()) await choose(dev, "address-dev");
    await dev.state("a bookmark's address");
    await dev.click(dev.button("Branch"));
    await dev.seesContainer("address-dev");
    await isReadyWithAddress(dev, await installation.application("address-dev"));
    await ofDev.shows("the bug", hasBug);
    assert.equal(dev.clicks, 1);
    await dev.state("branched in one click");

    const nobody = await come({ user: "nobody", path: address });
    nobody.expects(/^403 GET \/api\/v1\/bookmarks\//);
    await nobody.sees(/[Aa]sk /);
    assert.equal(await nobody.button("Branch").count(), 0);
    await nobody.state("without a container");

    // No longer shared.
    await server.act("DELETE", `${path}/${encodeURIComponent(BUG)}/share`);
    dev.expects(/^403 GET \/api\/v1\/bookmarks\//);
    await dev.page.goto(address);
    await dev.sees(/[Aa]sk /);
    await dev.state("not shared");

    await server.act("DELETE", `${path}/${encodeURIComponent(BUG)}`);
    dev.expects(/^404 GET \/api\/v1\/bookmarks\//);
    await dev.page.goto(address);
    await dev.sees(/no longer there/);
    await dev.state("deleted");
  },
);

async function choose(visitor: Visitor, container: string) {
  const into = visitor.page.getByLabel("Into container");
  if (await into.evaluate((one) => one instanceof HTMLSelectElement)) {
    await into.selectOption({ label: container });
    return;
  }
  await into.click();
  await visitor.page.getByRole("option", { name: container }).click();
}
