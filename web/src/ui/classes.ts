// SPDX-License-Identifier: Apache-2.0
// Joins the names of classes, without those that do not apply.
export function classes(...names: (string | number | bigint | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
