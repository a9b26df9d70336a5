import type { Client } from "pg";

/** Where a statement of the server is made to wait: `on` names the trigger's event and table, `when` narrows it. */
export type Trap = { name: string; on: string; when: string };

export const TRAPS = {
  planning: { name: "planning", on: "BEFORE INSERT ON tiles", when: "NEW.index = 1000" },
  beforeHandOver: {
    name: "before_hand_over",
    on: "BEFORE INSERT ON workflow.workflow_runs",
    // The first two runs of the chain may pass: it is the third, group 2, that is waited for.
    when: "NEW.name LIKE '%analyzeGroup' AND (SELECT count(*) > 600 FROM tiles JOIN runs ON runs.id = run_id WHERE runs.state = 'running' AND tiles.state = 'done')",
  },
  afterHandOver: { name: "after_hand_over", on: "BEFORE INSERT ON run_groups", when: "NEW.sequence = 2" },
  merge: { name: "merge", on: "BEFORE UPDATE OF merged_pass ON runs", when: "NEW.merged_pass IS NOT NULL" },
  synthesis: { name: "synthesis", on: "BEFORE UPDATE OF scene ON runs", when: "NEW.scene IS NOT NULL" },
} as const satisfies Record<string, Trap>;

const LOCK = 20_231;

export type SetTrap = { trap: Trap; caught(): Promise<boolean> };

/** Makes the first statement that the trap matches wait until `releaseTrap`, or for ever. */
export async function setTrap(database: Client, trap: Trap): Promise<SetTrap> {
  await database.query("SELECT pg_advisory_lock($1)", [LOCK]);
  await database.query(`CREATE OR REPLACE FUNCTION trap_${trap.name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF ${trap.when} THEN PERFORM pg_advisory_xact_lock(${LOCK}); END IF; RETURN NEW; END $$`);
  await database.query(`CREATE TRIGGER trap_${trap.name} ${trap.on} FOR EACH ROW EXECUTE FUNCTION trap_${trap.name}()`);
  return {
    trap,
    async caught() {
      const { rows } = await database.query(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted",
        [LOCK],
      );
      return rows.length > 0;
    },
  };
}

/** Takes the trap away and lets go whoever waits in it. After Postgres itself was killed, only the trigger is left to drop. */
export async function releaseTrap(database: Client, { trap }: { trap: Trap }): Promise<void> {
  const table = trap.on.slice(trap.on.indexOf(" ON ") + 4);
  await database.query("SELECT pg_advisory_unlock_all()");
  await database.query(`DROP TRIGGER IF EXISTS trap_${trap.name} ON ${table}`);
}
