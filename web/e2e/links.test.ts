// SPDX-License-Identifier: Apache-2.0
// The administrator links sources in the page, each from where its data is, and cancels what hangs.
import assert from "node:assert/strict";
import type { Visitor } from "./browser.ts";
import type { Installation } from "./installation.ts";
import { archive, cluster, dump, site } from "./origins.ts";
import { scene } from "./scene.ts";

async function fill(admin: Visitor, kind: RegExp, origin: RegExp, fields: Record<string, string>) {
  await admin.page.getByRole("radio", { name: kind }).check();
  await admin.page.getByRole("radio", { name: origin }).check();
  for (const [label, value] of Object.entries(fields))
    await admin.page.getByLabel(label, { exact: true }).fill(value);
}

async function linked(installation: Installation, name: string) {
  const { items } = await installation.server.get("/sources");
  return items.find((one: { name: string }) => one.name === name);
}

async function comesToLink(come: (visit: { user: string; path: string }) => Promise<Visitor>) {
  const admin = await come({ user: "admin", path: "/admin/sources/link" });
  await admin.page.getByRole("heading", { level: 1, name: "Link a source" }).waitFor();
  return { admin, link: () => admin.button("Link").click() };
}

scene(
  "an archive and a folder are linked; a path that is wrong can be mended, and nothing typed is lost",
  "link-files",
  async ({ installation, come }) => {
    const { admin, link } = await comesToLink(come);
    const path = await archive(installation, "packed");
    const label = "Path of the archive";
    await fill(admin, /^Files/, /^A tar archive/, { Name: "packed", [label]: `${path}.old` });
    await link();
    await admin.sees(/^Could not link/);
    await admin.sees("Nothing was linked. Change what is wrong, and try again.");
    await admin.state("an archive that is not there");
    assert.equal(await linked(installation, "packed"), undefined);
    assert.equal(await admin.page.getByLabel("Name", { exact: true }).inputValue(), "packed");

    await admin.page.getByLabel(label, { exact: true }).fill(path);
    await link();
    await admin.sees(/^Done: link/);
    await admin.state("an archive is linked");
    assert.ok((await linked(installation, "packed")).synced_at);

    await admin.button("Link another").click();
    const folder = await site(installation, "unpacked");
    await fill(admin, /^Files/, /^A folder/, { Name: "unpacked", "Path of the folder": folder });
    await link();
    await admin.sees(/^Done: link/);
    const before = await linked(installation, "unpacked");
    assert.equal(before.config.settings.path, folder);

    await admin.page.goto(`/admin/sources/${before.id}`);
    await admin.button("Sync now: unpacked").click();
    await admin.sees(/^Done: sync/);
    await admin.state("synced");
    assert.notEqual((await linked(installation, "unpacked")).synced_at, before.synced_at);
  },
);

scene(
  "a data directory of PostgreSQL is linked as it stands",
  "link-cluster",
  async ({ installation, come }) => {
    const { admin, link } = await comesToLink(come);
    const directory = await cluster(installation, "cluster");
    const label = "Path of the data directory";
    await fill(admin, /^PostgreSQL/, /^A data directory/, { Name: "cluster", [label]: directory });
    await link();
    await admin.sees(/^Done: link/);
    const { config, position } = await linked(installation, "cluster");
    assert.equal(config.settings.directory, directory);
    assert.ok(position.position, "its exact position is known");
  },
);

scene(
  "a link that hangs is canceled, leaves nothing behind, and the same name can be linked after it",
  "link-canceled",
  async ({ installation, come }) => {
    const { admin, link } = await comesToLink(come);
    const hanging = await dump(installation, "hanging", "SELECT pg_sleep(600);");
    const label = "Path of the dump";
    await fill(admin, /^PostgreSQL/, /^A dump/, { Name: "canceled", [label]: hanging });
    await link();
    await admin.sees(/loading the dump/);
    await admin.state("linking");
    // It goes on, whoever looks: the page may be loaded again.
    await admin.page.reload();
    await admin.button(/^Cancel: /).click();
    await admin.sees(/^Canceled: link/);
    await admin.state("canceled");
    assert.equal(await linked(installation, "canceled"), undefined);

    const sound = await dump(installation, "sound", "CREATE TABLE orders (id int);");
    await fill(admin, /^PostgreSQL/, /^A dump/, { Name: "canceled", [label]: sound });
    await link();
    await admin.sees(/^Done: link/);
    assert.ok((await linked(installation, "canceled")).synced_at);
  },
);
