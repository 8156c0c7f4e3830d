// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";
import { classes } from "./classes";
import styles from "./table.module.css";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ReactNode;
  align?: "start" | "end";
  // The name of the row, for screen readers; one of the columns has it.
  isName?: boolean;
  // Nothing but buttons: its head is not shown.
  isActions?: boolean;
  // Its head sorts the rows, which whoever shows the table does.
  sorted?: "none" | "ascending" | "descending";
  onSort?: () => void;
}

interface TableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  empty?: ReactNode;
}

// Rows of facts. Where it is too wide for the screen it scrolls within itself.
export function Table<Row>({ label, columns, rows, rowKey, empty }: TableProps<Row>) {
  if (rows.length === 0 && empty) return empty;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.head}
                scope="col"
                className={classes(column.align === "end" && styles.end)}
                aria-sort={column.sorted === "none" ? undefined : column.sorted}
              >
                <Head column={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <Cell key={column.head} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head<Row>({ column }: { column: Column<Row> }) {
  const { head, sorted, onSort } = column;
  if (!onSort)
    return <span className={classes(column.isActions && "visually-hidden")}>{head}</span>;
  return (
    <button type="button" className={styles.sort} onClick={onSort}>
      {head}
      <span aria-hidden="true">
        {{ none: "", ascending: "↑", descending: "↓" }[sorted ?? "none"]}
      </span>
    </button>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const className = classes(
    column.align === "end" && styles.end,
    column.isActions && styles.actions,
  );
  if (column.isName) {
    return (
      <th scope="row" className={className}>
        {column.cell(row)}
      </th>
    );
  }
  return <td className={className}>{column.cell(row)}</td>;
}
