import { expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { findRun } from "#db/queries/runs.ts";
import { freshDatabase } from "#db/test-database.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { analyzeBatch } from "./analyze-batch.ts";
import { claimGroup } from "./claim-group.ts";
import { decideNext } from "./decide-next.ts";
import { failRun } from "./fail-run.ts";
import { mergeRun } from "./merge-run.ts";
import { planRun } from "./plan-run.ts";
import { synthesizeRun } from "./synthesize-run.ts";

freshDatabase();

for (const [name, version] of [
  ["an older", TICKET_VERSION - 1],
  ["a newer", TICKET_VERSION + 1],
] as const) {
  it(`does nothing with a ticket of ${name} release: the run stays as it is, for a chain of this one`, async () => {
    const { runId } = await imageWithRun();
    const before = await findRun(pool(), runId);
    const ticket = { version, runId, pass: 0, sequence: 1 };

    expect(await claimGroup({ ...ticket, workflowRunId: "wrun_old" })).toMatchObject({ held: false });
    expect(await planRun(ticket)).toBeNull();
    expect(await analyzeBatch({ ...ticket, most: 8 })).toEqual({ outcome: "stop", started: 0 });
    expect(await decideNext(ticket)).toEqual({ next: "stop" });
    expect(await mergeRun(ticket)).toBeNull();
    expect(await synthesizeRun(ticket)).toBeNull();
    expect(await failRun({ ...ticket, reason: "its log does not fit this code" })).toEqual({ failed: false });
    expect(await findRun(pool(), runId)).toEqual(before);
    const { rows } = await pool().query("SELECT 1 FROM run_groups WHERE run_id = $1", [runId]);
    expect(rows).toEqual([]);
  });
}
