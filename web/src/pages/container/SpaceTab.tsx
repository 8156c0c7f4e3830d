// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useContainerPage } from "@/actions/context";
import { containerUsageQuery } from "@/api/queries";
import type { Quota, Space } from "@/api/types";
import { limitsInWords } from "@/model/quota";
import { fits } from "@/model/rows";
import {
  BookmarkIcon,
  BranchIcon,
  Button,
  ErrorBanner,
  SizeText,
  Skeleton,
  Table,
  TagIcon,
} from "@/ui";
import styles from "./lists.module.css";

interface SpaceRow extends Space {
  id: string;
  name: string;
  icon: ReactNode;
  kind: string;
  // Shows what it names.
  open?: () => void;
}

// What takes how much. The first figure is what people come for: what they get back.
export function SpaceTab({ filter }: { filter: string }) {
  const { container, lookAt, select } = useContainerPage();
  const { data, error, isFetching, refetch } = useQuery({
    ...containerUsageQuery(container.id),
    staleTime: 30_000,
  });
  if (!data) {
    if (error) return <ErrorBanner error={error} />;
    return (
      <div className={styles.measuring} role="status">
        <p>Measuring on disk…</p>
        <Skeleton height="6rem" />
      </div>
    );
  }
  const rows: SpaceRow[] = [
    ...data.branches.map(({ branch, ...space }) => ({
      ...space,
      id: branch.id,
      name: branch.name,
      icon: <BranchIcon />,
      kind: "Branch",
      open: () => lookAt(branch.id),
    })),
    ...data.bookmarks.map(({ bookmark, ...space }) => ({
      ...space,
      id: bookmark.id,
      name: bookmark.name,
      icon: <BookmarkIcon />,
      kind: "Bookmark",
      open: () => select(bookmark.id),
    })),
    ...data.tags.map(({ tag, ...space }) => ({
      ...space,
      id: `tag ${tag}`,
      name: tag,
      icon: <TagIcon />,
      kind: "All with the tag",
    })),
  ].filter((row) => fits([row.name, row.kind], filter));
  return (
    <>
      <div className={styles.sum}>
        <dl>
          <div>
            <dt>Deleting this container frees at least</dt>
            <dd>
              <SizeText bytes={data.container.unique} />
            </dd>
          </div>
          {container.quota && <DiskQuota quota={container.quota} />}
          <div>
            <dt>Shared with others</dt>
            <dd>
              <SizeText bytes={data.container.shared} />
            </dd>
          </div>
          <div>
            <dt>It would take as full copies</dt>
            <dd>
              <SizeText bytes={data.container.full} />
            </dd>
          </div>
        </dl>
        <Button size="small" isBusy={isFetching} onClick={() => refetch()}>
          Measure again
        </Button>
      </div>
      {container.quota && <QuotaNotes quota={container.quota} />}
      <Table
        label="Space by branch, bookmark and tag"
        rows={rows.sort((a, b) => b.unique - a.unique)}
        rowKey={(row) => row.id}
        columns={[
          {
            head: "What",
            isName: true,
            cell: (row) => (
              <span className={styles.spaceName}>
                {row.icon}
                <span className={styles.rowNote}>{row.kind}</span>{" "}
                {row.open ? (
                  <button type="button" className={styles.opens} onClick={row.open}>
                    {row.name}
                  </button>
                ) : (
                  row.name
                )}
              </span>
            ),
          },
          {
            head: "Deleting it frees",
            align: "end",
            cell: (row) => <SizeText bytes={row.unique} />,
          },
          {
            head: "Shared with others",
            align: "end",
            cell: (row) => <SizeText bytes={row.shared} />,
          },
          { head: "As full copies", align: "end", cell: (row) => <SizeText bytes={row.full} /> },
        ]}
      />
    </>
  );
}

function DiskQuota({ quota }: { quota: Quota }) {
  if (quota.disk_bytes === null || quota.disk_used === null) return null;
  return (
    <div>
      <dt>Of its disk quota</dt>
      <dd>
        <SizeText bytes={quota.disk_used} /> of <SizeText bytes={quota.disk_bytes} />
      </dd>
    </div>
  );
}

// What an administrator lets it have besides, and how that is kept here.
function QuotaNotes({ quota }: { quota: Quota }) {
  const limits = limitsInWords(quota);
  const sentences = [limits && `All that runs in it may use ${limits}.`, ...quota.notes];
  const said = sentences.filter((one) => one !== "").join(" ");
  return said === "" ? null : <p className={styles.quota}>{said}</p>;
}
