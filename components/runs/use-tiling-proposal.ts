import { useEffect, useState } from "react";
import type { ProposedTiling } from "#lib/core/api/tiling.ts";
import { proposeTiling } from "../api/tiling.ts";

/** A model's name is typed letter by letter. */
const TYPING_MS = 300;

/** The tiling that suits a page for a preset and a model; null until it is known, and where none can be had. */
export function useTilingProposal(imageId: string, page: number, preset: string, model: string): ProposedTiling | null {
  const [proposal, setProposal] = useState<ProposedTiling | null>(null);
  useEffect(() => {
    setProposal(null);
    const controller = new AbortController();
    const ask = (): void => {
      proposeTiling(imageId, { preset, model, page }, controller.signal).then(setProposal, () => undefined);
    };
    const timer = setTimeout(ask, model === "" ? 0 : TYPING_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [imageId, page, preset, model]);
  return proposal;
}
