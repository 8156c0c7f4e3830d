// SPDX-License-Identifier: Apache-2.0
import { Link } from "wouter";
import type { Container, CurrentUser } from "@/api/types";
import { isPage, shownAddress } from "@/model/endpoint";
import { operationNow } from "@/model/operation";
import { ownersOf } from "@/model/rights";
import { listed } from "@/model/words";
import { AppIcon, Badge, DatabaseIcon, LockIcon, StateBadge, UsersIcon } from "@/ui";
import styles from "./home.module.css";

export function ContainerCard({ container, me }: { container: Container; me: CurrentUser }) {
  const owners = ownersOf(container);
  const others = container.present.filter((user) => user.id !== me.id).map((user) => user.name);
  return (
    <article className={styles.card}>
      <div className={styles.top}>
        <h2 className={styles.name}>
          <Link href={`/containers/${encodeURIComponent(container.name)}`} className={styles.link}>
            {container.name}
          </Link>
        </h2>
        <StateBadge state={container.state} />
      </div>
      <p className={styles.about}>
        {container.template.name}
        {owners && owners !== container.name && ` · ${owners}`} · branch{" "}
        {container.active_branch.name}
      </p>
      <ul className={styles.addresses}>
        {container.endpoints.filter(shownAddress).map((endpoint) => (
          <li key={endpoint.source}>
            {isPage(endpoint) ? <AppIcon /> : <DatabaseIcon />}
            <span className={styles.source}>{endpoint.source}</span>
            <code>{shownAddress(endpoint)}</code>
          </li>
        ))}
      </ul>
      <div className={styles.notes}>
        {container.operation && (
          <Badge tone="info">{operationNow(container.operation, me, container)}</Badge>
        )}
        {container.lock && (
          <Badge tone="warning" icon={<LockIcon />}>
            Locked by {container.lock.by_name}
          </Badge>
        )}
        {container.endpoints.some(({ notes }) => notes.length > 0) && (
          <Badge tone="warning">An address leads elsewhere</Badge>
        )}
        {others.length > 0 && <Badge icon={<UsersIcon />}>{listed(others)} here now</Badge>}
      </div>
    </article>
  );
}
