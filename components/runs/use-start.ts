import { useState } from "react";
import type { RunRequest } from "#lib/core/detection/run.ts";
import type { Preset } from "#lib/core/presets/preset.ts";
import { ApiProblem, sentence } from "../api/http.ts";
import { hostedModels, providersOf, tryHostedModels } from "./hosted-models.ts";
import { type RunForm, requestOf } from "./new-run-request.ts";

/** Starting what a form stands for: what it says while it goes on, and the question that comes before pixels leave the machine. */
export type Start = {
  busy: boolean;
  error: string | null;
  /** Providers that the person is asked about; null: none. */
  consent: readonly string[] | null;
  /** Starts it. `allow`: providers that may see the pixels from now on. */
  start: (allow?: readonly string[]) => Promise<void>;
  say: (error: string | null) => void;
  /** Takes the question back. */
  forget: () => void;
};

/**
 * How a form is started: its hosted models answer once first, and where the collection does not allow their providers the person is asked.
 * `begin` sends the request; what it throws is said.
 */
export function useStart(form: RunForm, preset: Preset, begin: (request: RunRequest) => Promise<void>): Start {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [consent, setConsent] = useState<readonly string[] | null>(null);
  const start = async (allow: readonly string[] = []): Promise<void> => {
    const made = requestOf(form);
    if ("error" in made) {
      setError(made.error);
      return;
    }
    setBusy(true);
    setError(null);
    const hosted = hostedModels(form, preset);
    try {
      await tryHostedModels(hosted.seeing);
      await begin({ ...made.request, ...(allow.length > 0 && { allowProviders: [...allow] }) });
      setConsent(null);
    } catch (thrown) {
      const asks = thrown instanceof ApiProblem && thrown.code === "provider-not-allowed" && hosted.all.length > 0;
      setConsent(asks ? providersOf(hosted.all) : null);
      if (!asks) setError(sentence(thrown));
    }
    setBusy(false);
  };
  return { busy, error, consent, start, say: setError, forget: () => setConsent(null) };
}
