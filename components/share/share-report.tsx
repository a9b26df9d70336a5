"use client";

import { ShareButton } from "./share-button.tsx";

/** Shares the report that is shown. */
export function ShareReport({ image, runId }: { image: { id: string; name: string }; runId: string }) {
  return <ShareButton shareable={() => ({ image, runId, view: null })} />;
}
