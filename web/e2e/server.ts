// SPDX-License-Identifier: Apache-2.0
// The daemon's interface as the machine's own administrator, through its socket: how tests prepare
// what they need, and look at what is true.
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
  body: any;
}

export class Server {
  private readonly socket: string;

  constructor(socket: string) {
    this.socket = socket;
  }

  // Rejects only where nobody answers.
  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = text ? { "content-type": "application/json" } : {};
    return new Promise((resolve, reject) => {
      const sent = request(
        { socketPath: this.socket, method, path: `/api/v1${path}`, headers },
        (response) => {
          let received = "";
          response.setEncoding("utf8");
          response.on("data", (part) => {
            received += part;
          });
          response.on("error", reject);
          response.on("end", () => {
            const isJson = /json/.test(response.headers["content-type"] ?? "");
            resolve({
              status: response.statusCode ?? 0,
              body: isJson ? JSON.parse(received) : received,
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(text);
    });
  }

  async get(path: string): Promise<Answer["body"]> {
    const { status, body } = await this.ask("GET", path);
    if (status >= 400) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  // Carries out an act and waits for its end.
  async act(method: string, path: string, body?: unknown): Promise<Answer["body"]> {
    const begun = await this.begin(method, path, body);
    if (!begun?.steps || begun.ended_at) return begun;
    const ended = await this.endOf(begun.id);
    if (ended.state !== "succeeded") throw new Error(`${method} ${path}: ${JSON.stringify(ended)}`);
    return ended;
  }

  // Only begins it.
  async begin(method: string, path: string, body?: unknown): Promise<Answer["body"]> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async endOf(operation: string): Promise<Answer["body"]> {
    for (;;) {
      const found = await this.get(`/operations/${operation}?wait=30`);
      if (found.ended_at) return found;
    }
  }
}

// Looks again and again until it is so; says what it waited for where that never comes.
export async function until(
  what: string,
  isSo: () => Promise<unknown> | unknown,
  patience = 20_000,
): Promise<void> {
  const end = Date.now() + patience;
  let problem: unknown = "it is not so";
  while (Date.now() < end) {
    try {
      if (await isSo()) return;
    } catch (error) {
      problem = error;
    }
    await pause(25);
  }
  throw new Error(`${what}: not within ${patience} ms. ${problem}`);
}
