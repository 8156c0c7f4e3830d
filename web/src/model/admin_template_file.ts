// SPDX-License-Identifier: Apache-2.0
// Reads a template's file, as `slip apply` does: one `name`, and a [[source]] for each place.
import { parse, TomlError } from "smol-toml";
import type { Template } from "@/api/types";
import type { RunSection } from "./admin_run";
import type { SourceConfig } from "./admin_source";
import { type NewHook, readHooks } from "./admin_template_hooks";
import { FileProblem, isTable, numberOf, type Table, textOf, textsOf } from "./admin_toml";
import { listed } from "./words";

export interface FileSource {
  name: string;
  linked: string; // the source that it stands for: "employees.db", or the one that is named
  config: SourceConfig | null; // null for one that must be linked already
  priority: number;
  port: number;
  settings: Record<string, string>; // laid over the source's own
  hooks?: NewHook[];
  subset?: Record<string, string>;
  schedule?: string; // when it is synced automatically
}

export interface TemplateFile {
  name: string;
  sources: FileSource[];
  askBeyond: number | null; // seconds
  bookmarks: BookmarkManner | null; // null: without an interruption
}

export { FileProblem };

// How bookmarks are made where nobody says.
export type BookmarkManner = NonNullable<Template["bookmarks"]>;

const KEYS = ["name", "ask_beyond_s", "bookmarks", "source"];
const PATH_KEYS = ["dump", "directory", "path", "archive", "tar"];

export function readTemplateFile(text: string): TemplateFile {
  const root = parsed(text);
  for (const key of Object.keys(root)) {
    if (!KEYS.includes(key)) {
      throw new FileProblem(`The file has an unknown key “${key}”. Known are ${listed(KEYS)}.`);
    }
  }
  const name = root.name === undefined ? "" : textOf(root.name, "name");
  if (name === "") throw new FileProblem('The file names no template. Add: name = "..."');
  const { source } = root;
  if (!Array.isArray(source) || source.length === 0 || !source.every(isTable)) {
    throw new FileProblem("The file has no sources. Add at least one [[source]].");
  }
  const sources = source.map((table) => readSource(table, name));
  sources.forEach((one, index) => {
    if (sources.findIndex((other) => other.name === one.name) < index) {
      throw new FileProblem(`Two sources of the file are called “${one.name}”.`);
    }
  });
  const askBeyond =
    root.ask_beyond_s === undefined ? null : numberOf(root.ask_beyond_s, "ask_beyond_s", 86400);
  return { name, sources, askBeyond, bookmarks: mannerOf(root.bookmarks) };
}

function mannerOf(value: unknown): BookmarkManner | null {
  if (value === undefined) return null;
  if (value === "running" || value === "exact") return value;
  throw new FileProblem("“bookmarks” of the file is neither “running” nor “exact”.");
}

function parsed(text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const words = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    throw new FileProblem(`Line ${error.line} cannot be read: ${words}.`);
  }
}

function readSource(table: Table, template: string): FileSource {
  const name = table.name === undefined ? "" : textOf(table.name, "name of a source");
  if (name === "") throw new FileProblem("A source of the file has no name.");
  const of = `source “${name}”`;
  const read: FileSource = { name, linked: "", config: null, priority: 1, port: 0, settings: {} };
  const own: Record<string, string> = {};
  let kind = "";
  let run: RunSection | null = null;
  for (const [key, value] of Object.entries(table)) {
    if (key === "name") continue;
    if (key === "source") read.linked = textOf(value, `source of ${of}`);
    else if (key === "kind") kind = textOf(value, `kind of ${of}`);
    else if (key === "sync") read.schedule = textOf(value, `sync of ${of}`);
    else if (key === "priority") read.priority = numberOf(value, `priority of ${of}`, 1000);
    else if (key === "port") read.port = numberOf(value, `port of ${of}`, 65535);
    else if (key === "run") run = readRun(value, of);
    else if (key === "settings") {
      if (!isTable(value)) throw new FileProblem(`The settings of ${of} must be a table.`);
      readSettings(value, "", read.settings, of);
    } else if (key === "hook") read.hooks = readHooks(value, of);
    else if (key === "subset") {
      if (!isTable(value)) throw new FileProblem(`The subset of ${of} must be a table.`);
      read.subset = Object.fromEntries(
        Object.entries(value).map(([table, one]) => [table, textOf(one, `${table} of ${of}`)]),
      );
    } else readSetting(key, value, own, of);
  }
  const isConfigured =
    kind !== "" || run !== null || read.schedule !== undefined || Object.keys(own).length > 0;
  if (read.linked !== "" && isConfigured) {
    throw new FileProblem(
      `The ${of} names a linked source and describes one as well. Put what differs in this template under [source.settings].`,
    );
  }
  if (read.linked !== "") return read;
  if (kind === "") throw new FileProblem(`The ${of} has no kind. Add: kind = "..."`);
  const config: SourceConfig = run ? { kind, settings: own, run } : { kind, settings: own };
  return { ...read, linked: `${template}.${name}`, config };
}

// A table within settings is written with dots: conf.shared_buffers.
function readSettings(table: Table, prefix: string, out: Record<string, string>, of: string) {
  for (const [key, value] of Object.entries(table)) readSetting(prefix + key, value, out, of);
}

function readSetting(key: string, value: unknown, out: Record<string, string>, of: string) {
  if (isTable(value)) readSettings(value, `${key}.`, out, of);
  else out[key] = scalarOf(value, `${key} of ${of}`);
}

function readRun(value: unknown, of: string): RunSection {
  if (!isTable(value)) throw new FileProblem(`The run section of ${of} must be a table.`);
  const run: RunSection = { command: [], env: {}, health: "/", stop_signal: "TERM" };
  for (const [key, content] of Object.entries(value)) {
    if (key === "command") run.command = textsOf(content, `command of ${of}`);
    else if (key === "health") run.health = textOf(content, `health of ${of}`);
    else if (key === "stop_signal") run.stop_signal = textOf(content, `stop_signal of ${of}`);
    else if (key === "env" && isTable(content)) {
      run.env = Object.fromEntries(
        Object.entries(content).map(([name, one]) => [name, scalarOf(one, `${name} of ${of}`)]),
      );
    } else {
      throw new FileProblem(
        `The run section of ${of} has an unknown key “${key}”. Known are command, env, health and stop_signal.`,
      );
    }
  }
  if (run.command.length === 0) throw new FileProblem(`The run section of ${of} has no command.`);
  return run;
}

// Settings are texts to the server, however they are written.
function scalarOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new FileProblem(`The ${what} must be a text, a number, true or false.`);
}

// "user@host:path" is another machine's.
function isRelative(key: string, value: string): boolean {
  const isRemote =
    value.includes(":") && (!value.includes("/") || value.indexOf(":") < value.indexOf("/"));
  return PATH_KEYS.includes(key) && value !== "" && !isRemote && !value.startsWith("/");
}

// The paths in it that are relative to the folder of the file.
export function relativePaths(file: TemplateFile): string[] {
  return file.sources.flatMap((source) =>
    [source.config?.settings ?? {}, source.settings].flatMap((settings) =>
      Object.entries(settings)
        .filter(([key, value]) => isRelative(key, value))
        .map(([, value]) => value),
    ),
  );
}

// `folder` is the whole path on the server of the file's folder.
export function withFolder(file: TemplateFile, folder: string): TemplateFile {
  const absolute = (settings: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [
        key,
        isRelative(key, value) ? joined(folder, value) : value,
      ]),
    );
  return {
    ...file,
    sources: file.sources.map((source) => ({
      ...source,
      settings: absolute(source.settings),
      config: source.config && {
        ...source.config,
        settings: absolute(source.config.settings ?? {}),
      },
    })),
  };
}

function joined(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
