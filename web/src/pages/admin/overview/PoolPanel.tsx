// SPDX-License-Identifier: Apache-2.0
import type { Pool } from "@/api/types";
import { size } from "@/model/size";
import { asSentence } from "@/model/words";
import { Badge, Banner, Output, StateBadge } from "@/ui";
import { Facts } from "../parts/Page";
import styles from "./overview.module.css";

const KINDS: Record<string, string> = {
  btrfs: "btrfs, on the disk itself",
  btrfs_file: "btrfs, in a file of its own",
  directory_reflinks: "A directory that shares equal files",
  directory_copies: "A directory of full copies",
};

// Facts that decide how fast things go, in words.
function abilities(pool: Pool): string {
  const { cheap_clone, atomic_snapshot, cheap_share } = pool.capabilities;
  return [
    cheap_clone
      ? "Copies take no time and no space."
      : "Every copy takes as long as its data is large.",
    cheap_share ? "Equal data is kept once." : "Equal data is kept as often as it is used.",
    atomic_snapshot
      ? "A bookmark catches everything at one instant."
      : "Databases pause shortly while a bookmark is taken.",
  ].join(" ");
}

export function PoolPanel({ pool }: { pool: Pool }) {
  return (
    <>
      {pool.warning && (
        <Banner tone="warning" title={asSentence(pool.warning)}>
          {pool.driver === "directory" &&
            "A file system such as btrfs or XFS below the data directory makes copies take no time."}
        </Banner>
      )}
      <FreeBar pool={pool} />
      <Facts
        facts={[
          ["Kind", KINDS[pool.kind] ?? pool.kind],
          ["Why this kind", asSentence(pool.why)],
          ["What it can do", abilities(pool)],
          ["Where", <code key="root">{pool.root}</code>],
          [
            "Sandbox",
            pool.isolation === "sandbox" ? (
              <span key="sandbox" className={styles.isolation}>
                <StateBadge state="running" words="On" />
                Each database and application sees only its own data.
                {pool.isolation_reason &&
                  ` It lacks something: ${asSentence(pool.isolation_reason)}`}
              </span>
            ) : (
              <span key="sandbox" className={styles.isolation}>
                <Badge tone="warning">Off</Badge>
                {asSentence(pool.isolation_reason)} Who may run programs in one database could read
                others' data.
              </span>
            ),
          ],
          ["Unknown files", pool.unknown.length === 0 ? "Nothing unknown lies in the pool." : ""],
        ]}
      />
      {pool.unknown.length > 0 && (
        <Banner
          tone="warning"
          title={`${pool.unknown.length === 1 ? "Something" : `${pool.unknown.length} things`} in the pool nobody knows of`}
        >
          They are left alone, and never deleted. If you know what they are, move them elsewhere.
          <Output summary="What it is" words={pool.unknown.join("\n")} />
        </Banner>
      )}
    </>
  );
}

function FreeBar({ pool }: { pool: Pool }) {
  const used = Math.max(0, pool.total - pool.free);
  const share = pool.total > 0 ? (100 * used) / pool.total : 0;
  const words = `${size(used)} of ${size(pool.total)} used`;
  const tone = share > 98 ? styles.full : share > 90 ? styles.nearlyFull : undefined;
  return (
    <div className={styles.free}>
      <p>
        <strong>{size(pool.free)} free</strong>
        <span className={styles.quiet}>{words}</span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers draw their own <meter> */}
      <div
        className={styles.bar}
        role="meter"
        aria-label="Space used"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share)}
        aria-valuetext={`${words}, ${size(pool.free)} free`}
      >
        <span className={tone} style={{ width: `${Math.max(share, 0.5)}%` }} />
      </div>
    </div>
  );
}
