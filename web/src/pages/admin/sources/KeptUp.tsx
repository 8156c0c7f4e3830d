// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import type { components } from "@/api/schema";
import type { Source } from "@/api/types";
import { size } from "@/model/size";
import { Badge, TimeText } from "@/ui";
import { sourceStatusQuery } from "../api/queries";
import { Facts, Panel } from "../parts/Page";

type FollowState = components["schemas"]["FollowState"];

const HEALTH = {
  following: { words: "Up to date", tone: "success" },
  catching_up: { words: "Catching up", tone: "info" },
  disconnected: { words: "Production is out of reach", tone: "warning" },
  lost: { words: "Has to be copied again from scratch", tone: "danger" },
} as const;

// How up to date a source is, and what keeps it so.
export function KeptUp({ source }: { source: Source }) {
  const { data: status } = useQuery(sourceStatusQuery(source.id, source.follows));
  const state = status?.state ?? null;
  const failed = status?.last?.state === "failed" ? status.last : null;
  return (
    <Panel title="Updates">
      <Facts
        facts={[
          [
            "How",
            source.follows ? "Follows production all the time" : "Copied whenever it is synced",
          ],
          [
            "State",
            state && <Badge tone={HEALTH[state.health].tone}>{HEALTH[state.health].words}</Badge>,
          ],
          ["Behind production", state && lagWords(state)],
          ["Newest change here", state?.data_time && <TimeText at={state.data_time} />],
          [
            "Any second since",
            status?.any_second_since && <TimeText at={status.any_second_since} />,
          ],
          ["Its clock", state && clockWords(state.clock_ahead_ms)],
          [
            "Log kept for us there",
            typeof state?.kept_bytes === "number" ? size(state.kept_bytes) : null,
          ],
          ["Problem", state?.problem],
          ["What to do", state?.problem ? state.hint : null],
          [
            "Last sync failed",
            failed && `${failed.failure.charAt(0).toUpperCase()}${failed.failure.slice(1)}.`,
          ],
          ["Synced automatically", source.schedule || "Never"],
          ["Next sync", source.next_sync && <TimeText at={source.next_sync} show="ago" />],
          ["Webhook", source.webhook ? "Open" : "None"],
        ]}
      />
    </Panel>
  );
}

function lagWords({ lag_ms, lag_bytes }: FollowState): string | null {
  if (lag_ms === null) return null;
  const seconds = `${(lag_ms / 1000).toFixed(1)} s`;
  return lag_bytes === null ? seconds : `${seconds}, ${size(lag_bytes)}`;
}

function clockWords(ahead: number | null): string | null {
  if (ahead === null) return null;
  return `${Math.abs(ahead)} ms ${ahead < 0 ? "behind" : "ahead of"} this server's`;
}
