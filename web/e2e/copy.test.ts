// SPDX-License-Identifier: Apache-2.0
// The forms in which people paste where their data is: each leads there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Visitor } from "./browser.ts";
import { scene } from "./scene.ts";

const run = promisify(execFile);

async function copied(visitor: Visitor, form: string): Promise<string> {
  await visitor.button("Copy the address of db").click();
  const menu = visitor.page.getByRole("menu");
  await menu.getByRole("menuitem", { name: new RegExp(`^${form}`) }).click();
  await visitor.sees(`${form} copied.`);
  await menu.waitFor({ state: "detached" });
  return visitor.page.evaluate(() => navigator.clipboard.readText());
}

// What a shell prints that was given the copied words.
async function shell(command: string): Promise<string> {
  return (await run("bash", ["-c", command])).stdout.trim();
}

scene(
  "a connection string is copied in every form that people paste, and each leads to the data",
  "copy",
  async ({ installation, come }) => {
    await installation.addContainer("copied", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/containers/copied" });
    await qa.seesContainer("copied");
    await qa.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await qa.button("Copy the address of db").click();
    await qa.page.getByRole("menu").waitFor();
    await qa.state("the forms of an address", "asItIs");
    assert.equal(await qa.page.getByText(/:[^•/]+@127/).count(), 0, "a password is shown");
    await qa.press("Escape");

    const count = `--no-psqlrc --tuples-only --no-align --command 'SELECT count(*) FROM employees'`;
    assert.equal(await shell(`${await copied(qa, "psql command")} ${count}`), "12");
    assert.equal(await shell(`psql '${await copied(qa, "URL")}' ${count}`), "12");
    const variables = await copied(qa, "Environment variables");
    assert.equal(await shell(`${variables} psql ${count}`), "12");
    assert.match(await copied(qa, "JDBC"), /^jdbc:postgresql:\/\/.*user=.*password=/);
  },
);

scene(
  "each branch shows its own addresses, and one that nothing answers at shows none",
  "copy-beside",
  async ({ installation, come }) => {
    await installation.addContainer("branched", { owner: "qa" });
    const branches = "/containers/branched/branches";
    await installation.server.act("POST", branches, { name: "beside", beside: true });
    await installation.server.act("POST", branches, { name: "peek", read_only: true });
    const qa = await come({ user: "qa", path: "/containers/branched" });
    await qa.seesContainer("branched");
    await qa.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const marked = async (name: string) => {
      const psql = `${await copied(qa, "psql command")} --no-psqlrc --tuples-only --no-align`;
      return shell(`${psql} --command "SELECT count(*) FROM pg_class WHERE relname = '${name}'"`);
    };
    const lookAt = async (from: string, to: string) => {
      await qa.button(`Branch ${from}: look at another`).click();
      await qa.page.getByRole("menuitem", { name: new RegExp(`^${to}`) }).click();
      await qa.button(`Branch ${to}: look at another`).waitFor();
    };

    await shell(`${await copied(qa, "psql command")} --command 'CREATE TABLE only_active ()'`);
    await lookAt("default", "beside");
    assert.equal(await marked("only_active"), "0");
    await shell(`${await copied(qa, "psql command")} --command 'CREATE TABLE only_beside ()'`);
    assert.equal(await marked("only_beside"), "1");
    await qa.state("a branch beside");
    await lookAt("beside", "peek");
    assert.equal(await marked("only_beside"), "0");
    const shown = qa.page.getByRole("list", { name: "Addresses of branch peek" });
    assert.equal(await shown.getByRole("listitem").count(), 1, "only its database runs");
    await lookAt("peek", "default");
    assert.equal(await marked("only_beside"), "0");
    assert.equal(await marked("only_active"), "1");
  },
);
