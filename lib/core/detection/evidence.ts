/** What a look at a tile was for: the first by the tile model, or another by the stronger one. */
const LOOK_ROLES = ["tile", "escalation"] as const;
export type LookRole = (typeof LOOK_ROLES)[number];

/** What came of an attempt: an answer that counts, one that could not be read, a refusal for now, or none. */
const LOOK_OUTCOMES = ["answered", "unreadable", "throttled", "failed"] as const;
export type LookOutcome = (typeof LOOK_OUTCOMES)[number];
