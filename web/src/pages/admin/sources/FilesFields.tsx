// SPDX-License-Identifier: Apache-2.0
import type { Origin } from "@/model/admin_source";
import { RadioGroup, TextField } from "@/ui";
import styles from "../parts/parts.module.css";
import { type SourceFieldsProps, type TextName, textOf } from "./source_fields";

export function FilesFields(props: SourceFieldsProps) {
  const { form, onChange } = props;
  const textIn = textOf(props);
  const text = (name: TextName) => ({ ...textIn(name), isMono: true });
  return (
    <>
      <RadioGroup
        label="Where do the files come from?"
        value={form.origin}
        onChange={(origin: Origin) => onChange({ ...form, origin })}
        options={[
          { value: "path", label: "A folder on this server" },
          { value: "ssh", label: "Another machine", hint: "Copied with rsync over ssh." },
          {
            value: "tar",
            label: "A tar archive on this server's disk",
            hint: "Compressed or not.",
          },
          { value: "empty", label: "Nothing", hint: "An empty folder, to begin from scratch." },
        ]}
      />
      {form.origin === "path" && (
        <TextField {...text("path")} label="Path of the folder" placeholder="/srv/shop" />
      )}
      {form.origin === "tar" && (
        <TextField {...text("tar")} label="Path of the archive" placeholder="/srv/shop.tar.gz" />
      )}
      {form.origin === "ssh" && (
        <>
          <TextField {...text("ssh")} label="Address" placeholder="user@host:/directory" />
          <div className={styles.fields}>
            <TextField
              {...text("sshKey")}
              label="Path of the private key"
              isOptional
              placeholder="/root/.ssh/id_ed25519"
              hint="On this server, without a passphrase."
            />
            <TextField
              {...text("sshOptions")}
              label="Options of ssh"
              isOptional
              placeholder="-p 2222"
            />
          </div>
        </>
      )}
      {form.origin !== "empty" && (
        <TextField
          {...text("exclude")}
          label="Leave out"
          isOptional
          placeholder="*.log,cache/"
          hint="Patterns, separated by commas."
        />
      )}
    </>
  );
}
