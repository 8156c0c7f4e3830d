// SPDX-License-Identifier: Apache-2.0
// The keyboard: the order of its stops, each key, and that the focus is never lost.
import assert from "node:assert/strict";
import { Employees } from "./employees.ts";
import { scene } from "./scene.ts";

scene(
  "Tab stops at the branch, the timeline, the actions, the tabs and the list, in this order",
  "tab-order",
  async ({ installation, come }) => {
    await installation.addContainer("order", { owner: "qa" });
    const path = "/containers/order/bookmarks";
    for (const name of ["one", "two"]) await installation.server.act("POST", path, { name });
    const qa = await come({ user: "qa", path: "/containers/order" });
    await qa.seesContainer("order");
    const stops: string[] = [];
    for (let count = 0; count < 30; count++) {
      await qa.press("Tab");
      const here = await qa.focus();
      if (here === "") break;
      stops.push(here);
    }
    const found = [
      /^button Branch default/,
      /^listbox Timeline/,
      /^button Bookmark/,
      /^tab History/,
    ].map((stop) => stops.findIndex((one) => stop.test(one)));
    assert.ok(!found.includes(-1), `missing among ${stops.join(" | ")}`);
    assert.deepEqual(
      found,
      [...found].sort((a, b) => a - b),
      stops.join(" | "),
    );
    const between = stops.slice(found[1], (found[2] ?? 0) + 1);
    assert.equal(between.length, 2, `the timeline is one stop: ${between.join(" | ")}`);
    assert.equal(stops.filter((one) => /^button (Restore|Share|Undo)/.test(one)).length, 0);
    const list = stops.slice((found[3] ?? 0) + 1).filter((one) => /^button Now/.test(one));
    assert.equal(list.length, 1, "the list is one stop, at what is selected");
  },
);

scene(
  "each key of the page does what the list of keys says",
  "keys",
  async ({ installation, come }) => {
    const { server } = installation;
    await installation.addContainer("keys", { owner: "qa" });
    for (const name of ["one", "two", "three"])
      await server.act("POST", "/containers/keys/bookmarks", { name });
    const qa = await come({ user: "qa", path: "/containers/keys" });
    await qa.seesContainer("keys");
    const isSelected = (words: string | RegExp) => qa.sees(words, qa.selected);

    await qa.press("?");
    await qa.dialog.waitFor();
    await qa.state("all keys");
    await qa.press("Escape");
    await qa.dialog.waitFor({ state: "detached" });

    await qa.tabTo(/^listbox Timeline/);
    await qa.press("PageUp");
    await isSelected("Bookmark “three”");
    await qa.press("PageUp", "PageUp");
    await isSelected("Bookmark “one”");
    await qa.press("PageDown");
    await isSelected("Bookmark “two”");
    await qa.press("Home");
    await isSelected(/Branch began/);
    await qa.press("ArrowRight");
    await isSelected("Bookmark “one”");
    await qa.press("ArrowLeft");
    await isSelected(/Branch began/);
    await qa.press("End");
    await isSelected("Now – your current data");
    await qa.press("+", "+", "-", "0");
    await qa.press("PageUp");
    await isSelected("Bookmark “three”");
    await qa.focusIs(/^listbox/, "on the timeline all the while");

    await qa.press("Shift+F10");
    await qa.page.getByRole("menu").waitFor();
    await qa.state("the actions as a menu", "asItIs");
    await qa.press("Escape");
    await qa.page.getByRole("menu").waitFor({ state: "detached" });
    await qa.focusIs(/^listbox Timeline/, "after the menu");

    await qa.press("Enter");
    await qa.focusIs(/^button Restore/, "after Enter");
    await qa.press("ArrowRight");
    await qa.focusIs(/^button Branch/, "after Right");
    await qa.press("Home");
    await qa.focusIs(/^button Bookmark/, "after Home");

    for (const [key, title] of [
      ["b", /^Bookmark the data/],
      ["n", /^New branch/],
      ["s", /^Share/],
      ["g", /^Go to time/],
    ] as const) {
      await qa.press(key);
      await qa.page.getByRole("dialog", { name: title }).waitFor();
      await qa.shot(`key ${key}`);
      await qa.press("Escape");
      await qa.dialog.waitFor({ state: "detached" });
      await qa.focusIs(/^button Bookmark/, `after Esc in the dialog of ${key}`);
    }

    // Up and Down in the list; Enter leads to the actions.
    await qa.tabTo(/^button .*three/);
    await qa.press("ArrowDown");
    await isSelected("Bookmark “two”");
    await qa.press("ArrowUp");
    await isSelected("Bookmark “three”");
    await qa.press("Enter");
    await qa.focusIs(/^button Restore/, "after Enter in the list");

    await qa.press("/");
    await qa.focusIs(/^input Filter/, "after /");
    await qa.page.keyboard.type("tw");
    await qa.button(/two/).first().waitFor();
    await qa.page
      .getByRole("list", { name: /^History/ })
      .getByText("three")
      .waitFor({
        state: "detached",
      });
    await qa.state("filtered");
    // What is typed is no key of the page.
    await qa.page.keyboard.type("b");
    assert.equal(await qa.dialog.count(), 0);
    await qa.sees("Nothing fits the filter");
    await qa.state("nothing fits");
    await qa.press("Escape");
    assert.equal(await qa.page.getByLabel("Filter the list").inputValue(), "");
    await qa.press("Escape");
    await qa.keepsFocus("after Esc in the filter");
  },
);

scene(
  "Go to time selects that very moment, and a restore to it works",
  "go-to-time",
  async ({ installation, come }) => {
    await installation.addContainer("times", { owner: "qa" });
    const employees = new Employees(await installation.application("times"));
    await installation.server.act("POST", "/containers/times/bookmarks", { name: "clean base" });
    const qa = await come({ user: "qa", path: "/containers/times", reducedMotion: "reduce" });
    await qa.seesContainer("times");
    await employees.add("in time");
    // The dialog takes whole seconds: the next one, and what came after it.
    const then = Math.ceil(Date.now() / 1000) * 1000;
    await qa.page.waitForFunction((at) => Date.now() > at + 1, then);
    await employees.add("came later");
    await qa.press("g");
    const time = new Date(then).toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin" });
    await qa.dialog.getByLabel("Time").fill(time);
    await qa.press("Enter");
    await qa.dialog.waitFor({ state: "detached" });
    await qa.sees("That very moment", qa.selected);
    // What one came for is at hand, and the seconds are said wherever the time is.
    await qa.focusIs(/^button Restore/, "after Go to time");
    await qa.sees(`Your data goes back to ${time}.`);
    await qa.sees(time, qa.page.getByRole("tabpanel"));
    await qa.state("a moment that no point is of");
    await qa.press("Enter");
    await qa.sees(`You are back at ${time}.`);
    await qa.sees(`Restored to ${time}`, qa.page.getByRole("tabpanel"));
    await qa.press("g");
    await qa.press("Escape");
    await qa.dialog.waitFor({ state: "detached" });
    await qa.keepsFocus("after Esc");
    await employees.shows(
      "that moment",
      (names) => names.includes("in time") && !names.includes("came later"),
    );
  },
);

// As wide and as high as a window of 1280 x 900 that is enlarged to 200 %.
scene(
  "at 200 % everything is there and in reach, and nothing must be scrolled sideways",
  "enlarged",
  async ({ installation, come }) => {
    await installation.addContainer("enlarged", { owner: "qa" });
    const path = "/containers/enlarged/bookmarks";
    await installation.server.act("POST", path, { name: "clean base" });
    const visit = { user: "qa", path: "/containers/enlarged", width: 640, height: 450 };
    const qa = await come(visit);
    await qa.seesContainer("enlarged");
    await qa.state("enlarged", "asItIs");
    await qa.tabTo(/^button Now/);
    await qa.press("ArrowDown");
    await qa.sees("Bookmark “clean base”", qa.selected);
    await qa.press("Enter");
    await qa.focusIs(/^button Restore/, "after Enter");
    await qa.tabTo(/Restore: Your data/);
    await qa.press("Enter");
    await qa.sees(/Everything after it stays on the timeline/);
    await qa.press("Shift+Tab");
    await qa.focusIs(/^button Restore/, "one stop before");
    await qa.press("End");
    await qa.focusIs(/^button More/, "after End");
    await qa.press("Enter");
    await qa.page.getByRole("menuitem", { name: /^Undo/ }).waitFor();
    await qa.state("enlarged, the other actions", "asItIs");
    await qa.press("Escape");
    await qa.focusIs(/^button More/, "after Esc");
  },
);
