import type { SourceForm } from "@/model/admin_source";

export interface SourceFieldsProps {
  form: SourceForm;
  onChange: (form: SourceForm) => void;
  problems: Record<string, string>;
  isDisabled?: boolean;
  // The name is chosen elsewhere.
  hasName?: boolean;
}
