// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { toast } from "@/ui";

// Does something that has ended with its answer; the page then shows what the server has.
export function useAct() {
  const queries = useQueryClient();
  return useCallback(
    async <Result>(act: () => Promise<Result>, done?: string): Promise<Result> => {
      const result = await act();
      await queries.invalidateQueries();
      if (done) toast(done);
      return result;
    },
    [queries],
  );
}
