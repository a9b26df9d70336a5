/** What passed between us and a hosted model at one attempt at a tile: kept for the evidence of its findings. */
export type Exchange = {
  /** Which wording it was asked in, e.g. `tile/1`, and the words themselves. */
  wording: string;
  prompt: string;
  /** Every reply, in order, each cut to 16 KB: the last is the one that counts, one before it was sent back as unusable. */
  replies: string[];
  /** Calls that were made, repairs among them. */
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars; null where no price is known. */
  cost: number | null;
};
