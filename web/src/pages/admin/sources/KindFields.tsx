// SPDX-License-Identifier: Apache-2.0
import { isShown } from "@/model/admin_source";
import { type KindSetting, originsOf } from "@/model/kinds";
import { RadioGroup } from "@/ui";
import { Advanced } from "../parts/Advanced";
import styles from "../parts/parts.module.css";
import { SettingField } from "./SettingField";
import type { SourceFieldsProps } from "./source_fields";

// What can be set of the form's kind, as the kind itself describes it.
export function KindFields(props: SourceFieldsProps) {
  const { form } = props;
  const shown = form.kind.settings.filter((setting) => isShown(form, setting));
  const usual = shown.filter((setting) => !setting.is_advanced && !setting.is_origin);
  const advanced = shown.filter((setting) => setting.is_advanced);
  const ofType = (is: (type: KindSetting["type"]) => boolean) =>
    usual.filter(({ type }) => is(type));
  const isLine = (type: KindSetting["type"]) => ["text", "path", "command"].includes(type);
  const field = (setting: KindSetting) => (
    <SettingField key={`${form.kind.kind} ${setting.name}`} {...props} setting={setting} />
  );
  const lines = ofType(isLine);
  return (
    <>
      <OriginChoice {...props} />
      {shown.filter((setting) => setting.is_origin).map(field)}
      {ofType((type) => type === "mark").map(field)}
      {lines.length > 0 && <div className={styles.fields}>{lines.map(field)}</div>}
      {ofType((type) => type !== "mark" && !isLine(type)).map(field)}
      {advanced.length > 0 && (
        <Advanced
          key={form.kind.kind}
          summary={`More settings of ${form.kind.label}`}
          isOpenAtFirst={advanced.some((setting) => isSet(props, setting))}
        >
          {advanced.map(field)}
        </Advanced>
      )}
    </>
  );
}

function isSet({ form }: SourceFieldsProps, { name }: KindSetting): boolean {
  return (form.options[name] ?? []).length > 0 || (form.values[name] ?? "") !== "";
}

function OriginChoice({ form, onChange }: SourceFieldsProps) {
  const { kind } = form;
  const origins = originsOf(kind).map((setting) => ({
    value: setting.name,
    label: setting.origin_label,
    ...(setting.origin_words && { hint: setting.origin_words }),
  }));
  const nothing = { value: "", label: "Nothing", hint: kind.empty_words };
  if (origins.length === 0) return null;
  return (
    <RadioGroup
      label={kind.origin_question}
      value={form.origin}
      onChange={(origin: string) => onChange({ ...form, origin })}
      options={kind.empty_words ? [...origins, nothing] : origins}
    />
  );
}
