// SPDX-License-Identifier: Apache-2.0
// An installation of its own: the real daemon, pool, PostgreSQL and demo application in a directory
// that goes with it. It can run beside others on the machine.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { Server, until } from "./server.ts";

const run = promisify(execFile);
const PIECE = 256 << 20;
const BUILD = resolve(process.env.SLIP_BUILD ?? join(import.meta.dirname, "../../build"));

export interface NewContainer {
  owner: string;
  template?: string;
  // Others than the owner.
  members?: { user: string; role: "viewer" | "operator" | "owner" }[];
}

export class Installation {
  // The page's address. Another than the daemon's where the page is served by its own tools.
  readonly page: string;
  readonly server: Server;
  // Its directory; what a test puts there goes with it.
  readonly data: string;
  private readonly port: number;
  private daemon: ChildProcess | undefined;

  private constructor(data: string, port: number) {
    this.data = data;
    this.port = port;
    this.page = process.env.SLIP_PAGE_URL ?? `http://127.0.0.1:${port}`;
    this.server = new Server(join(data, "run/slip.sock"));
  }

  // With the demo's template, and one whose application can be told to be slow or broken.
  static async begin(): Promise<Installation> {
    // The databases run as an ordinary user, who must be able to get there.
    const data = await mkdtemp("/var/tmp/slipstream-page.");
    await run("chmod", ["755", data]);
    const made = new Installation(data, Number(process.env.SLIP_PORT) || (await freePort()));
    try {
      await made.start();
      await made.apply("employees", await demoTemplate());
      await made.applyMoody();
      for (const user of ["qa", "dev"]) await made.addUser(user);
      await made.addUser("admin", "--admin");
    } catch (error) {
      await made.end();
      throw error;
    }
    return made;
  }

  // Returns when it answers.
  async start(): Promise<void> {
    const log = await open(join(this.data, "slipstreamd.log"), "a");
    // A long history that is made up for a measurement is not thinned out.
    const retention = ["--keep-every-automatic", "365d"];
    const port = String(this.port);
    this.daemon = spawn(
      join(BUILD, "src/daemon/slipstreamd"),
      [...(await this.options()), ...retention, "--port", port, "--pool-size", "8"],
      { stdio: ["ignore", log.fd, log.fd] },
    );
    await log.close();
    const { daemon } = this;
    await until("the daemon answers", async () => {
      if (daemon.exitCode !== null) throw new Error(`it ended. ${await this.lastWords()}`);
      return (await this.server.get("/status")).ready;
    });
  }

  // Databases and applications go on.
  async stop(): Promise<void> {
    await this.endDaemon("SIGTERM");
  }

  async kill(): Promise<void> {
    await this.endDaemon("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  // Gives a container the points and bookmarks of a busy month.
  async lengthenHistory(container: string, ...options: string[]): Promise<void> {
    await this.stop();
    await run(join(BUILD, "bench/long_history"), [this.data, container, ...options]);
    await this.start();
  }

  // Nothing is left of it, whatever state it is in.
  async end(): Promise<void> {
    await this.endDaemon("SIGTERM");
    try {
      await run(join(BUILD, "src/daemon/slipstreamd"), [...(await this.options()), "--shutdown"]);
      await until("all of its processes have ended", () => this.isQuiet(), 5000);
    } finally {
      await this.keepLog();
      await rm(this.data, { recursive: true, force: true });
    }
  }

  async addUser(name: string, ...options: string[]): Promise<void> {
    const child = spawn(
      join(BUILD, "src/client/cli/slip"),
      ["user", "create", name, "--password-file", "-", ...options],
      { env: this.environment(), stdio: ["pipe", "ignore", "inherit"] },
    );
    child.stdin?.end(`${passwordOf(name)}\n`);
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`cannot create the user ${name}`);
  }

  async addContainer(name: string, { owner, template, members = [] }: NewContainer) {
    await this.server.act("POST", "/containers", {
      name,
      template: template ?? "employees",
      members: [{ user: owner, role: "owner" }, ...members],
    });
  }

  // The address of a container's application.
  async application(container: string): Promise<string> {
    const { endpoints } = await this.server.get(`/containers/${container}`);
    for (const { connection } of endpoints)
      if (connection?.url?.startsWith("http")) return connection.url;
    throw new Error(`${container} has no application`);
  }

  // Takes the pool's space until about that part of it is left, as large data does. `giveBack` frees it.
  async fillPool(left: number): Promise<{ giveBack: () => Promise<void> }> {
    const pool = join(this.data, "pool");
    const large = join(pool, "large");
    await mkdir(large);
    const settled = () => run("sync", ["--file-system", pool]);
    const { free, total } = await this.server.get("/pool");
    // By pieces: one that does not fit would make the file system take all the rest for its own use.
    for (let missing = Math.floor(free - left * total); missing > 0; missing -= PIECE) {
      const length = String(Math.min(PIECE, missing));
      await run("fallocate", ["--length", length, join(large, `${missing}`)]);
    }
    await settled();
    return {
      giveBack: async () => {
        await rm(large, { recursive: true });
        await settled();
      },
    };
  }

  async command(...words: string[]): Promise<string> {
    const options = { env: this.environment() };
    return (await run(join(BUILD, "src/client/cli/slip"), words, options)).stdout;
  }

  // The demo's application, but it starts late where an employee is called "slow", and not at all
  // where one is called "broken". So the data decides how a restore to it goes.
  private async applyMoody(): Promise<void> {
    const has = (name: string) => `grep -qs '<title>${name}</title>' photos/*`;
    const script = [
      `if ${has("slow")}; then sleep 10; fi`,
      `if ${has("broken")}; then echo 'An employee is broken.' >&2; exit 1; fi`,
      "exec bin/employees",
    ].join("; ");
    const template = (await demoTemplate())
      .replace(/^name = "employees"$/m, 'name = "moody"')
      .replace(/^name = "(db|app)"$/gm, 'name = "moody-$1"')
      .replace("{db.URL}", "{moody-db.URL}")
      .replace(/^command = .*$/m, `command = ["/bin/sh", "-c", ${JSON.stringify(script)}]`);
    await this.apply("moody", template);
  }

  private async apply(name: string, template: string): Promise<void> {
    const path = join(this.data, `${name}.toml`);
    await writeFile(path, template);
    await this.command("apply", path);
  }

  private async options(): Promise<string[]> {
    return ["--data", this.data, ...(await instanceUser())];
  }

  private environment() {
    return {
      ...process.env,
      HOME: this.data,
      SLIP_SOCKET: join(this.data, "run/slip.sock"),
      SLIP_TOKEN: "",
    };
  }

  private async endDaemon(signal: "SIGTERM" | "SIGKILL") {
    const { daemon } = this;
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, "exit");
    daemon.kill(signal);
    await ended;
  }

  // Nothing works on its data.
  private async isQuiet(): Promise<boolean> {
    const asked = ["--list-full", "--full", "--", `(--data|-D) ${this.data}`];
    const found = await run("pgrep", asked).catch((error) => {
      if (error.code === 1) return undefined;
      throw error;
    });
    if (found) throw new Error(`there are: ${found.stdout.trim()}`);
    return true;
  }

  private async lastWords(): Promise<string> {
    return (await readFile(join(this.data, "slipstreamd.log"), "utf8")).slice(-2000);
  }

  // Beside the pictures, for who reads of a failure.
  private async keepLog() {
    await mkdir(RESULTS, { recursive: true });
    const log = await readFile(join(this.data, "slipstreamd.log"), "utf8").catch(() => "");
    const lane = basename(process.argv[1] ?? "", ".ts");
    await writeFile(join(RESULTS, `slipstreamd-${lane}.log`), log);
  }
}

// Readable from everywhere. Installations beside each other, one for each lane, must not take each
// other's ports, which are free while a daemon is started again.
async function demoTemplate(): Promise<string> {
  const demo = join(BUILD, "demo/employees");
  const lane = Number(/lane_(\d+)/.exec(process.argv[1] ?? "")?.[1] ?? 0);
  return (await readFile(join(demo, "template.toml"), "utf8"))
    .replace('"database.sql"', JSON.stringify(join(demo, "database.sql")))
    .replace('"application"', JSON.stringify(join(demo, "application")))
    .replace(/^port = (\d+)/gm, (_, port) => `port = ${Number(port) + 1000 * lane}`);
}

// Where what is kept of a run goes.
export const RESULTS = join(process.env.SLIP_RESULTS ?? join(BUILD, "test-results"), "page");

export function passwordOf(user: string): string {
  return `the password of ${user}`;
}

// Where the machine has not been set up for the product, another ordinary user does.
async function instanceUser(): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const isThere = await run("getent", ["passwd", "slipstream"]).catch(() => false);
  return isThere ? [] : ["--instance-user", "nobody"];
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
