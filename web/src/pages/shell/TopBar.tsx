// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { logOut } from "@/api/acts";
import { containersQuery } from "@/api/queries";
import { sessionClosed } from "@/api/session";
import type { CurrentUser } from "@/api/types";
import {
  Button,
  ChevronDownIcon,
  ContainerIcon,
  KeyIcon,
  LockIcon,
  LogOutIcon,
  Menu,
  SettingsIcon,
  TrashIcon,
  toast,
  UserIcon,
} from "@/ui";
import { Logo } from "./Logo";
import styles from "./shell.module.css";

export function TopBar({ me, containerName }: { me: CurrentUser; containerName: string | null }) {
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.brand} aria-label="Slipstream: your containers">
        <Logo size={22} />
        <span className={styles.product}>Slipstream</span>
      </Link>
      {containerName !== null && <ContainerSwitcher name={containerName} />}
      <span className={styles.gap} />
      {me.role === "admin" && (
        <Link href="/admin" className={styles.link}>
          Administration
        </Link>
      )}
      <UserMenu me={me} />
    </header>
  );
}

function ContainerSwitcher({ name }: { name: string }) {
  const { data: containers = [] } = useQuery(containersQuery);
  const items = containers.map((container) => ({
    label: container.name,
    hint: container.template.name,
    icon: <ContainerIcon />,
    href: `/containers/${encodeURIComponent(container.name)}`,
  }));
  const shown = containers.find((container) => container.id === name)?.name ?? name;
  return (
    <nav className={styles.switcher} aria-label="Containers">
      <span className={styles.slash} aria-hidden="true">
        /
      </span>
      <Menu
        trigger={
          <Button variant="quiet" aria-label={`Container ${shown}: choose another`}>
            <span className={styles.name}>{shown}</span>
            <ChevronDownIcon />
          </Button>
        }
        parts={[{ items }, { items: [{ label: "All containers", href: "/" }] }]}
      />
    </nav>
  );
}

function UserMenu({ me }: { me: CurrentUser }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const leave = async () => {
    try {
      await logOut();
    } catch (error) {
      return toast(error instanceof Error ? error.message : "Logging out failed.");
    }
    sessionClosed();
    go("/");
    // What one person saw is not kept for the next.
    queries.clear();
    location.reload();
  };
  return (
    <Menu
      align="end"
      trigger={
        <Button
          variant="quiet"
          icon={<UserIcon />}
          aria-label={`User ${me.name}: password, tokens, log out`}
        >
          {me.name}
          <ChevronDownIcon />
        </Button>
      }
      parts={[
        {
          heading: me.role === "admin" ? `${me.name}, administrator` : me.name,
          items: [
            { label: "Change password", icon: <LockIcon />, href: "/account/password" },
            { label: "Access tokens", icon: <KeyIcon />, href: "/account/tokens" },
            { label: "Trash", icon: <TrashIcon />, href: "/trash" },
          ],
        },
        {
          items:
            me.role === "admin"
              ? [{ label: "Administration", icon: <SettingsIcon />, href: "/admin" }]
              : [],
        },
        { items: [{ label: "Log out", icon: <LogOutIcon />, onSelect: leave }] },
      ]}
    />
  );
}
