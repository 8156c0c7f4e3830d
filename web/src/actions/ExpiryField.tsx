// SPDX-License-Identifier: Apache-2.0
import { TextField } from "@/ui";

// Until when a bookmark is kept, as a day; the day's end is meant. Empty: until somebody deletes it.
export function ExpiryField({
  value,
  onChange,
}: {
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <TextField
      label="Kept until"
      isOptional
      hint="Leave it empty to keep it until somebody deletes it."
      type="date"
      min={dayOf(new Date())}
      value={value}
      onChange={onChange}
    />
  );
}

export function expiryOf(day: string): string | null {
  return day === "" ? null : new Date(`${day}T23:59:59`).toISOString();
}

export function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
