// SPDX-License-Identifier: Apache-2.0
// What may be given as a name, as the server checks it. Null: it is fine; else why not, in a sentence.

const LOOKS_LIKE_ID = /^(tpl|ctr|brn|seg|pnt|bmk|op|usr|src)_/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const IDENTIFIER = /^[a-z0-9][a-z0-9_.-]{0,31}$/;

// Of a bookmark.
export function titleProblem(name: string, most = 256): string | null {
  if (name === "") return "Give it a name.";
  if ([...name].length > most) return `At most ${most} characters are possible.`;
  if (CONTROL.test(name)) return "It contains a character that cannot be shown.";
  if (name.startsWith(" ") || name.endsWith(" ")) return "It begins or ends with a space.";
  return null;
}

// Of a source, template or container.
export function nameProblem(name: string): string | null {
  const problem = titleProblem(name, 64);
  if (problem) return problem;
  if (name.includes("/")) return "A name cannot contain a slash.";
  if (LOOKS_LIKE_ID.test(name)) return "It looks like an id. Choose another name.";
  return null;
}

// Of a user, or of a source within a template.
export function identifierProblem(name: string): string | null {
  if (name === "") return "Give it a name.";
  if (IDENTIFIER.test(name)) return null;
  return "Use 1 to 32 of a-z, 0-9, “_”, “.” and “-”, beginning with a letter or digit.";
}
