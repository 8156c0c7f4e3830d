// SPDX-License-Identifier: Apache-2.0
// A browser sends its cookies to every port of a host, and so to the application of every container;
// and what containers, hooks and sources say is shown on the page.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { loggedIn } from "./browser.ts";
import { site, written } from "./origins.ts";
import { scene } from "./scene.ts";

// An application on another port of the page's host. It keeps every cookie that it gets, and sets what
// it is told to.
class Hostile {
  readonly got: string[] = [];
  sets: string[] = [];
  private readonly server = createServer((asked, answer) => {
    if (asked.headers.cookie) this.got.push(asked.headers.cookie);
    answer.setHeader("set-cookie", this.sets);
    answer.setHeader("content-type", "text/html");
    answer.end("<!doctype html><title>Hostile</title>");
  });

  static async begin(): Promise<Hostile> {
    const made = new Hostile();
    made.server.listen(0, "127.0.0.1");
    await once(made.server, "listening");
    return made;
  }

  get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}/`;
  }

  // The session's cookie, as the application has it.
  get stolen(): string {
    const found = /slip_session=([^;]+)/.exec(this.got.at(-1) ?? "")?.[1];
    if (!found) throw new Error("the browser sent no session");
    return found;
  }

  async end() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

const status = async (address: string, headers: Record<string, string>) =>
  (await fetch(address, { headers })).status;

scene(
  "an application on another port gets the page's cookie, and can do nothing with it",
  "hostile-reads",
  async ({ installation, come }) => {
    const hostile = await Hostile.begin();
    try {
      await installation.addContainer("hostile", { owner: "qa" });
      const qa = await come({ user: "qa", path: "/containers/hostile" });
      await qa.seesContainer("hostile");
      qa.mayVisit(hostile.address);
      // By a link in a new tab, and by a typed address.
      const opened = qa.context.waitForEvent("page");
      await qa.page.evaluate((address) => {
        const link = Object.assign(document.createElement("a"), {
          href: address,
          target: "_blank",
        });
        document.body.append(link);
        link.click();
        link.remove();
      }, hostile.address);
      const linked = await opened;
      await linked.waitForLoadState();
      assert.equal(await linked.evaluate(() => globalThis.opener), null);
      const typed = await qa.context.newPage();
      await typed.goto(hostile.address);
      assert.equal(hostile.got.length >= 2, true, "the browser sends it the cookie");

      const session = hostile.stolen;
      const cookie = `slip_session=${session}`;
      for (const path of ["/sessions/current", "/containers/hostile", "/events", "/users"]) {
        const address = `${installation.page}/api/v1${path}`;
        assert.equal(await status(address, { cookie }), 401, path);
        assert.equal(await status(address, { authorization: `Bearer ${session}` }), 401, path);
        assert.equal(await status(address, { cookie, "slip-page-key": session }), 401, path);
      }
      // From within the browser, with the cookie as the browser sends it.
      const tried = await typed.evaluate(async (page) => {
        const ask = (options: RequestInit) =>
          fetch(`${page}/api/v1/sessions/current`, { credentials: "include", ...options }).then(
            (answer) => `${answer.type} ${answer.status}`,
            () => "refused",
          );
        return [
          await ask({}),
          await ask({ headers: { "slip-page-key": "slk_guess" } }),
          await ask({ method: "DELETE" }),
          await ask({ method: "POST", mode: "no-cors" }),
          String(localStorage.getItem("slip_page_key")),
        ];
      }, installation.page);
      assert.deepEqual(tried, ["refused", "refused", "refused", "opaque 0", "null"]);
      // The session stands, and its own new tabs have it.
      const own = await qa.context.newPage();
      await own.goto(`${installation.page}/containers/hostile`);
      await own.getByRole("heading", { level: 1, name: "hostile", exact: true }).waitFor();
    } finally {
      await hostile.end();
    }
  },
);

scene(
  "cookies that another application plants make nobody somebody else",
  "hostile-plants",
  async ({ installation, come }) => {
    const hostile = await Hostile.begin();
    try {
      const attacker = await loggedIn(installation.page, "dev");
      const planted = attacker.cookies.find(({ name }) => name === "slip_session")?.value;
      assert.ok(planted);
      hostile.sets = ["/", "/api", "/api/v1", "/api/v1/sessions"].map(
        (path) => `slip_session=${planted}; Path=${path}`,
      );
      // Before anybody has logged in.
      const qa = await come({});
      qa.mayVisit(hostile.address);
      const other = await qa.context.newPage();
      await other.goto(hostile.address);
      await qa.page.reload();
      await qa.logIn("qa");
      await qa.button(/^User qa/).waitFor();
      // And after.
      await other.reload();
      await qa.page.reload();
      qa.expects(/^401 /);
      // The whole cookie may have been replaced; then the page asks who one is.
      const me = qa.button(/^User qa/);
      const again = qa.button("Log in");
      await me.or(again).first().waitFor();
      if (await again.isVisible()) await qa.logIn("qa");
      await me.waitFor();
      assert.equal(await qa.button(/^User dev/).count(), 0);
    } finally {
      await hostile.end();
    }
  },
);

const MARKUP = '<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script>';

scene(
  "what sources, errors and hooks say is text on the page, whatever it looks like",
  "hostile-words",
  async ({ installation, come }) => {
    const { server } = installation;
    const admin = await come({ user: "admin", path: "/admin/sources" });
    const isOnlyText = async () => {
      assert.equal(await admin.page.evaluate(() => "ran" in globalThis), false);
      assert.equal(await admin.page.locator('img[src="x"]').count(), 0);
    };

    const unfold = async () => {
      const folded = admin.page.getByText("What it said");
      await folded.first().waitFor();
      for (const one of await folded.all()) await one.click();
    };

    // A source that is called so, and a dump whose error has it.
    const name = '<img src=x onerror="globalThis.ran=1">';
    const path = await written(installation, "hostile.sql", `SELECT '${MARKUP}'::int;\n`);
    const linked = await server.begin("POST", "/sources", {
      name,
      config: { kind: "postgresql", settings: { dump: path } },
    });
    const { state, failure } = await server.endOf(linked.id);
    assert.equal(state, "failed");
    assert.match(JSON.stringify(failure), /script>globalThis.ran/);
    await admin.page.goto("/admin/operations");
    await admin.sees(/onerror/);
    await isOnlyText();
    await admin.page.goto(`/admin/operations/${linked.id}`);
    await unfold();
    await admin.sees(/script>globalThis.ran=1/);
    await isOnlyText();

    // A hook's output, in the operation that it makes fail, and what the container's people see of it.
    const folder = await site(installation, "hooked-site");
    await server.act("POST", "/sources", {
      name: MARKUP.slice(0, 60),
      config: { kind: "files", settings: { path: folder } },
    });
    await server.act("POST", "/templates", {
      name: "hooked",
      sources: [
        {
          name: "site",
          source: MARKUP.slice(0, 60),
          hooks: [
            {
              when: "pre_snapshot",
              command: ["/bin/sh", "-c", `printf '%s\\n' '${MARKUP}'; exit 1`],
            },
          ],
        },
      ],
    });
    await installation.addContainer("hooked", { owner: "qa", template: "hooked" });
    await admin.page.goto("/admin/sources");
    await admin.sees(/onerror/);
    await isOnlyText();
    const qa = await come({ user: "qa", path: "/containers/hooked" });
    await qa.seesContainer("hooked");
    const begun = await server.begin("POST", "/containers/hooked/bookmarks", {
      name: MARKUP.slice(0, 60),
      note: MARKUP,
      tags: [MARKUP.slice(0, 60)],
    });
    assert.equal((await server.endOf(begun.id)).state, "failed");
    await admin.page.goto(`/admin/operations/${begun.id}`);
    await unfold();
    await admin.sees(/script>globalThis.ran=1/);
    await isOnlyText();
    await qa.sees(/Could not/);
    assert.equal(await qa.page.evaluate(() => "ran" in globalThis), false);
    assert.equal(await qa.page.locator('img[src="x"]').count(), 0);
    await qa.shot("failed hook");
  },
);
