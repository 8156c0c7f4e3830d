// SPDX-License-Identifier: Apache-2.0
import { useQueries } from "@tanstack/react-query";
import { operationQuery } from "@/api/queries";
import { Banner, ErrorBanner } from "@/ui";
import { OperationStrip } from "../parts/OperationStrip";
import styles from "./templates.module.css";
import type { Apply } from "./useApply";

// How far it is: one strip for each thing that was begun.
export function ApplyProgress({ apply, error }: { apply: Apply; error: unknown }) {
  const answers = useQueries({ queries: apply.operations.map((id) => operationQuery(id)) });
  const operations = answers.flatMap((answer) => (answer.data ? [answer.data] : []));
  return (
    <div className={styles.progress}>
      {apply.isRunning && (
        <Banner tone="info" title="Keep this page open until it is done">
          Each part begins when the one before has ended.
        </Banner>
      )}
      {operations.map((operation) => (
        <OperationStrip
          key={operation.id}
          operation={operation}
          afterFailure="What was done before stays. Change what is wrong, and go on from here."
        />
      ))}
      {error !== null && <ErrorBanner error={error} />}
    </div>
  );
}
