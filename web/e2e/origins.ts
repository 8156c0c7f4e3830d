// What sources are linked from, made for a test in a folder of the installation.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
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

export async function written(installation: Installation, name: string, text: string) {
  const path = join(installation.data, name);
  await writeFile(path, text);
  return path;
}
