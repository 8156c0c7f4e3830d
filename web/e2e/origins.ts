// SPDX-License-Identifier: Apache-2.0
// What sources are linked from, made for a test in a folder of the installation.
import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Installation } from "./installation.ts";

const run = promisify(execFile);

// A folder with a page in it.
export async function site(installation: Installation, name: string): Promise<string> {
  const path = join(installation.data, name);
  await mkdir(path);
  await writeFile(join(path, "index.html"), "<h1>Orders</h1>\n");
  return path;
}

export async function archive(installation: Installation, name: string): Promise<string> {
  const path = join(installation.data, `${name}.tar.gz`);
  const folder = await site(installation, name);
  await run("tar", ["--create", "--gzip", "--file", path, "--directory", folder, "."]);
  return path;
}

export async function dump(installation: Installation, name: string, sql: string) {
  return written(installation, `${name}.sql`, `${sql}\n`);
}

// A data directory without a server on it.
export async function cluster(installation: Installation, name: string): Promise<string> {
  const path = join(installation.data, name);
  await mkdir(path);
  const versions = await readdir("/usr/lib/postgresql");
  const initdb = join("/usr/lib/postgresql", versions.sort().at(-1) ?? "", "bin/initdb");
  const words = [initdb, "--no-sync", "--pgdata", path];
  if (process.getuid?.() === 0) {
    // PostgreSQL's programs refuse to be root's.
    await run("chown", ["nobody", path]);
    words.unshift("runuser", "-u", "nobody", "--");
  }
  const [program = "", ...rest] = words;
  await run(program, rest);
  return path;
}

export async function written(installation: Installation, name: string, text: string) {
  const path = join(installation.data, name);
  await writeFile(path, text);
  return path;
}
