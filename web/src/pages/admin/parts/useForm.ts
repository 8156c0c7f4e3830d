// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useRef, useState } from "react";

// What is wrong is shown from the first try on; the first wrong field then gets the focus.
export function useForm(problems: Record<string, string>, onSubmit: () => Promise<unknown>) {
  const form = useRef<HTMLFormElement>(null);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (isBusy) return;
    setTried(true);
    setError(null);
    if (Object.keys(problems).length > 0) {
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(),
      );
      return;
    }
    setBusy(true);
    try {
      await onSubmit();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const reset = () => {
    setTried(false);
    setError(null);
  };
  return { form, submit, isBusy, error, reset, shown: isTried ? problems : {} };
}
