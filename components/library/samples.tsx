"use client";

import { Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { Sample } from "#lib/core/api/images.ts";
import { sentence } from "../api/http.ts";
import { addSample, listSamples } from "../api/images.ts";
import { Button } from "../ui/button.tsx";
import { notify } from "../ui/toasts.ts";

/** Pictures that come with the product: one press adds one, opens it and starts its analysis. */
export function Samples({ mayAdd, first }: { mayAdd: boolean; first: boolean }) {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const [busy, setBusy] = useState<string | null>(null);
  const router = useRouter();

  useEffect(() => {
    const controller = new AbortController();
    listSamples(controller.signal).then(
      (page) => setSamples(page.items),
      () => undefined,
    );
    return () => controller.abort();
  }, []);

  const begin = async (sample: Sample): Promise<void> => {
    setBusy(sample.file);
    try {
      const image = await addSample(sample.file);
      router.push(`/images/${image.id}?analyze=${sample.preset}`);
    } catch (error) {
      setBusy(null);
      notify({ tone: "error", title: `${sample.title} could not be added`, text: sentence(error) });
    }
  };

  if (!first && samples.length === 0) return null;
  return (
    <section aria-labelledby="samples" className={first ? "mx-auto max-w-3xl pt-8" : "mt-10"}>
      {first ? (
        <div className="mb-6">
          <h2 id="samples" className="text-2xl font-semibold tracking-tight">
            Start with a picture
          </h2>
          <p className="mt-1 text-base text-muted">
            {mayAdd
              ? "Drop files anywhere on this page, or press Analyse on a sample and watch boxes appear while it is looked at, tile by tile."
              : "There are none here yet. Someone with the role operator or owner can add them."}
          </p>
        </div>
      ) : (
        <h2 id="samples" className="mb-3 font-semibold">
          Samples
        </h2>
      )}
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-panel empty:hidden">
        {samples.map((sample) => (
          <li key={sample.file} className="flex items-center gap-4 px-4 py-3">
            <div className="min-w-0 flex-1">
              <p className="font-medium">{sample.title}</p>
              <p className="truncate text-xs text-muted">
                {sample.domain} · {sample.licence} ·{" "}
                <a href={sample.source} target="_blank" rel="noreferrer" className="underline hover:text-ink">
                  source
                </a>
              </p>
            </div>
            {mayAdd && (
              <Button
                aria-label={`Analyse ${sample.title}`}
                look={first ? "primary" : "plain"}
                disabled={busy !== null}
                icon={<Play size={14} aria-hidden />}
                onClick={() => void begin(sample)}
              >
                {busy === sample.file ? "Adding" : "Analyse"}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
