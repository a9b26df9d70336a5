import type { ModerationThresholds } from "#lib/core/detection/moderation-thresholds.ts";

/** US dollars for a million tokens. */
export type Price = { inputPerMillion: number; outputPerMillion: number };

type HostedProvider = "openai" | "anthropic" | "google" | "gateway";

/**
 * What the models need to know of this installation; `environment()` of `lib/config` satisfies it. Keys stay in here: they never
 * enter messages, logs or the database.
 */
export type ProviderSettings = {
  keys: Readonly<Record<HostedProvider, string | undefined>> & {
    readonly openaiCompatible: { baseUrl: string; apiKey: string | undefined } | undefined;
  };
  /** From which scores on the embedded classifier blocks; absent: the usual ones. */
  moderationThresholds?: ModerationThresholds | undefined;
  /** Worker threads of each embedded network; default: one a core. */
  localWorkers?: number | undefined;
  /** Addresses instead of the providers' own, e.g. of a proxy. */
  baseUrls?: Readonly<Partial<Record<HostedProvider, string>>> | undefined;
  /** By full model id, e.g. `openai:gpt-4o`. */
  prices?: Readonly<Record<string, Price>> | undefined;
};
