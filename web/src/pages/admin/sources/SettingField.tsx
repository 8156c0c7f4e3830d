// SPDX-License-Identifier: Apache-2.0
import { settingValue } from "@/model/admin_source";
import { firstChoice } from "@/model/kinds";
import { Checkbox, PasswordField, RadioGroup, TextField } from "@/ui";
import { Pairs } from "../parts/Pairs";
import styles from "../parts/parts.module.css";
import { type SettingProps, withValue } from "./source_fields";

// The field of one setting, as its type has it.
export function SettingField(props: SettingProps) {
  const { form, onChange, problems, setting } = props;
  const change = (value: string) => onChange(withValue(form, setting, value));
  switch (setting.type) {
    case "choice":
      return (
        <RadioGroup
          label={setting.label}
          value={settingValue(form, setting)}
          onChange={change}
          options={setting.choices.map(({ value, label, words }) => ({
            value,
            label,
            ...(words && { hint: words }),
          }))}
        />
      );
    case "mark":
      return (
        <Checkbox
          label={setting.label}
          hint={setting.words}
          isChecked={settingValue(form, setting) !== ""}
          onChange={(isChecked) => change(isChecked ? firstChoice(setting) : "")}
        />
      );
    case "options":
      return (
        <Pairs
          label={setting.label}
          hint={setting.words || undefined}
          nameLabel="Setting"
          addWords="Add a setting"
          pairs={form.options[setting.name] ?? []}
          prefix={`${setting.name}.`}
          problems={problems}
          onChange={(pairs) =>
            onChange({ ...form, options: { ...form.options, [setting.name]: pairs } })
          }
        />
      );
    case "address":
      return <AddressFields {...props} />;
    default:
      return <Line {...props} />;
  }
}

function Line({ form, onChange, problems, setting }: SettingProps) {
  return (
    <TextField
      label={setting.label}
      value={settingValue(form, setting)}
      isOptional={!setting.is_origin}
      isMono
      placeholder={setting.example}
      {...(setting.words && { hint: setting.words })}
      error={problems[setting.name]}
      onChange={(value) => onChange(withValue(form, setting, value))}
    />
  );
}

function AddressFields(props: SettingProps) {
  const { form, onChange, problems } = props;
  return (
    <div className={styles.fields}>
      <Line {...props} />
      <PasswordField
        label="Password (optional)"
        value={form.password}
        error={problems.password}
        autoComplete="new-password"
        hint="Kept with the source, and never shown again."
        onChange={(password) => onChange({ ...form, password })}
      />
    </div>
  );
}
