// SPDX-License-Identifier: Apache-2.0
// The run section of a source of files, as a form holds it: it makes the files an application.
import type { components } from "@/api/schema";

export type RunSection = components["schemas"]["RunSection"];

export interface Pair {
  name: string;
  value: string;
}

export interface RunForm {
  command: string; // words as in a shell: quotes keep what has spaces together
  env: Pair[];
  health: string;
  stopSignal: string;
}

export const STOP_SIGNALS = ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2"];

export const EMPTY_RUN: RunForm = { command: "", env: [], health: "/", stopSignal: "TERM" };

// Nothing where a quote is not closed.
export function splitWords(line: string): string[] | null {
  const words: string[] = [];
  const pattern = /\s*((?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+)/y;
  let at = 0;
  while (line.slice(at).trim() !== "") {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    if (!found?.[1]) return null;
    words.push(unquoted(found[1]));
    at = pattern.lastIndex;
  }
  return words;
}

function unquoted(word: string): string {
  return word.replace(
    /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])/g,
    (_, double?: string, single?: string, plain?: string) =>
      double?.replace(/\\([\s\S])/g, "$1") ?? single ?? plain ?? "",
  );
}

export function joinWords(words: readonly string[]): string {
  return words
    .map((word) =>
      /^[^\s"'\\]+$/.test(word) ? word : `"${word.replace(/["\\]/g, (one) => `\\${one}`)}"`,
    )
    .join(" ");
}

export function runFormOf(run: RunSection): RunForm {
  return {
    command: joinWords(run.command),
    env: pairsOf(run.env ?? {}),
    health: run.health ?? "/",
    stopSignal: (run.stop_signal ?? "TERM").replace(/^SIG/, ""),
  };
}

export function runSectionOf(form: RunForm): RunSection {
  return {
    command: splitWords(form.command) ?? [],
    env: recordOf(form.env),
    health: form.health.trim(),
    stop_signal: form.stopSignal,
  };
}

export function pairsOf(record: Record<string, string>): Pair[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

// Rows that were left empty are none.
export function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(
    pairs
      .filter((pair) => pair.name.trim() !== "")
      .map((pair) => [pair.name.trim(), pair.value] as const),
  );
}

// What is wrong, by field; `env.2` is the third row.
export function runProblems(form: RunForm): Record<string, string> {
  const problems: Record<string, string> = {};
  const words = splitWords(form.command);
  if (words === null) problems.command = "A quote is not closed.";
  else if (!words[0]) problems.command = "Say which program to run, such as bin/server.";
  else problems.command = variableProblem(form.command) ?? "";
  if (form.health !== "" && !/^\/\S*$/.test(form.health)) {
    problems.health = "A path such as /health, without spaces; or nothing.";
  }
  form.env.forEach((pair, index) => {
    const problem = envProblem(pair, form.env, index);
    if (problem) problems[`env.${index}`] = problem;
  });
  return withoutEmpty(problems);
}

function envProblem(pair: Pair, all: readonly Pair[], index: number): string | null {
  const name = pair.name.trim();
  if (name === "") return pair.value === "" ? null : "Give the variable a name.";
  if (name.includes("=")) return "A name cannot contain “=”.";
  if (all.findIndex((other) => other.name.trim() === name) < index) return "It is given twice.";
  return variableProblem(pair.value);
}

function variableProblem(text: string): string | null {
  if (/\$\{[^}]*$/.test(text)) return "A ${ has no closing brace.";
  for (const [, name = ""] of text.matchAll(/\$\{([^}]*)\}/g)) {
    if (name !== "port" && name !== "directory" && !/^.+\.[^.]+$/.test(name)) {
      return `\${${name}} is not known. There are \${port}, \${directory}, and those of other sources, such as \${db.URL}.`;
    }
  }
  return null;
}

export function withoutEmpty(problems: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).filter(([, words]) => words !== ""));
}
