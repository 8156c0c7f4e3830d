// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { type Ref, useDeferredValue, useState } from "react";
import { useContainerPage } from "@/actions/context";
import { availableQuery, bookmarksQuery } from "@/api/queries";
import type { Branch } from "@/api/types";
import type { Lane } from "@/model/history";
import { Skeleton, Tabs } from "@/ui";
import { BookmarksTab } from "./BookmarksTab";
import { BranchesTab } from "./BranchesTab";
import { Filter } from "./Filter";
import { HistoryTab } from "./HistoryTab";
import type { MenuPlace } from "./ItemMenu";
import styles from "./lists.module.css";
import { SpaceTab } from "./SpaceTab";

interface Props {
  isLoading: boolean;
  filter: Ref<HTMLInputElement>;
  lane: Lane;
  isAllShown: boolean;
  branches: Branch[];
  onAct: () => void;
  onMenu: (place: MenuPlace) => void;
  loadOlder: (() => void) | null;
  isLoadingOlder: boolean;
}

// After the timeline, which is what one looks at first, and must not wait for many rows.
export function Lists({ isLoading, ...props }: Props) {
  const isDue = useDeferredValue(!isLoading, false);
  return (
    <section className={styles.lists} aria-label="Lists" aria-busy={!isDue}>
      {isDue ? <ShownLists {...props} /> : <LoadingLists />}
    </section>
  );
}

function LoadingLists() {
  return (
    <div className={styles.measuring}>
      <Skeleton width="40%" />
      <Skeleton width="60%" />
    </div>
  );
}

function ShownLists({ filter: filterRef, branches, ...history }: Omit<Props, "isLoading">) {
  const { container } = useContainerPage();
  const [tab, setTab] = useState("history");
  const [filter, setFilter] = useState("");
  const { data: own } = useQuery(bookmarksQuery(container.id));
  const { data: available } = useQuery(availableQuery(container.id));
  const count = own && available && own.length + available.length;
  return (
    <Tabs
      label="Lists"
      value={tab}
      onChange={(id) => {
        setTab(id);
        setFilter("");
      }}
      end={<Filter ref={filterRef} value={filter} onChange={setFilter} />}
      tabs={[
        { id: "history", label: "History", panel: <HistoryTab filter={filter} {...history} /> },
        {
          id: "bookmarks",
          label: "Bookmarks",
          count,
          panel: <BookmarksTab filter={filter} onAct={history.onAct} />,
        },
        {
          id: "branches",
          label: "Branches",
          count: branches.length,
          panel: <BranchesTab branches={branches} filter={filter} />,
        },
        { id: "space", label: "Space", panel: <SpaceTab filter={filter} /> },
      ]}
    />
  );
}
