// SPDX-License-Identifier: Apache-2.0
// A pool without space: everybody is told so, nothing breaks, and all goes on once there is some again.
import assert from "node:assert/strict";
import { Employees } from "./employees.ts";
import { scene } from "./scene.ts";
import { until } from "./server.ts";

scene(
  "a pool that fills up is told to everybody, refuses in words, and loses nothing",
  "full",
  async ({ installation, come }) => {
    const { server } = installation;
    await installation.addContainer("full", { owner: "qa" });
    const employees = new Employees(await installation.application("full"));
    await server.act("POST", "/containers/full/bookmarks", { name: "clean base" });
    await employees.add("came later");
    const qa = await come({ user: "qa", path: "/containers/full" });
    await qa.seesContainer("full");
    assert.equal(await qa.page.getByText(/no space left|Space is running out/).count(), 0);

    const much = await installation.fillPool(0.08);
    try {
      await qa.page.reload();
      await qa.sees("Space is running out");
      await qa.state("little space");
    } finally {
      await much.giveBack();
    }
    // Less than an operation needs.
    const nearlyAll = await installation.fillPool(0.005);
    try {
      qa.expects(/^507 POST /);
      await qa.page.getByRole("option", { name: /“clean base”/ }).click();
      await qa.action("Restore").click();
      await qa.sees(/has \d+ MB free, and this needs \d+ MB/);
      // The page looks again by itself.
      await qa.sees("There is no space left: changes may be refused");
      await qa.state("no space");
      await employees.shows("what is now", (names) => names.includes("came later"));
    } finally {
      await nearlyAll.giveBack();
    }
    await until("the space is back", async () => {
      const { free, total } = await server.get("/pool");
      return free > total / 2;
    });
    await qa.page.reload();
    await qa.seesContainer("full");
    assert.equal(await qa.page.getByText("There is no space left").count(), 0);
    await qa.page.getByRole("option", { name: /“clean base”/ }).click();
    await qa.action("Restore").click();
    await qa.sees(/You are back at “clean base”/);
    await employees.shows("the clean base", (names) => !names.includes("came later"));
  },
);
