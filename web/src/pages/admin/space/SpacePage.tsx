// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { poolQuery } from "@/api/queries";
import type { Usage } from "@/api/types";
import {
  barOf,
  FIRST_ORDER,
  type Holder,
  hrefOf,
  orderAfterClick,
  restOf,
  rowsOf,
  sorted,
  type UsageKey,
  type UsageRow,
} from "@/model/admin_usage";
import { size } from "@/model/size";
import pageStyles from "@/pages/page.module.css";
import {
  Button,
  type Column,
  EmptyState,
  ErrorBanner,
  RefreshIcon,
  SizeText,
  SpaceIcon,
  Spinner,
  Table,
  Tabs,
} from "@/ui";
import { usageQuery } from "../api/queries";
import { Page } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import styles from "./space.module.css";

interface Of {
  id: Holder;
  label: string;
  name: string;
  empty: string;
}

const HOLDERS: Of[] = [
  { id: "all", label: "All", name: "Holder", empty: "Nothing takes any space yet." },
  { id: "containers", label: "Containers", name: "Container", empty: "There is no container yet." },
  { id: "templates", label: "Templates", name: "Template", empty: "There is no template yet." },
  { id: "sources", label: "Sources", name: "Source", empty: "There is no source yet." },
  { id: "trash", label: "Trash", name: "Deleted", empty: "The trash is empty." },
  { id: "users", label: "Users", name: "Owner", empty: "Nobody owns a container yet." },
];

export function SpacePage({ holder }: { holder: string }) {
  const usage = useQuery(usageQuery);
  const { data: pool } = useQuery(poolQuery);
  const [, go] = useLocation();
  const chosen = HOLDERS.find((one) => one.id === holder)?.id ?? "all";
  return (
    <Page
      title="Space"
      about={
        <>
          Who holds it, measured on the disk.
          {pool && ` ${size(pool.free)} of ${size(pool.total)} are free.`}
        </>
      }
      actions={
        <Button icon={<RefreshIcon />} isBusy={usage.isFetching} onClick={() => usage.refetch()}>
          {usage.isFetching ? "Measuring" : "Measure again"}
        </Button>
      }
    >
      <section className={pageStyles.panel}>
        <h2 className="visually-hidden">By whom</h2>
        {usage.data ? (
          <Tabs
            label="By whom"
            value={chosen}
            onChange={(id) => go(`/admin/space/${id}`, { replace: true })}
            tabs={HOLDERS.map((one) => ({
              id: one.id,
              label: one.label,
              count: one.id === "all" ? undefined : usage.data[one.id].length,
              panel: <UsageTable usage={usage.data} holder={one} />,
            }))}
          />
        ) : usage.error ? (
          <ErrorBanner error={usage.error} title="The space could not be measured" />
        ) : (
          <p className={styles.measuring} role="status">
            <Spinner /> Measuring on the disk. With much data this takes a while.
          </p>
        )}
      </section>
      <dl className={styles.words}>
        <div>
          <dt>
            <span className={styles.uniqueKey} aria-hidden="true" /> Freed by deleting
          </dt>
          <dd>What you get back if you delete it, once it has left the trash too.</dd>
        </div>
        <div>
          <dt>
            <span className={styles.sharedKey} aria-hidden="true" /> Shared
          </dt>
          <dd>Equal data that others use too. Deleting only one of them gives nothing back.</dd>
        </div>
        <div>
          <dt>As full copies</dt>
          <dd>What it would take if nothing were shared.</dd>
        </div>
      </dl>
    </Page>
  );
}

interface UsageTableProps {
  usage: Usage;
  holder: Of;
}

function UsageTable({ usage, holder }: UsageTableProps) {
  const [order, setOrder] = useState(FIRST_ORDER);
  const rows = rowsOf(usage, holder.id);
  const sortable = (by: UsageKey) => ({
    sorted:
      order.by !== by
        ? ("none" as const)
        : order.isDescending
          ? ("descending" as const)
          : ("ascending" as const),
    onSort: () => setOrder(orderAfterClick(order, by)),
  });
  const columns: Column<UsageRow>[] = [
    {
      head: holder.name,
      isName: true,
      cell: (row) => <Name row={row} isOfMany={holder.id === "all" || holder.id === "trash"} />,
      ...sortable("name"),
    },
    { head: "Compared", cell: (row) => <UsageBar row={row} rows={rows} /> },
    {
      head: "Freed by deleting",
      align: "end",
      cell: (row) => <SizeText bytes={row.unique} />,
      ...sortable("unique"),
    },
    {
      head: "Shared",
      align: "end",
      cell: (row) => <SizeText bytes={row.shared} />,
      ...sortable("shared"),
    },
    {
      head: "As full copies",
      align: "end",
      cell: (row) => <SizeText bytes={row.full} />,
      ...sortable("full"),
    },
  ];
  const table = (
    <Table
      label={`Space by ${holder.label.toLowerCase()}`}
      rows={sorted(rows, order)}
      rowKey={(row) => row.id}
      columns={columns}
      empty={<EmptyState icon={<SpaceIcon />} title={holder.empty} />}
    />
  );
  return (
    <>
      {table}
      {rows.length > 0 && <Sum rows={rows} used={usage.used} holder={holder} />}
    </>
  );
}

// The rows, and what is no row's alone, are all that is used.
function Sum({ rows, used, holder }: { rows: UsageRow[]; used: number; holder: Of }) {
  const rest = restOf(rows, used);
  const isAll = holder.id === "all";
  return (
    <dl className={styles.sum}>
      <div>
        <dt>
          {isAll ? "Of one of these alone" : `Of one of these ${holder.label.toLowerCase()} alone`}
        </dt>
        <dd>
          <SizeText bytes={used - rest} />
        </dd>
      </div>
      <div>
        <dt>
          {isAll
            ? "Shared by several of these, and what the pool itself needs"
            : "Of others, or shared by several"}
        </dt>
        <dd>
          <SizeText bytes={rest} />
        </dd>
      </div>
      <div>
        <dt>Used in all</dt>
        <dd>
          <SizeText bytes={used} />
        </dd>
      </div>
    </dl>
  );
}

function Name({ row, isOfMany }: { row: UsageRow; isOfMany: boolean }) {
  const href = hrefOf(row);
  return (
    <>
      {href ? (
        <Link href={href} className={styles.holder}>
          {row.name}
        </Link>
      ) : (
        <Nameless />
      )}
      {isOfMany && <span className={partStyles.muted}> {row.what}</span>}
    </>
  );
}

function Nameless() {
  return <span className={partStyles.muted}>Deleted</span>;
}

// Says nothing that the numbers beside it do not say.
function UsageBar({ row, rows }: { row: UsageRow; rows: UsageRow[] }) {
  const bar = barOf(row, rows);
  return (
    <div className={styles.bar} aria-hidden="true">
      <span className={styles.unique} style={{ width: `${bar.unique}%` }} />
      <span className={styles.shared} style={{ width: `${bar.shared}%` }} />
    </div>
  );
}
