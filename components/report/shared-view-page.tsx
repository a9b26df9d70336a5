import type { SharedView } from "#lib/core/report/shared-view.ts";
import { formatUtc } from "#lib/core/report/words.ts";
import { DrawingView } from "./drawing-view.tsx";
import { Named } from "./named.tsx";

/** One view of a picture, as somebody shared it: nothing else of the picture is there. */
export function SharedViewPage({ name, expiresAt, picture, width, height, marks, legend }: SharedView) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-[90rem] flex-col gap-3 px-5 py-5">
      {/* Head and legend are as wide as the picture, which fills the height of the screen at most. */}
      <div className="mx-auto flex w-full flex-col gap-3" style={{ maxWidth: `calc(80dvh * ${width / height})` }}>
        <header className="flex flex-wrap items-baseline justify-between gap-x-6">
          <h1 className="text-xl font-semibold tracking-tight">{name}</h1>
          <p className="text-sm text-muted">Shared until {formatUtc(expiresAt)}</p>
        </header>
        <div
          className="relative w-full overflow-hidden rounded-md bg-stage"
          style={{ aspectRatio: `${width} / ${height}` }}
        >
          {/* biome-ignore lint/performance/noImgElement: a data address is not to be optimised */}
          {picture && <img src={picture} alt={name} className="absolute inset-0 size-full" />}
          <DrawingView drawing={marks} overlay />
        </div>
        <ul className="flex flex-wrap gap-x-5 text-sm">
          {legend.map((each) => (
            <li key={each.text}>
              <Named {...each} />
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}
