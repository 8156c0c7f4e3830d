// SPDX-License-Identifier: Apache-2.0
import type { QueryClient } from "@tanstack/react-query";
import { createBranch } from "@/api/acts";
import { branchesQuery } from "@/api/queries";
import type { Bookmark, Operation } from "@/api/types";
import { suggestedName } from "@/model/branch_name";

// One click must do: the new branch is named after the bookmark, becomes active, and can be renamed.
export async function branchFrom(
  queries: QueryClient,
  container: string,
  bookmark: Bookmark,
): Promise<Operation> {
  const branches = await queries.fetchQuery({ ...branchesQuery(container), staleTime: 0 });
  return createBranch(container, {
    name: suggestedName(bookmark, branches) || bookmark.id,
    from: { bookmark: bookmark.id },
    beside: false,
  });
}
