// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import type { Branch, Container, Endpoint } from "@/api/types";
import { formatsOf, isPage, shownAddress, withoutPassword } from "@/model/endpoint";
import {
  Button,
  ChevronDownIcon,
  CopyIcon,
  copy,
  DatabaseIcon,
  ExternalIcon,
  Menu,
  toast,
} from "@/ui";
import styles from "./header.module.css";

// The branch's own; of one that is stopped there are none.
export function Addresses({ branch }: { branch: Branch | undefined }) {
  const { container } = useContainerPage();
  const isBeside = branch && !branch.active;
  return (
    <ul
      className={styles.addresses}
      aria-label={isBeside ? `Addresses of branch ${branch.name}` : "Addresses"}
    >
      {endpointsOf(container, branch)
        .filter(shownAddress)
        .map((endpoint) => (
          <li key={endpoint.source}>
            <Address endpoint={endpoint} />
            {endpoint.notes.map((note) => (
              <p key={note} className={styles.note}>
                {note}
              </p>
            ))}
          </li>
        ))}
    </ul>
  );
}

// Where a branch that runs is reached, in one line where there is room.
export function BranchAddresses({ branch }: { branch: Branch }) {
  const { container } = useContainerPage();
  return (
    <span className={styles.branchAddresses}>
      {endpointsOf(container, branch)
        .filter(shownAddress)
        .map((endpoint) => (
          <Address key={endpoint.source} endpoint={endpoint} />
        ))}
    </span>
  );
}

function endpointsOf(container: Container, branch: Branch | undefined): Endpoint[] {
  return branch && !branch.active ? branch.endpoints : container.endpoints;
}

// What it is called, where it is, and a menu of the forms in which it can be copied.
function Address({ endpoint }: { endpoint: Endpoint }) {
  const shown = shownAddress(endpoint);
  const formats = formatsOf(endpoint);
  return (
    <span className={styles.address}>
      <span className={styles.source}>
        {!isPage(endpoint) && <DatabaseIcon />}
        {endpoint.source}
      </span>
      {isPage(endpoint) ? (
        <a href={endpoint.connection?.url} target="_blank" rel="noreferrer" className={styles.open}>
          {shown}
          <ExternalIcon />
          <span className="visually-hidden">(opens beside this page)</span>
        </a>
      ) : (
        <code>{shown}</code>
      )}
      {formats.length > 0 && (
        <Menu
          align="end"
          trigger={
            <Button
              variant="quiet"
              size="small"
              aria-label={`Copy the address of ${endpoint.source}`}
              className={styles.copy}
            >
              <CopyIcon />
              <ChevronDownIcon />
            </Button>
          }
          parts={[
            {
              heading: `Copy ${endpoint.source} as`,
              items: formats.map((format) => ({
                label: format.name,
                hint: withoutPassword(format.text),
                onSelect: async () =>
                  toast(
                    (await copy(format.text))
                      ? `${format.name} copied.`
                      : "The browser does not allow to copy.",
                  ),
              })),
            },
          ]}
        />
      )}
    </span>
  );
}
