import type { ImageLink } from "#lib/core/api/links.ts";
import { formatInstant } from "../ui/format.ts";

/** What a link shares, in words. */
export function kindOf({ run, view, findings }: Pick<ImageLink, "run" | "view" | "findings">): string {
  if (run !== null && view === null) return "Report";
  const what = view === null ? "Whole picture, for viewers that speak IIIF" : "View";
  return findings ? `${what}, with findings` : what;
}

/** The path that a link is opened by; null where it is good no more. */
export const pathOf = ({ sharedPath, manifestPath }: Pick<ImageLink, "sharedPath" | "manifestPath">): string | null =>
  sharedPath ?? manifestPath;

/** Until when a link is good, or since when it is not. */
export function stateOf({ revokedAt, expiresAt }: Pick<ImageLink, "revokedAt" | "expiresAt">, now: Date): string {
  if (revokedAt !== null) return `revoked ${formatInstant(revokedAt)}`;
  return `${new Date(expiresAt) > now ? "until" : "expired"} ${formatInstant(expiresAt)}`;
}
