// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";
import { Button, ErrorBanner, Skeleton } from "@/ui";
import styles from "./parts.module.css";

interface Asked<Data> {
  data: Data | undefined;
  error: unknown;
  isFetching: boolean;
  refetch: () => unknown;
}

interface LoadedProps<Data> {
  query: Asked<Data>;
  // Said to screen readers while it is loaded: "Loading the sources".
  what: string;
  rows?: number;
  children: (data: Data) => ReactNode;
}

// What was asked for, once it is there; else its shape, or why it is not there and "Try again".
// What was there before stays while it is asked for again.
export function Loaded<Data>({ query, what, rows = 4, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return (
      <ErrorBanner
        error={query.error}
        title={`${what} could not be loaded`}
        actions={
          <Button size="small" isBusy={query.isFetching} onClick={() => query.refetch()}>
            Try again
          </Button>
        }
      />
    );
  }
  return (
    <div className={styles.loading} role="status">
      <span className="visually-hidden">Loading: {what}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name
        <Skeleton key={row} height="1.25rem" width={row % 2 ? "62%" : "80%"} />
      ))}
    </div>
  );
}
