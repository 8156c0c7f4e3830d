// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useSearchParams } from "wouter";
import { operationQuery } from "@/api/queries";
import type { Operation } from "@/api/types";

// The operation that was begun on this page. It is in the address, so that a reload does not lose it.
export function useTracked() {
  const [params, setParams] = useSearchParams();
  const id = params.get("operation");
  const { data, error } = useQuery({ ...operationQuery(id ?? ""), enabled: id !== null });
  const follow = useCallback(
    (operation: Operation | null) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (operation) after.set("operation", operation.id);
          else after.delete("operation");
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  return { id, operation: id === null ? undefined : data, error, follow };
}
