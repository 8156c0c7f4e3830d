// SPDX-License-Identifier: Apache-2.0
// While a history comes, its page stands already, and says nothing that may not be true.
import assert from "node:assert/strict";
import { hold } from "./held.ts";
import { scene } from "./scene.ts";

scene(
  "before its history has come a container can be bookmarked, and what is not known is not told",
  "loading",
  async ({ installation, come }) => {
    await installation.addContainer("loading", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/icon.svg" });
    const history = await hold(qa, /\/api\/v1\/containers\/[^/]+\/timeline/);
    await qa.page.goto("/containers/loading");
    await qa.page.getByRole("heading", { level: 1, name: "loading" }).waitFor();
    await qa.rests();
    assert.equal(await qa.timeline.getByRole("option").count(), 0);
    assert.equal(await qa.timeline.getAttribute("aria-busy"), "true");
    await qa.clickAnyway(qa.action("Undo"));
    await qa.sees("The history is still being loaded.", qa.page.getByRole("status"));
    await qa.state("loading");

    await qa.press("b");
    await qa.dialog.getByLabel("Name", { exact: true }).fill("early");
    await qa.press("Enter");
    await qa.dialog.waitFor({ state: "detached" });
    await history.release();
    await qa.timeline.getByRole("option", { name: /“early”/ }).waitFor();
    await qa.clickAnyway(qa.action("Undo"));
    await qa.sees("There is nothing to undo on this branch.", qa.page.getByRole("status"));
  },
);
