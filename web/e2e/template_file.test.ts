// SPDX-License-Identifier: Apache-2.0
// A template's file is dropped on the page, which shows what it would do before it does it.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Visitor } from "./browser.ts";
import { site, written } from "./origins.ts";
import { scene } from "./scene.ts";

// As a browser does it for a file that is dragged from another window.
async function drop(visitor: Visitor, path: string, onto: Locator) {
  const box = await onto.boundingBox();
  if (!box) throw new Error("there is nothing to drop it on");
  const session = await visitor.context.newCDPSession(visitor.page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, ...place, data });
  await session.detach();
}

scene(
  "a dropped template file fills the form, and what it cannot say is asked for",
  "template-file",
  async ({ installation, come }) => {
    const text = '[[source]]\nname = "site"\nkind = "files"\npath = "dropped-site"\nport = 8200\n';
    const broken = await written(installation, "broken.toml", `name = dropped\n${text}`);
    const sound = await written(installation, "sound.toml", `name = "dropped"\n${text}`);
    await site(installation, "dropped-site");
    const admin = await come({ user: "admin", path: "/admin/templates/new?by=file" });
    const target = admin.page.getByText("Drop a template file here, or").locator("..");
    await target.waitFor();

    await drop(admin, broken, target);
    await admin.button("Fill in the form").click();
    await admin.sees(/line 1/i);
    await admin.state("a broken file");

    await drop(admin, sound, target);
    await admin.page.getByLabel("Folder of the file on the server").fill(installation.data);
    await admin.state("a dropped file");
    await admin.button("Fill in the form").click();
    assert.equal(
      await admin.page.getByLabel("Name", { exact: true }).first().inputValue(),
      "dropped",
    );
    await admin.page.getByText("Exact", { exact: true }).click();
    await admin.state("the form is filled");
    await admin.button("Link 1 source and make the template").click();
    await admin.page.getByRole("heading", { level: 1, name: "dropped" }).waitFor();
    const { items } = await installation.server.get("/templates");
    const made = items.find((one: { name: string }) => one.name === "dropped");
    assert.equal(made?.bookmarks, "exact");
    await admin.state("the template is made");
  },
);
