"use client";

import { useState } from "react";
import type { Run } from "#lib/core/detection/run.ts";
import { sentence } from "../api/http.ts";
import { setConcurrency } from "../api/runs.ts";
import { Slider } from "../ui/slider.tsx";
import { notify } from "../ui/toasts.ts";

const MOST = 64;

/** How many tiles may be at work at once; takes effect within a second. */
export function ConcurrencyControl({ run }: { run: Run }) {
  const [wanted, setWanted] = useState<number | null>(null);
  const shown = wanted ?? run.concurrency.cap;
  const commit = async (value: number): Promise<void> => {
    try {
      await setConcurrency(run.id, value);
    } catch (error) {
      setWanted(null);
      notify({ tone: "error", title: "The cap was not changed", text: sentence(error) });
    }
  };
  return (
    <div className="flex items-center gap-2 text-xs text-muted tabular-nums">
      <span className="whitespace-nowrap">{shown} at once</span>
      <div className="w-24">
        <Slider
          name="Tiles at once"
          value={shown}
          min={1}
          max={Math.max(MOST, shown)}
          step={1}
          onChange={setWanted}
          onCommit={(value) => void commit(value)}
        />
      </div>
    </div>
  );
}
