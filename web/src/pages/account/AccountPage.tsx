// SPDX-License-Identifier: Apache-2.0
import { useLocation } from "wouter";
import type { CurrentUser } from "@/api/types";
import pageStyles from "@/pages/page.module.css";
import { useTitle } from "@/pages/useTitle";
import { classes, Tabs } from "@/ui";
import { PasswordForm } from "./PasswordForm";
import { Tokens } from "./Tokens";

export default function AccountPage({ me, tab }: { me: CurrentUser; tab: string }) {
  useTitle(me.name);
  const [, go] = useLocation();
  return (
    <div className={classes(pageStyles.page, pageStyles.narrow)}>
      <h1>{me.name}</h1>
      <div className={pageStyles.panel}>
        <Tabs
          label="Your account"
          value={tab === "tokens" ? "tokens" : "password"}
          onChange={(id) => go(`/account/${id}`, { replace: true })}
          tabs={[
            { id: "password", label: "Password", panel: <PasswordForm me={me} /> },
            { id: "tokens", label: "Access tokens", panel: <Tokens /> },
          ]}
        />
      </div>
    </div>
  );
}
