import type { Image } from "#lib/core/detection/image.ts";
import { sentence } from "../api/http.ts";
import { uploadImage } from "../api/upload.ts";
import { createStore } from "../state/store.ts";

/** One file on its way. `bytesPerSecond` is its average so far. */
export type Upload = {
  key: string;
  file: File;
  state: "waiting" | "sending" | "storing" | "done" | "refused" | "cancelled";
  sentBytes: number;
  bytesPerSecond: number | null;
  error: string | null;
  imageId: string | null;
};

/** Files sent at the same time. More would only share the same line. */
const AT_ONCE = 2;

/** The uploads of a library page; they end with the page. */
export type Uploads = ReturnType<typeof createUploads>;

/** Makes the list of uploads. `onStored` is told each image that arrived. */
export function createUploads(onStored: (image: Image) => void) {
  const store = createStore<readonly Upload[]>([]);
  const controllers = new Map<string, AbortController>();

  function change(key: string, fields: Partial<Upload>): void {
    store.update((uploads) => uploads.map((each) => (each.key === key ? { ...each, ...fields } : each)));
  }

  async function send(upload: Upload): Promise<void> {
    const controller = new AbortController();
    controllers.set(upload.key, controller);
    const startedMs = performance.now();
    change(upload.key, { state: "sending", sentBytes: 0, error: null });
    try {
      const image = await uploadImage(
        upload.file,
        (sentBytes) => {
          const seconds = (performance.now() - startedMs) / 1000;
          change(upload.key, {
            sentBytes,
            bytesPerSecond: seconds > 0.3 ? sentBytes / seconds : null,
            state: sentBytes >= upload.file.size ? "storing" : "sending",
          });
        },
        controller.signal,
      );
      change(upload.key, { state: "done", sentBytes: upload.file.size, imageId: image.id });
      onStored(image);
    } catch (error) {
      if (controller.signal.aborted) change(upload.key, { state: "cancelled" });
      else change(upload.key, { state: "refused", error: sentence(error) });
    } finally {
      controllers.delete(upload.key);
      next();
    }
  }

  function next(): void {
    const uploads = store.get();
    const busy = uploads.filter((each) => each.state === "sending" || each.state === "storing").length;
    for (const upload of uploads.filter((each) => each.state === "waiting").slice(0, Math.max(0, AT_ONCE - busy))) {
      void send(upload);
    }
  }

  return {
    store,
    add(files: readonly File[]): void {
      const added = files.map(
        (file): Upload => ({
          key: crypto.randomUUID(),
          file,
          state: "waiting",
          sentBytes: 0,
          bytesPerSecond: null,
          error: null,
          imageId: null,
        }),
      );
      store.update((uploads) => [...uploads, ...added]);
      next();
    },
    cancel(key: string): void {
      const controller = controllers.get(key);
      if (controller) controller.abort();
      else change(key, { state: "cancelled" });
    },
    retry(key: string): void {
      change(key, { state: "waiting", error: null, sentBytes: 0 });
      next();
    },
    dismiss: (key: string): void => store.update((uploads) => uploads.filter((each) => each.key !== key)),
    cancelAll: (): void => {
      for (const controller of controllers.values()) controller.abort();
    },
  };
}
