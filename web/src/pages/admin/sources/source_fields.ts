// SPDX-License-Identifier: Apache-2.0
import type { SourceForm } from "@/model/admin_source";

export interface SourceFieldsProps {
  form: SourceForm;
  onChange: (form: SourceForm) => void;
  problems: Record<string, string>;
  isDisabled?: boolean;
  // The name is chosen elsewhere.
  hasName?: boolean;
}

export type TextName = {
  [Name in keyof SourceForm]: string extends SourceForm[Name] ? Name : never;
}[keyof SourceForm];

// What joins a text of the form with the field that shows it.
export function textOf({ form, onChange, problems }: SourceFieldsProps) {
  return (name: TextName) => ({
    value: form[name],
    error: problems[name],
    onChange: (value: string) => onChange({ ...form, [name]: value }),
  });
}
