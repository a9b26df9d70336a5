/** Work that is wished for often and done once for all wishes of a while: `RELOAD_MS` after the first of them. */
export type Soon = { wish(): void; stop(): void };

/** Events that have a list read anew often come together. */
const RELOAD_MS = 300;

/** Makes such work of reading a list anew. */
export function reloadSoon(reload: () => Promise<void>): Soon {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    wish() {
      timer ??= setTimeout(() => {
        timer = null;
        void reload();
      }, RELOAD_MS);
    },
    stop() {
      if (timer) clearTimeout(timer);
    },
  };
}
