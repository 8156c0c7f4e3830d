// SPDX-License-Identifier: Apache-2.0
// A server's address, as people write it: "scheme://user:password@host:5432/database".

export interface Address {
  scheme: string; // "scheme://"
  user: string;
  password: string | null;
  after: string; // "host:5432/database?..."
}

export function addressParts(url: string): Address | null {
  const found = /^([a-z]+:\/\/)([^/?#]*)([\s\S]*)$/.exec(url);
  if (!found) return null;
  const [, scheme = "", authority = "", rest = ""] = found;
  const at = authority.lastIndexOf("@");
  const who = at < 0 ? "" : authority.slice(0, at);
  const colon = who.indexOf(":");
  return {
    scheme,
    user: colon < 0 ? who : who.slice(0, colon),
    password: colon < 0 ? null : who.slice(colon + 1),
    after: authority.slice(at + 1) + rest,
  };
}

// The address with the password in it. Without a password it stays as it is.
export function addressWith(url: string, password: string): string {
  const parts = addressParts(url);
  if (!parts || password === "") return url;
  return `${parts.scheme}${parts.user}:${encodeURIComponent(password)}@${parts.after}`;
}
