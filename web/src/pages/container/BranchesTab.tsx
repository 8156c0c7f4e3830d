// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { activateBranch, start, stop } from "@/api/acts";
import type { Branch } from "@/api/types";
import { originWords } from "@/model/history_words";
import { whyNotChange, whyNotOwn } from "@/model/rights";
import { fits } from "@/model/rows";
import {
  ActivateIcon,
  Badge,
  BranchIcon,
  Button,
  EditIcon,
  EmptyState,
  IconButton,
  Menu,
  MoreIcon,
  StartIcon,
  StateBadge,
  StopIcon,
  TimeText,
  TrashIcon,
  useNow,
} from "@/ui";
import { BranchAddresses } from "./Addresses";
import styles from "./lists.module.css";
import { WhyNotChange } from "./WhyNotChange";

export function BranchesTab({ branches, filter }: { branches: Branch[]; filter: string }) {
  const shown = branches.filter((branch) => fits([branch.name], filter));
  if (shown.length === 0)
    return <EmptyState icon={<BranchIcon />} title="Nothing fits the filter" />;
  const inOrder = [...shown].sort(
    (a, b) => Number(b.active) - Number(a.active) || b.created_at.localeCompare(a.created_at),
  );
  return (
    <>
      <WhyNotChange />
      <ul className={styles.bookmarks}>
        {inOrder.map((branch) => (
          <BranchRow key={branch.id} branch={branch} />
        ))}
      </ul>
    </>
  );
}

function BranchRow({ branch }: { branch: Branch }) {
  const { container, me, sendAndShow } = useContainerPage();
  const unavailable = whyNotChange(container, me) ?? undefined;
  const now = useNow();
  const origin = branch.segment.parent ? originWords(branch.segment.parent.words, "", now) : "";
  return (
    <li className={styles.branch}>
      <BranchIcon />
      <div className={styles.bookmarkWords}>
        <span className={styles.branchTitle}>
          <span className={styles.named}>{branch.name}</span>
          {branch.active && <Badge tone="info">Active</Badge>}
          {branch.read_only && <Badge>To look at</Badge>}
          <StateBadge
            state={branch.state}
            {...(branch.state === "running" && !branch.active && { words: "Running beside" })}
          />
        </span>
        <span className={styles.rowNote}>
          made <TimeText at={branch.created_at} show="ago" />
          {origin && ` · data from ${origin}`}
        </span>
        {!branch.active && branch.state === "running" && <BranchAddresses branch={branch} />}
      </div>
      <span className={styles.rowActions}>
        {!branch.active && !branch.read_only && (
          <Button
            size="small"
            icon={<ActivateIcon />}
            unavailable={unavailable}
            onClick={() => sendAndShow(() => activateBranch(container.id, branch.id, false))}
          >
            Activate<span className="visually-hidden"> {branch.name}</span>
          </Button>
        )}
        <BranchMenu branch={branch} />
      </span>
    </li>
  );
}

function BranchMenu({ branch }: { branch: Branch }) {
  const { container, me, sendAndShow, ask } = useContainerPage();
  const notChange = whyNotChange(container, me) ?? undefined;
  const notOwn = whyNotOwn(container, me) ?? undefined;
  const isRunning = branch.state === "running";
  const beside = branch.active ? "" : " beside";
  return (
    <Menu
      align="end"
      trigger={
        <IconButton size="small" label={`More for branch ${branch.name}`}>
          <MoreIcon />
        </IconButton>
      }
      parts={[
        {
          items: [
            {
              label: isRunning ? "Stop" : `Start${beside}`,
              icon: isRunning ? <StopIcon /> : <StartIcon />,
              hint: isRunning
                ? "The data stays as it is."
                : branch.active
                  ? undefined
                  : "With addresses of its own.",
              unavailable: notChange,
              onSelect: () =>
                sendAndShow(() => (isRunning ? stop : start)(container.id, branch.id)),
            },
            {
              label: "Activate, keep the other running",
              icon: <ActivateIcon />,
              unavailable: branch.active
                ? "It is active."
                : branch.read_only
                  ? "It is only to look at."
                  : notChange,
              onSelect: () => sendAndShow(() => activateBranch(container.id, branch.id, true)),
            },
          ],
        },
        {
          items: [
            {
              label: "Rename…",
              icon: <EditIcon />,
              unavailable: notOwn,
              onSelect: () => ask({ kind: "renameBranch", branch }),
            },
            {
              label: "Delete…",
              icon: <TrashIcon />,
              isDanger: true,
              unavailable: branch.active
                ? "The active branch cannot be deleted. Activate another first."
                : notOwn,
              onSelect: () => ask({ kind: "deleteBranch", branch }),
            },
          ],
        },
      ]}
    />
  );
}
