// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { start, unlock } from "@/api/acts";
import type { Branch } from "@/api/types";
import { ownersOf, whyNotChange } from "@/model/rights";
import { listed } from "@/model/words";
import { Badge, Banner, Button, StartIcon, StateBadge, TimeText, UsersIcon } from "@/ui";
import { Addresses } from "./Addresses";
import { ContainerMenu } from "./ContainerMenu";
import styles from "./header.module.css";

// `looked`: the branch that is looked at.
export function Header({ looked }: { looked: Branch | undefined }) {
  const { container, me } = useContainerPage();
  const owners = ownersOf(container);
  const others = container.present.filter((user) => user.id !== me.id).map((user) => user.name);
  return (
    <>
      <header className={styles.header}>
        <div className={styles.title}>
          <h1>{container.name}</h1>
          <StateBadge state={container.state} />
          <p className={styles.whose}>
            {container.template.name}
            {owners && ` · ${owners === me.name ? "yours" : `${owners}’s`}`}
          </p>
          {others.length > 0 && <Badge icon={<UsersIcon />}>Also here: {listed(others)}</Badge>}
        </div>
        <div className={styles.headerEnd}>
          <Addresses branch={looked} />
          <ContainerMenu />
        </div>
      </header>
      <LockBanner />
      <StateBanner />
    </>
  );
}

function LockBanner() {
  const { container, me, sendAndShow } = useContainerPage();
  const { lock } = container;
  if (!lock) return null;
  const isMine = lock.by === me.id;
  return (
    <Banner
      tone="warning"
      title={`Locked by ${isMine ? "you" : lock.by_name}${lock.why && `: ${lock.why}`}`}
      actions={
        (isMine || me.role === "admin") && (
          <Button size="small" onClick={() => sendAndShow(() => unlock(container.id))}>
            Unlock
          </Button>
        )
      }
    >
      Since <TimeText at={lock.at} /> only {isMine ? "you" : lock.by_name} and administrators can
      change this container.
    </Banner>
  );
}

function StateBanner() {
  const { container, me, sendAndShow, ask } = useContainerPage();
  const unavailable = whyNotChange(container, me) ?? undefined;
  const startButton = (
    <Button
      variant="main"
      size="small"
      icon={<StartIcon />}
      unavailable={unavailable}
      onClick={() => sendAndShow(() => start(container.id))}
    >
      Start
    </Button>
  );
  if (container.state === "stopped") {
    return (
      <Banner tone="info" title="This container is stopped" actions={startButton}>
        Its databases and applications do not answer, and take no memory. The data is as it was.
        {unavailable && ` ${unavailable}`}
      </Banner>
    );
  }
  if (container.state === "failed") {
    const source = container.endpoints[0]?.source;
    return (
      <Banner
        tone="danger"
        title="A database or application of this container does not run"
        actions={
          <>
            {source && (
              <Button size="small" onClick={() => ask({ kind: "log", source })}>
                Show the log
              </Button>
            )}
            {startButton}
          </>
        }
      >
        The data is safe. {unavailable ?? "Start it again, or restore to a moment when it worked."}
      </Banner>
    );
  }
  return null;
}
