"use client";

import { useRef, useState } from "react";
import type { Run } from "#lib/core/detection/run.ts";
import { sentence } from "../api/http.ts";
import { setConcurrency } from "../api/runs.ts";
import { Slider } from "../ui/slider.tsx";
import { notify } from "../ui/toasts.ts";

const MOST = 64;
/** While the hand still moves, the cap follows this often. */
const FOLLOW_MS = 300;

/** How many tiles may be at work at once; takes effect within a second. */
export function ConcurrencyControl({ run }: { run: Run }) {
  const [wanted, setWanted] = useState<number | null>(null);
  const followedAt = useRef(0);
  const shown = wanted ?? run.concurrency.cap;
  const commit = async (value: number): Promise<void> => {
    try {
      await setConcurrency(run.id, value);
    } catch (error) {
      setWanted(null);
      notify({ tone: "error", title: "The cap was not changed", text: sentence(error) });
    }
  };
  const follow = (value: number): void => {
    if (Date.now() - followedAt.current < FOLLOW_MS) return;
    followedAt.current = Date.now();
    void commit(value);
  };
  return (
    <div className="flex items-center gap-2 text-xs text-muted tabular-nums">
      <span className="whitespace-nowrap">
        {run.state === "running" && run.concurrency.inForce < shown ? `${run.concurrency.inForce} of ${shown}` : shown}{" "}
        at once
      </span>
      <div className="w-24">
        <Slider
          name="Tiles at once"
          value={shown}
          min={1}
          max={Math.max(MOST, shown)}
          step={1}
          onChange={(value) => {
            setWanted(value);
            follow(value);
          }}
          onCommit={(value) => void commit(value)}
        />
      </div>
    </div>
  );
}
