// SPDX-License-Identifier: Apache-2.0
import { isDatabase, KIND_WORDS, ofKind, type SourceKind, withRun } from "@/model/admin_source";
import { Checkbox, RadioGroup, TextField } from "@/ui";
import { Pairs } from "../parts/Pairs";
import styles from "../parts/parts.module.css";
import { DatabaseFields } from "./DatabaseFields";
import { FilesFields } from "./FilesFields";
import { RunFields } from "./RunFields";
import type { SourceFieldsProps } from "./source_fields";

export function SourceFields(props: SourceFieldsProps) {
  const { form, onChange, problems, isDisabled = false, hasName = true } = props;
  return (
    <fieldset className={styles.bare} disabled={isDisabled}>
      <RadioGroup
        label="Kind"
        value={form.kind}
        onChange={(kind: SourceKind) => onChange(ofKind(form, kind))}
        options={[
          { value: "postgresql", label: KIND_WORDS.postgresql, hint: "A database server's data." },
          {
            value: "mariadb",
            label: KIND_WORDS.mariadb,
            hint: "A database server's data, or one database of it.",
          },
          {
            value: "mysql",
            label: KIND_WORDS.mysql,
            hint: "The same, of MySQL 8.0 and newer where its programs are installed.",
          },
          {
            value: "redis",
            label: KIND_WORDS.redis,
            hint: "All keys of a Redis or Valkey server.",
          },
          {
            value: "files",
            label: KIND_WORDS.files,
            hint: "A tree of files, which may be an application that runs on every branch.",
          },
        ]}
      />
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
      {isDatabase(form.kind) ? (
        <DatabaseFields {...props} kind={form.kind} />
      ) : (
        <FilesFields {...props} />
      )}
      {form.kind === "files" && (
        <Checkbox
          label="These files are an application"
          hint="Every branch runs it on its own files, beside its own databases."
          isChecked={form.run !== null}
          onChange={(isApplication) => onChange(withRun(form, isApplication))}
        />
      )}
      {form.kind === "files" && form.run && (
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
