// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { logQuery } from "@/api/queries";
import { Button, CopyButton, Dialog, ErrorBanner, Skeleton } from "@/ui";
import { useContainerPage } from "./context";
import styles from "./dialogs.module.css";

// What a database or application wrote last.
export function LogDialog({
  source,
  branch,
  onClose,
}: {
  source: string;
  branch?: string | undefined;
  onClose: () => void;
}) {
  const { container } = useContainerPage();
  const log = useQuery({ ...logQuery(container.id, source, branch), staleTime: 0 });
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={`Log of ${source}`}
      footer={
        <>
          {log.data && (
            <CopyButton text={log.data} label="Copy the log" words="Copy" size="medium" />
          )}
          <Button isBusy={log.isFetching} onClick={() => log.refetch()}>
            Read again
          </Button>
          <Button variant="main" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {log.data !== undefined ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        <pre className={styles.log} tabIndex={0} ref={scrollToEnd}>
          {log.data || "Nothing was written yet."}
        </pre>
      ) : log.error ? (
        <ErrorBanner error={log.error} />
      ) : (
        <Skeleton height="12rem" />
      )}
    </Dialog>
  );
}

// The newest is at the end.
function scrollToEnd(element: HTMLElement | null) {
  if (element) element.scrollTop = element.scrollHeight;
}
