import type { Readable } from "node:stream";

/** What a store knows of one blob. */
export type BlobInfo = { key: string; bytes: number };

/**
 * The blob store: originals, pyramids, thumbnails, exports. Keys are relative, `/`-separated, of `[A-Za-z0-9._/-]`.
 * Writing is atomic: a reader sees the whole blob or none, also after a crash or a full disk.
 */
export interface BlobStore {
  /** Blobs are local files: reading a part of one as a file costs nothing. Of others only the ranges that are wanted should be read. */
  readonly local: boolean;
  /** Streams `source` to `key`, hashing on the way. Throws `too-large` past `maxBytes`, `storage-failed` where the disk refuses. */
  put(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options?: { signal?: AbortSignal; maxBytes?: number },
  ): Promise<{ bytes: number; sha256: string }>;
  /**
   * Streams `source` to a temporary place, then moves it where `name(sha256)` says; a blob that is there already stays.
   * For content-addressed uploads whose hash is known only at the end.
   */
  putByHash(
    source: AsyncIterable<Uint8Array>,
    name: (sha256: string) => string,
    options?: { signal?: AbortSignal; maxBytes?: number },
  ): Promise<{ key: string; bytes: number; sha256: string }>;
  /** Streams the blob, or bytes `start`…`end` (inclusive) of it. */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** Exactly `length` bytes at `offset`, fewer at the end of the blob. */
  readRange(key: string, offset: number, length: number): Promise<Buffer>;
  stat(key: string): Promise<BlobInfo | null>;
  /** Removes the blob; no error where there is none. */
  delete(key: string): Promise<void>;
  list(prefix: string): AsyncIterable<BlobInfo>;
  /** A local file with the blob's bytes to read from (a file: store's own file; others download to a cache). */
  localPath(key: string): Promise<string>;
  /**
   * Makes a finished local file the blob `key`; it is gone from `path` then. A blob of that size is there already: it stays, for
   * content-addressed keys. Costs no copy where both are on one disk.
   */
  adopt(path: string, key: string): Promise<void>;
  /** A writable temporary file path in the store's scratch space, and the atomic step that makes it the blob `key`. */
  scratchFile(): Promise<{ path: string; commit(key: string): Promise<void>; discard(): Promise<void> }>;
}

/** A blob store with what its janitor does. */
export type ManagedStore = BlobStore & {
  /** Removes what crashes left in the scratch space, if older than that. Returns how many files. */
  cleanScratch(olderThanMs: number): Promise<number>;
};
