// SPDX-License-Identifier: Apache-2.0
import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { Button } from "./Button";
import { classes } from "./classes";
import styles from "./field.module.css";
import { WarningIcon } from "./icons";

export interface FieldText {
  label: ReactNode;
  hint?: ReactNode;
  // What is wrong with what was typed; read out when the field is reached.
  error?: string | null | undefined;
  // Said beside the label of what may be left empty.
  isOptional?: boolean;
}

interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

// A label, a control, and what is said about it. `children` gets what joins them for screen readers.
export function Field({
  label,
  hint,
  error,
  isOptional,
  children,
}: FieldText & {
  children: (control: ControlProps) => ReactNode;
}) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {isOptional && <span className={styles.optional}>(optional)</span>}
      </label>
      {children({
        id,
        "aria-describedby": describedBy || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          <WarningIcon />
          {error}
        </p>
      )}
    </div>
  );
}

type InputProps = Omit<ComponentProps<"input">, "onChange" | "value" | "size"> &
  FieldText & {
    value: string;
    onChange: (value: string) => void;
    isMono?: boolean;
  };

export function TextField({
  label,
  hint,
  error,
  isOptional,
  onChange,
  isMono,
  className,
  ...rest
}: InputProps) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      {...(isOptional !== undefined && { isOptional })}
    >
      {(control) => (
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          {...control}
          className={classes(styles.control, isMono && styles.mono, className)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function PasswordField({
  label,
  hint,
  error,
  onChange,
  ...rest
}: Omit<InputProps, "type" | "isMono">) {
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className={styles.password}>
          <input
            autoCapitalize="none"
            spellCheck={false}
            {...rest}
            {...control}
            type={isShown ? "text" : "password"}
            className={styles.control}
            onChange={(event) => onChange(event.target.value)}
          />
          <Button
            variant="quiet"
            size="small"
            className={styles.reveal}
            aria-pressed={isShown}
            aria-label="Show the password"
            onClick={() => setShown(!isShown)}
          >
            {isShown ? "Hide" : "Show"}
          </Button>
        </div>
      )}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  isOptional,
  onChange,
  isMono,
  ...rest
}: Omit<ComponentProps<"textarea">, "onChange" | "value"> &
  FieldText & {
    value: string;
    onChange: (value: string) => void;
    isMono?: boolean;
  }) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      {...(isOptional !== undefined && { isOptional })}
    >
      {(control) => (
        <textarea
          {...rest}
          {...control}
          className={classes(styles.control, isMono && styles.mono)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Option {
  value: string;
  label: string;
  isDisabled?: boolean;
}

// The browser's own list: it works everywhere, also by keyboard and on a telephone.
export function Select({
  label,
  hint,
  error,
  options,
  onChange,
  ...rest
}: Omit<ComponentProps<"select">, "onChange" | "value"> &
  FieldText & {
    value: string;
    onChange: (value: string) => void;
    options: Option[];
  }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <select
          {...rest}
          {...control}
          className={classes(styles.control, styles.select)}
          onChange={(event) => onChange(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.isDisabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
