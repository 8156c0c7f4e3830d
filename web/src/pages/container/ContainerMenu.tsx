// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { start, stop, unlock } from "@/api/acts";
import { whyNotChange, whyNotOwn } from "@/model/rights";
import {
  EditIcon,
  HelpIcon,
  IconButton,
  LockIcon,
  LogIcon,
  Menu,
  MoreIcon,
  StartIcon,
  StopIcon,
  TrashIcon,
  UnlockIcon,
  UsersIcon,
} from "@/ui";

// What is done with the container as a whole.
export function ContainerMenu() {
  const { container, me, sendAndShow, ask } = useContainerPage();
  const notChange = whyNotChange(container, me) ?? undefined;
  const notOwn = whyNotOwn(container, me) ?? undefined;
  const isStopped = container.state === "stopped";
  const run = isStopped
    ? {
        label: "Start",
        icon: <StartIcon />,
        onSelect: () => sendAndShow(() => start(container.id)),
      }
    : {
        label: "Stop",
        icon: <StopIcon />,
        hint: "The data stays as it is.",
        onSelect: () => sendAndShow(() => stop(container.id)),
      };
  const locking = container.lock
    ? {
        label: "Unlock",
        icon: <UnlockIcon />,
        onSelect: () => sendAndShow(() => unlock(container.id)),
      }
    : { label: "Lock…", icon: <LockIcon />, onSelect: () => ask({ kind: "lock" }) };
  return (
    <Menu
      align="end"
      trigger={
        <IconButton variant="plain" label="More for this container">
          <MoreIcon />
        </IconButton>
      }
      parts={[
        {
          items: [
            { ...run, unavailable: notChange },
            { ...locking, unavailable: notOwn },
          ],
        },
        {
          heading: "Logs",
          items: container.endpoints.map(({ source }) => ({
            label: `Log of ${source}`,
            icon: <LogIcon />,
            onSelect: () => ask({ kind: "log", source }),
          })),
        },
        {
          items: [
            {
              label: "Rename…",
              icon: <EditIcon />,
              unavailable: notOwn,
              onSelect: () => ask({ kind: "rename" }),
            },
            {
              label: "Members…",
              icon: <UsersIcon />,
              unavailable: notOwn,
              onSelect: () => ask({ kind: "members" }),
            },
          ],
        },
        {
          items: [
            {
              label: "Keys",
              icon: <HelpIcon />,
              shortcut: "?",
              onSelect: () => ask({ kind: "keys" }),
            },
          ],
        },
        {
          items: [
            {
              label: "Delete…",
              icon: <TrashIcon />,
              isDanger: true,
              unavailable: notOwn,
              onSelect: () => ask({ kind: "deleteContainer" }),
            },
          ],
        },
      ]}
    />
  );
}
