// SPDX-License-Identifier: Apache-2.0
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";
import { containersQuery } from "@/api/queries";
import type { Operation } from "@/api/types";
import {
  isShown,
  STATE_CHOICES,
  type StateChoice,
  tookOf,
  wordsOfOperation,
} from "@/model/admin_operations";
import { capitalized } from "@/model/words";
import {
  Button,
  Checkbox,
  ClockIcon,
  type Column,
  EmptyState,
  ErrorBanner,
  Select,
  StateBadge,
  Table,
  TextField,
  TimeText,
  useNow,
} from "@/ui";
import { operationsQuery } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { CancelButton } from "../parts/OperationStrip";
import { Page, Panel } from "../parts/Page";
import styles from "./operations.module.css";

// The filters are in the address: they can be sent to somebody, and survive a reload.
function useFilters() {
  const [params, setParams] = useSearchParams();
  const get = (name: string) => params.get(name) ?? "";
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  const state = STATE_CHOICES.find((choice) => choice.value === get("state"))?.value ?? "all";
  return {
    container: get("container"),
    state: state as StateChoice,
    text: get("text"),
    isBackground: get("background") !== "",
    set,
  };
}

export function OperationsPage() {
  const filters = useFilters();
  const { set } = filters;
  const { data: containers = [] } = useQuery(containersQuery);
  const query = useInfiniteQuery(operationsQuery(filters.container, filters.isBackground));
  const now = useNow();
  const loaded = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = loaded.filter((one) => isShown(one, filters.state, filters.text));
  const isFiltered = filters.state !== "all" || filters.text.trim() !== "";
  const isPart = shown.length < loaded.length;
  return (
    <Page
      title="Operations"
      about="What everyone did, the newest first. Nothing is ever taken off this list."
    >
      <div className={styles.filters}>
        <TextField
          label="Find"
          type="search"
          value={filters.text}
          placeholder="Words, user, id"
          onChange={(text) => set("text", text)}
        />
        <Select
          label="Container"
          value={filters.container}
          options={[
            { value: "", label: "Everything" },
            ...containers.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={(container) => set("container", container)}
        />
        <Select
          label="State"
          value={filters.state}
          options={STATE_CHOICES}
          onChange={(state) => set("state", state === "all" ? "" : state)}
        />
        <div className={styles.switch}>
          <Checkbox
            label="With scheduled syncs and the product's own work"
            isChecked={filters.isBackground}
            onChange={(isOn) => set("background", isOn ? "1" : "")}
          />
        </div>
      </div>
      <Panel label="The newest" isFlush>
        <Loaded query={query} what="The operations" rows={8}>
          {() => (
            <Table
              label="Operations"
              rows={shown}
              rowKey={(one) => one.id}
              columns={columnsFor(now)}
              empty={
                <EmptyState
                  icon={<ClockIcon />}
                  title={isFiltered ? "Nothing found" : "Nothing has been done yet"}
                >
                  {isFiltered &&
                    `None of the ${loaded.length} loaded operations fits.${query.hasNextPage ? " Load older ones to search further back." : ""}`}
                </EmptyState>
              }
            />
          )}
        </Loaded>
      </Panel>
      {query.error && query.data && <ErrorBanner error={query.error} />}
      {query.data && (
        <div className={styles.foot}>
          {query.hasNextPage && (
            <Button isBusy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
              Load older
            </Button>
          )}
          <span role="status">
            {isPart ? `${shown.length} of the newest ${loaded.length}` : `${loaded.length} shown`}
            {query.hasNextPage ? "" : "; there are no older ones"}
          </span>
        </div>
      )}
    </Page>
  );
}

function columnsFor(now: number): Column<Operation>[] {
  return [
    {
      head: "What",
      isName: true,
      cell: (one) => (
        <Link href={`/admin/operations/${one.id}`} className={styles.what}>
          {capitalized(wordsOfOperation(one, now))}
        </Link>
      ),
    },
    { head: "State", cell: (one) => <StateBadge state={one.state} /> },
    { head: "Who", cell: (one) => <span className={styles.who}>{one.actor.name}</span> },
    {
      head: "Where",
      cell: (one) => one.container?.name ?? one.template?.name ?? one.source?.name ?? "",
    },
    { head: "When", cell: (one) => <TimeText at={one.created_at} /> },
    {
      head: "Took",
      align: "end",
      cell: (one) => tookOf(one, Math.max(now, Date.parse(one.created_at))),
    },
    {
      head: "Actions",
      isActions: true,
      cell: (one) => (one.ended_at === null ? <CancelButton operation={one} /> : null),
    },
  ];
}
