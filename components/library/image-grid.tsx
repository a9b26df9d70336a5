"use client";

import type { Viewer } from "../shell/header.tsx";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { rowsOf, Skeleton } from "../ui/skeleton.tsx";
import { ImageCard } from "./image-card.tsx";
import type { Library } from "./library.ts";

const GRID = "grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-4";

/** The pictures as cards; while they are read, their places. */
export function ImageGrid({ library, viewer }: { library: Library; viewer: Viewer }) {
  const value = useStore(library.store, (each) => each);
  if (value.state === "loading") {
    return <Skeleton label="Reading the library" className={GRID} blocks={rowsOf(6, "h-64")} />;
  }
  if (value.state === "failed") {
    return (
      <div role="alert" className="rounded-lg border border-line bg-panel p-6">
        <p className="font-medium text-bad">The library could not be read</p>
        <p className="mt-1 mb-3 text-muted">{value.error}</p>
        <Button onClick={() => void library.reload()}>Try again</Button>
      </div>
    );
  }
  if (value.images.length === 0) {
    return (
      <p className="py-10 text-center text-muted">
        {value.search === ""
          ? "No picture is in this collection yet. What is added while it is chosen goes here, and a picture's menu moves it here."
          : `No picture's name holds “${value.search}”.`}
      </p>
    );
  }
  return (
    <>
      <ul className={GRID}>
        {value.images.map((image) => (
          <li key={image.id}>
            <ImageCard image={image} run={value.lastRuns.get(image.id) ?? null} viewer={viewer} library={library} />
          </li>
        ))}
      </ul>
      {value.nextCursor !== null && (
        <div className="mt-6 flex justify-center">
          <Button onClick={() => void library.more()}>Show more</Button>
        </div>
      )}
    </>
  );
}
