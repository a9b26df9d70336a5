import { inTransaction, pool } from "#db/client.ts";
import { commitTiles, type FinishedTile, MOST_TOGETHER } from "#db/queries/tiles.ts";
import { processWide } from "#lib/process-wide.ts";
import { commitSecondLooks } from "./commit-second-looks.ts";
import { isPassing, patiently } from "./patiently.ts";

/** A tile waits this long for others that finish at the same time. */
const GATHER_MS = 2;
/** So many statements are under way at once: while they are, others gather. */
const WRITERS = 2;

type Waiting = { tile: FinishedTile; resolve: (committed: boolean) => void; reject: (error: unknown) => void };
type Queue = { waiting: Waiting[]; writers: number; timer: NodeJS.Timeout | null };

function queue(): Queue {
  return processWide("commit-queue", () => ({ waiting: [], writers: 0, timer: null }));
}

/**
 * Commits a finished tile, in one transaction with others that finish about now: a commit costs the database as much for thirty tiles
 * as for one. False where the hold is no longer valid. What fails for the lot is tried for each alone, so that no tile costs another.
 */
export function commitTogether(tile: FinishedTile): Promise<boolean> {
  const self = queue();
  return new Promise((resolve, reject) => {
    self.waiting.push({ tile, resolve, reject });
    if (self.waiting.length >= MOST_TOGETHER) write(self);
    else
      self.timer ??= setTimeout(() => {
        self.timer = null;
        write(self);
      }, GATHER_MS);
  });
}

function write(self: Queue): void {
  if (self.writers >= WRITERS || self.waiting.length === 0) return;
  const lot = self.waiting.splice(0, MOST_TOGETHER);
  self.writers += 1;
  void commitLot(lot).finally(() => {
    self.writers -= 1;
    write(self);
  });
}

async function commitLot(lot: readonly Waiting[]): Promise<void> {
  try {
    const tiles = lot.map(({ tile }) => tile);
    const isReplaced = tiles.some(({ isSecondLook }) => isSecondLook);
    const committed = await patiently(() =>
      isReplaced ? inTransaction((client) => commitSecondLooks(client, tiles)) : commitTiles(pool(), tiles),
    );
    for (const [position, { resolve }] of lot.entries()) resolve(committed[position] === true);
  } catch (error) {
    if (lot.length === 1 || isPassing(error)) for (const { reject } of lot) reject(error);
    else for (const one of lot) await commitLot([one]);
  }
}
