// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { templatesQuery } from "@/api/queries";
import type { Source, Template } from "@/api/types";
import { joinWords } from "@/model/admin_run";
import { whereFrom } from "@/model/admin_source";
import { DatabaseIcon, EmptyState, TimeText } from "@/ui";
import { sourcesQuery } from "../api/queries";
import { KindName } from "../parts/KindName";
import { Loaded } from "../parts/Loaded";
import { Facts, Page, Panel } from "../parts/Page";
import { useTracked } from "../parts/useTracked";
import { KeptUp } from "./KeptUp";
import { SourceActions } from "./SourceActions";
import { SourceStrips, templatesWith } from "./SourcesPage";

const ABOVE = { href: "/admin/sources", words: "Sources" };

export function SourcePage({ id }: { id: string }) {
  const sources = useQuery(sourcesQuery);
  return (
    <Loaded query={sources} what="The source">
      {(data) => {
        const source = data.find((one) => one.id === id || one.name === id);
        return source ? <Shown source={source} /> : <Gone />;
      }}
    </Loaded>
  );
}

function Gone() {
  return (
    <Page title="Source" above={ABOVE}>
      <EmptyState icon={<DatabaseIcon />} title="There is no such source">
        Somebody may have unlinked it. <Link href="/admin/operations">Operations</Link> say who.
      </EmptyState>
    </Page>
  );
}

function Shown({ source }: { source: Source }) {
  const { data: templates = [] } = useQuery(templatesQuery);
  const tracked = useTracked();
  const [, go] = useLocation();
  const users = templatesWith(source, templates);
  const { config } = source;
  return (
    <Page
      title={source.name}
      above={ABOVE}
      actions={
        <SourceActions
          source={source}
          usedBy={users}
          onBegun={tracked.follow}
          onUnlinked={() => go("/admin/sources")}
        />
      }
    >
      <SourceStrips tracked={tracked} />
      <KeptUp source={source} />
      <DataPanel source={source} users={users} />
      <SettingsPanel settings={config.settings ?? {}} />
      {config.run && <RunPanel run={config.run} />}
    </Page>
  );
}

function DataPanel({ source, users }: { source: Source; users: Template[] }) {
  const { config } = source;
  return (
    <Panel title="Data">
      <Facts
        facts={[
          ["Kind", <KindName key="k" kind={config.kind} />],
          ["Where from", whereFrom(config)],
          [
            "Last synced",
            source.synced_at ? <TimeText key="t" at={source.synced_at} /> : "Not yet",
          ],
          ["Newest data of", source.position && <TimeText key="t" at={source.position.at} />],
          [
            "Exact position",
            source.position?.position && <code key="c">{source.position.position}</code>,
          ],
          [
            "In doubt",
            source.position?.doubts?.length
              ? source.position.doubts.map((one) => <div key={one}>{one}</div>)
              : null,
          ],
          ["Linked", <TimeText key="t" at={source.created_at} />],
          [
            "Used by",
            users.length === 0
              ? "No template yet"
              : users.map((one) => (
                  <span key={one.id}>
                    <Link href={`/admin/templates/${one.id}`}>{one.name}</Link>{" "}
                  </span>
                )),
          ],
        ]}
      />
    </Panel>
  );
}

function SettingsPanel({ settings }: { settings: Record<string, string> }) {
  return (
    <Panel
      title="Settings"
      about="Passwords are not shown. The url can be changed; to change another setting, link another source like this one."
    >
      {Object.keys(settings).length === 0 ? (
        <p>None: everything is as the product chooses it.</p>
      ) : (
        <Facts
          facts={Object.entries(settings).map(([name, value]) => [
            name,
            <code key="c">{value}</code>,
          ])}
        />
      )}
    </Panel>
  );
}

function RunPanel({ run }: { run: NonNullable<Source["config"]["run"]> }) {
  return (
    <Panel title="Application" about="Runs on every branch, on the files of that branch.">
      <Facts
        facts={[
          ["Command", <code key="c">{joinWords(run.command)}</code>],
          ["Ready when", run.health ? `GET ${run.health} answers` : "It accepts connections"],
          ["Stopped by", run.stop_signal],
          ...Object.entries(run.env ?? {}).map(([name, value]): [string, ReactNode] => [
            name,
            <code key="c">{value}</code>,
          ]),
        ]}
      />
    </Panel>
  );
}
