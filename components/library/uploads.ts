import type { Upload as ServerUpload } from "#lib/core/api/uploads.ts";
import { ApiProblem, sentence } from "../api/http.ts";
import { createTransfer, endUpload, listUnfinishedUploads, readOutcome, type Transfer } from "../api/uploads.ts";
import { createStore } from "../state/store.ts";
import { hashFile } from "./hash-file.ts";
import { holdUpload, isHeldElsewhere } from "./upload-holds.ts";

/**
 * `waiting`: for its turn. `sending`, `checking`: as it says. `paused`: by the person, or by a refusal that can be mended
 * (`error`). `interrupted`: begun before this page was loaded, and the page no longer has the file. `refused`: it will not be taken.
 */
type UploadState = "waiting" | "sending" | "paused" | "checking" | "done" | "interrupted" | "refused";

/** One file on its way. `bytesPerSecond` is its average since it went on; `trouble` is why it stands still at the moment. */
export type Upload = {
  key: string;
  name: string;
  bytes: number;
  state: UploadState;
  sentBytes: number;
  bytesPerSecond: number | null;
  trouble: string | null;
  error: string | null;
  imageId: string | null;
};

/** Files sent at the same time. More would only share the same line. */
const AT_ONCE = 3;

type Work = {
  file: File | null;
  lastModified: number | null;
  /** Name of the collection that it goes to; null: the one that always is. */
  collection: string | null;
  /** The server's id, once it knows the upload. */
  id: string | null;
  transfer: Transfer | null;
  leave: AbortController;
};

/** Files on their way from this tab. They go on while the person looks at other pages of it. */
export type Uploads = ReturnType<typeof createUploads>;

let shared: Uploads | null = null;

/** The uploads of this tab. */
export function sharedUploads(): Uploads {
  shared ??= createUploads();
  return shared;
}

function createUploads() {
  const store = createStore<readonly Upload[]>([]);
  const works = new Map<string, Work>();

  const find = (key: string): Upload | undefined => store.get().find((each) => each.key === key);
  function change(key: string, fields: Partial<Upload>): void {
    store.update((uploads) => uploads.map((each) => (each.key === key ? { ...each, ...fields } : each)));
  }

  function put(work: Work, fields: Pick<Upload, "name" | "bytes" | "sentBytes" | "state">): string {
    const key = crypto.randomUUID();
    works.set(key, work);
    const none = { bytesPerSecond: null, trouble: null, error: null, imageId: null };
    store.update((uploads) => [...uploads, { key, ...fields, ...none }]);
    return key;
  }

  function begin(key: string, work: Work, file: File): void {
    work.leave = new AbortController();
    const { signal } = work.leave;
    const digest = hashFile(file, signal);
    // A file that can no longer be read need not be sent either.
    digest.catch((error: unknown) => {
      if (signal.aborted) return;
      void work.transfer?.pause();
      fail(key, work, error);
    });
    let from: { bytes: number; ms: number } | null = null;
    work.transfer = createTransfer(file, { uploadId: work.id, collection: work.collection }, digest, {
      onBegun(id) {
        work.id = id;
        holdUpload(id, signal);
      },
      onProgress(sentBytes) {
        from ??= { bytes: sentBytes, ms: performance.now() };
        const seconds = (performance.now() - from.ms) / 1000;
        const bytesPerSecond = seconds > 0.3 ? (sentBytes - from.bytes) / seconds : null;
        change(key, {
          sentBytes,
          bytesPerSecond,
          trouble: null,
          state: sentBytes >= file.size ? "checking" : "sending",
        });
      },
      onWaiting(reason) {
        from = null;
        change(key, { trouble: reason, bytesPerSecond: null, state: "sending" });
      },
      onArrived: () => void finish(key, work),
      onFailed: (error) => fail(key, work, error),
    });
    change(key, { state: "sending", error: null, trouble: null });
    work.transfer.start();
  }

  async function finish(key: string, work: Work): Promise<void> {
    change(key, { state: "checking", sentBytes: find(key)?.bytes ?? 0, trouble: null });
    try {
      const { state, imageId, refusal } = await readOutcome(work.id ?? "", work.leave.signal);
      if (state === "stored") change(key, { state: "done", imageId });
      else change(key, { state: "refused", error: refusal?.message ?? "The server did not take it." });
      work.leave.abort();
    } catch (error) {
      fail(key, work, error);
    }
    next();
  }

  function fail(key: string, work: Work, error: unknown): void {
    if (work.leave.signal.aborted) return;
    work.leave.abort();
    // Refused for good is what the file itself is refused for; all else may be mended, and what has come is kept.
    const final = error instanceof ApiProblem && [409, 413, 422].includes(error.status);
    const text = error instanceof Error && !(error instanceof ApiProblem) ? error.message : sentence(error);
    change(key, { state: final ? "refused" : "paused", error: text, trouble: null, bytesPerSecond: null });
    next();
  }

  function next(): void {
    const busy = store.get().filter(({ state }) => state === "sending" || state === "checking").length;
    const waiting = store.get().filter(({ state }) => state === "waiting");
    for (const { key } of waiting.slice(0, Math.max(0, AT_ONCE - busy))) {
      const work = works.get(key);
      if (work?.file) begin(key, work, work.file);
    }
  }

  /** The interrupted upload that a file is, as far as its name, size and date tell. */
  function interruptedOf(file: File): string | null {
    for (const { key, name, bytes, state } of store.get()) {
      const work = works.get(key);
      if (state !== "interrupted" || !work || name !== file.name || bytes !== file.size) continue;
      if (work.lastModified === null || work.lastModified === file.lastModified) return key;
    }
    return null;
  }

  function putInterrupted(found: readonly ServerUpload[]): void {
    const known = new Set([...works.values()].map(({ id }) => id));
    for (const { id, name, bytes, offset, lastModified, collection, state } of found) {
      if (known.has(id)) continue;
      const work = { file: null, lastModified, collection, id, transfer: null, leave: new AbortController() };
      const key = put(work, {
        name,
        bytes,
        sentBytes: offset,
        state: state === "checking" ? "checking" : "interrupted",
      });
      if (state === "checking") void finish(key, work);
    }
  }

  return {
    store,
    /** Sends files, to the collection of that name; null: to the one that always is. */
    add(files: readonly File[], collection: string | null): void {
      for (const file of files) {
        const key = interruptedOf(file);
        const work = key && works.get(key);
        if (work) {
          work.file = file;
          change(key, { state: "waiting" });
        } else {
          const { name, size: bytes, lastModified } = file;
          const fresh = { file, lastModified, collection, id: null, transfer: null, leave: new AbortController() };
          put(fresh, { name, bytes, sentBytes: 0, state: "waiting" });
        }
      }
      next();
    },
    /** Goes on with an interrupted upload by the file that the person chose for it; says why where it is another. */
    goOnWith(key: string, file: File): void {
      const upload = find(key);
      const work = works.get(key);
      if (!upload || !work) return;
      const another = file.name !== upload.name || file.size !== upload.bytes;
      if (another || (work.lastModified !== null && work.lastModified !== file.lastModified)) {
        const why = another ? "That is another file" : "The file was changed since the upload began";
        change(key, { error: `${why}. Choose the one that was being sent, or cancel this and add it anew.` });
        return;
      }
      work.file = file;
      change(key, { state: "waiting", error: null });
      next();
    },
    pause(key: string): void {
      const work = works.get(key);
      work?.leave.abort();
      void work?.transfer?.pause();
      change(key, { state: "paused", trouble: null, bytesPerSecond: null });
      next();
    },
    /** Goes on after a pause, or tries again what was refused. */
    resume(key: string): void {
      const work = works.get(key);
      if (!work) return;
      if (find(key)?.state === "refused") work.id = null;
      change(key, { state: "waiting", error: null });
      next();
    },
    /** Ends it: what had come of it is removed from the server. */
    async cancel(key: string): Promise<void> {
      const work = works.get(key);
      const id = work?.id;
      work?.leave.abort();
      await work?.transfer?.pause();
      works.delete(key);
      store.update((uploads) => uploads.filter((each) => each.key !== key));
      next();
      // A server that is away removes it by itself when nothing is heard of it.
      if (id) await endUpload(id).catch(() => undefined);
    },
    dismiss(key: string): void {
      works.delete(key);
      store.update((uploads) => uploads.filter((each) => each.key !== key));
    },
    /** Finds what was begun before this page was loaded and no other tab is sending. */
    async findInterrupted(signal: AbortSignal): Promise<void> {
      const found = await listUnfinishedUploads(signal);
      const elsewhere = await Promise.all(found.map(({ id }) => isHeldElsewhere(id)));
      putInterrupted(found.filter((_, at) => elsewhere[at] === false));
    },
  };
}
