// SPDX-License-Identifier: Apache-2.0
import { canBeLogical, type DatabaseKind, type Origin } from "@/model/admin_source";
import { Checkbox, RadioGroup, TextField } from "@/ui";
import { Advanced } from "../parts/Advanced";
import { Pairs } from "../parts/Pairs";
import styles from "../parts/parts.module.css";
import { DatabaseOriginFields } from "./DatabaseOriginFields";
import { DATABASE_WORDS } from "./database_words";
import { type SourceFieldsProps, textOf } from "./source_fields";

// A database server's data, of either kind of server.
export function DatabaseFields(props: SourceFieldsProps & { kind: DatabaseKind }) {
  const { form, onChange, kind } = props;
  const words = DATABASE_WORDS[kind];
  const text = textOf(props);
  return (
    <>
      <RadioGroup
        label="Where does the data come from?"
        value={form.origin}
        onChange={(origin: Origin) => onChange({ ...form, origin })}
        options={words.origins}
      />
      <DatabaseOriginFields {...props} />
      {canBeLogical(form) && (
        <Checkbox
          label="This server lets nobody replicate"
          hint="As most managed services. It is copied with pg_dump; at the next sync only tables that have changed take space. The user needs to read all tables."
          isChecked={form.isLogical}
          onChange={(isLogical) => onChange({ ...form, isLogical })}
        />
      )}
      {words.followHint && form.origin === "url" && !(canBeLogical(form) && form.isLogical) && (
        <Checkbox
          label="Follow this server all the time"
          hint={words.followHint}
          isChecked={form.isFollowing}
          onChange={(isFollowing) => onChange({ ...form, isFollowing })}
        />
      )}
      <div className={styles.fields}>
        <TextField
          {...text("database")}
          label="Database"
          isOptional
          isMono
          placeholder={words.databaseLike[form.origin]}
          hint={form.origin === "dump" ? words.dumpHint : "Connection strings lead to it."}
        />
        <TextField
          {...text("login")}
          label="Login"
          isOptional
          isMono
          placeholder={words.loginLike ?? "slip"}
          hint="The user that people and applications connect as."
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
          { value: "relaxed", label: "Relaxed", hint: words.relaxedHint },
        ]}
      />
      <RadioGroup
        label="Rights of the login"
        value={form.rights}
        onChange={(rights: "owner" | "superuser") => onChange({ ...form, rights })}
        options={[
          {
            value: "owner",
            label: "Owner",
            hint: "Everything with the application's databases and their tables.",
          },
          { value: "superuser", label: "Superuser", hint: words.superuserHint },
        ]}
      />
      <ServerFields {...props} />
    </>
  );
}

// What few people need to say: everything is chosen by what the data is.
function ServerFields(props: SourceFieldsProps & { kind: DatabaseKind }) {
  const { form, onChange, problems, kind } = props;
  const words = DATABASE_WORDS[kind];
  return (
    <Advanced
      summary={words.versionHint ? "Server version and settings" : "Server settings"}
      isOpenAtFirst={form.conf.length > 0 || form.version !== ""}
    >
      {words.versionHint && (
        <TextField
          {...textOf(props)("version")}
          label="Server version"
          isOptional
          inputMode="decimal"
          placeholder="as the data, else the newest installed"
          hint={words.versionHint}
        />
      )}
      <Pairs
        label={words.confLabel}
        hint={words.confHint}
        nameLabel="Setting"
        addWords="Add a setting"
        pairs={form.conf}
        prefix="conf."
        problems={problems}
        onChange={(conf) => onChange({ ...form, conf })}
      />
    </Advanced>
  );
}
