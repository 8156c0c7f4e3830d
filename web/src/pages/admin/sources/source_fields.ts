// SPDX-License-Identifier: Apache-2.0
import type { SourceForm } from "@/model/admin_source";
import type { KindSetting } from "@/model/kinds";

export interface SourceFieldsProps {
  form: SourceForm;
  onChange: (form: SourceForm) => void;
  problems: Record<string, string>;
  isDisabled?: boolean;
  // The name is chosen elsewhere.
  hasName?: boolean;
}

export interface SettingProps extends SourceFieldsProps {
  setting: KindSetting;
}

export function withValue(form: SourceForm, setting: KindSetting, value: string): SourceForm {
  return { ...form, values: { ...form.values, [setting.name]: value } };
}
