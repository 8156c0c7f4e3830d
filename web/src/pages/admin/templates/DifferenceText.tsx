// SPDX-License-Identifier: Apache-2.0
import type { Difference } from "@/model/admin_template";
import partStyles from "../parts/parts.module.css";

// "dump: linked with /a, the file says /b".
export function DifferenceText({ difference }: { difference: Difference }) {
  const { key, wanted, linked } = difference;
  const shown = (value: string) => <span className={partStyles.mono}>{value}</span>;
  if (wanted === null && linked === null) return <>The {key} differs.</>;
  return (
    <>
      <strong>{key}</strong>: {linked === null ? "not set" : <>linked with {shown(linked)}</>};{" "}
      {wanted === null ? (
        "the file does not set it"
      ) : (
        <>the file says {shown(withoutSecret(wanted))}</>
      )}
      .
    </>
  );
}

// The password of an address is not for everybody who looks over the shoulder.
function withoutSecret(value: string): string {
  return value.replace(/(:\/\/[^:/@\s]+:)[^@\s]+@/, "$1***@");
}
