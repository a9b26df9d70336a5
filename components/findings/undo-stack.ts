import type { FindingPatch } from "#lib/core/detection/finding.ts";

/** One thing a person did, with what takes it back. */
export type Deed =
  | { kind: "change"; id: string; before: FindingPatch; after: FindingPatch; what: string }
  | { kind: "draw"; id: string; what: string }
  | { kind: "remove"; id: string; what: string };

const DEPTH = 500;

/** Remembers a deed. The oldest is forgotten beyond five hundred. */
export function remember(deeds: readonly Deed[], deed: Deed): readonly Deed[] {
  return [...deeds.slice(-(DEPTH - 1)), deed];
}

/** The last deed and what is left without it. */
export function takeBack(deeds: readonly Deed[]): { deed: Deed | null; rest: readonly Deed[] } {
  return { deed: deeds.at(-1) ?? null, rest: deeds.slice(0, -1) };
}

/** Forgets what was done to a finding: it went, or someone else changed it meanwhile. */
export function forget(deeds: readonly Deed[], id: string): readonly Deed[] {
  return deeds.filter((deed) => deed.id !== id);
}
