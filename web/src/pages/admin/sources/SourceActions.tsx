import { useState } from "react";
import { useLocation } from "wouter";
import type { Operation, Source, Template } from "@/api/types";
import { listed } from "@/model/words";
import {
  Button,
  ConfirmDialog,
  CopyIcon,
  IconButton,
  Menu,
  MoreIcon,
  RefreshIcon,
  TrashIcon,
  toast,
} from "@/ui";
import { syncSource, unlinkSource } from "../api/acts";
import partStyles from "../parts/parts.module.css";
import { useAct } from "../parts/useAct";

interface SourceActionsProps {
  source: Source;
  usedBy: Template[];
  onBegun: (operation: Operation) => void;
  onUnlinked?: () => void;
}

export function SourceActions({ source, usedBy, onBegun, onUnlinked }: SourceActionsProps) {
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
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
