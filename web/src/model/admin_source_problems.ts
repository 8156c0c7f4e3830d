// SPDX-License-Identifier: Apache-2.0
// What is wrong with a source's form, by field: what the server would refuse, said before it is sent.
import { addressParts } from "./admin_address";
import { nameProblem } from "./admin_names";
import { runProblems, withoutEmpty } from "./admin_run";
import { type DatabaseKind, isDatabase, type SourceForm } from "./admin_source";

type Problems = Record<string, string | null>;

// `taken`: the names of the sources that there are.
export function sourceProblems(form: SourceForm, taken: readonly string[]): Record<string, string> {
  const { kind } = form;
  const problems: Problems = { name: nameProblem(form.name) };
  if (taken.includes(form.name)) problems.name = `A source called “${form.name}” exists already.`;
  Object.assign(problems, isDatabase(kind) ? databaseProblems(form, kind) : filesProblems(form));
  problems.schedule = scheduleProblem(form.schedule);
  form.other.forEach((pair, index) => {
    problems[`other.${index}`] = maskProblem(pair.value);
  });
  return withoutEmpty(
    Object.fromEntries(Object.entries(problems).map(([field, words]) => [field, words ?? ""])),
  );
}

const TIME = /^([01]?\d|2[0-3]):[0-5]\d$/;
const DAYS = /^(daily|weekdays|(sun|mon|tue|wed|thu|fri|sat)(,(sun|mon|tue|wed|thu|fri|sat))*)$/;

// As the server reads it: "every 15min", "daily 02:30".
export function scheduleProblem(schedule: string): string | null {
  const [first = "", second = "", ...rest] = schedule.trim().split(" ");
  if (first === "") return null;
  const isInterval = first === "every" && /^[1-9]\d{0,5}(min|h|d)$/.test(second);
  const isOnDays = DAYS.test(first) && TIME.test(second);
  if (rest.length === 0 && (isInterval || isOnDays)) return null;
  return "It looks like: every 15min, daily 02:30, weekdays 02:30, or sun,wed 02:30.";
}

// The server shows passwords as ***, and would take that for the password.
export function maskProblem(value: string): string | null {
  return value.includes("***") ? "The password is not shown here. Type it again." : null;
}

interface Rules {
  schemes: string[];
  addressLike: string;
  after: RegExp; // what may follow the user in an address
  databaseLength: number;
  loginLength: number;
  isReserved: (login: string) => boolean;
  version: RegExp;
  versionWords: string;
  conf: RegExp;
  confWords: string;
}

const MARIADB: Rules = {
  schemes: ["mysql://", "mariadb://"],
  addressLike: "mysql://user@host:3306/database, with nothing after the database",
  after: /^[^/?#]+(\/[^/?#]*)?$/,
  databaseLength: 64,
  loginLength: 80,
  isReserved: (login) =>
    ["slipstream", "slipstream_login", "mariadb.sys", "PUBLIC"].includes(login),
  version: /^[1-9]\d+\.(0|[1-9]\d*)$/,
  versionWords: "A release series of MariaDB, such as 10.11.",
  conf: /^[A-Za-z0-9_.-]+$/,
  confWords: "A server option, such as max_connections.",
};

// As of MariaDB, but for its own names and numbers.
const MYSQL: Rules = {
  ...MARIADB,
  isReserved: (login) =>
    ["slipstream", "slipstream_login", "mysql.sys", "mysql.session", "mysql.infoschema"].includes(
      login,
    ),
  version: /^[1-9]\d*\.(0|[1-9]\d*)$/,
  versionWords: "A release series of MySQL, such as 8.4.",
};

const REDIS: Rules = {
  schemes: ["redis://", "rediss://"],
  addressLike: "redis://user@host:6379/0, with a number at the end or none",
  after: /^[^/?#]+(\/\d*)?$/,
  databaseLength: 5,
  loginLength: 64,
  isReserved: (login) => login === "slipstream",
  version: /^$/,
  versionWords: "",
  conf: /^[a-z0-9_.-]+$/,
  confWords: "A directive of redis.conf, such as maxmemory.",
};

const RULES: Record<DatabaseKind, Rules> = {
  postgresql: {
    schemes: ["postgresql://", "postgres://"],
    addressLike: "postgresql://user@host:5432/database",
    after: /^/, // anything: its client library knows many parameters
    databaseLength: 63,
    loginLength: 63,
    isReserved: (login) => login === "slipstream" || login.startsWith("pg_"),
    version: /^[1-9]\d*$/,
    versionWords: "A number such as 15.",
    conf: /^[A-Za-z0-9_.]+$/,
    confWords: "A setting of postgresql.conf, such as work_mem.",
  },
  mariadb: MARIADB,
  mysql: MYSQL,
  redis: REDIS,
};

function databaseProblems(form: SourceForm, kind: DatabaseKind): Problems {
  const { origin } = form;
  const rules = RULES[kind];
  const login = form.login.trim();
  const version = form.version.trim();
  const problems: Problems = {
    url: origin === "url" ? addressProblem(form.url.trim(), form.password, kind) : null,
    backupCommand: origin === "backup_command" ? commandProblem(form.backupCommand) : null,
    dump: origin === "dump" ? pathProblem(form.dump) : null,
    directory: origin === "directory" ? pathProblem(form.directory) : null,
    database: lengthProblem(form.database, rules.databaseLength),
    login: rules.isReserved(login)
      ? `“${login}” is reserved. Choose another name.`
      : lengthProblem(login, rules.loginLength),
    version: version === "" || rules.version.test(version) ? null : rules.versionWords,
  };
  form.conf.forEach(({ name, value }, index) => {
    const isBlank = name.trim() === "" && value === "";
    const isNamed = isBlank || rules.conf.test(name.trim());
    problems[`conf.${index}`] = isNamed ? maskProblem(value) : rules.confWords;
  });
  return problems;
}

function addressProblem(url: string, password: string, kind: DatabaseKind): string | null {
  const { schemes, addressLike, after } = RULES[kind];
  const parts = addressParts(url);
  if (!parts || !schemes.includes(parts.scheme) || !after.test(parts.after)) {
    return `It looks like ${addressLike}.`;
  }
  // PostgreSQL has a default for the user, and Redis one that has a password.
  const needsUser = kind === "postgresql" ? password !== "" : kind !== "redis";
  if (parts.user === "" && needsUser) {
    return `Write the user too: ${parts.scheme}user@host.`;
  }
  if (password !== "" && parts.password !== null && parts.password !== "***") {
    return "The address has a password already. Leave one of them out.";
  }
  return password === "" ? maskProblem(url) : null;
}

function commandProblem(command: string): string | null {
  return command.trim() === "" ? "Say what makes the backup." : maskProblem(command);
}

function pathProblem(path: string): string | null {
  if (path.trim() === "") return "Say where it is on the server.";
  return path.trim().startsWith("/") ? null : "Write the whole path, from the first slash on.";
}

function lengthProblem(name: string, most: number): string | null {
  return name.trim().length > most ? `At most ${most} characters are possible.` : null;
}

function filesProblems(form: SourceForm): Problems {
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
