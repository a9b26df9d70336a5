import type { Image } from "#lib/core/detection/image.ts";
import { subscribe } from "#lib/server/events/hub.ts";
import { readImage } from "#lib/server/images/read-image.ts";

/** Waits until an image is ready, blocked or failed, told by its events; shows progress on a terminal. */
export async function followImage(id: string): Promise<Image> {
  let wake: () => void = () => undefined;
  const { unsubscribe } = await subscribe((rows) => {
    if (rows.some((row) => row.imageId === id)) wake();
  });
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const image = await readImage(id);
      if (process.stderr.isTTY) process.stderr.write(`\r${image.name}: ${image.state} ${percent(image.progress)} `);
      if (image.state !== "ingesting" && image.state !== "uploading") return image;
      await changed;
    }
  } finally {
    unsubscribe();
    if (process.stderr.isTTY) process.stderr.write("\n");
  }
}

function percent(progress: number | null): string {
  return progress === null ? "" : `${Math.round(progress * 100)} %`;
}
