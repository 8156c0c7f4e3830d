// SPDX-License-Identifier: Apache-2.0
// The forms in which people paste an address.
import type { Endpoint } from "@/api/types";

// All others are called by their program: "psql command".
const NAMES: Record<string, string> = { url: "URL", jdbc: "JDBC", env: "Environment variables" };

function placeOf(id: string): number {
  if (id === "url") return 0;
  return Object.hasOwn(NAMES, id) ? 2 : 1;
}

export interface Format {
  id: string;
  name: string;
  text: string;
}

export function formatsOf(endpoint: Endpoint): Format[] {
  const formats = {
    ...(endpoint.connection?.url && { url: endpoint.connection.url }),
    ...endpoint.connection?.formats,
  };
  return Object.entries(formats)
    .map(([id, text]) => ({ id, name: NAMES[id] ?? `${id} command`, text }))
    .sort((a, b) => placeOf(a.id) - placeOf(b.id) || b.id.localeCompare(a.id));
}

// "http://127.0.0.1:1080" to open in the browser, else only "127.0.0.1:5433": URLs have passwords.
export function shownAddress(endpoint: Endpoint): string {
  const url = endpoint.connection?.url ?? "";
  if (isPage(endpoint)) return url.replace(/\/$/, "");
  return endpoint.port ? `${endpoint.host}:${endpoint.port}` : "";
}

export function isPage(endpoint: Endpoint): boolean {
  return /^https?:/.test(endpoint.connection?.url ?? "");
}

// The form in which an address is shown before anybody copies it.
export function withoutPassword(text: string): string {
  return text
    .replace(/(:\/\/[^:/@\s]+:)[^@\s']+@/g, "$1•••@")
    .replace(/(password=)[^&\s']+/gi, "$1•••")
    .replace(/((?:PASSWORD|PWD|_AUTH)=)'[^']*'/g, "$1'•••'");
}
