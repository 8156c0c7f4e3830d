// SPDX-License-Identifier: Apache-2.0
import type { Pair } from "@/model/admin_run";
import { Button, CloseIcon, IconButton, PlusIcon, TextField } from "@/ui";
import styles from "./parts.module.css";

interface PairsProps {
  label: string;
  hint?: string | undefined;
  nameLabel: string;
  valueLabel?: string;
  addWords: string;
  pairs: Pair[];
  onChange: (pairs: Pair[]) => void;
  // By row, as "prefix.2".
  problems?: Record<string, string>;
  prefix?: string;
}

// Names and values, as many as wanted.
export function Pairs({
  label,
  hint,
  nameLabel,
  valueLabel = "Value",
  addWords,
  pairs,
  onChange,
  problems = {},
  prefix = "",
}: PairsProps) {
  const change = (row: number, changed: Partial<Pair>) =>
    onChange(pairs.map((pair, index) => (index === row ? { ...pair, ...changed } : pair)));
  return (
    <fieldset className={styles.pairs}>
      <legend>{label}</legend>
      {hint && <p className={styles.hint}>{hint}</p>}
      {pairs.map((pair, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name, and keeps no state
        <div key={row} className={styles.pair}>
          <TextField
            label={nameLabel}
            isMono
            value={pair.name}
            error={problems[`${prefix}${row}`]}
            onChange={(name) => change(row, { name })}
          />
          <TextField
            label={valueLabel}
            isMono
            value={pair.value}
            onChange={(value) => change(row, { value })}
          />
          <IconButton
            label={pair.name ? `Remove ${pair.name}` : "Remove this row"}
            onClick={() => onChange(pairs.filter((_, index) => index !== row))}
          >
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusIcon />}
          onClick={() => onChange([...pairs, { name: "", value: "" }])}
        >
          {addWords}
        </Button>
      </div>
    </fieldset>
  );
}
