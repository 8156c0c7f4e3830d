// A source to be linked: what the form holds, what the server gets, and what is wrong with it.
import type { components } from "@/api/schema";
import { nameProblem } from "./admin_names";
import {
  EMPTY_RUN,
  type Pair,
  type RunForm,
  recordOf,
  runFormOf,
  runProblems,
  runSectionOf,
  withoutEmpty,
} from "./admin_run";

export type SourceConfig = components["schemas"]["SourceConfig"];
export type SourceKind = "postgresql" | "files";
export type Origin = "url" | "dump" | "directory" | "path" | "ssh" | "tar" | "empty";

// The fields of both kinds; only those of its kind and origin count.
export interface SourceForm {
  name: string;
  kind: SourceKind;
  origin: Origin;
  url: string;
  password: string; // put into the address, so that it is not shown while it is typed
  dump: string;
  directory: string;
  database: string;
  login: string;
  durability: "full" | "relaxed";
  version: string;
  conf: Pair[]; // of postgresql.conf
  path: string;
  ssh: string;
  sshKey: string;
  sshOptions: string;
  tar: string;
  exclude: string;
  run: RunForm | null;
  other: Pair[]; // settings that a file has and this form does not know
}

export const ORIGINS: Record<SourceKind, Origin[]> = {
  postgresql: ["url", "dump", "directory", "empty"],
  files: ["path", "ssh", "tar", "empty"],
};

export const KIND_WORDS: Record<string, string> = { postgresql: "PostgreSQL", files: "Files" };

export function emptySource(kind: SourceKind): SourceForm {
  return {
    name: "",
    kind,
    origin: ORIGINS[kind][0] ?? "empty",
    url: "",
    password: "",
    dump: "",
    directory: "",
    database: "",
    login: "",
    durability: "full",
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
  };
}

export function ofKind(form: SourceForm, kind: SourceKind): SourceForm {
  return { ...form, kind, origin: ORIGINS[kind][0] ?? "empty" };
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
  if (form.kind === "files") {
    if (form.origin === "path") put("path", form.path);
    if (form.origin === "tar") put("tar", form.tar);
    if (form.origin === "ssh") {
      put("ssh", form.ssh);
      put("ssh_key", form.sshKey);
      put("ssh_options", form.sshOptions);
    }
    put("exclude", form.exclude);
    return settings;
  }
  if (form.origin === "url") put("url", addressWith(form.url.trim(), form.password));
  if (form.origin === "dump") put("dump", form.dump);
  if (form.origin === "directory") put("directory", form.directory);
  put("database", form.database);
  put("login", form.login);
  put("version", form.version);
  if (form.durability === "relaxed") settings.durability = "relaxed";
  for (const [name, value] of Object.entries(recordOf(form.conf))) settings[`conf.${name}`] = value;
  return settings;
}

// From a template's file, or from a source that is linked already.
export function sourceFormOf(name: string, config: SourceConfig): SourceForm {
  const kind: SourceKind = config.kind === "files" ? "files" : "postgresql";
  const form: SourceForm = { ...emptySource(kind), name, origin: "empty" };
  for (const [key, value] of Object.entries(config.settings ?? {})) take(form, key, value);
  if (config.run) form.run = runFormOf(config.run);
  return form;
}

const PLAIN = { database: "database", login: "login", version: "version" } as const;
const FILES_PLAIN = { ssh_key: "sshKey", ssh_options: "sshOptions", exclude: "exclude" } as const;

function take(form: SourceForm, key: string, value: string) {
  const origin = ORIGINS[form.kind].find((one) => one === key);
  if (origin && origin !== "empty" && form.origin === "empty") {
    form.origin = origin;
    form[origin] = value;
  } else if (form.kind === "postgresql" && Object.hasOwn(PLAIN, key)) {
    form[PLAIN[key as keyof typeof PLAIN]] = value;
  } else if (form.kind === "files" && Object.hasOwn(FILES_PLAIN, key)) {
    form[FILES_PLAIN[key as keyof typeof FILES_PLAIN]] = value;
  } else if (key === "durability" && (value === "full" || value === "relaxed")) {
    form.durability = value;
  } else if (form.kind === "postgresql" && key.startsWith("conf.")) {
    form.conf.push({ name: key.slice("conf.".length), value });
  } else {
    form.other.push({ name: key, value });
  }
}

interface Address {
  before: string; // "postgresql://"
  user: string;
  password: string | null;
  after: string; // "host:5432/database?..."
}

function partsOf(url: string): Address | null {
  const found = /^(postgres(?:ql)?:\/\/)([^/?#]*)([\s\S]*)$/.exec(url);
  if (!found) return null;
  const [, before = "", authority = "", rest = ""] = found;
  const at = authority.lastIndexOf("@");
  const who = at < 0 ? "" : authority.slice(0, at);
  const colon = who.indexOf(":");
  return {
    before,
    user: colon < 0 ? who : who.slice(0, colon),
    password: colon < 0 ? null : who.slice(colon + 1),
    after: authority.slice(at + 1) + rest,
  };
}

// The address with the password in it. Without a password it stays as it is.
export function addressWith(url: string, password: string): string {
  const parts = partsOf(url);
  if (!parts || password === "") return url;
  return `${parts.before}${parts.user}:${encodeURIComponent(password)}@${parts.after}`;
}

// What is wrong, by field. `taken`: the names of the sources that there are.
export function sourceProblems(form: SourceForm, taken: readonly string[]): Record<string, string> {
  const problems: Record<string, string | null> = { name: nameProblem(form.name) };
  if (taken.includes(form.name)) problems.name = `A source called “${form.name}” exists already.`;
  Object.assign(problems, form.kind === "files" ? filesProblems(form) : postgresqlProblems(form));
  form.other.forEach((pair, index) => {
    problems[`other.${index}`] = maskProblem(pair.value);
  });
  return withoutEmpty(
    Object.fromEntries(Object.entries(problems).map(([field, words]) => [field, words ?? ""])),
  );
}

function postgresqlProblems(form: SourceForm): Record<string, string | null> {
  const { origin } = form;
  const problems: Record<string, string | null> = {
    url: origin === "url" ? addressProblem(form.url.trim(), form.password) : null,
    dump: origin === "dump" ? pathProblem(form.dump) : null,
    directory: origin === "directory" ? pathProblem(form.directory) : null,
    database: loginProblem(form.database),
    login: loginProblem(form.login),
    version: /^([1-9]\d*)?$/.test(form.version.trim()) ? null : "A number such as 15.",
  };
  if (form.login === "slipstream" || form.login.startsWith("pg_")) {
    problems.login = `“${form.login}” is reserved. Choose another name.`;
  }
  form.conf.forEach(({ name, value }, index) => {
    const isNamed = /^[A-Za-z0-9_.]*$/.test(name.trim()) && (name.trim() !== "" || value === "");
    if (!isNamed) problems[`conf.${index}`] = "A setting of postgresql.conf, such as work_mem.";
  });
  return problems;
}

function addressProblem(url: string, password: string): string | null {
  const parts = partsOf(url);
  if (!parts) return "It looks like postgresql://user@host:5432/database.";
  if (password !== "" && parts.user === "") return "Write the user too: postgresql://user@host.";
  if (password !== "" && parts.password !== null && parts.password !== "***") {
    return "The address has a password already. Leave one of them out.";
  }
  return password === "" ? maskProblem(url) : null;
}

// The server shows passwords as ***, and would take that for the password.
export function maskProblem(value: string): string | null {
  return value.includes("***") ? "The password is not shown here. Type it again." : null;
}

function pathProblem(path: string): string | null {
  if (path.trim() === "") return "Say where it is on the server.";
  return path.trim().startsWith("/") ? null : "Write the whole path, from the first slash on.";
}

function loginProblem(name: string): string | null {
  return name.length > 63 ? "At most 63 characters are possible." : null;
}

function filesProblems(form: SourceForm): Record<string, string | null> {
  const { origin } = form;
  const isRemote = origin === "ssh";
  return {
    path: origin === "path" ? pathProblem(form.path) : null,
    tar: origin === "tar" ? pathProblem(form.tar) : null,
    ssh:
      isRemote && !/^[A-Za-z0-9_.][A-Za-z0-9_.@:[\]-]*:\/.*$/.test(form.ssh.trim())
        ? "It looks like user@host:/directory."
        : null,
    sshKey:
      isRemote && form.sshKey !== "" && !/^\/[^\s'"]*$/.test(form.sshKey)
        ? "A whole path without spaces and quotes."
        : null,
    sshOptions: isRemote && /['"]/.test(form.sshOptions) ? "Quotes are not possible here." : null,
    ...(form.run && prefixed("run.", runProblems(form.run))),
  };
}

function prefixed(prefix: string, problems: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems).map(([field, words]) => [prefix + field, words]),
  );
}

// Where a source's data comes from, in words: "Dump /srv/orders.sql", "Server db.example:5432".
export function whereFrom(config: SourceConfig): string {
  const settings = config.settings ?? {};
  if (settings.url) return `Server ${partsOf(settings.url)?.after.replace(/\?.*$/, "") || "?"}`;
  if (settings.dump) return `Dump ${settings.dump}`;
  if (settings.directory) return `Data directory ${settings.directory}`;
  if (settings.path) return `Folder ${settings.path}`;
  if (settings.ssh) return `ssh ${settings.ssh}`;
  if (settings.tar) return `Archive ${settings.tar}`;
  return "Empty at first";
}
