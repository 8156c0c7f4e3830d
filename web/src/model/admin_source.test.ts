// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of a run section
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import kinds from "../../../tests/support/kinds.json";
import { addressWith } from "./admin_address";
import { identifierProblem, nameProblem } from "./admin_names";
import { passwordOf } from "./admin_password";
import { joinWords, runProblems, splitWords } from "./admin_run";
import {
  configOf,
  emptySource,
  ofKind,
  type SourceConfig,
  type SourceForm,
  sourceFormOf,
  whereFrom,
} from "./admin_source";
import { scheduleProblem, sourceProblems } from "./admin_source_problems";
import { type Kind, kindNamed } from "./kinds";

function kindOf(name: string): Kind {
  const kind = kindNamed(kinds as Kind[], name);
  if (!kind) throw new Error(`there is no kind ${name}`);
  return kind;
}
const formOf = (config: SourceConfig) => sourceFormOf("x", config, kindOf(config.kind));
// The form with other values.
const having = (form: SourceForm, values: Record<string, string>, more = {}): SourceForm => ({
  ...form,
  values: { ...form.values, ...values },
  ...more,
});

describe("A command", () => {
  test("is split into words as a shell does it", () => {
    expect(splitWords('bin/server --name \'my shop\' "a \\"b\\"" c\\ d')).toEqual([
      "bin/server",
      "--name",
      "my shop",
      'a "b"',
      "c d",
    ]);
    expect(splitWords("  ")).toEqual([]);
    expect(splitWords("bin/server 'open")).toBeNull();
  });

  test("comes back as it was, whatever its words are", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitWords(joinWords(words))).toEqual(words);
      }),
    );
  });
});

describe("A source's form", () => {
  const filled = { ...emptySource(kindOf("postgresql")), name: "orders.db" };

  test("gives only the settings of the chosen origin", () => {
    const form = having(filled, { dump: "/srv/o.sql", url: "postgresql://x", login: "orders" });
    const options = { conf: [{ name: "work_mem", value: "8MB" }] };
    expect(configOf({ ...form, origin: "dump", options })).toEqual({
      kind: "postgresql",
      settings: { dump: "/srv/o.sql", login: "orders", "conf.work_mem": "8MB" },
    });
  });

  test("puts the password into the address, with its special characters written out", () => {
    expect(addressWith("postgresql://me@db.example:5432/orders", "p@ss/word")).toBe(
      "postgresql://me:p%40ss%2Fword@db.example:5432/orders",
    );
    expect(addressWith("postgresql://me:***@db/orders", "new")).toBe(
      "postgresql://me:new@db/orders",
    );
    expect(addressWith("postgresql://me:old@db/orders", "")).toBe("postgresql://me:old@db/orders");
    expect(addressWith("mysql://me@db.example:3307/", "p@ss")).toBe(
      "mysql://me:p%40ss@db.example:3307/",
    );
  });

  test("takes what a Redis server's address may leave out", () => {
    const redis = { ...emptySource(kindOf("redis")), name: "shop.carts" };
    const wrong = (url: string, password = "") =>
      sourceProblems(having(redis, { url }, { password }), []);
    for (const url of ["redis://cache.example", "rediss://me@cache.example:6380/3"]) {
      expect(wrong(url, "hush")).toEqual({});
    }
    for (const url of ["redis://cache.example/carts", "postgresql://cache.example", "redis://"]) {
      expect(wrong(url)).toHaveProperty("url");
    }
    expect(configOf(having(redis, { url: "redis://cache.example" }, { password: "hush" }))).toEqual(
      { kind: "redis", settings: { url: "redis://:hush@cache.example" } },
    );
  });

  test("comes back from a configuration with every setting, known or not", () => {
    const config = {
      kind: "postgresql",
      settings: {
        url: "postgresql://me@db/x",
        database: "x",
        durability: "relaxed",
        superuser: "true",
        "conf.work_mem": "8MB",
        hook: "x",
      },
    };
    expect(configOf(formOf(config))).toEqual(config);
    for (const origin of [
      { url: "mysql://me:secret@db/x" },
      { backup_command: "ssh db.example mariadb-backup --backup --stream=mbstream" },
      { directory: "/var/lib/mysql" },
      { dump: "/srv/o.sql.gz" },
      {},
    ]) {
      const own = { version: "10.11", database: "x", login: "me", "conf.max_connections": "50" };
      const mariadb = { kind: "mariadb", settings: { ...origin, ...own, durability: "relaxed" } };
      expect(formOf(mariadb).other).toEqual([]);
      expect(configOf(formOf(mariadb))).toEqual(mariadb);
    }
    const files = {
      kind: "files",
      settings: { ssh: "me@host:/srv", ssh_key: "/root/key", exclude: "*.log" },
      run: { command: ["bin/x", "a b"], env: { PORT: "${port}" }, health: "", stop_signal: "INT" },
    };
    expect(configOf(formOf(files))).toEqual(files);
  });

  test("says what is wrong beside the field that it is about", () => {
    const wrong = (values: Record<string, string>, more = {}) =>
      Object.keys(sourceProblems(having(filled, values, more), ["db"]));
    expect(wrong({ url: "http://x" })).toEqual(["url"]);
    expect(wrong({ url: "postgresql://db/x" }, { password: "secret" })).toEqual(["url"]);
    expect(wrong({ url: "postgresql://me:***@db/x" })).toEqual(["url"]);
    expect(wrong({ url: "postgresql://me:***@db/x" }, { password: "secret" })).toEqual([]);
    expect(wrong({ dump: "x.sql" }, { origin: "dump" })).toEqual(["dump"]);
    expect(wrong({}, { origin: "", name: "db" })).toEqual(["name"]);
    expect(wrong({ login: "pg_me", version: "15.2" }, { origin: "" })).toEqual([
      "login",
      "version",
    ]);
    const options = { conf: [{ name: "work mem", value: "1" }] };
    expect(wrong({}, { origin: "", options })).toEqual(["conf.0"]);
    const files = { kind: kindOf("files") };
    expect(wrong({ ssh: "host/dir" }, { ...files, origin: "ssh" })).toEqual(["ssh"]);
    expect(wrong({ path: "" }, { ...files, origin: "path" })).toEqual(["path"]);
  });

  test("checks MariaDB's settings by MariaDB's rules", () => {
    const empty = { ...emptySource(kindOf("mariadb")), name: "orders.db", origin: "" };
    const wrong = (values: Record<string, string>, more = {}) =>
      Object.keys(sourceProblems(having(empty, values, more), []));
    const wrongUrl = (url: string, password = "") => wrong({ url }, { origin: "url", password });
    for (const url of ["mysql://me@db:3306/x", "mariadb://me@[::1]/", "mysql://me:secret@db"]) {
      expect(wrongUrl(url)).toEqual([]);
    }
    for (const url of [
      "postgresql://me@db/x",
      "mysql://db/x",
      "mysql://me@",
      "mysql://me@db/x?ssl=1",
      "mysql://me@db/x/y",
      "mysql://me:***@db/x",
    ]) {
      expect(wrongUrl(url)).toEqual(["url"]);
    }
    expect(wrongUrl("mysql://me:***@db/x", "secret")).toEqual([]);
    const command = (backup_command: string) =>
      wrong({ backup_command }, { origin: "backup_command" });
    expect(command("ssh db mariadb-backup --backup --stream=mbstream")).toEqual([]);
    expect(command(" ")).toEqual(["backup_command"]);
    expect(command("mariadb-backup --password=*** --backup")).toEqual(["backup_command"]);
    expect(wrong({ version: "10.11", login: "pg_me", database: "x".repeat(64) })).toEqual([]);
    expect(wrong({ version: "10", login: "PUBLIC" })).toEqual(["login", "version"]);
    expect(wrong({ version: "10.6", database: "x".repeat(65) })).toEqual(["database"]);
    const conf = (name: string, value: string) =>
      wrong({}, { options: { conf: [{ name, value }] } });
    expect(conf("innodb-buffer-pool-size", "1G")).toEqual([]);
    expect(conf("max connections", "1")).toEqual(["conf.0"]);
    expect(conf("ssl_passphrase", "***")).toEqual(["conf.0"]);
  });

  test("leaves a server's version and settings behind when it becomes another kind", () => {
    const form = having(
      filled,
      { database: "orders", version: "15" },
      { options: { conf: [{ name: "work_mem", value: "8MB" }] } },
    );
    expect(ofKind(form, kindOf("mariadb"))).toEqual({
      ...emptySource(kindOf("mariadb")),
      name: "orders.db",
      values: { database: "orders" },
    });
  });

  test("is said where it comes from, without the password", () => {
    const of = (settings: Record<string, string>) => whereFrom({ kind: "postgresql", settings });
    expect(of({ url: "postgresql://me:***@db.example:5432/orders?sslmode=require" })).toBe(
      "Server db.example:5432/orders",
    );
    expect(of({ url: "mysql://me:***@db.example:3306/" })).toBe("Server db.example:3306");
    expect(of({ backup_command: "ssh db backup" })).toBe("Backup by ssh db backup");
    expect(of({ dump: "/srv/o.sql" })).toBe("Dump /srv/o.sql");
    expect(of({})).toBe("Empty at first");
  });
});

test("A run section takes only variables that an instance can have", () => {
  const run = { command: "bin/x", env: [], health: "/", stopSignal: "TERM" };
  const of = (change: object) => Object.keys(runProblems({ ...run, ...change }));
  expect(of({ env: [{ name: "URL", value: "${db.URL}:${port}" }] })).toEqual([]);
  expect(of({ env: [{ name: "URL", value: "${url}" }] })).toEqual(["env.0"]);
  expect(of({ command: "bin/x ${port", health: "health" })).toEqual(["command", "health"]);
  const twice = [
    { name: "A", value: "1" },
    { name: "A", value: "2" },
  ];
  expect(of({ env: twice })).toEqual(["env.1"]);
});

test("Names are refused for what the server would refuse them for", () => {
  expect(nameProblem("orders, of today")).toBeNull();
  for (const name of ["", " x", "a/b", "src_x", "a\nb", "x".repeat(65)]) {
    expect(nameProblem(name)).not.toBeNull();
  }
  expect(identifierProblem("db-2.x_y")).toBeNull();
  for (const name of ["", "Db", "_db", "d b", "x".repeat(33)]) {
    expect(identifierProblem(name)).not.toBeNull();
  }
});

test("A made-up password has four groups of letters and digits", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      expect(passwordOf(bytes)).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    }),
  );
});

test("Following a server is a setting beside its address, and stays so", () => {
  const config = {
    kind: "mariadb",
    settings: { follow: "replication", url: "mysql://u@h:3306/shop" },
  };
  const form = formOf(config);
  expect(form.values.follow).toBe("replication");
  expect(configOf(form)).toEqual(config);
  expect(configOf(having(form, { follow: "" })).settings).not.toHaveProperty("follow");
});

test("A backup that is followed keeps the address of whom it follows", () => {
  const settings = {
    backup_command: "ssh db backup",
    url: "mysql://u@h:3306/",
    follow: "replication",
  };
  for (const entries of [Object.entries(settings), Object.entries(settings).reverse()]) {
    const config = { kind: "mariadb", settings: Object.fromEntries(entries) };
    expect(configOf(formOf(config))).toEqual(config);
  }
});

test("What is followed in a way that the form does not have stays as it is", () => {
  const config = {
    kind: "postgresql",
    settings: { url: "postgresql://u@h/shop", follow: "archive", archive: "/srv/log" },
  };
  expect(formOf(config).other.map(({ name }) => name)).toEqual(["follow", "archive"]);
  expect(configOf(formOf(config))).toEqual(config);
});

test("A server that lets nobody replicate is copied by its rows, and not followed", () => {
  const config = {
    kind: "postgresql",
    settings: { copy: "logical", url: "postgresql://u@h:5432/shop" },
  };
  const form = formOf(config);
  expect(form.values.copy).toBe("logical");
  expect(configOf(form)).toEqual(config);
  expect(configOf(having(form, { follow: "replication" }))).toEqual(config);
  expect(configOf(ofKind(form, kindOf("mariadb"))).settings).not.toHaveProperty("copy");
});

test("A schedule is refused for what the server would refuse it for", () => {
  for (const fine of [
    "",
    "every 15min",
    "every 6h",
    "daily 02:30",
    "weekdays 2:30",
    "sun,wed 23:00",
  ]) {
    expect(scheduleProblem(fine)).toBeNull();
  }
  for (const wrong of [
    "hourly",
    "every 15",
    "every 0min",
    "daily 25:00",
    "someday 02:30",
    "sun, 02:30",
  ]) {
    expect(scheduleProblem(wrong)).not.toBeNull();
  }
});
