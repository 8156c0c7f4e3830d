// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import type { Branch, Endpoint } from "@/api/types";
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
  const endpoints = isBeside ? branch.endpoints : container.endpoints;
  return (
    <ul
      className={styles.addresses}
      aria-label={isBeside ? `Addresses of branch ${branch.name}` : "Addresses"}
    >
      {endpoints.filter(shownAddress).map((endpoint) => (
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

// What it is called, where it is, and a menu of the forms in which it can be copied.
export function Address({ endpoint }: { endpoint: Endpoint }) {
  const shown = shownAddress(endpoint);
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
            items: formatsOf(endpoint).map((format) => ({
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
    </span>
  );
}
