import { useEffect, useState } from "react";
import type { RunText, RunTextHit } from "#lib/core/api/text.ts";
import { sentence } from "../api/http.ts";
import { readRunText, searchRunText } from "../api/text.ts";

/** What was asked of the server: on its way, here, or why not. */
export type Asked<T> = { value: T | null; error: string | null };

/** Keys are waited for as long before a search begins. */
const TYPING_MS = 200;

/** The text of a page of a run; read anew whenever `revision` is another. */
export function usePageText(runId: string, page: number, revision: string): Asked<RunText> {
  return useAsked(`${runId} ${page} ${revision}`, (signal) => readRunText(runId, page, signal), 0);
}

/** Where a text stands on all pages of a run; null while nothing is asked for. */
export function useTextSearch(
  runId: string,
  q: string,
  revision: string,
): Asked<{ hits: RunTextHit[]; more: boolean }> {
  const wanted = q.trim();
  return useAsked(
    `${runId} ${revision} ${wanted}`,
    async (signal) => (wanted === "" ? null : await searchRunText(runId, wanted, signal)),
    wanted === "" ? 0 : TYPING_MS,
  );
}

/** Asks once for each `key`, after a while; the last answer stays until the next is here. */
function useAsked<T>(key: string, ask: (signal: AbortSignal) => Promise<T | null>, delayMs: number): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ value: null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked depends on the key alone
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      ask(controller.signal).then(
        (value) => setAsked({ value, error: null }),
        (error) => {
          if (!controller.signal.aborted) setAsked({ value: null, error: sentence(error) });
        },
      );
    }, delayMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, delayMs]);
  return asked;
}
