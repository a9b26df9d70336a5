import { useEffect, useState } from "react";
import type { Image } from "#lib/core/detection/image.ts";
import { sentence } from "../../api/http.ts";
import { readImage } from "../../api/images.ts";
import type { KeptIn } from "../../findings/write-store.ts";
import { createReviewMode } from "../../review/mode/review-mode.ts";
import { createReview } from "../../review/review-session.ts";
import { FIRST_LOOK } from "../../viewer/colours/look.ts";
import type { Parts } from "../context.tsx";
import { startSync } from "../sync.ts";
import { createWorkspace } from "../workspace.ts";
import type { Beside } from "../workspace-state.ts";

/** Nothing is changed in the picture beside: there is nothing to keep. */
const NOTHING: KeptIn = {
  length: 0,
  key: () => null,
  getItem: () => null,
  setItem: () => undefined,
  removeItem: () => undefined,
};

/** A workspace to look at, of the picture and run beside; null until it is read. */
export function useBeside({ imageId, runId }: Beside, page: number): { parts: Parts | null; error: string | null } {
  const [image, setImage] = useState<Image | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    setError(null);
    readImage(imageId, controller.signal).then(setImage, (failure) => {
      if (!controller.signal.aborted) setError(sentence(failure));
    });
    return () => controller.abort();
  }, [imageId]);
  useEffect(() => {
    if (image?.id !== imageId) return;
    const shown = Math.min(page, Math.max(0, image.pages - 1));
    const start = { runId, findingId: null, page: shown, look: FIRST_LOOK };
    const workspace = createWorkspace(image, "viewer", start, () => undefined);
    const review = createReview(workspace, NOTHING, "beside");
    const sync = startSync(workspace, review);
    const mode = createReviewMode(workspace, review);
    setParts({ workspace, review, mode, sync });
    return () => {
      setParts(null);
      mode.stop();
      sync.stop();
      review.stop();
    };
  }, [image, imageId, runId, page]);
  return { parts, error };
}
