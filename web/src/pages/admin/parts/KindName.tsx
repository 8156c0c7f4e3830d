// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { kindNamed } from "@/model/kinds";
import { kindsQuery } from "../api/queries";

// What people call a kind of source.
export function KindName({ kind }: { kind: string }) {
  const { data: kinds = [] } = useQuery(kindsQuery);
  return kindNamed(kinds, kind)?.label ?? kind;
}
