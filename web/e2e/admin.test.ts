// SPDX-License-Identifier: Apache-2.0
// The administrator's pages: each can be read by everybody, and a user and a container are made there.
import assert from "node:assert/strict";
import { passwordOf } from "./installation.ts";
import { scene } from "./scene.ts";

scene(
  "an administrator makes a user and a container, and the user logs in and finds it",
  "admin-makes",
  async ({ come }) => {
    const admin = await come({ user: "admin", path: "/admin/users" });
    await admin.button("New user").click();
    await admin.dialog.getByLabel("Name", { exact: true }).fill("tester");
    await admin.dialog.getByText("Choose one").click();
    await admin.dialog.locator('input[type="password"]').fill(passwordOf("tester"));
    await admin.state("a new user");
    await admin.button("Make the user", admin.dialog).click();
    await admin.dialog.waitFor({ state: "detached" });
    await admin.page.getByRole("cell", { name: "tester" }).first().waitFor();
    await admin.keepsFocus("after the dialog");

    await admin.page.goto("/admin/containers/new");
    await admin.page.getByLabel("Name", { exact: true }).fill("tester-data");
    await admin.page.getByLabel("Template").selectOption({ label: "employees" });
    await admin.page.getByLabel("User", { exact: true }).first().selectOption({ label: "tester" });
    await admin.state("a new container");
    await admin.page.locator('main button[type="submit"]').click();
    await admin.page.getByRole("link", { name: "Open it" }).waitFor();
    await admin.state("the container is made");

    const tester = await come({});
    await tester.logIn("tester");
    await tester.page.getByRole("link", { name: "tester-data", exact: true }).click();
    await tester.seesContainer("tester-data");
  },
);

scene(
  "a password that is shown once stays until its button is pressed, and no strip stands beside it",
  "admin-password",
  async ({ come }) => {
    const admin = await come({ user: "admin", path: "/admin/users" });
    await admin.button("New user").click();
    await admin.dialog.getByLabel("Name", { exact: true }).fill("given");
    await admin.button("Make the user", admin.dialog).click();
    const shown = admin.page.getByRole("dialog", { name: "User “given” is made" });
    await shown.waitFor();
    await admin.press("Escape");
    await admin.page.mouse.click(5, 400);
    await admin.settle();
    assert.equal(await shown.isVisible(), true);
    // The page keeps its scroll bar, or none: nothing of it is left bare.
    const bar = await admin.page.evaluate(
      () => getComputedStyle(document.documentElement).overflowY,
    );
    assert.equal(bar, "scroll");
    await admin.state("a password shown once");
    await admin.button("I have copied it", shown).click();
    await shown.waitFor({ state: "detached" });
    await admin.keepsFocus("after the password");
  },
);

scene(
  "a source is linked by the form that its kind describes, and each kind can be chosen",
  "admin-kinds",
  async ({ installation, come }) => {
    const admin = await come({ user: "admin", path: "/admin/sources/link" });
    const { items: kinds } = await installation.server.get("/kinds");
    for (const { label, origin_question } of kinds) {
      await admin.page.getByText(label, { exact: true }).click();
      await admin.page.getByText(origin_question).waitFor();
    }
    await admin.page.getByText("Redis", { exact: true }).click();
    await admin.page.getByLabel("Name", { exact: true }).fill("shop.carts");
    await admin.page.locator('main button[type="submit"]').click();
    await admin.sees(/It looks like redis:/);
    await admin.state("an address is missing");
    await admin.page.getByText("Nothing", { exact: true }).click();
    await admin.page.locator('main button[type="submit"]').click();
    await admin.page.getByRole("link", { name: "Make a template" }).waitFor();
    await admin.state("a Redis source is linked");
    const { items: sources } = await installation.server.get("/sources");
    const made = sources.find((one: { name: string }) => one.name === "shop.carts");
    assert.deepEqual(made?.config, { kind: "redis", settings: {}, run: null });
  },
);

scene(
  "every page of the administrator is without serious faults",
  "admin-pages",
  async ({ installation, come }) => {
    const { server } = installation;
    const { items: templates } = await server.get("/templates");
    const { items: sources } = await server.get("/sources");
    const { items: operations } = await server.get("/operations?limit=1");
    const admin = await come({ user: "admin" });
    await admin.page.getByRole("heading", { level: 1, name: "Containers" }).waitFor();
    await admin.state("all containers");
    for (const path of [
      "",
      "/sources",
      `/sources/${sources[0].id}`,
      "/sources/link",
      "/templates",
      `/templates/${templates[0].id}`,
      `/templates/${templates[0].id}/version`,
      "/templates/new",
      "/containers",
      "/users",
      "/operations",
      `/operations/${operations[0].id}`,
      "/space",
    ]) {
      await admin.page.goto(`/admin${path}`);
      await admin.page.getByRole("heading", { level: 1 }).waitFor();
      // What is fetched has come, and stands in the place of its grey stripes.
      await admin.page.waitForFunction(
        () => !document.querySelector('main [class*="skeleton" i], main [aria-busy="true"]'),
      );
      await admin.state(path.replace(/(tpl|src|op)_\w+/, "one").slice(1) || "overview");
    }
  },
);

scene(
  "the menu of every table's last row opens by the mouse, and its tip moves nothing",
  "admin-last-rows",
  async ({ installation, come }) => {
    await installation.addContainer("last-row", { owner: "qa" });
    const admin = await come({ user: "admin" });
    for (const path of ["/users", "/containers"]) {
      await admin.page.goto(`/admin${path}`);
      const last = admin.page.locator('tbody button[aria-haspopup="menu"]').last();
      await last.waitFor();
      await last.scrollIntoViewIfNeeded();
      const place = await last.boundingBox();
      await last.hover();
      await admin.page.locator(".tip:popover-open").waitFor();
      assert.deepEqual(await last.boundingBox(), place, `the button moved on ${path}`);
      const scrolls = await last.evaluate((button) => {
        const scroller = button.closest("section");
        return scroller && scroller.scrollHeight - scroller.clientHeight;
      });
      assert.equal(scrolls, 0, `the table of ${path} scrolls`);
      await last.click();
      await admin.page.getByRole("menu").waitFor();
      await admin.press("Escape");
      await admin.page.getByRole("menu").waitFor({ state: "detached" });
    }
    await admin.shot("last rows");
  },
);

scene(
  "what runs is counted, space sums up, its rows lead on, and the trash says who put something there",
  "admin-lists",
  async ({ installation, come }) => {
    const { server } = installation;
    await installation.addContainer("listed", { owner: "qa" });
    await server.act("POST", "/containers/listed/bookmarks", { name: "to the trash" });
    const qa = await come({ user: "qa", path: "/containers/listed" });
    await qa.seesContainer("listed");
    await qa.page.getByRole("tab", { name: "Space" }).click();
    await qa.button("to the trash").click();
    await qa.sees("Bookmark “to the trash”", qa.selected);
    await qa.button(/^More: rename/).click();
    await qa.page.getByRole("menuitem", { name: /^Delete/ }).click();
    await qa.button("Delete the bookmark", qa.dialog).click();
    await qa.sees(/^Deleted/);
    await qa.page.goto("/trash");
    const row = qa.page.getByRole("row", { name: /to the trash/ });
    await row.getByRole("cell", { name: "qa", exact: true }).waitFor();
    await row.getByRole("cell", { name: /^[\d.]+ (bytes|[KMGT]iB)/ }).waitFor();
    await qa.state("the trash");

    await server.act("POST", "/containers/listed/branches", { name: "aside", beside: true });
    const admin = await come({ user: "admin", path: "/admin" });
    await admin.sees(/containers? runs?, with \d+ databases and applications/);
    await admin.sees(/Beside the active ones, \d+ branch(es)? runs?\./);
    await admin.state("overview");
    await admin.page.goto("/admin/operations");
    await admin.sees(/\d\d:\d\d · /);
    await admin.page.goto("/admin/space");
    await admin.sees("Used in all");
    const holders = admin.page.getByRole("region", { name: "Space by all" });
    for (const name of [/^listed container/, /^employees template/, /source$/, /in the trash$/])
      await holders.getByRole("rowheader", { name }).first().waitFor();
    await admin.state("space sums up");
    await admin.page.getByRole("link", { name: "listed", exact: true }).click();
    await admin.seesContainer("listed");
  },
);
