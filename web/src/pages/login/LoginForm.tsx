// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { logIn } from "@/api/acts";
import { meQuery } from "@/api/queries";
import { sessionOpened } from "@/api/session";
import { Button, ErrorBanner, PasswordField, TextField } from "@/ui";
import styles from "./login.module.css";

// `name` where it is known whose session ended. Everything that was refused is asked for again.
export function LoginForm({ name = "" }: { name?: string }) {
  const queries = useQueryClient();
  const [user, setUser] = useState(name);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const login = await logIn(user.trim(), password);
      // Another person must not see what the one before did.
      if (name && login.user.name !== name)
        queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
      queries.setQueryData(meQuery.queryKey, login.user);
      sessionOpened();
      queries.invalidateQueries();
    } catch (problem) {
      setPassword("");
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label="User"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoFocus={!name}
        required
        value={user}
        onChange={setUser}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        autoFocus={Boolean(name)}
        required
        value={password}
        onChange={setPassword}
      />
      {error !== null && <ErrorBanner error={error} />}
      <Button type="submit" variant="main" isBusy={isBusy}>
        Log in
      </Button>
    </form>
  );
}
