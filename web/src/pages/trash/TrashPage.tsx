// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { purge, recover } from "@/api/acts";
import { trashQuery, trashUsageQuery } from "@/api/queries";
import type { Space, Trashed } from "@/api/types";
import pageStyles from "@/pages/page.module.css";
import { useTitle } from "@/pages/useTitle";
import {
  BookmarkIcon,
  BranchIcon,
  Button,
  ConfirmDialog,
  ContainerIcon,
  EmptyState,
  ErrorBanner,
  SizeText,
  Skeleton,
  Spinner,
  Table,
  TimeText,
  TrashIcon,
  toast,
} from "@/ui";
import styles from "./trash.module.css";

const ICONS = { container: ContainerIcon, branch: BranchIcon, bookmark: BookmarkIcon };

export default function TrashPage() {
  useTitle("Trash");
  const { data, error } = useQuery(trashQuery);
  return (
    <div className={pageStyles.page}>
      <div>
        <h1>Trash</h1>
        <p className={pageStyles.about}>
          What was deleted can come back until the day shown. It takes space until then.
        </p>
      </div>
      {data ? (
        <TrashTable things={data} />
      ) : error ? (
        <ErrorBanner error={error} />
      ) : (
        <Skeleton height="8rem" />
      )}
    </div>
  );
}

function TrashTable({ things }: { things: Trashed[] }) {
  const queries = useQueryClient();
  const { data: spaces } = useQuery(trashUsageQuery);
  const [purging, setPurging] = useState<Trashed | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const bringBack = async (thing: Trashed) => {
    setBusy(thing.id);
    setProblem(null);
    try {
      await recover(thing.id);
      await queries.invalidateQueries();
      toast(`“${thing.name}” is back${thing.kind === "container" ? ", stopped" : ""}.`);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <>
      {problem !== null && <ErrorBanner error={problem} />}
      <div className={pageStyles.panel}>
        <Table
          label="Trash"
          rows={things}
          rowKey={(thing) => thing.id}
          empty={
            <EmptyState icon={<TrashIcon />} title="The trash is empty">
              Deleted bookmarks, branches and containers come here first.
            </EmptyState>
          }
          columns={[
            { head: "Name", isName: true, cell: (thing) => <Name thing={thing} /> },
            {
              head: "Of",
              cell: (thing) =>
                thing.kind === "container"
                  ? thing.template.name
                  : (thing.container?.name ?? thing.template.name),
            },
            { head: "Deleted", cell: (thing) => <TimeText at={thing.deleted_at} /> },
            { head: "By", cell: (thing) => thing.deleted_by ?? "" },
            {
              head: "Frees",
              align: "end",
              cell: (thing) => <Frees space={spaces?.find(({ id }) => id === thing.id)} />,
            },
            { head: "Kept until", cell: (thing) => <TimeText at={thing.purged_at} /> },
            {
              head: "Actions",
              isActions: true,
              cell: (thing) => (
                <div className={styles.actions}>
                  <Button size="small" isBusy={busy === thing.id} onClick={() => bringBack(thing)}>
                    Bring back<span className="visually-hidden"> {thing.name}</span>
                  </Button>
                  <Button size="small" variant="quiet" onClick={() => setPurging(thing)}>
                    Delete for good<span className="visually-hidden"> {thing.name}</span>
                  </Button>
                </div>
              ),
            },
          ]}
        />
      </div>
      <ConfirmDialog
        isOpen={purging !== null}
        onClose={() => setPurging(null)}
        title={`Delete ${purging?.kind} “${purging?.name}” for good?`}
        submit="Delete for good"
        isDanger
        onSubmit={async () => {
          if (!purging) return;
          await purge(purging.id);
          await queries.invalidateQueries();
          toast(`“${purging.name}” is deleted for good.`);
        }}
      >
        It cannot come back after that. Its space is free again within a minute.
      </ConfirmDialog>
    </>
  );
}

// What deleting it for good gives back: measured on the disk, which takes a moment.
function Frees({ space }: { space: Space | undefined }) {
  return space ? <SizeText bytes={space.unique} /> : <Spinner />;
}

function Name({ thing }: { thing: Trashed }) {
  const Icon = ICONS[thing.kind];
  return (
    <span className={styles.name}>
      <Icon />
      <span>
        {thing.name}
        <span className={styles.kind}>{thing.kind}</span>
      </span>
    </span>
  );
}
