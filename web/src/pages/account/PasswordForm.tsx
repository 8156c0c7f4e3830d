// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { changePassword } from "@/api/acts";
import { hasCode } from "@/api/problem";
import type { CurrentUser } from "@/api/types";
import pageStyles from "@/pages/page.module.css";
import { Banner, Button, ErrorBanner, PasswordField } from "@/ui";

const SHORTEST = 8;

// The present password is asked for: the screen may have been left open to somebody else.
export function PasswordForm({ me }: { me: CurrentUser }) {
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [wasTried, setTried] = useState(false);
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const [error, setError] = useState<unknown>(null);
  const tooShort = next.length < SHORTEST ? `At least ${SHORTEST} characters.` : null;
  const different = next === again ? null : "The two are not the same.";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setError(null);
    if (tooShort || different || state === "busy") return;
    setState("busy");
    try {
      await changePassword(me.id, present, next);
      for (const clear of [setPresent, setNext, setAgain]) clear("");
      setTried(false);
      setState("done");
    } catch (problem) {
      setState("idle");
      setError(
        hasCode(problem, "permission_denied")
          ? new Error("The current password is wrong.")
          : problem,
      );
    }
  };
  return (
    <form className={pageStyles.padded} onSubmit={submit}>
      <input type="text" name="username" autoComplete="username" value={me.name} readOnly hidden />
      <PasswordField
        label="Current password"
        autoComplete="current-password"
        required
        value={present}
        onChange={setPresent}
      />
      <PasswordField
        label="New password"
        hint={`At least ${SHORTEST} characters.`}
        autoComplete="new-password"
        required
        value={next}
        onChange={setNext}
        error={wasTried ? tooShort : null}
      />
      <PasswordField
        label="New password again"
        autoComplete="new-password"
        required
        value={again}
        onChange={setAgain}
        error={wasTried && !tooShort ? different : null}
      />
      {error !== null && <ErrorBanner error={error} />}
      {state === "done" && (
        <Banner tone="success" title="Your password is changed">
          Your other sessions have ended.
        </Banner>
      )}
      <div>
        <Button type="submit" variant="main" isBusy={state === "busy"}>
          Change password
        </Button>
      </div>
    </form>
  );
}
