// SPDX-License-Identifier: Apache-2.0
import type { DatabaseKind } from "@/model/admin_source";
import { PasswordField, TextField } from "@/ui";
import styles from "../parts/parts.module.css";
import { DATABASE_WORDS } from "./database_words";
import { type SourceFieldsProps, textOf } from "./source_fields";

// What the chosen origin of a database needs to be known of it.
export function DatabaseOriginFields(props: SourceFieldsProps & { kind: DatabaseKind }) {
  const { form, kind } = props;
  const words = DATABASE_WORDS[kind];
  const text = textOf(props);
  switch (form.origin) {
    case "url":
      return (
        <div className={styles.fields}>
          <TextField
            {...text("url")}
            label="Address"
            isMono
            placeholder={words.addressLike}
            hint={words.addressHint}
          />
          <PasswordField
            {...text("password")}
            label="Password (optional)"
            autoComplete="new-password"
            hint="Kept with the source, and never shown again."
          />
        </div>
      );
    case "backup_command":
      return (
        <TextField
          {...text("backupCommand")}
          label="Command that makes the backup"
          isMono
          placeholder="ssh db.example mariadb-backup --backup --stream=mbstream"
          hint="Run by a shell on this server, whenever the data is fetched. The backup is what it writes to its output: neither compressed nor incremental."
        />
      );
    case "dump":
      return (
        <TextField {...text("dump")} label="Path of the dump" isMono placeholder={words.dumpLike} />
      );
    case "directory":
      return (
        <TextField
          {...text("directory")}
          label="Path of the data directory"
          isMono
          placeholder={words.directoryLike}
        />
      );
    default:
      return null;
  }
}
