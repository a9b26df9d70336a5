import type { PoolClient } from "pg";
import { readEvidenceTiles, readLookRows } from "#db/queries/evidence.ts";
import { findRun } from "#db/queries/runs.ts";
import type { EvidenceLink } from "#lib/core/detection/evidence.ts";
import type { Finding } from "#lib/core/detection/finding.ts";
import type { EvidenceRecords } from "#lib/core/formats/format.ts";
import { evidenceCrop, evidenceRun, evidenceTile } from "../findings/present-evidence.ts";

/** Tiles at a time: a hosted model's replies are up to 16 KB each, and several a tile. */
const BATCH = 25;

/**
 * Notes what findings rest on while they go by, and reads it once all have. Of a million findings it holds the indexes of their tiles, no
 * more. `client` is the snapshot that the findings come from, and `pages` are those of their image.
 */
export function gatherEvidence(
  client: Pick<PoolClient, "query">,
  pages: readonly { width: number; height: number }[],
): EvidenceRecords & { link(finding: Finding): EvidenceLink | undefined } {
  const tiles = new Map<string, Set<number>>();
  return {
    link(finding) {
      const { runId: run, members } = finding;
      if (run === null || members.length === 0) return undefined;
      const ofRun = tiles.get(run) ?? new Set();
      tiles.set(run, ofRun);
      for (const [index] of members) ofRun.add(index);
      return { run, members, crop: evidenceCrop(finding, pages) };
    },
    async *runs() {
      for (const id of [...tiles.keys()].sort()) {
        const run = await findRun(client, id);
        if (run) yield evidenceRun(run);
      }
    },
    async *tiles() {
      for (const run of [...tiles.keys()].sort()) {
        const indexes = [...(tiles.get(run) ?? [])].sort((a, b) => a - b);
        for (let from = 0; from < indexes.length; from += BATCH) {
          const some = indexes.slice(from, from + BATCH);
          const rows = await readEvidenceTiles(client, run, some);
          const looks = await readLookRows(client, run, some);
          for (const row of rows) yield { run, ...evidenceTile(row, looks, "all") };
        }
      }
    },
  };
}
