/** The most that may cross a durable checkpoint, in bytes as stored. Image bytes never cross; ids and counts do. */
export const CHECKPOINT_LIMIT_BYTES = 256 * 1024;

/** Raised by whoever changes what workflows and steps expect of each other; see decision 007. */
export const TICKET_VERSION = 3;

/**
 * What names a stretch of work on a run. A ticket crosses checkpoints, so it is small and versioned: a newer release that reads
 * it differently raises `version`.
 */
export type RunTicket = {
  version: number;
  runId: string;
  /** The run's pass the work belongs to: a ticket of an older pass is void. */
  pass: number;
  /** Place in the chain of groups; 0 plans. */
  sequence: number;
};

/** A ticket for one batch, of at most so many tiles. */
export type BatchTicket = RunTicket & { most: number };

export type ImageTicket = { version: 1; imageId: string };

/**
 * How often the SDK may start a step. It counts starts, not failures: one that a kill or the database interrupts says nothing of the
 * step. What fails by itself is given up far sooner, by `asStep`.
 */
export const MOST_STARTS = 1000;
