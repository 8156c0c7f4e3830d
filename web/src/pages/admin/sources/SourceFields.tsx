// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { ofKind, withRun } from "@/model/admin_source";
import { kindNamed } from "@/model/kinds";
import { Checkbox, RadioGroup, TextField } from "@/ui";
import { kindsQuery } from "../api/queries";
import { Pairs } from "../parts/Pairs";
import styles from "../parts/parts.module.css";
import { KindFields } from "./KindFields";
import { RunFields } from "./RunFields";
import type { SourceFieldsProps } from "./source_fields";

export function SourceFields(props: SourceFieldsProps) {
  const { form, onChange, problems, isDisabled = false, hasName = true } = props;
  return (
    <fieldset className={styles.bare} disabled={isDisabled}>
      <KindChoice {...props} />
      {hasName && (
        <TextField
          label="Name"
          value={form.name}
          maxLength={64}
          error={problems.name}
          hint="How administrators call it, e.g. orders.db."
          onChange={(name) => onChange({ ...form, name })}
        />
      )}
      <KindFields {...props} />
      {form.kind.may_run && (
        <Checkbox
          label="These files are an application"
          hint="Every branch runs it on its own files, beside its own databases."
          isChecked={form.run !== null}
          onChange={(isApplication) => onChange(withRun(form, isApplication))}
        />
      )}
      {form.kind.may_run && form.run && (
        <RunFields
          run={form.run}
          problems={problems}
          onChange={(run) => onChange({ ...form, run })}
        />
      )}
      <TextField
        label="Sync automatically"
        value={form.schedule}
        isOptional
        isMono
        placeholder="every 15min"
        error={problems.schedule}
        hint="Or: daily 02:30, weekdays 02:30, sun,wed 02:30. Empty: only when somebody syncs it."
        onChange={(schedule) => onChange({ ...form, schedule })}
      />
      {form.other.length > 0 && (
        <Pairs
          label="Other settings"
          nameLabel="Setting"
          addWords="Add a setting"
          pairs={form.other}
          prefix="other."
          problems={problems}
          onChange={(other) => onChange({ ...form, other })}
        />
      )}
    </fieldset>
  );
}

function KindChoice({ form, onChange }: SourceFieldsProps) {
  const { data: kinds = [form.kind] } = useQuery(kindsQuery);
  return (
    <RadioGroup
      label="Kind"
      value={form.kind.kind}
      onChange={(name: string) => {
        const kind = kindNamed(kinds, name);
        if (kind) onChange(ofKind(form, kind));
      }}
      options={kinds.map(({ kind, label, words }) => ({
        value: kind,
        label,
        ...(words && { hint: words }),
      }))}
    />
  );
}
