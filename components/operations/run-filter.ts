import { RUN_SORTS, RUN_STATES, type RunSort, type RunState } from "#lib/core/detection/run.ts";

/** Which runs the overview shows, and in which order. Null: no matter. */
export type RunFilter = {
  state: RunState | null;
  /** Part of the picture's name. */
  q: string;
  collection: string | null;
  sort: RunSort;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the filter from an address' query; what it does not know, it leaves out. */
export function readFilter(search: string): RunFilter {
  const asked = new URLSearchParams(search);
  return {
    state: RUN_STATES.find((state) => state === asked.get("state")) ?? null,
    q: asked.get("q") ?? "",
    collection: UUID.test(asked.get("collection") ?? "") ? asked.get("collection") : null,
    sort: RUN_SORTS.find((sort) => sort === asked.get("sort")) ?? "newest",
  };
}

/** Writes it as a query, empty where everything is shown in the usual order. */
export function writeFilter({ state, q, collection, sort }: RunFilter): string {
  const asked = new URLSearchParams();
  if (state !== null) asked.set("state", state);
  if (q !== "") asked.set("q", q);
  if (collection !== null) asked.set("collection", collection);
  if (sort !== "newest") asked.set("sort", sort);
  const text = asked.toString();
  return text === "" ? "" : `?${text}`;
}
