"use client";

import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { END_STATES } from "#lib/core/detection/run.ts";
import { formatSeconds } from "#lib/core/quantities.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Slider } from "../ui/slider.tsx";
import type { Operations } from "./operations.ts";

const SPEEDS = [1, 10, 60] as const;

/** The run's life as a slider: the map, the figures and the charts show the time it stands at. At its end it shows what happens now. */
export function ReplayBar({ operations }: { operations: Operations }) {
  const { run, shownAt } = useStore(operations.store, ({ run, shownAt, revision }) => ({ run, shownAt, revision }));
  const [speed, setSpeed] = useState<number>(10);
  const [playing, setPlaying] = useState(false);
  /** Where the hand has the slider, until the page shows it. */
  const [held, setHeld] = useState<number | null>(null);
  const asked = useRef(0);
  const { span } = operations.replay();

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let last = performance.now();
    const play = (now: number): void => {
      const life = operations.replay().span;
      const at = operations.store.get().shownAt;
      const next = (at ?? 0) + (now - last) * speed;
      last = now;
      if (!life || at === null || next >= life.to) {
        setPlaying(false);
        operations.set({ shownAt: null });
        return;
      }
      operations.set({ shownAt: next });
      frame = requestAnimationFrame(play);
    };
    frame = requestAnimationFrame(play);
    return () => cancelAnimationFrame(frame);
  }, [operations, playing, speed]);

  if (!run || !span || span.to <= span.from) return null;
  const over = END_STATES.includes(run.state);
  const seconds = (span.to - span.from) / 1000;
  const shown = held ?? (shownAt === null ? seconds : (shownAt - span.from) / 1000);
  // A hand moves faster than pictures are shown: only where it is by then is gone to.
  const show = (value: number): void => {
    setHeld(value);
    cancelAnimationFrame(asked.current);
    asked.current = requestAnimationFrame(() => {
      setHeld(null);
      operations.set({ shownAt: value >= seconds ? null : span.from + value * 1000 });
    });
  };
  const play = (): void => {
    if (shownAt === null) operations.set({ shownAt: span.from });
    setPlaying(true);
  };
  return (
    <section
      aria-label="Replay"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-panel px-3 py-1.5"
    >
      {playing ? (
        <IconButton name="Hold the replay" icon={<Pause size={16} aria-hidden />} onClick={() => setPlaying(false)} />
      ) : (
        <IconButton name="Replay the run" icon={<Play size={16} aria-hidden />} onClick={play} />
      )}
      <div className="min-w-40 flex-1">
        <Slider
          name="Time shown"
          value={Math.min(shown, seconds)}
          min={0}
          max={seconds}
          step={Math.max(0.01, seconds / 1000)}
          onChange={(value) => {
            setPlaying(false);
            show(value);
          }}
          format={(value) => `${formatSeconds(value)} after the start`}
        />
      </div>
      <span className="text-xs text-muted tabular-nums">
        {shown.toFixed(1)} of {seconds.toFixed(1)} s
      </span>
      <label className="flex items-center gap-1 text-xs text-muted">
        Speed
        <select
          value={speed}
          onChange={(event) => setSpeed(Number(event.target.value))}
          className="h-7 rounded-md border border-line bg-raised px-1 text-ink"
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
      </label>
      <Button small disabled={shownAt === null} onClick={() => operations.set({ shownAt: null })}>
        {over ? "To the end" : "Live"}
      </Button>
    </section>
  );
}
