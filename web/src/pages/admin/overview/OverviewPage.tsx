// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { containersQuery, poolQuery } from "@/api/queries";
import { isGoing, wordsOfOperation } from "@/model/admin_operations";
import { runningWords } from "@/model/admin_running";
import { capitalized } from "@/model/words";
import { EmptyState, SuccessIcon, TimeText, useNow } from "@/ui";
import { recentOperationsQuery } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { OperationStrip } from "../parts/OperationStrip";
import { Page, Panel } from "../parts/Page";
import styles from "./overview.module.css";
import { PoolPanel } from "./PoolPanel";

const FAILED_SHOWN = 5;

export function OverviewPage() {
  const now = useNow();
  const pool = useQuery(poolQuery);
  const containers = useQuery(containersQuery);
  const operations = useQuery(recentOperationsQuery);
  return (
    <Page
      title="Overview"
      about="Where the data lives, what runs, what is being done, and what failed recently."
    >
      <Panel title="Pool" about="The place that all data lives in.">
        <Loaded query={pool} what="The pool">
          {(data) => <PoolPanel pool={data} />}
        </Loaded>
      </Panel>
      <Panel title="Running" actions={<Link href="/admin/containers">All containers</Link>}>
        <Loaded query={containers} what="The containers" rows={1}>
          {(data) => <p className={styles.quiet}>{runningWords(data)}</p>}
        </Loaded>
      </Panel>
      <Panel title="Being done now">
        <Loaded query={operations} what="The operations" rows={2}>
          {(data) => {
            const going = data.filter(isGoing);
            if (going.length === 0)
              return <p className={styles.quiet}>No operation at the moment.</p>;
            return going.map((one) => <OperationStrip key={one.id} operation={one} />);
          }}
        </Loaded>
      </Panel>
      <Panel
        title="Recent failures"
        actions={<Link href="/admin/operations?state=failed">All failures</Link>}
      >
        <Loaded query={operations} what="The operations" rows={2}>
          {(data) => {
            const failed = data.filter((one) => one.state === "failed").slice(0, FAILED_SHOWN);
            if (failed.length === 0) {
              return (
                <EmptyState icon={<SuccessIcon />} title="Nothing failed recently">
                  What fails takes nothing with it: everything stays as it was before.
                </EmptyState>
              );
            }
            return (
              <ul className={styles.failed}>
                {failed.map((one) => (
                  <li key={one.id}>
                    <p>
                      <Link href={`/admin/operations/${one.id}`}>
                        {capitalized(wordsOfOperation(one, now))}
                      </Link>
                      <span className={styles.quiet}>
                        {" "}
                        by {one.actor.name}, <TimeText at={one.created_at} />
                      </span>
                    </p>
                    <p className={styles.quiet}>{capitalized(one.failure?.message ?? "")}</p>
                  </li>
                ))}
              </ul>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}
