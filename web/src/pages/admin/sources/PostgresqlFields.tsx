import type { Origin } from "@/model/admin_source";
import { PasswordField, RadioGroup, TextField } from "@/ui";
import { Advanced } from "../parts/Advanced";
import { Pairs } from "../parts/Pairs";
import styles from "../parts/parts.module.css";
import type { SourceFieldsProps } from "./source_fields";

export function PostgresqlFields({ form, onChange, problems }: SourceFieldsProps) {
  const text = (
    field: "url" | "password" | "dump" | "directory" | "database" | "login" | "version",
  ) => ({
    value: form[field],
    error: problems[field],
    onChange: (value: string) => onChange({ ...form, [field]: value }),
  });
  return (
    <>
      <RadioGroup
        label="Where does the data come from?"
        value={form.origin}
        onChange={(origin: Origin) => onChange({ ...form, origin })}
        options={[
          {
            value: "url",
            label: "A running server",
            hint: "Copied with pg_basebackup. The user needs the right REPLICATION, and a line for it in pg_hba.conf.",
          },
          {
            value: "dump",
            label: "A dump on this server's disk",
            hint: "Plain (also compressed), custom, directory or tar.",
          },
          {
            value: "directory",
            label: "A data directory on this server's disk",
            hint: "No server may run on it.",
          },
          { value: "empty", label: "Nothing", hint: "An empty database, to begin from scratch." },
        ]}
      />
      {form.origin === "url" && (
        <div className={styles.fields}>
          <TextField
            {...text("url")}
            label="Address"
            isMono
            placeholder="postgresql://user@host:5432/database"
            hint="Special characters are written as %XX."
          />
          <PasswordField
            {...text("password")}
            label="Password (optional)"
            autoComplete="new-password"
            hint="Kept with the source, and never shown again."
          />
        </div>
      )}
      {form.origin === "dump" && (
        <TextField
          {...text("dump")}
          label="Path of the dump"
          isMono
          placeholder="/srv/dumps/orders.dump"
        />
      )}
      {form.origin === "directory" && (
        <TextField
          {...text("directory")}
          label="Path of the data directory"
          isMono
          placeholder="/var/lib/postgresql/15/main"
        />
      )}
      <div className={styles.fields}>
        <TextField
          {...text("database")}
          label="Database"
          isOptional
          isMono
          placeholder={form.origin === "url" ? "as in the address" : "postgres"}
          hint={
            form.origin === "dump"
              ? "The dump is loaded into it, and connection strings lead to it."
              : "Connection strings lead to it."
          }
        />
        <TextField
          {...text("login")}
          label="Login"
          isOptional
          isMono
          placeholder="slip"
          hint="The user that people and applications connect as. May do everything in their own copy."
        />
      </div>
      <RadioGroup
        label="Durability in containers"
        value={form.durability}
        onChange={(durability: "full" | "relaxed") => onChange({ ...form, durability })}
        options={[
          {
            value: "full",
            label: "Full",
            hint: "What was committed survives a crash of the machine, as in production.",
          },
          {
            value: "relaxed",
            label: "Relaxed",
            hint: "Writes are about twice as fast. A crash may lose the last second of commits; the data is never damaged.",
          },
        ]}
      />
      <Advanced
        summary="Server version and settings"
        isOpenAtFirst={form.conf.length > 0 || form.version !== ""}
      >
        <TextField
          {...text("version")}
          label="Server version"
          isOptional
          inputMode="numeric"
          placeholder="as the data, else the newest installed"
          hint="Only the first number, such as 15."
        />
        <Pairs
          label="Settings of postgresql.conf"
          nameLabel="Setting"
          addWords="Add a setting"
          pairs={form.conf}
          prefix="conf."
          problems={problems}
          onChange={(conf) => onChange({ ...form, conf })}
        />
      </Advanced>
    </>
  );
}
