// SPDX-License-Identifier: Apache-2.0
// Whoever asks for something sees at once that it is under way, however late the page is told more.
import assert from "node:assert/strict";
import { hold } from "./held.ts";
import { scene } from "./scene.ts";

scene(
  "from the moment a dialog closes the container is busy, until the server says that it has ended",
  "busy",
  async ({ installation, come }) => {
    await installation.addContainer("busy", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/containers/busy" });
    await qa.seesContainer("busy");
    await qa.press("b");
    await qa.dialog.getByLabel("Name", { exact: true }).fill("clean base");
    const container = await hold(qa, /\/api\/v1\/containers\/[^/]+$/);
    await qa.press("Enter");
    await qa.dialog.waitFor({ state: "detached" });

    assert.equal(await qa.action("Branch").getAttribute("aria-disabled"), "true");
    await qa.press("n");
    await qa.sees("You are bookmarking this container. Wait until it has ended.");
    assert.equal(await qa.dialog.count(), 0);
    await qa.shot("busy");

    await container.release();
    await qa.rests();
    await qa.press("n");
    await qa.page.getByRole("dialog", { name: /^New branch/ }).waitFor();
  },
);
