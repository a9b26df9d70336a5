"use client";

import { X } from "lucide-react";
import { type Band, firstShown, type ShownBand } from "#lib/core/display/shown-bands.ts";
import { Button } from "../../ui/button.tsx";
import { INPUT } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Slider } from "../../ui/slider.tsx";
import { useWorkspace, useWorkspaceState } from "../../workspace/context.tsx";
import { BandRow } from "./band-row.tsx";
import { bandIn, changeBand, FIRST_LOOK, type Look, PRIMARIES, putInPrimary } from "./look.ts";
import { TONE_RANGES, type Tone } from "./tone.ts";
import { useBands } from "./use-bands.ts";

/** How the picture is looked at: its bands or channels, and how it is lit. */
export function ColourPanel() {
  const { workspace } = useWorkspace();
  const bands = useBands();
  const look = useWorkspaceState((state) => state.look);
  const setLook = (change: Partial<Look>): void =>
    workspace.state.update((state) => ({ ...state, look: { ...state.look, ...change } }));
  return (
    <section
      aria-label="Colours"
      className="scroll-quiet absolute top-3 right-3 z-10 flex max-h-[calc(100%-1.5rem)] w-72 flex-col gap-3 overflow-y-auto rounded-lg border border-line bg-panel p-3 text-ink shadow-float"
    >
      <header className="flex items-center justify-between">
        <h2 className="text-sm font-semibold">Colours</h2>
        <IconButton
          name="Close"
          icon={<X size={14} />}
          onClick={() => workspace.state.update((state) => ({ ...state, colours: false }))}
        />
      </header>
      {bands && bands.length > 0 && (
        <Bands bands={bands} shown={look.shown ?? firstShown(bands)} onChange={(shown) => setLook({ shown })} />
      )}
      <ToneControls tone={look.tone} onChange={(tone) => setLook({ tone })} />
      <Button onClick={() => setLook(FIRST_LOOK)}>As at first</Button>
    </section>
  );
}

const nameOf = (band: Band, index: number): string => band.name ?? `Band ${index + 1}`;

function Bands(props: { bands: readonly Band[]; shown: readonly ShownBand[]; onChange: (shown: ShownBand[]) => void }) {
  const { bands, shown, onChange } = props;
  // A look without any band cannot be asked for: the last one stays.
  const change = (next: ShownBand[]): void => (next.length > 0 ? onChange(next) : undefined);
  return (
    <>
      {bands.length > 2 && <Primaries {...props} onChange={change} />}
      <ul className="flex flex-col gap-2.5">
        {bands.map((band, index) => (
          <BandRow
            // biome-ignore lint/suspicious/noArrayIndexKey: bands are known by their place
            key={index}
            band={band}
            name={nameOf(band, index)}
            shown={shown.find((each) => each.band === index) ?? null}
            choosable={bands.length > 1}
            onChange={(changed) => change(changeBand(shown, index, changed))}
          />
        ))}
      </ul>
    </>
  );
}

/** Which band is red, green and blue. */
function Primaries({ bands, shown, onChange }: Parameters<typeof Bands>[0]) {
  return (
    <div className="grid grid-cols-3 gap-1.5">
      {PRIMARIES.map(({ name, colour }) => (
        <label key={name} className="flex flex-col gap-0.5 text-xs">
          {name}
          <select
            className={INPUT}
            value={bandIn(shown, colour) ?? ""}
            onChange={(event) => {
              const index = Number(event.target.value);
              const band = event.target.value === "" ? undefined : bands[index];
              const range = shown.find((each) => each.band === index) ?? band;
              const chosen = range ? { band: index, low: range.low, high: range.high } : null;
              onChange(putInPrimary(shown, colour, chosen));
            }}
          >
            <option value="">–</option>
            {bands.map((band, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: bands are known by their place
              <option key={index} value={index}>
                {nameOf(band, index)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

const TONES: readonly { of: keyof Tone; name: string }[] = [
  { of: "brightness", name: "Brightness" },
  { of: "contrast", name: "Contrast" },
  { of: "gamma", name: "Gamma" },
];

function ToneControls({ tone, onChange }: { tone: Tone; onChange: (tone: Tone) => void }) {
  return (
    <ul className="flex flex-col gap-1">
      {TONES.map(({ of, name }) => (
        <li key={of} className="grid grid-cols-[5.5rem_1fr_2.5rem] items-center gap-2 text-xs">
          <span>{name}</span>
          <Slider
            name={name}
            value={tone[of]}
            {...TONE_RANGES[of]}
            onChange={(value) => onChange({ ...tone, [of]: Number(value.toFixed(2)) })}
          />
          <span className="text-right text-muted tabular-nums">{tone[of].toFixed(2)}</span>
        </li>
      ))}
    </ul>
  );
}
