import { TesseraError } from "../errors.ts";
import type { Finding } from "./finding.ts";

/** Somebody changed the finding in between. `current` is what it is now, so that the caller can decide anew. */
export class VersionConflict extends TesseraError {
  readonly current: Finding;

  constructor(current: Finding, sent: number) {
    super("version-conflict", `the finding is at version ${current.version}, the change was made on version ${sent}`, {
      remedy: "look at the finding as it is now, and send the change with its version in If-Match",
    });
    this.name = "VersionConflict";
    this.current = current;
  }
}
