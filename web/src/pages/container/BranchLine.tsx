// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import type { Branch } from "@/api/types";
import type { Lane } from "@/model/history";
import { ago } from "@/model/time";
import { BranchIcon, Button, CheckIcon, ChevronDownIcon, Menu, type MenuItem, useNow } from "@/ui";
import styles from "./workspace.module.css";

const MOST_BESIDE = 3;

interface Props {
  branches: Branch[];
  lane: Lane;
  onLookAt: (branch: string | null) => void;
}

// Which branch is looked at, and which others there are. Looking changes nothing; Activate does.
export function BranchLine({ branches, lane, onLookAt }: Props) {
  const { container, perform, item, actions } = useContainerPage();
  const now = useNow();
  const looked = branches.find((branch) => branch.id === lane.id);
  const others = branches.filter((branch) => branch.id !== lane.id);
  // Their line keeps its place while they are not known yet.
  const hasOthers = others.length > 0 || (branches.length === 0 && container.running_beside > 0);
  const stateOf = (branch: Branch) =>
    branch.active
      ? "active"
      : (branch.state === "running" ? "running beside" : "stopped") +
        (branch.read_only ? ", to look at" : "");
  const entryOf = (branch: Branch): MenuItem => ({
    label: branch.name,
    hint: `${stateOf(branch)} · made ${ago(Date.parse(branch.created_at), now)}`,
    icon: branch.id === lane.id ? <CheckIcon /> : <BranchIcon />,
    onSelect: () => onLookAt(branch.active ? null : branch.id),
  });
  return (
    <div className={styles.branchLine}>
      <span className={styles.branchLabel}>Branch</span>
      <Menu
        trigger={
          <Button
            size="small"
            icon={<BranchIcon />}
            aria-label={`Branch ${lane.name}: look at another`}
          >
            <span className={styles.branchName}>{lane.name}</span>
            <ChevronDownIcon />
          </Button>
        }
        parts={[
          {
            heading: "Look at a branch",
            items: branches.map(entryOf),
          },
        ]}
      />
      {lane.isActive ? (
        hasOthers && (
          <p className={styles.also}>
            also:
            {others.slice(0, MOST_BESIDE).map((branch) => (
              <button
                key={branch.id}
                type="button"
                className={styles.alsoBranch}
                onClick={() => onLookAt(branch.id)}
              >
                {branch.name}
                <span>
                  {branch.state === "running"
                    ? "running beside"
                    : ago(Date.parse(branch.created_at), now).replace(" ago", "")}
                </span>
              </button>
            ))}
            {others.length > MOST_BESIDE && (
              <Menu
                trigger={
                  <button type="button" className={styles.alsoBranch}>
                    and {others.length - MOST_BESIDE} more
                  </button>
                }
                parts={[{ items: others.slice(MOST_BESIDE).map(entryOf) }]}
              />
            )}
          </p>
        )
      ) : (
        <p className={styles.also}>
          {looked?.state === "running"
            ? "runs beside, at its own addresses; active is"
            : "stopped, so it has no address; active is"}
          <button type="button" className={styles.alsoBranch} onClick={() => onLookAt(null)}>
            {container.active_branch.name}
          </button>
          {item.lane === lane.id && (
            <Button
              size="small"
              variant="main"
              unavailable={actions.activate.unavailable ?? undefined}
              onClick={() => perform("activate")}
            >
              Activate {lane.name}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}
