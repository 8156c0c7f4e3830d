// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { createToken, deleteToken } from "@/api/acts";
import { keys } from "@/api/keys";
import { tokensQuery } from "@/api/queries";
import type { Token } from "@/api/types";
import pageStyles from "@/pages/page.module.css";
import {
  Banner,
  Button,
  ConfirmDialog,
  CopyButton,
  EmptyState,
  ErrorBanner,
  FormDialog,
  KeyIcon,
  PlusIcon,
  Select,
  Skeleton,
  Table,
  TextField,
  TimeText,
} from "@/ui";
import styles from "./account.module.css";

export function Tokens() {
  const { data, error } = useQuery(tokensQuery);
  const [isCreating, setCreating] = useState(false);
  const [given, setGiven] = useState<string | null>(null);
  return (
    <div className={styles.tokens}>
      <div className={styles.head}>
        <p className={pageStyles.about}>
          A token stands for you in scripts and in the command <code>slip</code>, without your
          password.
        </p>
        <Button icon={<PlusIcon />} onClick={() => setCreating(true)}>
          New token
        </Button>
      </div>
      {given !== null && <GivenToken token={given} onClose={() => setGiven(null)} />}
      {data ? (
        <TokenTable tokens={data} />
      ) : error ? (
        <ErrorBanner error={error} />
      ) : (
        <Skeleton height="4rem" />
      )}
      <NewToken isOpen={isCreating} onClose={() => setCreating(false)} onGiven={setGiven} />
    </div>
  );
}

function GivenToken({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <div className={styles.given}>
      <Banner
        tone="success"
        title="Copy this token now: it is shown only once"
        actions={
          <>
            <CopyButton text={token} label="Copy the token" words="Copy" />
            <Button size="small" variant="quiet" onClick={onClose}>
              I have it
            </Button>
          </>
        }
      >
        <code>{token}</code>
      </Banner>
    </div>
  );
}

function TokenTable({ tokens }: { tokens: Token[] }) {
  const queries = useQueryClient();
  const [deleting, setDeleting] = useState<Token | null>(null);
  return (
    <>
      <Table
        label="Access tokens"
        rows={tokens}
        rowKey={(token) => token.id}
        empty={
          <EmptyState icon={<KeyIcon />} title="You have no tokens">
            Make one for each script, so that you can take it back alone.
          </EmptyState>
        }
        columns={[
          { head: "For", isName: true, cell: (token) => token.label || "without a name" },
          { head: "Made", cell: (token) => <TimeText at={token.created_at} show="ago" /> },
          {
            head: "Valid until",
            cell: (token) => (token.expires_at ? <TimeText at={token.expires_at} /> : "deleted"),
          },
          {
            head: "Actions",
            isActions: true,
            cell: (token) => (
              <Button size="small" variant="quiet" onClick={() => setDeleting(token)}>
                Delete<span className="visually-hidden"> {token.label}</span>
              </Button>
            ),
          },
        ]}
      />
      <ConfirmDialog
        isOpen={deleting !== null}
        onClose={() => setDeleting(null)}
        title={`Delete token “${deleting?.label}”?`}
        submit="Delete"
        isDanger
        onSubmit={async () => {
          if (deleting) await deleteToken(deleting.id);
          await queries.invalidateQueries({ queryKey: keys.tokens });
        }}
      >
        Scripts that use it can no longer log in.
      </ConfirmDialog>
    </>
  );
}

const DAY_MS = 86_400_000;

function NewToken({
  isOpen,
  onClose,
  onGiven,
}: {
  isOpen: boolean;
  onClose: () => void;
  onGiven: (token: string) => void;
}) {
  const queries = useQueryClient();
  const [label, setLabel] = useState("");
  const [days, setDays] = useState("90");
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title="New token"
      submit="Make the token"
      onSubmit={async () => {
        const lasts =
          days === ""
            ? { never_expires: true }
            : { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() };
        const given = await createToken({ label: label.trim(), ...lasts });
        onGiven(given.token);
        setLabel("");
        await queries.invalidateQueries({ queryKey: keys.tokens });
      }}
    >
      <TextField
        label="What it is for"
        hint="For example: nightly tests"
        required
        value={label}
        onChange={setLabel}
      />
      <Select
        label="Valid for"
        value={days}
        onChange={setDays}
        options={[
          { value: "7", label: "7 days" },
          { value: "90", label: "90 days" },
          { value: "365", label: "A year" },
          { value: "", label: "Until it is deleted" },
        ]}
      />
    </FormDialog>
  );
}
