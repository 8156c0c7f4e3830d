// SPDX-License-Identifier: Apache-2.0
// Stands between a browser and the daemon, and treats the stream of events badly.
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";

//   pass: as they come
//   silent: the stream stands, but says nothing
//   cut: it ends, and no other begins
//   shuffled: held back until `release`, then twice and the newest first
type Behaviour = "pass" | "silent" | "cut" | "shuffled";

export class EventsProxy {
  private readonly target: URL;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly streams = new Set<ServerResponse>();
  private behaviour: Behaviour = "pass";
  private held: string[] = [];

  private constructor(target: string) {
    this.target = new URL(target);
    this.server = createServer((asked, answer) => this.pass(asked, answer));
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  static async before(target: string): Promise<EventsProxy> {
    const made = new EventsProxy(target);
    made.server.listen(0, "127.0.0.1");
    await once(made.server, "listening");
    return made;
  }

  get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}`;
  }

  behave(behaviour: Behaviour) {
    this.behaviour = behaviour;
    if (behaviour !== "cut") return;
    for (const stream of this.streams) stream.destroy();
  }

  // Lets go what was held back.
  async release() {
    const events = this.held.reverse().flatMap((event) => [event, event]);
    this.held = [];
    this.behaviour = "pass";
    for (const event of events) {
      for (const stream of this.streams) stream.write(event);
      await new Promise((next) => setImmediate(next));
    }
  }

  async end() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  private pass(asked: IncomingMessage, answer: ServerResponse) {
    const isStream = asked.url?.startsWith("/api/v1/events") ?? false;
    if (isStream && this.behaviour === "cut") return answer.destroy();
    const { hostname, port, host, origin } = this.target;
    const headers = { ...asked.headers, host, ...(asked.headers.origin && { origin }) };
    const passed = request(
      { hostname, port, method: asked.method, path: asked.url, headers },
      (received) => {
        answer.writeHead(received.statusCode ?? 502, received.headers);
        answer.flushHeaders();
        if (isStream) this.follow(received, answer);
        else received.pipe(answer);
      },
    );
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
  }

  private follow(received: IncomingMessage, answer: ServerResponse) {
    this.streams.add(answer);
    answer.on("close", () => this.streams.delete(answer));
    let rest = "";
    received.setEncoding("utf8");
    received.on("error", () => answer.destroy());
    received.on("end", () => answer.end());
    received.on("data", (text: string) => {
      const events = (rest + text).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) this.tell(answer, `${event}\n\n`);
    });
  }

  private tell(answer: ServerResponse, event: string) {
    if (this.behaviour === "shuffled" && /^event:/m.test(event)) this.held.push(event);
    else if (this.behaviour === "pass") answer.write(event);
  }
}
