// SPDX-License-Identifier: Apache-2.0
// Letters and digits that nobody mixes up when reading them aloud: 32, so that a byte's low bits
// choose one without favour.
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

export const PASSWORD_BYTES = 20;
export const SHORTEST_PASSWORD = 8;

// A password of 100 bits in groups of five: "k7mfq-3xw8p-...". `bytes` are random.
export function passwordOf(bytes: Uint8Array): string {
  const letters = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]);
  return (letters.join("").match(/.{1,5}/g) ?? []).join("-");
}
