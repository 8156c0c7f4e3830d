// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the server replaces them
import { type RunForm, STOP_SIGNALS } from "@/model/admin_run";
import { Select, TextField } from "@/ui";
import { Pairs } from "../parts/Pairs";
import styles from "../parts/parts.module.css";

interface RunFieldsProps {
  run: RunForm;
  onChange: (run: RunForm) => void;
  problems: Record<string, string>;
}

export function RunFields({ run, onChange, problems }: RunFieldsProps) {
  return (
    <div className={styles.nested}>
      <TextField
        label="Command"
        isMono
        value={run.command}
        error={problems["run.command"]}
        placeholder="bin/server --quiet"
        hint="Relative to the files, or a whole path. Quotes keep words together."
        onChange={(command) => onChange({ ...run, command })}
      />
      <Pairs
        label="Environment"
        hint="${port} is the port to listen on, ${directory} where the files are, ${db.URL} the address of the source called db in the template; also HOST, PORT, USER, PASSWORD and DATABASE."
        nameLabel="Variable"
        addWords="Add a variable"
        pairs={run.env}
        prefix="run.env."
        problems={problems}
        onChange={(env) => onChange({ ...run, env })}
      />
      <div className={styles.fields}>
        <TextField
          label="Health path"
          isOptional
          isMono
          value={run.health}
          error={problems["run.health"]}
          hint="It is ready when this path answers. Without one: when it accepts connections."
          onChange={(health) => onChange({ ...run, health })}
        />
        <Select
          label="Stop signal"
          value={run.stopSignal}
          options={[...new Set([...STOP_SIGNALS, run.stopSignal])].map((value) => ({
            value,
            label: value,
          }))}
          onChange={(stopSignal) => onChange({ ...run, stopSignal })}
        />
      </div>
    </div>
  );
}
