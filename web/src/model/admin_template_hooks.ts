// SPDX-License-Identifier: Apache-2.0
// The [[source.hook]] tables of a template's file.
import type { components } from "@/api/schema";
import { FileProblem, isTable, numberOf, type Table, textOf, textsOf } from "./admin_toml";

export type NewHook = components["schemas"]["NewHook"];

const MOMENTS: NewHook["when"][] = [
  "mask",
  "configure_clone",
  "pre_refresh",
  "post_refresh",
  "pre_restore",
  "post_restore",
  "pre_snapshot",
  "post_snapshot",
  "pre_start",
  "post_start",
  "pre_stop",
  "post_stop",
];
const LONGEST_S = 86400;

export function readHooks(value: unknown, of: string): NewHook[] {
  if (Array.isArray(value) && value.every(isTable)) return value.map((one) => readHook(one, of));
  throw new FileProblem(`The hooks of ${of} must be tables: [[source.hook]].`);
}

function readHook(table: Table, of: string): NewHook {
  const when = MOMENTS.find((moment) => moment === table.when);
  if (!when) {
    throw new FileProblem(`A hook of ${of} does not say when: one of ${MOMENTS.join(", ")}.`);
  }
  const hook: NewHook = { when, time_limit_s: 60, on_error: "fail" };
  for (const [key, content] of Object.entries(table)) {
    const what = `${key} of the ${when} hook of ${of}`;
    if (key === "when") continue;
    if (key === "sql") hook.sql = textOf(content, what);
    else if (key === "command") hook.command = commandOf(content, what);
    else if (key === "time_limit_s") hook.time_limit_s = numberOf(content, what, LONGEST_S);
    else if (key === "on_error" && (content === "fail" || content === "continue")) {
      hook.on_error = content;
    } else if (key === "sql_file") throw new FileProblem(besideTheFile(what));
    else throw new FileProblem(`The ${what} is unknown or not possible.`);
  }
  return hook;
}

function commandOf(value: unknown, what: string): string[] {
  const command = textsOf(value, what);
  if (command[0]?.startsWith("/")) return command;
  throw new FileProblem(besideTheFile(what));
}

// A browser shows us the one file that was chosen, and nothing beside it.
function besideTheFile(what: string): string {
  return `The ${what} names a file beside this one, which this page cannot read. Use the command: slip apply FILE.`;
}
