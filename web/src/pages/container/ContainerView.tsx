// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { lookedAt as present } from "@/api/events";
import { branchesQuery } from "@/api/queries";
import type { Branch, Container, CurrentUser } from "@/api/types";
import { ErrorBanner } from "@/ui";
import { useHistory } from "./useHistory";
import { Workspace } from "./Workspace";

const NO_BRANCHES: Branch[] = [];

// One container: a timeline, a selection, and what can be done with it.
export function ContainerView({ container, me }: { container: Container; me: CurrentUser }) {
  const [lookedAt, setLookedAt] = useState<string | null>(null);
  usePresence(container.id);
  const [isAllShown, setAllShown] = useState(false);
  const { data: branches = NO_BRANCHES } = useQuery(branchesQuery(container.id));
  const branch =
    branches.some((one) => one.id === lookedAt) && lookedAt ? lookedAt : container.active_branch.id;
  const others = isAllShown ? branches.map((one) => one.id).filter((id) => id !== branch) : [];
  const shown = useHistory(container, branch, others);
  if (shown.isLoading && shown.error) return <ErrorBanner error={shown.error} />;
  const [lane] = shown.history.lanes;
  if (!lane) throw new Error("a container always has a branch");
  return (
    <Workspace
      container={container}
      me={me}
      branches={branches}
      lane={lane}
      shown={shown}
      isAllShown={isAllShown}
      onShowAll={setAllShown}
      onLookAt={setLookedAt}
    />
  );
}

// Others see who has the container open.
function usePresence(container: string) {
  useEffect(() => {
    present.set(container);
    return () => present.set(null);
  }, [container]);
}
