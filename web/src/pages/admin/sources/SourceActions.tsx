// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import type { Operation, Source, Template } from "@/api/types";
import { kindNamed, settingOf } from "@/model/kinds";
import { listed } from "@/model/words";
import {
  Button,
  ClockIcon,
  ConfirmDialog,
  CopyIcon,
  IconButton,
  LinkIcon,
  Menu,
  type MenuItem,
  type MenuPart,
  MoreIcon,
  RefreshIcon,
  TrashIcon,
  toast,
} from "@/ui";
import { reindexSource, reseedSource, syncSource, unlinkSource } from "../api/acts";
import { kindsQuery } from "../api/queries";
import partStyles from "../parts/parts.module.css";
import { useAct } from "../parts/useAct";
import { ScheduleDialog, UrlDialog, WebhookDialog } from "./SourceDialogs";

interface SourceActionsProps {
  source: Source;
  usedBy: Template[];
  onBegun: (operation: Operation) => void;
  onUnlinked?: () => void;
}

type Asked = "schedule" | "webhook" | "url" | "reseed" | "reindex" | "unlink";

export function SourceActions({ source, usedBy, onBegun, onUnlinked }: SourceActionsProps) {
  const [isBusy, setBusy] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
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
  const questions = { source, asked, onClose: () => setAsked(null), onBegun };
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
      <SourceMenu source={source} usedBy={usedBy} onAsk={setAsked} />
      <SettingDialogs {...questions} />
      <Confirmations {...questions} onUnlinked={() => onUnlinked?.()} />
    </div>
  );
}

interface SourceMenuProps {
  source: Source;
  usedBy: Template[];
  onAsk: (asked: Asked) => void;
}

function SourceMenu({ source, usedBy, onAsk }: SourceMenuProps) {
  const [, go] = useLocation();
  const { settings } = source.config;
  const { data: kinds = [] } = useQuery(kindsQuery);
  const kind = kindNamed(kinds, source.config.kind);
  const canBeReindexed = kind && settingOf(kind, "reindex");
  const entry = (label: string, icon: ReactNode, asked: Asked, unavailable?: string): MenuItem => ({
    label,
    icon,
    unavailable,
    onSelect: () => onAsk(asked),
  });
  const parts: MenuPart[] = [
    {
      items: [
        {
          label: "Link another like this...",
          icon: <CopyIcon />,
          onSelect: () => go(`/admin/sources/link?like=${source.id}`),
        },
        entry("Schedule...", <ClockIcon />, "schedule"),
        entry("Webhook...", <LinkIcon />, "webhook"),
        entry(
          "Other url...",
          <LinkIcon />,
          "url",
          settings?.url ? undefined : "It does not come from one.",
        ),
        entry(
          "Copy again from scratch...",
          <RefreshIcon />,
          "reseed",
          source.follows ? undefined : "It does not follow production.",
        ),
        entry(
          "Build indexes again...",
          <RefreshIcon />,
          "reindex",
          canBeReindexed ? undefined : "Its kind's do not depend on this machine's libraries.",
        ),
      ],
    },
    {
      items: [
        {
          ...entry("Unlink...", <TrashIcon />, "unlink", whyNotUnlink(usedBy)),
          isDanger: true,
        },
      ],
    },
  ];
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={`More for ${source.name}`} size="small">
          <MoreIcon />
        </IconButton>
      }
      parts={parts}
    />
  );
}

function whyNotUnlink(usedBy: Template[]): string | undefined {
  if (usedBy.length === 0) return undefined;
  return `Used by ${listed(usedBy.map((one) => `“${one.name}”`))}. Make a version without it, or delete the template, first.`;
}

interface QuestionsProps {
  source: Source;
  asked: Asked | null;
  onClose: () => void;
  onBegun: (operation: Operation) => void;
}

function SettingDialogs({ source, asked, onClose, onBegun }: QuestionsProps) {
  switch (asked) {
    case "schedule":
      return <ScheduleDialog source={source} onClose={onClose} />;
    case "webhook":
      return <WebhookDialog source={source} onClose={onClose} />;
    case "url":
      return <UrlDialog source={source} onBegun={onBegun} onClose={onClose} />;
    default:
      return null;
  }
}

function Confirmations({
  source,
  asked,
  onClose,
  onBegun,
  onUnlinked,
}: QuestionsProps & { onUnlinked: () => void }) {
  const act = useAct();
  const unlink = async () => {
    await act(() => unlinkSource(source.id), `“${source.name}” is unlinked.`);
    onUnlinked();
  };
  return (
    <>
      <ConfirmDialog
        isOpen={asked === "reseed"}
        onClose={onClose}
        title={`Copy “${source.name}” again from scratch?`}
        submit="Copy again"
        onSubmit={async () => onBegun(await act(() => reseedSource(source.id)))}
      >
        All of production's data is fetched again, beside what is here. What is here goes only when
        the new is there; containers and bookmarks keep theirs.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === "reindex"}
        onClose={onClose}
        title={`Build indexes of “${source.name}” again?`}
        submit="Build again"
        onSubmit={async () => onBegun(await act(() => reindexSource(source.id)))}
      >
        Indexes on text that were written where text is sorted in another way may miss rows here.
        They are built again in the newest data; containers get them when they are refreshed.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === "unlink"}
        onClose={onClose}
        title={`Unlink “${source.name}”?`}
        submit="Unlink"
        isDanger
        onSubmit={unlink}
      >
        Its copy here is forgotten, and it cannot be synced any more. Nothing changes where it comes
        from. Containers and bookmarks that have its data keep it.
      </ConfirmDialog>
    </>
  );
}
