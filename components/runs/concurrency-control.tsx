"use client";

import { useEffect, useRef, useState } from "react";
import { MOST_AT_ONCE, type Run } from "#lib/core/detection/run.ts";
import { sentence } from "../api/http.ts";
import { setConcurrency } from "../api/runs.ts";
import { Slider } from "../ui/slider.tsx";
import { notify } from "../ui/toasts.ts";
import { CAP_STOPS, stopOf } from "./cap-scale.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** How many tiles may be at work at once, by a slider or exactly; takes effect within a second, also while the hand still moves. */
export function ConcurrencyControl({ run }: { run: Run }) {
  const { cap, inForce } = run.concurrency;
  const [wanted, setWanted] = useState<number | null>(null);
  const shown = wanted ?? cap;
  const send = useRef(
    oneAtATime(async (value: number) => {
      try {
        await setConcurrency(run.id, value);
      } catch (error) {
        setWanted(null);
        notify({ tone: "error", title: "The cap was not changed", text: sentence(error) });
      }
    }),
  ).current;
  const choose = (value: number): void => {
    setWanted(value === cap ? null : value);
    send(value);
  };
  // What was wanted has come to be; from here on it may be changed elsewhere.
  useEffect(() => setWanted((value) => (value === cap ? null : value)), [cap]);
  return (
    <div className="flex items-center gap-2 text-xs text-muted tabular-nums">
      <span className="flex items-center gap-1.5 whitespace-nowrap">
        {run.state === "running" && inForce < shown && `${inForce} of`}
        <ExactCap cap={shown} onChoose={choose} />
        at once
      </span>
      <div className="w-32">
        <Slider
          name="Tiles at once"
          value={stopOf(shown)}
          min={0}
          max={CAP_STOPS.length - 1}
          step={1}
          onChange={(stop) => choose(CAP_STOPS[stop] ?? 1)}
          format={(stop) => String(stop === stopOf(shown) ? shown : CAP_STOPS[stop])}
        />
      </div>
    </div>
  );
}

/** The cap as a number to type; taken when the hand leaves it or presses Enter. */
function ExactCap({ cap, onChoose }: { cap: number; onChoose: (cap: number) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const take = (): void => {
    const value = Number(typed);
    setTyped(null);
    if (typed !== null && Number.isInteger(value) && value >= 1 && value !== cap)
      onChoose(Math.min(MOST_AT_ONCE, value));
  };
  return (
    <input
      type="number"
      aria-label="Tiles at once, as a number"
      className="h-7 w-15 rounded-md border border-line bg-raised px-1.5 text-right text-ink"
      min={1}
      max={MOST_AT_ONCE}
      value={typed ?? cap}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
        if (event.key === "Escape") setTyped(null);
      }}
    />
  );
}
