// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { branchFrom } from "@/actions/branchFrom";
import { restore } from "@/api/acts";
import type { Bookmark, Container, CurrentUser, Operation } from "@/api/types";
import { whyNotChange } from "@/model/rights";
import pageStyles from "@/pages/page.module.css";
import { BranchIcon, Button, ErrorBanner, RestoreIcon, Select } from "@/ui";
import styles from "./bookmark.module.css";

interface Props {
  bookmark: Bookmark;
  containers: Container[];
  me: CurrentUser;
}

// One click: into a new branch, or over the active one's data. Then the container's page shows how it goes.
export function TakeForm({ bookmark, containers, me }: Props) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState(containers[0]?.id ?? "");
  const [busy, setBusy] = useState<"branch" | "restore" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const container = containers.find((one) => one.id === chosen) ?? containers[0];
  if (!container) return null;
  const unavailable = whyNotChange(container, me) ?? undefined;
  const act = async (kind: "branch" | "restore", request: () => Promise<Operation>) => {
    if (busy) return;
    setBusy(kind);
    setError(null);
    try {
      await request();
      go(`/containers/${encodeURIComponent(container.name)}`);
    } catch (problem) {
      setError(problem);
      setBusy(null);
    }
  };
  return (
    <section className={pageStyles.panel} aria-label="Take this data">
      <div className={pageStyles.padded}>
        {containers.length > 1 && (
          <Select
            label="Into container"
            value={container.id}
            onChange={setChosen}
            options={containers.map((one) => ({ value: one.id, label: one.name }))}
          />
        )}
        <div className={styles.choice}>
          <Button
            variant="main"
            icon={<BranchIcon />}
            isBusy={busy === "branch"}
            unavailable={unavailable}
            onClick={() => act("branch", () => branchFrom(queries, container.id, bookmark))}
          >
            Branch
          </Button>
          <p>
            A new branch in “{container.name}” begins with this data and becomes active. “
            {container.active_branch.name}” is kept as it is. Recommended.
          </p>
        </div>
        <div className={styles.choice}>
          <Button
            icon={<RestoreIcon />}
            isBusy={busy === "restore"}
            unavailable={unavailable}
            onClick={() =>
              act("restore", () =>
                restore(container.id, container.active_branch.id, { bookmark: bookmark.id }),
              )
            }
          >
            Restore
          </Button>
          <p>
            The data of “{container.active_branch.name}” in “{container.name}” becomes this. What is
            there now stays on its timeline, so you can come back.
          </p>
        </div>
        {unavailable && <p className={styles.unavailable}>{unavailable}</p>}
        {error !== null && <ErrorBanner error={error} />}
      </div>
    </section>
  );
}
