// SPDX-License-Identifier: Apache-2.0
import { size } from "@/model/size";

// A size in words, its exact bytes on hover.
export function SizeText({ bytes }: { bytes: number }) {
  return <span title={`${bytes.toLocaleString("en")} bytes`}>{size(bytes)}</span>;
}
