// SPDX-License-Identifier: Apache-2.0
// What goes wrong for people is said in words, with the way out, and nothing typed is lost.
import assert from "node:assert/strict";
import type { Visitor } from "./browser.ts";
import { passwordOf } from "./installation.ts";
import { scene } from "./scene.ts";

function nameField(visitor: Visitor) {
  return visitor.dialog.getByLabel("Name", { exact: true });
}

scene("a wrong password is told, and the right one lets in", "login", async ({ come }) => {
  const qa = await come({ path: "/containers" });
  qa.expects(/^401 POST \/api\/v1\/sessions$/);
  await qa.button("Log in").waitFor();
  await qa.focusIs(/^input User/, "on the login page");
  await qa.logIn("qa", "not this one");
  await qa.page.getByRole("alert").waitFor();
  await qa.sees(/password/, qa.page.getByRole("alert"));
  assert.equal(await qa.page.getByLabel("User", { exact: true }).inputValue(), "qa");
  await qa.state("a wrong password");
  await qa.page.getByLabel("Password", { exact: true }).focus();
  await qa.page.keyboard.type(passwordOf("qa"));
  await qa.press("Enter");
  await qa.button(/^User qa/).waitFor();
  await qa.state("no such page");
  await qa.page.getByRole("link", { name: /^Slipstream/ }).click();
  await qa.page.getByRole("heading", { level: 1, name: "Containers" }).waitFor();
});

scene(
  "who has no container yet is told whom to ask, and an administrator where to make one",
  "first-run",
  async ({ installation, come }) => {
    await installation.addUser("newcomer");
    const newcomer = await come({ user: "newcomer" });
    await newcomer.sees("You have no container yet");
    await newcomer.sees(/Ask an administrator/);
    await newcomer.state("no container yet");
    await newcomer.page.goto("/containers/elsewhere");
    newcomer.expects(/^404 GET \/api\/v1\/containers\/elsewhere/);
    await newcomer.sees(/There is no container “elsewhere” for you/);
    await newcomer.state("no such container");
    await newcomer.page.goto("/trash");
    await newcomer.page.getByRole("heading", { level: 1 }).waitFor();
    await newcomer.state("an empty trash");
    for (const tab of ["password", "tokens"]) {
      await newcomer.page.goto(`/account/${tab}`);
      await newcomer.page.getByRole("heading", { level: 1 }).waitFor();
      await newcomer.state(tab);
    }
  },
);

scene(
  "a session that ends while a dialog is filled in: log in in place, and go on with what was typed",
  "session",
  async ({ installation, come }) => {
    await installation.addContainer("session", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/containers/session" });
    await qa.seesContainer("session");
    await qa.press("b");
    await nameField(qa).fill("typed before the session ended");

    // In another window, by the same cookie and key.
    const left = await qa.context.request.delete("/api/v1/sessions/current", {
      headers: { origin: installation.page, ...(await qa.pageKey()) },
    });
    assert.equal(left.status(), 204);
    qa.expects(/^401 /);
    await qa.press("Enter");
    const again = qa.page.getByRole("dialog", { name: "Log in again" });
    await again.waitFor();
    await qa.state("log in again");
    await again.getByLabel("Password", { exact: true }).fill("not this one");
    await qa.press("Enter");
    await again.getByRole("alert").waitFor();
    await again.getByLabel("Password", { exact: true }).fill(passwordOf("qa"));
    await qa.press("Enter");
    await again.waitFor({ state: "detached" });

    const asked = qa.page.getByRole("dialog", { name: /^Bookmark your data/ });
    assert.equal(
      await asked.getByLabel("Name", { exact: true }).inputValue(),
      "typed before the session ended",
    );
    await qa.keepsFocus("after the login");
    await qa.shot("logged in again");
    await qa.button("Bookmark", asked).click();
    await asked.waitFor({ state: "detached" });
    await qa.timeline.getByRole("option", { name: /typed before the session ended/ }).waitFor();
  },
);

scene(
  "who may only look is told so at every action, and whom to ask",
  "viewer",
  async ({ installation, come }) => {
    await installation.addContainer("looked-at", {
      owner: "qa",
      members: [{ user: "dev", role: "viewer" }],
    });
    const dev = await come({ user: "dev", path: "/containers/looked-at" });
    await dev.seesContainer("looked-at");
    for (const name of ["Bookmark", "Branch", "Refresh from production"])
      assert.equal(await dev.action(name).getAttribute("aria-disabled"), "true", name);
    await dev.clickAnyway(dev.action("Bookmark"));
    await dev.sees("You may look at this container, but not change it. Ask qa.");
    assert.equal(await dev.dialog.count(), 0);
    await dev.press("n");
    assert.equal(await dev.dialog.count(), 0);
    await dev.state("a viewer");
  },
);

scene(
  "a container deleted meanwhile: the page says by whom, and where it can be restored",
  "deleted",
  async ({ installation, come }) => {
    await installation.addContainer("short-lived", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/containers/short-lived" });
    await qa.seesContainer("short-lived");
    qa.expects(/^404 GET \/api\/v1\/(containers\/|operations)/);
    await installation.server.act("DELETE", "/containers/short-lived");
    await qa.sees(/“short-lived” was deleted by/);
    await qa.state("deleted meanwhile");
    await qa.page.getByRole("link", { name: "Open the trash" }).click();
    await qa.page.getByRole("heading", { level: 1, name: "Trash" }).waitFor();
    await qa.sees("short-lived");
    await qa.state("the trash");
  },
);

scene(
  "a name that exists, and a time outside the range, are told where they were typed",
  "names-and-times",
  async ({ installation, come }) => {
    await installation.addContainer("names", { owner: "qa" });
    await installation.server.act("POST", "/containers/names/bookmarks", { name: "clean base" });
    const qa = await come({ user: "qa", path: "/containers/names" });
    await qa.seesContainer("names");
    qa.expects(/^4\d\d POST \/api\/v1\/containers\/[^/]+\/(bookmarks|branches)$/);
    await qa.press("b");
    await nameField(qa).fill("clean base");
    await qa.press("Enter");
    await qa.dialog.getByRole("alert").waitFor();
    await qa.sees(/clean base.*(exists|already|taken)|(exists|already).*clean base/, qa.dialog);
    assert.equal(await nameField(qa).inputValue(), "clean base");
    await qa.state("a bookmark of that name");
    await nameField(qa).fill("clean base 2");
    await qa.press("Enter");
    await qa.dialog.waitFor({ state: "detached" });

    await qa.rests();
    await qa.press("n");
    await nameField(qa).fill("default");
    await qa.press("Enter");
    await qa.dialog.getByRole("alert").waitFor();
    assert.equal(await nameField(qa).inputValue(), "default");
    await qa.state("a branch of that name");
    await qa.press("Escape");
    await qa.dialog.waitFor({ state: "detached" });

    await qa.press("g");
    await qa.dialog.getByLabel("Time").fill("2001-01-01 12:00:00");
    await qa.press("Enter");
    await qa.sees(/has no data of that time. Choose a time from .* to now/, qa.dialog);
    await qa.state("a time outside the range");
    await qa.press("Escape");
    await qa.dialog.waitFor({ state: "detached" });
    await qa.keepsFocus("after Esc");
  },
);

scene(
  "a stopped and a locked container say so, and what to do",
  "stopped-and-locked",
  async ({ installation, come }) => {
    const { server } = installation;
    const members = [{ user: "dev", role: "operator" as const }];
    await installation.addContainer("resting", { owner: "qa", members });
    await server.act("POST", "/containers/resting/stop");
    const qa = await come({ user: "qa", path: "/containers/resting" });
    const dev = await come({ user: "dev", path: "/containers/resting" });
    await qa.sees("This container is stopped");
    await qa.state("stopped");
    await qa.button("Start").click();
    await qa.page.getByText("This container is stopped").waitFor({ state: "detached" });
    await qa.sees("Running");

    await qa.button("More for this container").click();
    await qa.page.getByRole("menuitem", { name: "Lock…" }).waitFor();
    await qa.state("the container's menu");
    await qa.page.getByRole("menuitem", { name: "Lock…" }).click();
    await qa.dialog.getByLabel(/^Why/).fill("a release is tested");
    await qa.shot("lock");
    await qa.press("Enter");
    await dev.sees("Locked by qa: a release is tested");
    assert.equal(await dev.action("Bookmark").getAttribute("aria-disabled"), "true");
    assert.equal(await dev.button("Unlock").count(), 0);
    await dev.state("locked by another");
    await qa.sees("Locked by you: a release is tested");
    await qa.shot("locked by oneself");
    await qa.button("Unlock").click();
    await dev.page
      .getByText("Locked by qa: a release is tested", { exact: true })
      .waitFor({ state: "detached" });
    await dev.rests();
    await dev.action("Bookmark").click();
    await dev.dialog.waitFor();
  },
);
