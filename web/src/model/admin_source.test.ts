// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of a run section
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressWith } from "./admin_address";
import { identifierProblem, nameProblem } from "./admin_names";
import { passwordOf } from "./admin_password";
import { joinWords, runProblems, splitWords } from "./admin_run";
import { configOf, emptySource, ofKind, sourceFormOf, whereFrom } from "./admin_source";
import { scheduleProblem, sourceProblems } from "./admin_source_problems";

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
  const filled = { ...emptySource("postgresql"), name: "orders.db" };

  test("gives only the settings of the chosen origin", () => {
    const form = { ...filled, origin: "dump" as const, dump: "/srv/o.sql", url: "postgresql://x" };
    expect(
      configOf({ ...form, login: "orders", conf: [{ name: "work_mem", value: "8MB" }] }),
    ).toEqual({
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

  test("takes what a Redis server's address may leave out, and no setting of it that has no field", () => {
    const redis = { ...emptySource("redis"), name: "shop.carts", origin: "url" as const };
    for (const url of ["redis://cache.example", "rediss://me@cache.example:6380/3"]) {
      expect(sourceProblems({ ...redis, url, password: "hush" }, [])).toEqual({});
    }
    for (const url of ["redis://cache.example/carts", "postgresql://cache.example", "redis://"]) {
      expect(sourceProblems({ ...redis, url }, [])).toHaveProperty("url");
    }
    expect(configOf({ ...redis, url: "redis://cache.example", password: "hush" })).toEqual({
      kind: "redis",
      settings: { url: "redis://:hush@cache.example" },
    });
    const conf = { "conf.maxmemory": "1gb" };
    expect(sourceFormOf("shop.carts", { kind: "redis", settings: conf }).conf).toEqual([
      { name: "maxmemory", value: "1gb" },
    ]);
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
    expect(configOf(sourceFormOf("x", config))).toEqual(config);
    for (const origin of [
      { url: "mysql://me:secret@db/x" },
      { backup_command: "ssh db.example mariadb-backup --backup --stream=mbstream" },
      { directory: "/var/lib/mysql" },
      { dump: "/srv/o.sql.gz" },
      {},
    ]) {
      const own = { version: "10.11", database: "x", login: "me", "conf.max_connections": "50" };
      const mariadb = { kind: "mariadb", settings: { ...origin, ...own, durability: "relaxed" } };
      expect(sourceFormOf("x", mariadb).other).toEqual([]);
      expect(configOf(sourceFormOf("x", mariadb))).toEqual(mariadb);
    }
    const files = {
      kind: "files",
      settings: { ssh: "me@host:/srv", ssh_key: "/root/key", exclude: "*.log" },
      run: { command: ["bin/x", "a b"], env: { PORT: "${port}" }, health: "", stop_signal: "INT" },
    };
    expect(configOf(sourceFormOf("x", files))).toEqual(files);
  });

  test("says what is wrong beside the field that it is about", () => {
    const wrong = (change: object) => Object.keys(sourceProblems({ ...filled, ...change }, ["db"]));
    expect(wrong({ url: "http://x" })).toEqual(["url"]);
    expect(wrong({ url: "postgresql://db/x", password: "secret" })).toEqual(["url"]);
    expect(wrong({ url: "postgresql://me:***@db/x" })).toEqual(["url"]);
    expect(wrong({ url: "postgresql://me:***@db/x", password: "secret" })).toEqual([]);
    expect(wrong({ origin: "dump", dump: "x.sql" })).toEqual(["dump"]);
    expect(wrong({ origin: "empty", name: "db" })).toEqual(["name"]);
    expect(wrong({ origin: "empty", login: "pg_me", version: "15.2" })).toEqual([
      "login",
      "version",
    ]);
    expect(wrong({ origin: "empty", conf: [{ name: "work mem", value: "1" }] })).toEqual([
      "conf.0",
    ]);
    expect(wrong({ kind: "files", origin: "ssh", ssh: "host/dir" })).toEqual(["ssh"]);
    expect(wrong({ kind: "files", origin: "path", path: "" })).toEqual(["path"]);
  });

  test("checks MariaDB's settings by MariaDB's rules", () => {
    const empty = { ...ofKind(filled, "mariadb"), origin: "empty" as const };
    const wrong = (change: object) => Object.keys(sourceProblems({ ...empty, ...change }, []));
    const wrongUrl = (url: string, password = "") => wrong({ origin: "url", url, password });
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
    const command = (backupCommand: string) => wrong({ origin: "backup_command", backupCommand });
    expect(command("ssh db mariadb-backup --backup --stream=mbstream")).toEqual([]);
    expect(command(" ")).toEqual(["backupCommand"]);
    expect(command("mariadb-backup --password=*** --backup")).toEqual(["backupCommand"]);
    expect(wrong({ version: "10.11", login: "pg_me", database: "x".repeat(64) })).toEqual([]);
    expect(wrong({ version: "10", login: "PUBLIC" })).toEqual(["login", "version"]);
    expect(wrong({ version: "8.0", database: "x".repeat(65) })).toEqual(["database", "version"]);
    const conf = (name: string, value: string) => wrong({ conf: [{ name, value }] });
    expect(conf("innodb-buffer-pool-size", "1G")).toEqual([]);
    expect(conf("max connections", "1")).toEqual(["conf.0"]);
    expect(conf("ssl_passphrase", "***")).toEqual(["conf.0"]);
  });

  test("leaves a server's version and settings behind when it becomes another kind", () => {
    const form = {
      ...filled,
      database: "orders",
      version: "15",
      conf: [{ name: "work_mem", value: "8MB" }],
    };
    expect(ofKind(form, "mariadb")).toEqual({
      ...emptySource("mariadb"),
      name: "orders.db",
      database: "orders",
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
  const form = sourceFormOf("shop.stock", config);
  expect(form.isFollowing).toBe(true);
  expect(configOf(form)).toEqual(config);
  expect(configOf({ ...form, isFollowing: false }).settings).not.toHaveProperty("follow");
});

test("A backup that is followed keeps the address of whom it follows", () => {
  const settings = {
    backup_command: "ssh db backup",
    url: "mysql://u@h:3306/",
    follow: "replication",
  };
  for (const entries of [Object.entries(settings), Object.entries(settings).reverse()]) {
    const config = { kind: "mariadb", settings: Object.fromEntries(entries) };
    expect(configOf(sourceFormOf("shop.stock", config))).toEqual(config);
  }
});

test("A server that lets nobody replicate is copied by its rows, and not followed", () => {
  const config = {
    kind: "postgresql",
    settings: { copy: "logical", url: "postgresql://u@h:5432/shop" },
  };
  const form = sourceFormOf("shop.db", config);
  expect(form.isLogical).toBe(true);
  expect(configOf(form)).toEqual(config);
  expect(configOf({ ...form, isFollowing: true })).toEqual(config);
  expect(configOf({ ...form, kind: "mariadb" }).settings).not.toHaveProperty("copy");
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
