// SPDX-License-Identifier: Apache-2.0
export function containerHref(name: string): string {
  return `/containers/${encodeURIComponent(name)}`;
}
