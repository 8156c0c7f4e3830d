// SPDX-License-Identifier: Apache-2.0
// What the parts of a template's file are read with.

// `message` is a sentence for a person.
export class FileProblem extends Error {}

export type Table = Record<string, unknown>;

export function isTable(value: unknown): value is Table {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

export function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new FileProblem(`The ${what} must be a text in quotes.`);
}

export function numberOf(value: unknown, what: string, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) {
    return value;
  }
  throw new FileProblem(`The ${what} must be a whole number from 0 to ${most}.`);
}

export function textsOf(value: unknown, what: string): string[] {
  if (!Array.isArray(value)) throw new FileProblem(`The ${what} must be a list of texts.`);
  return value.map((one) => textOf(one, what));
}
