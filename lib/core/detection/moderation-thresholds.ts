/** Scores of the embedded classifier, 0…1, from which on a picture is blocked. */
export type ModerationThresholds = {
  /** Of Porn and Hentai together. */
  explicit: number;
  /** Of Sexy. */
  suggestive: number;
};

/** Where nothing else is configured. The highest among the scientific pictures measured (docs/quality.md) were 0.5 and below 0.1. */
export const MODERATION_THRESHOLDS: ModerationThresholds = { explicit: 0.7, suggestive: 0.9 };
