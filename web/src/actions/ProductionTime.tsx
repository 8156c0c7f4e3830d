// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { templateMomentQuery } from "@/api/queries";
import type { Moment } from "@/api/types";
import { readTime } from "@/model/read_time";
import { exactMoment } from "@/model/time";
import { ErrorBanner, useNow } from "@/ui";
import { useContainerPage } from "./context";
import styles from "./dialogs.module.css";
import { MomentField } from "./MomentField";

// Nothing while it is no time yet.
export function isoOf(text: string, now: number): string | null {
  const at = readTime(text, now);
  return at === null ? null : new Date(at).toISOString();
}

// How far each source's data goes at that time; null: at none.
export function useMoment(iso: string | null) {
  const { container } = useContainerPage();
  return useQuery({ ...templateMomentQuery(container.id, iso ?? ""), enabled: iso !== null });
}

// A time of production, and how far each source's data would go.
export function ProductionTime({
  value,
  onChange,
  iso,
}: {
  value: string;
  onChange: (value: string) => void;
  iso: string | null; // of the value
}) {
  return (
    <>
      <MomentField value={value} onChange={onChange} />
      <Found iso={iso} />
    </>
  );
}

function Found({ iso }: { iso: string | null }) {
  const moment = useMoment(iso);
  if (moment.error) return <ErrorBanner error={moment.error} />;
  return moment.data ? <Sources moment={moment.data} exactly="exactly then" /> : null;
}

interface SourcesProps {
  moment: Pick<Moment, "asked" | "sources">;
  exactly: string;
}

// How far each source's data would go.
export function Sources({ moment: { asked, sources }, exactly }: SourcesProps) {
  const now = useNow();
  const words = sources.map(({ source, at }) =>
    at === asked ? `${source} ${exactly}` : `${source} as of ${exactMoment(Date.parse(at), now)}`,
  );
  return (
    <p className={styles.note} role="status">
      {`It would be: ${words.join(", ")}.`}
    </p>
  );
}
