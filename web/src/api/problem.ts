// SPDX-License-Identifier: Apache-2.0
// An answer that is no success. `message` is one sentence for a person, `hint` what to do next.
import { withoutCommands } from "@/model/words";
import type { components } from "./schema";

export type ProblemCode = components["schemas"]["ErrorCode"];
type Body = Partial<components["schemas"]["Problem"]>;

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly hint: string;
  readonly context: string[];
  readonly output: string;
  // With `busy`, the id of the operation that is in the way.
  readonly operation: string | undefined;

  constructor(status: number, body: Body) {
    super(body.detail ?? `The server answered with status ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? (status >= 502 && status <= 504 ? "unavailable" : "internal");
    this.hint = withoutCommands(body.hint ?? "");
    this.context = body.context ?? [];
    this.output = body.output ?? "";
    this.operation = body.operation;
  }
}

export function hasCode(error: unknown, ...codes: ProblemCode[]): error is Problem {
  return error instanceof Problem && codes.includes(error.code);
}

// Said where something was refused; a dialog asks to log in at the same time.
export function endedSession(): Problem {
  return new Problem(401, {
    code: "unauthenticated",
    detail: "Your session had ended, so nothing was done.",
    hint: "Log in, then do it again. What you typed is still here.",
  });
}

export function notLoggedIn(): Problem {
  return new Problem(401, { code: "unauthenticated", detail: "You are not logged in." });
}

export function noAnswer(): Problem {
  return new Problem(0, {
    code: "unavailable",
    detail: "The server does not answer.",
    hint: "It may be restarting. Try again in a moment.",
  });
}
