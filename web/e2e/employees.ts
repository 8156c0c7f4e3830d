// SPDX-License-Identifier: Apache-2.0
// The demo application of a container, as a program speaks with it.
import { until } from "./server.ts";

export class Employees {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async names(): Promise<string[]> {
    const answer = await fetch(new URL("employees.json", this.address));
    if (!answer.ok) throw new Error(await answer.text());
    return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
  }

  add(name: string): Promise<void> {
    return this.post("add", { name });
  }

  remove(name: string): Promise<void> {
    return this.post("remove", { name });
  }

  removeAll(): Promise<void> {
    return this.post("remove-all", {});
  }

  // A database that was just switched may refuse for a moment.
  async shows(what: string, isSo: (names: string[]) => boolean): Promise<void> {
    let last: string[] = [];
    await until(`the application shows ${what}`, async () => {
      last = await this.names();
      return isSo(last);
    }).catch((error) => {
      throw new Error(`${error.message} It shows: ${JSON.stringify(last)}`);
    });
  }

  private async post(act: string, form: Record<string, string>): Promise<void> {
    const body = new URLSearchParams(form);
    const url = new URL(`employees/${act}`, this.address);
    const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
    if (answer.status >= 400) throw new Error(`${act}: ${await answer.text()}`);
  }
}
