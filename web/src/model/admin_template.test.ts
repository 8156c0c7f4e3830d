// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of a run section
import { describe, expect, test } from "vitest";
import type { Source, Template } from "@/api/types";
import kinds from "../../../tests/support/kinds.json";
import { configOf } from "./admin_source";
import {
  placeFor,
  planTemplate,
  templateFormOf,
  templateFormOfFile,
  templateProblems,
  withSource,
} from "./admin_template";
import {
  readTemplateFile,
  relativePaths,
  type TemplateFile,
  withFolder,
} from "./admin_template_file";
import type { Kind } from "./kinds";

const formOfFile = (file: TemplateFile) => templateFormOfFile(file, kinds as Kind[]);

const EMPLOYEES = `name = "employees"
[[source]]
name = "db"
kind = "postgresql"
dump = "database.sql"
durability = "full"
conf.shared_buffers = "64MB"
port = 5433

[[source]]
name = "app"
kind = "files"
path = "application"
port = 1080
priority = 2
[source.run]
command = ["bin/employees", "two words"]
health = "/health"
[source.run.env]
PORT = "\${port}"
`;

const file = () => withFolder(readTemplateFile(EMPLOYEES), "/srv/demo");
const form = () => formOfFile(file());

const source = (id: string, name: string, config: Source["config"]): Source => ({
  id,
  name,
  config,
  position: null,
  synced_at: null,
  created_at: "2026-11-22T14:00:00.000Z",
  follows: false,
  schedule: "",
  next_sync: null,
  webhook: false,
});

const linked = () => [
  source("src_1", "employees.db", {
    kind: "postgresql",
    settings: { dump: "/srv/demo/database.sql", "conf.shared_buffers": "64MB" },
    run: null,
  }),
  source("src_2", "employees.app", {
    kind: "files",
    settings: { path: "/srv/demo/application" },
    run: { command: ["bin/employees", "two words"], env: { PORT: "${port}" }, health: "/health" },
  }),
];

function existing(): Template {
  const place = (name: string, id: string, kind: string, priority: number, port: number) => ({
    name,
    source: { id, name: `employees.${name}` },
    kind,
    priority,
    port,
    settings: {},
  });
  const sources = [
    place("db", "src_1", "postgresql", 1, 5433),
    place("app", "src_2", "files", 2, 1080),
  ];
  return {
    id: "tpl_1",
    name: "employees",
    version: 1,
    sources,
    ask_beyond_s: null,
    versions: [{ number: 1, sources, ask_beyond_s: null }],
    newest_at: null,
    created_at: "2026-11-22T14:00:00.000Z",
  };
}

describe("A template's file", () => {
  test("is read as the command reads it, its paths relative to the given folder", () => {
    expect(relativePaths(readTemplateFile(EMPLOYEES))).toEqual(["database.sql", "application"]);
    const [db, app] = file().sources;
    expect(db?.linked).toBe("employees.db");
    expect(db?.config?.settings).toEqual({
      dump: "/srv/demo/database.sql",
      durability: "full",
      "conf.shared_buffers": "64MB",
    });
    expect(app?.priority).toBe(2);
    expect(app?.config?.run?.command).toEqual(["bin/employees", "two words"]);
    expect(relativePaths(file())).toEqual([]);
  });

  test("keeps whole paths and those on other machines", () => {
    const text = (path: string) =>
      `name = "t"\n[[source]]\nname = "a"\nkind = "files"\npath = "${path}"`;
    const pathOf = (path: string) =>
      withFolder(readTemplateFile(text(path)), "/srv/a").sources[0]?.config?.settings?.path;
    expect(pathOf("/data/a")).toBe("/data/a");
    expect(pathOf("backup@host:files")).toBe("backup@host:files");
    expect(pathOf("../c/./d")).toBe("/srv/c/d");
  });

  test("takes a MariaDB server, and a backup's command as it is written", () => {
    const command = "ssh db mariadb-backup --backup --stream=mbstream";
    const file = readTemplateFile(
      `name = "t"\n[[source]]\nname = "db"\nkind = "mariadb"\nport = 3307\n` +
        `backup_command = "${command}"\nversion = "10.11"\nconf.max_connections = 50\n`,
    );
    expect(relativePaths(file)).toEqual([]);
    const [place] = formOfFile(withFolder(file, "/srv")).places;
    expect(place).toMatchObject({ source: "t.db", port: "3307" });
    expect(place?.toLink).toMatchObject({
      origin: "backup_command",
      values: { backup_command: command },
    });
    expect(place?.toLink && configOf(place.toLink)).toEqual({
      kind: "mariadb",
      settings: { backup_command: command, version: "10.11", "conf.max_connections": "50" },
    });
    expect(templateProblems(formOfFile(file), [])).toEqual({});
  });

  test("is refused with what is wrong and where", () => {
    const refusal = (text: string) => {
      try {
        formOfFile(readTemplateFile(text));
        return "nothing";
      } catch (error) {
        return String(error);
      }
    };
    const named = 'name = "t"\n[[source]]\nname = "a"\n';
    expect(refusal("")).toContain("names no template");
    expect(refusal('name = "t"')).toContain("no sources");
    expect(refusal("name = 3")).toContain("must be a text in quotes");
    expect(refusal('name = "t"\ncolour = 1')).toContain("unknown key “colour”");
    expect(refusal("name = [\n")).toMatch(/Line \d cannot be read/);
    expect(refusal(named)).toContain("has no kind. Add: kind = ");
    expect(refusal(`${named}kind = "oracle"`)).toContain(
      "unknown kind “oracle”. There are postgresql, mariadb, mysql, redis and files.",
    );
    expect(refusal(`${named}kind = "files"\nport = 70000`)).toContain("0 to 65535");
    expect(refusal(`${named}source = "x"\nkind = "files"`)).toContain("describes one as well");
    expect(refusal(`${named}kind = "files"\n[source.run]\nport = 1`)).toContain(
      "unknown key “port”",
    );
    const hooked = `${named}kind = "postgresql"\n[[source.hook]]\n`;
    expect(refusal(`${hooked}when = "later"`)).toContain("does not say when: one of mask");
    expect(refusal(`${hooked}when = "mask"\nsql_file = "mask.sql"`)).toContain("slip apply FILE");
    expect(refusal(`${hooked}when = "mask"\ncommand = ["mask.sh"]`)).toContain("slip apply FILE");
  });
});

describe("What a template's form does", () => {
  test("keeps the hooks that a template has, and sees when a file has others", () => {
    const hook = {
      when: "mask" as const,
      sql: "UPDATE people SET name = ''",
      command: [],
      program: "",
      time_limit_s: 60,
      on_error: "fail" as const,
    };
    const template = existing();
    for (const place of template.sources.slice(0, 1)) {
      place.hooks = [hook];
      place.subset = { orders: "id < 10" };
    }
    const kept = templateFormOf(template);
    expect(planTemplate(kept, linked(), template).change).toBe("none");
    const moved = { ...kept, places: kept.places.map((place) => ({ ...place, port: "6000" })) };
    const plan = planTemplate(moved, linked(), template);
    expect(plan.change).toBe("version");
    expect(plan.places[0]?.hooks).toEqual([hook]);
    expect(plan.places[0]?.subset).toEqual({ orders: "id < 10" });

    const text = EMPLOYEES.replace(
      '[[source]]\nname = "app"',
      `[source.subset]\norders = "id < 10"\n[[source.hook]]\nwhen = "mask"\nsql = "${hook.sql}"\n
[[source]]\nname = "app"`,
    );
    const ofFile = formOfFile(withFolder(readTemplateFile(text), "/srv/demo"));
    expect(planTemplate(ofFile, linked(), template).change).toBe("none");
    expect(planTemplate(ofFile, linked(), existing()).change).toBe("version");
  });

  test("links everything and makes the template where there is nothing", () => {
    const plan = planTemplate(form(), [], null);
    expect(plan.toLink.map((one) => one.name)).toEqual(["employees.db", "employees.app"]);
    expect(plan.change).toBe("create");
    expect(plan.places[1]).toEqual({
      name: "app",
      source: "employees.app",
      priority: 2,
      port: 1080,
      settings: {},
    });
    expect(plan.toLink[1] && configOf(plan.toLink[1]).run?.env).toEqual({ PORT: "${port}" });
    expect(templateProblems(form(), [])).toEqual({});
  });

  test("is nothing the second time", () => {
    const plan = planTemplate(form(), linked(), existing());
    expect(plan).toMatchObject({ toLink: [], differing: [], change: "none" });
    expect(planTemplate(templateFormOf(existing()), linked(), existing()).change).toBe("none");
  });

  test("is a new version when a place differs", () => {
    const changed = form();
    const [, app] = changed.places;
    if (app) app.port = "2080";
    const plan = planTemplate(changed, linked(), existing());
    expect(plan).toMatchObject({ toLink: [], change: "version", version: 2 });
  });

  test("points out what differs in a linked source, and leaves it alone", () => {
    const sources = linked();
    const [db, app] = sources;
    if (db?.config.settings) db.config.settings.dump = "/srv/other.sql";
    if (app?.config.run) app.config.run.health = "/";
    expect(planTemplate(form(), sources, existing())).toMatchObject({
      toLink: [],
      change: "none",
      differing: [
        {
          source: "employees.db",
          differences: [
            { key: "dump", wanted: "/srv/demo/database.sql", linked: "/srv/other.sql" },
          ],
        },
        { source: "employees.app", differences: [{ key: "run section" }] },
      ],
    });
  });

  test("takes a secret that is not shown for the same", () => {
    const text =
      'name = "t"\n[[source]]\nname = "a"\nkind = "postgresql"\nurl = "postgresql://me:pass@host/db"';
    const secret = formOfFile(readTemplateFile(text));
    const shown = (url: string) => [
      source("src_1", "t.a", { kind: "postgresql", settings: { url } }),
    ];
    expect(planTemplate(secret, shown("postgresql://me:***@host/db"), null).differing).toEqual([]);
    expect(
      planTemplate(secret, shown("postgresql://me:***@other/db"), null).differing,
    ).toHaveLength(1);
  });

  test("lets an application use only what starts before it", () => {
    const text = EMPLOYEES.replace("${port}", "${db.URL}");
    const first = () => formOfFile(withFolder(readTemplateFile(text), "/srv"));
    expect(templateProblems(first(), [])).toEqual({});
    const together = first();
    if (together.places[1]) together.places[1].priority = "1";
    expect(Object.keys(templateProblems(together, []))).toEqual(["1.priority"]);
    const alone = first();
    alone.places.shift();
    expect(Object.keys(templateProblems(alone, []))).toEqual(["0.source"]);
  });

  test("gives a place the name and order of another source, unless they were typed", () => {
    const [db, app] = linked();
    const place = placeFor(db, []);
    expect(place).toMatchObject({ name: "db", priority: "1" });
    const changed = withSource(place, app?.name ?? "", linked(), []);
    expect(changed).toMatchObject({ source: "employees.app", name: "app", priority: "2" });
    const typed = withSource(
      { ...place, name: "main", priority: "5" },
      "employees.app",
      linked(),
      [],
    );
    expect(typed).toMatchObject({ name: "main", priority: "5" });
  });

  test("says which place is wrong", () => {
    const wrong = form();
    const [db, app] = wrong.places;
    if (db) Object.assign(db, { name: "Db", port: "70000" });
    if (app) Object.assign(app, { source: "golden", toLink: null, priority: "0" });
    expect(Object.keys(templateProblems(wrong, []))).toEqual([
      "0.name",
      "0.port",
      "1.source",
      "1.priority",
    ]);
    expect(
      templateProblems({ name: "t", places: [], askBeyond: null, bookmarks: null }, []),
    ).toHaveProperty("places");
  });
});

describe("How a template's bookmarks are made", () => {
  const source = `[[source]]\nname = "db"\nkind = "postgresql"\n`;

  test("is read from its file, and refused where it is neither of both", () => {
    const of = (line: string) => readTemplateFile(`name = "a"\n${line}\n${source}`).bookmarks;
    expect(of("")).toBeNull();
    expect(of('bookmarks = "exact"')).toBe("exact");
    expect(() => of('bookmarks = "fast"')).toThrow("neither “running” nor “exact”");
  });

  test("stays as it is in a new version, and makes one where it differs", () => {
    const template = { ...existing(), bookmarks: "exact" as const };
    const same = planTemplate(templateFormOf(template), linked(), template);
    expect([same.change, same.bookmarks]).toEqual(["none", "exact"]);
    const other = { ...templateFormOf(template), bookmarks: null };
    expect(planTemplate(other, linked(), template).change).toBe("version");
  });
});

describe("What a template asks beyond", () => {
  test("is read from its file, with when its sources are synced", () => {
    const read = readTemplateFile(
      `name = "a"\nask_beyond_s = 60\n[[source]]\nname = "db"\nkind = "postgresql"\nsync = "every 15min"\n`,
    );
    expect(read.askBeyond).toBe(60);
    expect(read.sources[0]?.schedule).toBe("every 15min");
    expect(formOfFile(read).places[0]?.toLink?.schedule).toBe("every 15min");
  });

  test("stays as it is in a new version, and makes one where it differs", () => {
    const template = { ...existing(), ask_beyond_s: 60 };
    const same = planTemplate(templateFormOf(template), linked(), template);
    expect([same.change, same.askBeyond]).toEqual(["none", 60]);
    const other = { ...templateFormOf(template), askBeyond: null, bookmarks: null };
    expect(planTemplate(other, linked(), template).change).toBe("version");
  });
});
