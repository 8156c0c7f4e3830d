// SPDX-License-Identifier: Apache-2.0
import { Logo } from "@/pages/shell/Logo";
import { useTitle } from "@/pages/useTitle";
import { LoginForm } from "./LoginForm";
import styles from "./login.module.css";

export function LoginPage() {
  useTitle("Log in");
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo />
          <h1>Slipstream</h1>
        </div>
        <LoginForm />
        <p className={styles.help}>
          No user yet, or the password forgotten? Ask an administrator for one.
        </p>
      </div>
    </main>
  );
}
