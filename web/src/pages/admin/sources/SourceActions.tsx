// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { useLocation } from "wouter";
import type { Operation, Source, Template } from "@/api/types";
import { listed } from "@/model/words";
import {
  Button,
  ClockIcon,
  ConfirmDialog,
  CopyIcon,
  IconButton,
  LinkIcon,
  Menu,
  MoreIcon,
  RefreshIcon,
  TrashIcon,
  toast,
} from "@/ui";
import { reindexSource, reseedSource, syncSource, unlinkSource } from "../api/acts";
import partStyles from "../parts/parts.module.css";
import { useAct } from "../parts/useAct";
import { ScheduleDialog, UrlDialog, WebhookDialog } from "./SourceDialogs";

interface SourceActionsProps {
  source: Source;
  usedBy: Template[];
  onBegun: (operation: Operation) => void;
  onUnlinked?: () => void;
}

export function SourceActions({ source, usedBy, onBegun, onUnlinked }: SourceActionsProps) {
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [dialog, setDialog] = useState<
    "schedule" | "webhook" | "url" | "reseed" | "reindex" | null
  >(null);
  const [, go] = useLocation();
  const act = useAct();
  const sync = async () => {
    setBusy(true);
    try {
      onBegun(await act(() => syncSource(source.id)));
    } catch (error) {
      toast(error instanceof Error ? error.message : "Syncing could not begin.");
    } finally {
      setBusy(false);
    }
  };
  const unlink = async () => {
    await act(() => unlinkSource(source.id), `“${source.name}” is unlinked.`);
    onUnlinked?.();
  };
  return (
    <div className={partStyles.row}>
      <Button
        size="small"
        icon={<RefreshIcon />}
        isBusy={isBusy}
        aria-label={`Sync now: ${source.name}`}
        onClick={sync}
      >
        Sync now
      </Button>
      <Menu
        align="end"
        trigger={
          <IconButton label={`More for ${source.name}`} size="small">
            <MoreIcon />
          </IconButton>
        }
        parts={[
          {
            items: [
              {
                label: "Link another like this...",
                icon: <CopyIcon />,
                onSelect: () => go(`/admin/sources/link?like=${source.id}`),
              },
              {
                label: "Schedule...",
                icon: <ClockIcon />,
                onSelect: () => setDialog("schedule"),
              },
              {
                label: "Webhook...",
                icon: <LinkIcon />,
                onSelect: () => setDialog("webhook"),
              },
              {
                label: "Other url...",
                icon: <LinkIcon />,
                unavailable: source.config.settings?.url ? undefined : "It does not come from one.",
                onSelect: () => setDialog("url"),
              },
              {
                label: "Copy again from scratch...",
                icon: <RefreshIcon />,
                unavailable: source.follows ? undefined : "It does not follow production.",
                onSelect: () => setDialog("reseed"),
              },
              {
                label: "Build indexes again...",
                icon: <RefreshIcon />,
                unavailable:
                  source.config.kind === "postgresql"
                    ? undefined
                    : "Only PostgreSQL's depend on this machine's libraries.",
                onSelect: () => setDialog("reindex"),
              },
            ],
          },
          {
            items: [
              {
                label: "Unlink...",
                icon: <TrashIcon />,
                isDanger: true,
                unavailable: usedBy.length
                  ? `Used by ${listed(usedBy.map((one) => `“${one.name}”`))}. Make a version without it, or delete the template, first.`
                  : undefined,
                onSelect: () => setAsking(true),
              },
            ],
          },
        ]}
      />
      {dialog === "schedule" && <ScheduleDialog source={source} onClose={() => setDialog(null)} />}
      {dialog === "webhook" && <WebhookDialog source={source} onClose={() => setDialog(null)} />}
      {dialog === "url" && (
        <UrlDialog source={source} onBegun={onBegun} onClose={() => setDialog(null)} />
      )}
      <ConfirmDialog
        isOpen={dialog === "reseed"}
        onClose={() => setDialog(null)}
        title={`Copy “${source.name}” again from scratch?`}
        submit="Copy again"
        onSubmit={async () => onBegun(await act(() => reseedSource(source.id)))}
      >
        All of production's data is fetched again, beside what is here. What is here goes only when
        the new is there; containers and bookmarks keep theirs.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={dialog === "reindex"}
        onClose={() => setDialog(null)}
        title={`Build indexes of “${source.name}” again?`}
        submit="Build again"
        onSubmit={async () => onBegun(await act(() => reindexSource(source.id)))}
      >
        Indexes on text that were written where text is sorted in another way may miss rows here.
        They are built again in the newest data; containers get them when they are refreshed.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Unlink “${source.name}”?`}
        submit="Unlink"
        isDanger
        onSubmit={unlink}
      >
        Its copy here is forgotten, and it cannot be synced any more. Nothing changes where it comes
        from. Containers and bookmarks that have its data keep it.
      </ConfirmDialog>
    </div>
  );
}
