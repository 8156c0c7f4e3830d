import { useQuery } from "@tanstack/react-query";
import { templateMomentQuery } from "@/api/queries";
import { exactMoment } from "@/model/time";
import { ErrorBanner, TextField, useNow } from "@/ui";
import { useContainerPage } from "./context";
import styles from "./dialogs.module.css";

export interface DayAndTime {
  day: string;
  time: string;
}

// Nothing while it is not all there.
export function isoOf({ day, time }: DayAndTime): string | null {
  const at = Date.parse(`${day}T${time}`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
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
}: {
  value: DayAndTime;
  onChange: (value: DayAndTime) => void;
}) {
  return (
    <>
      <TextField
        label="Day"
        type="date"
        value={value.day}
        onChange={(day) => onChange({ ...value, day })}
      />
      <TextField
        label="Time"
        type="time"
        step={1}
        autoFocus
        value={value.time}
        onChange={(time) => onChange({ ...value, time })}
      />
      <Found iso={isoOf(value)} />
    </>
  );
}

function Found({ iso }: { iso: string | null }) {
  const now = useNow();
  const moment = useMoment(iso);
  if (moment.error) return <ErrorBanner error={moment.error} />;
  if (!moment.data) return null;
  const { asked, sources } = moment.data;
  const words = sources.map(({ source, at }) =>
    at === asked ? `${source} exactly then` : `${source} as of ${exactMoment(Date.parse(at), now)}`,
  );
  return (
    <p className={styles.note} role="status">
      {`It would be: ${words.join(", ")}.`}
    </p>
  );
}
