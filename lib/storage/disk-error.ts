import { TesseraError } from "#lib/core/errors.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "free space on the disk of the data folder, or move the folder",
  EDQUOT: "raise the quota of the data folder's disk, or free space on it",
  EFBIG: "raise the limit on file sizes (ulimit -f), or use another file system",
  EACCES: "let the user that runs Tessera write in the data folder",
  EPERM: "let the user that runs Tessera write in the data folder",
  EROFS: "mount the data folder's disk for writing",
  EMFILE: "raise the limit on open files (ulimit -n)",
};

/** The system's code (`ENOSPC`, …) of an error, if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** What the disk refused, as `storage-failed` with what to do about it. `doing` completes "could not …". */
export function diskError(error: unknown, doing: string): TesseraError {
  if (error instanceof TesseraError) return error;
  const code = systemCode(error);
  const why =
    code === "ENOSPC" ? "the disk is full" : (code ?? (error instanceof Error ? error.message : String(error)));
  return new TesseraError("storage-failed", `could not ${doing}: ${why}`, {
    remedy: (code && REMEDIES[code]) ?? "check the disk of the data folder",
    cause: error,
  });
}
