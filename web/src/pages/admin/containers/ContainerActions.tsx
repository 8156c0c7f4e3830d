// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { deleteContainer, start, stop, unlock } from "@/api/acts";
import type { Container, Operation } from "@/api/types";
import {
  ConfirmDialog,
  ContainerIcon,
  IconButton,
  Menu,
  MoreIcon,
  SpaceIcon,
  StartIcon,
  StopIcon,
  TrashIcon,
  toast,
  UnlockIcon,
  UsersIcon,
} from "@/ui";
import { useAct } from "../parts/useAct";
import { containerHref } from "./href";
import { MembersDialog } from "./MembersDialog";

interface ContainerActionsProps {
  container: Container;
  onBegun: (operation: Operation) => void;
}

export function ContainerActions({ container, onBegun }: ContainerActionsProps) {
  const [open, setOpen] = useState<"members" | "delete" | null>(null);
  const act = useAct();
  const begin = async (what: () => Promise<Operation>) => {
    try {
      onBegun(await act(what));
    } catch (error) {
      toast(error instanceof Error ? error.message : "It could not begin.");
    }
  };
  const isStopped = container.state === "stopped";
  const run = isStopped
    ? { label: "Start", icon: <StartIcon />, onSelect: () => begin(() => start(container.id)) }
    : { label: "Stop", icon: <StopIcon />, onSelect: () => begin(() => stop(container.id)) };
  const release = {
    label: "Unlock",
    icon: <UnlockIcon />,
    onSelect: () => begin(() => unlock(container.id)),
  };
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={`More for ${container.name}`} size="small">
            <MoreIcon />
          </IconButton>
        }
        parts={[
          {
            items: [
              { label: "Open", icon: <ContainerIcon />, href: containerHref(container.name) },
              { label: "Members...", icon: <UsersIcon />, onSelect: () => setOpen("members") },
              { label: "Space", icon: <SpaceIcon />, href: "/admin/space/containers" },
            ],
          },
          { items: [run, ...(container.lock ? [release] : [])] },
          {
            items: [
              {
                label: "Delete...",
                icon: <TrashIcon />,
                isDanger: true,
                onSelect: () => setOpen("delete"),
              },
            ],
          },
        ]}
      />
      {open === "members" && <MembersDialog container={container} onClose={() => setOpen(null)} />}
      <ConfirmDialog
        isOpen={open === "delete"}
        onClose={() => setOpen(null)}
        title={`Delete container “${container.name}”?`}
        submit="Delete"
        isDanger
        onSubmit={async () => onBegun(await act(() => deleteContainer(container.id)))}
      >
        It is stopped and goes to the trash with all its branches and bookmarks; its addresses
        become free. It can come back from the trash for a while. Until then it still takes space.
        {(container.present ?? []).length > 0 &&
          ` ${(container.present ?? []).map((user) => user.name).join(", ")} has it open right now.`}
      </ConfirmDialog>
    </>
  );
}
