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
