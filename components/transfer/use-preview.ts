import { useEffect, useState } from "react";
import type { ExportPreview } from "#lib/core/api/exports.ts";
import { sentence } from "../api/http.ts";
import type { Preview } from "./export-fields.tsx";

/** What the export at `address` would hold, asked for anew as the address changes; nothing is asked where there is none. */
export function usePreview<P extends ExportPreview>(
  address: string | null,
  read: (address: string, signal: AbortSignal) => Promise<P>,
): Preview<P> {
  const [preview, setPreview] = useState<Preview<P>>(null);
  useEffect(() => {
    setPreview(null);
    if (address === null) return;
    const leave = new AbortController();
    read(address, leave.signal).then(setPreview, (error: unknown) => {
      if (!leave.signal.aborted) setPreview({ error: sentence(error) });
    });
    return () => leave.abort();
  }, [address, read]);
  return preview;
}
