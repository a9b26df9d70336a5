import { processWide } from "#lib/process-wide.ts";
import type { TileModel } from "./types.ts";

type Opener = (id: string) => TileModel;

function added(): Map<string, Opener> {
  return processWide("models.added", () => new Map<string, Opener>());
}

/** Adds a provider of tile models, for programs that start the server in their own process: `open` gets ids that read `name:…`. */
export function addTileProvider(name: string, open: Opener): void {
  added().set(name, open);
}

/** The provider that was added under this name, if any. */
export function addedTileProvider(name: string): Opener | undefined {
  return added().get(name);
}
