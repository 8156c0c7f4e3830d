// SPDX-License-Identifier: Apache-2.0
// Story 1: destructive testing. Data is bookmarked, destroyed, and had back, again and again.
import assert from "node:assert/strict";
import type { Visitor } from "./browser.ts";
import { Employees } from "./employees.ts";
import type { Installation } from "./installation.ts";
import { scene } from "./scene.ts";

const NAME = "after the edge case data";
const hasEdgeCases = (names: string[]) =>
  names.length === 14 && names.includes("-1") && names.includes("deleted");

async function prepared(installation: Installation, container: string): Promise<Employees> {
  await installation.addContainer(container, { owner: "qa" });
  return new Employees(await installation.application(container));
}

// In the application's own page, by its forms: it is what QA works with.
async function inApplication(
  qa: Visitor,
  address: string,
  work: (page: Visitor["page"]) => Promise<void>,
) {
  qa.mayVisit(address);
  const page = await qa.context.newPage();
  await page.goto(address);
  await work(page);
  await page.close();
}

async function addEdgeCases(page: Visitor["page"]) {
  for (const name of ["-1", "deleted"]) {
    await page.getByLabel("Name of the new employee").fill(name);
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText(name, { exact: true }).waitFor();
  }
}

async function removeAll(page: Visitor["page"]) {
  await page.getByRole("button", { name: "Remove all" }).click();
  await page.getByText("There are no employees.").waitFor();
}

scene(
  "story 1 with the mouse: bookmark, destroy, and restore as often as one likes",
  "story-1-mouse",
  async ({ installation, come }) => {
    const employees = await prepared(installation, "qa");
    const qa = await come({ user: "qa", path: "/containers/qa" });
    await qa.seesContainer("qa");
    await qa.state("a new container");
    await inApplication(qa, employees.address, addEdgeCases);

    await qa.click(qa.action("Bookmark"));
    await qa.dialog.waitFor();
    await qa.state("asked for a name");
    await qa.type(qa.dialog.getByLabel("Name", { exact: true }), NAME);
    await qa.click(qa.button("Bookmark", qa.dialog));
    await qa.dialog.waitFor({ state: "detached" });
    const option = qa.timeline.getByRole("option", { name: new RegExp(NAME) });
    await option.waitFor();
    await qa.state("bookmarked");

    await inApplication(qa, employees.address, removeAll);
    await qa.click(option);
    await qa.sees(`Bookmark “${NAME}”`, qa.selected);
    await qa.sees(/Your data goes back to/);
    await qa.state("the bookmark is selected");
    await qa.click(qa.action("Restore"));
    await qa.sees(/You are back at .*after the edge case data/);
    assert.ok(qa.clicks <= 4, `${qa.clicks} clicks`);
    assert.deepEqual(qa.typed, [NAME]);
    console.log(`story 1: ${qa.clicks} clicks, ${qa.typed.length} typed name`);
    await qa.state("restored");

    await employees.shows("the edge cases again", hasEdgeCases);
    await inApplication(qa, employees.address, async (page) => {
      await page.getByText("deleted", { exact: true }).waitFor();
    });
    await qa.page
      .getByRole("list", { name: /^History/ })
      .getByRole("button", { name: /Restored to “after/ })
      .waitFor();

    // And again, and again.
    for (const round of [2, 3]) {
      await employees.removeAll();
      await employees.shows("nobody", (names) => names.length === 0);
      await qa.page.getByRole("tab", { name: /^Bookmarks/ }).click();
      await qa.button(`Restore ${NAME}`).click();
      await employees.shows("the edge cases again", hasEdgeCases);
      await qa.action("Bookmark").waitFor();
      await qa.shot(`restored, round ${round}`);
    }
    await qa.state("the list of bookmarks");

    // And what was there before the last restore.
    await qa.action("Undo").click();
    await employees.shows("nobody", (names) => names.length === 0);
    await qa.sees(/You are back at/);
    await qa.shot("undone");
  },
);

scene(
  "story 1 with the keyboard only: the focus is never lost",
  "story-1-keys",
  async ({ installation, come }) => {
    const employees = await prepared(installation, "qa-keys");
    await employees.add("-1");
    await employees.add("deleted");
    const qa = await come({ user: "qa", path: "/containers/qa-keys", scheme: "dark" });
    await qa.seesContainer("qa-keys");
    await qa.tabTo(/^listbox Timeline/);
    await qa.press("b");
    await qa.dialog.waitFor();
    await qa.focusIs(/^input Name/, "in the dialog");
    await qa.press("Escape");
    await qa.dialog.waitFor({ state: "detached" });
    await qa.focusIs(/^listbox Timeline/, "after Esc");

    await qa.press("b");
    await qa.dialog.waitFor();
    await qa.page.keyboard.type(NAME);
    await qa.shot("a name is typed");
    await qa.press("Enter");
    await qa.dialog.waitFor({ state: "detached" });
    await qa.timeline.getByRole("option", { name: new RegExp(NAME) }).waitFor();
    await qa.focusIs(/^listbox Timeline/, "after the dialog");
    await qa.rests();

    await employees.removeAll();
    await qa.press("PageUp");
    await qa.sees(`Bookmark “${NAME}”`, qa.selected);
    await qa.shot("selected with PgUp");
    await qa.press("Enter");
    await qa.focusIs(/^button Restore/, "after Enter");
    await qa.shot("at the actions");
    await qa.press("Enter");
    await qa.sees(/You are back at/);
    await employees.shows("the edge cases again", hasEdgeCases);
    await qa.rests();
    await qa.keepsFocus("after restore");
    await qa.shot("restored");

    await qa.press("u");
    await employees.shows("nobody", (names) => names.length === 0);
    await qa.sees(/You are back at/);
    await qa.rests();
    await qa.keepsFocus("after undo");
    await qa.press("u");
    await employees.shows("the edge cases again", hasEdgeCases);
    await qa.rests();
    await qa.keepsFocus("after undoing the undo");
    await qa.shot("undone twice");
  },
);
