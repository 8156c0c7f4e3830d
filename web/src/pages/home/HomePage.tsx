// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { containersQuery } from "@/api/queries";
import type { Container, CurrentUser } from "@/api/types";
import pageStyles from "@/pages/page.module.css";
import { useTitle } from "@/pages/useTitle";
import { ButtonLink, ContainerIcon, EmptyState, ErrorBanner, Skeleton } from "@/ui";
import { ContainerCard } from "./ContainerCard";
import styles from "./home.module.css";

export function HomePage({ me }: { me: CurrentUser }) {
  useTitle("Containers");
  const { data, error } = useQuery(containersQuery);
  return (
    <div className={pageStyles.page}>
      <h1>Containers</h1>
      {data ? (
        <Cards containers={data} me={me} />
      ) : error ? (
        <ErrorBanner error={error} />
      ) : (
        <Loading />
      )}
    </div>
  );
}

function Cards({ containers, me }: { containers: Container[]; me: CurrentUser }) {
  if (containers.length === 0) return <Nothing me={me} />;
  return (
    <ul className={styles.cards}>
      {containers.map((container) => (
        <li key={container.id}>
          <ContainerCard container={container} me={me} />
        </li>
      ))}
    </ul>
  );
}

function Nothing({ me }: { me: CurrentUser }) {
  const isAdmin = me.role === "admin";
  return (
    <div className={pageStyles.panel}>
      <EmptyState
        icon={<ContainerIcon />}
        title={isAdmin ? "There are no containers yet" : "You have no container yet"}
        actions={
          isAdmin && (
            <ButtonLink href="/admin" variant="main">
              Open Administration
            </ButtonLink>
          )
        }
      >
        {isAdmin
          ? "Link a source, make a template of it, and give out containers of that template under Administration."
          : `A container is your own copy of the databases and applications that you test with. Ask an administrator to make one for “${me.name}”.`}
      </EmptyState>
    </div>
  );
}

function Loading() {
  return (
    <ul className={styles.cards} aria-label="Loading the containers">
      {[0, 1, 2].map((place) => (
        <li key={place} className={styles.card}>
          <Skeleton width="40%" height="1.25rem" />
          <Skeleton width="70%" />
          <Skeleton width="55%" />
        </li>
      ))}
    </ul>
  );
}
