// SPDX-License-Identifier: Apache-2.0
// A source to be linked: what the form holds, and what the server gets.
import type { components } from "@/api/schema";
import { addressParts, addressWith } from "./admin_address";
import { EMPTY_RUN, type Pair, type RunForm, recordOf, runFormOf, runSectionOf } from "./admin_run";

export type SourceConfig = components["schemas"]["SourceConfig"];
export const SOURCE_KINDS = ["postgresql", "mariadb", "mysql", "redis", "files"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
export type DatabaseKind = Exclude<SourceKind, "files">;

// The settings that say where the data comes from, and their fields in the form.
const ORIGIN_FIELDS = {
  url: "url",
  backup_command: "backupCommand",
  dump: "dump",
  directory: "directory",
  path: "path",
  ssh: "ssh",
  tar: "tar",
} as const;
export type Origin = keyof typeof ORIGIN_FIELDS | "empty";

// The fields of all kinds; only those of its kind and origin count.
export interface SourceForm {
  name: string;
  kind: SourceKind;
  origin: Origin;
  url: string;
  password: string; // put into the address, so that it is not shown while it is typed
  backupCommand: string;
  dump: string;
  directory: string;
  database: string;
  login: string;
  durability: "full" | "relaxed";
  rights: "owner" | "superuser"; // of the login
  isFollowing: boolean; // of a running server: kept up with it all the time
  isLogical: boolean; // of a running PostgreSQL: copied by its rows, as it lets nobody replicate
  version: string;
  conf: Pair[]; // settings of the database server
  path: string;
  ssh: string;
  sshKey: string;
  sshOptions: string;
  tar: string;
  exclude: string;
  run: RunForm | null;
  other: Pair[]; // settings that a file has and this form does not know
  schedule: string; // when it is synced automatically; "": when told
}

// The first is what a new form begins with.
export const ORIGINS: Record<SourceKind, Origin[]> = {
  postgresql: ["url", "dump", "directory", "empty"],
  mariadb: ["url", "backup_command", "dump", "directory", "empty"],
  mysql: ["url", "dump", "directory", "empty"],
  redis: ["url", "dump", "directory", "empty"],
  files: ["path", "ssh", "tar", "empty"],
};

export const KIND_WORDS: Record<string, string> = {
  postgresql: "PostgreSQL",
  mariadb: "MariaDB",
  mysql: "MySQL",
  redis: "Redis",
  files: "Files",
};

export function isSourceKind(kind: string): kind is SourceKind {
  return SOURCE_KINDS.some((one) => one === kind);
}

export function isDatabase(kind: SourceKind): kind is DatabaseKind {
  return kind !== "files";
}

export function emptySource(kind: SourceKind): SourceForm {
  return {
    name: "",
    kind,
    origin: ORIGINS[kind][0] ?? "empty",
    url: "",
    password: "",
    backupCommand: "",
    dump: "",
    directory: "",
    database: "",
    login: "",
    durability: "full",
    rights: "owner",
    isFollowing: false,
    isLogical: false,
    version: "",
    conf: [],
    path: "",
    ssh: "",
    sshKey: "",
    sshOptions: "",
    tar: "",
    exclude: "",
    run: null,
    other: [],
    schedule: "",
  };
}

// A server's version and settings mean nothing to a server of another kind.
export function ofKind(form: SourceForm, kind: SourceKind): SourceForm {
  return { ...form, kind, origin: ORIGINS[kind][0] ?? "empty", version: "", conf: [] };
}

export function canBeLogical(form: SourceForm): boolean {
  return form.kind === "postgresql" && form.origin === "url";
}

export function withRun(form: SourceForm, isApplication: boolean): SourceForm {
  return { ...form, run: isApplication ? (form.run ?? EMPTY_RUN) : null };
}

export function configOf(form: SourceForm): SourceConfig {
  const settings = { ...recordOf(form.other), ...ownSettings(form) };
  if (form.kind === "files" && form.run) {
    return { kind: form.kind, settings, run: runSectionOf(form.run) };
  }
  return { kind: form.kind, settings };
}

function ownSettings(form: SourceForm): Record<string, string> {
  const settings: Record<string, string> = {};
  const put = (key: string, value: string) => {
    if (value.trim() !== "") settings[key] = value.trim();
  };
  if (form.origin === "url") put("url", addressWith(form.url.trim(), form.password));
  else if (form.origin !== "empty") put(form.origin, form[ORIGIN_FIELDS[form.origin]]);
  if (form.kind === "files") {
    if (form.origin === "ssh") {
      put("ssh_key", form.sshKey);
      put("ssh_options", form.sshOptions);
    }
    put("exclude", form.exclude);
    return settings;
  }
  put("database", form.database);
  put("login", form.login);
  put("version", form.version);
  if (form.durability === "relaxed") settings.durability = "relaxed";
  if (form.rights === "superuser") settings.superuser = "true";
  const isLogical = canBeLogical(form) && form.isLogical;
  if (isLogical) settings.copy = "logical";
  const canFollow = form.origin === "url" || form.other.some((one) => one.name === "url");
  if (form.isFollowing && canFollow && !isLogical) settings.follow = "replication";
  for (const [name, value] of Object.entries(recordOf(form.conf))) settings[`conf.${name}`] = value;
  return settings;
}

// From a template's file, or from a source that is linked already.
export function sourceFormOf(name: string, config: SourceConfig): SourceForm {
  const kind = isSourceKind(config.kind) ? config.kind : "postgresql";
  const form: SourceForm = { ...emptySource(kind), name, origin: "empty" };
  for (const [key, value] of inOrder(config.settings ?? {})) take(form, key, value);
  if (config.run) form.run = runFormOf(config.run);
  return form;
}

// A backup that is followed has a url beside it, which only says whom to follow.
function inOrder(settings: Record<string, string>): [string, string][] {
  const isFirst = ([key]: [string, string]) => key === "backup_command";
  const all = Object.entries(settings);
  return [...all.filter(isFirst), ...all.filter((one) => !isFirst(one))];
}

const DATABASE_FIELDS = { database: "database", login: "login", version: "version" } as const;
const FILES_FIELDS = { ssh_key: "sshKey", ssh_options: "sshOptions", exclude: "exclude" } as const;

function take(form: SourceForm, key: string, value: string) {
  const origin = ORIGINS[form.kind].find((one) => one === key);
  const isOfDatabase = isDatabase(form.kind);
  if (origin && origin !== "empty" && form.origin === "empty") {
    form.origin = origin;
    form[ORIGIN_FIELDS[origin]] = value;
  } else if (isOfDatabase && Object.hasOwn(DATABASE_FIELDS, key)) {
    form[DATABASE_FIELDS[key as keyof typeof DATABASE_FIELDS]] = value;
  } else if (!isOfDatabase && Object.hasOwn(FILES_FIELDS, key)) {
    form[FILES_FIELDS[key as keyof typeof FILES_FIELDS]] = value;
  } else if (isOfDatabase && key === "follow" && value === "replication") {
    form.isFollowing = true;
  } else if (form.kind === "postgresql" && key === "copy" && value === "logical") {
    form.isLogical = true;
  } else if (isOfDatabase && key === "durability" && (value === "full" || value === "relaxed")) {
    form.durability = value;
  } else if (isOfDatabase && key === "superuser" && (value === "true" || value === "false")) {
    form.rights = value === "true" ? "superuser" : "owner";
  } else if (isOfDatabase && key.startsWith("conf.")) {
    form.conf.push({ name: key.slice("conf.".length), value });
  } else {
    form.other.push({ name: key, value });
  }
}

// Where a source's data comes from, in words: "Dump /srv/orders.sql", "Server db.example:5432".
export function whereFrom(config: SourceConfig): string {
  const settings = config.settings ?? {};
  if (settings.url) {
    return `Server ${addressParts(settings.url)?.after.replace(/\/?(\?.*)?$/, "") || "?"}`;
  }
  if (settings.backup_command) return `Backup by ${settings.backup_command}`;
  if (settings.dump) return `Dump ${settings.dump}`;
  if (settings.directory) return `Data directory ${settings.directory}`;
  if (settings.path) return `Folder ${settings.path}`;
  if (settings.ssh) return `ssh ${settings.ssh}`;
  if (settings.tar) return `Archive ${settings.tar}`;
  return "Empty at first";
}
