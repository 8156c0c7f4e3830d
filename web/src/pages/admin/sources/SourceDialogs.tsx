// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import type { Operation, Source } from "@/api/types";
import { scheduleProblem } from "@/model/admin_source_problems";
import { Button, ConfirmDialog, CopyButton, Dialog, FormDialog, TextField } from "@/ui";
import { changeUrl, closeWebhook, openWebhook, scheduleSource } from "../api/acts";
import partStyles from "../parts/parts.module.css";
import { useAct } from "../parts/useAct";

interface Props {
  source: Source;
  onClose: () => void;
}

export function ScheduleDialog({ source, onClose }: Props) {
  const [schedule, setSchedule] = useState(source.schedule);
  const act = useAct();
  const problem = scheduleProblem(schedule);
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`When to sync “${source.name}”`}
      submit="Save"
      canSubmit={problem === null}
      onSubmit={async () => {
        await act(() => scheduleSource(source.id, schedule.trim()));
      }}
    >
      <TextField
        label="Sync automatically"
        value={schedule}
        isOptional
        isMono
        autoFocus
        placeholder="every 15min"
        error={problem ?? undefined}
        hint="Or: daily 02:30, weekdays 02:30, sun,wed 02:30. Empty: only when somebody syncs it."
        onChange={setSchedule}
      />
    </FormDialog>
  );
}

// What the source has stays; where the other address has other data, a source that follows it says so.
export function UrlDialog({
  source,
  onBegun,
  onClose,
}: Props & { onBegun: (operation: Operation) => void }) {
  const [url, setUrl] = useState("");
  const act = useAct();
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`Another url for “${source.name}”`}
      submit="Save"
      canSubmit={url.trim() !== ""}
      onSubmit={async () => onBegun(await act(() => changeUrl(source.id, url.trim())))}
    >
      <TextField
        label="Url, with the user and the password"
        value={url}
        isMono
        autoFocus
        hint="Where the same data has moved to, or with the new password. What is here stays; the next sync uses it. Special characters in a password are written as %XX."
        onChange={setUrl}
      />
    </FormDialog>
  );
}

// The address is known only to whoever made it.
export function WebhookDialog({ source, onClose }: Props) {
  const [address, setAddress] = useState<string | null>(null);
  const act = useAct();
  if (address !== null) {
    return (
      <Dialog
        isOpen
        onClose={onClose}
        isFirm
        title={`The webhook of “${source.name}”`}
        footer={
          <Button variant="main" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <p>
          Whoever POSTs to this address has the source synced, without a login. It is shown only
          now.
        </p>
        <p className={partStyles.address}>
          <code>{address}</code> <CopyButton text={address} label="Copy the address" />
        </p>
      </Dialog>
    );
  }
  if (source.webhook) {
    return (
      <ConfirmDialog
        isOpen
        onClose={onClose}
        title={`Close the webhook of “${source.name}”?`}
        submit="Close it"
        onSubmit={async () => {
          await act(() => closeWebhook(source.id), `“${source.name}” has no webhook any more.`);
        }}
      >
        What calls its address is refused from then on. Another one can be made.
      </ConfirmDialog>
    );
  }
  return (
    <Dialog isOpen onClose={onClose} title={`Make a webhook of “${source.name}”?`}>
      <p>An address that has the source synced when a program POSTs to it, without a login.</p>
      <Button
        variant="main"
        onClick={async () => {
          const { path } = await act(() => openWebhook(source.id));
          setAddress(`${location.origin}${path}`);
        }}
      >
        Make one
      </Button>
    </Dialog>
  );
}
