import { OPERATIONS } from "#lib/core/api/open-api.ts";
import { IIIF_OPERATIONS } from "#lib/core/api/operations/iiif-operations.ts";

/** Pages and other addresses beside the API, as patterns. */
const PAGES = [
  "/",
  "/runs",
  "/runs/{runId}",
  "/images/{imageId}",
  "/sign-in",
  "/sign-in/verify",
  "/healthz",
  "/readyz",
  "/metrics",
  "/iiif/3/{identifier}",
  ...IIIF_OPERATIONS.map(({ path }) => `/iiif/3${path}`),
];

const BUILT = "/_next";
const OTHER = "other";

type Node = { fixed: Map<string, Node>; any: Node | null; label: string | null };

function node(): Node {
  return { fixed: new Map(), any: null, label: null };
}

/** The known routes by their segments; made at first use. */
let routes: Node | null = null;

function readRoutes(): Node {
  const root = node();
  for (const pattern of [...OPERATIONS.map(({ path }) => `/api/v1${path}`), ...PAGES]) {
    let at = root;
    for (const segment of segmentsOf(pattern)) {
      if (segment.startsWith("{")) {
        at.any ??= node();
        at = at.any;
      } else {
        const next = at.fixed.get(segment) ?? node();
        at.fixed.set(segment, next);
        at = next;
      }
    }
    at.label = pattern;
  }
  return root;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/** The route that a request's path belongs to, as it is written in the API's description: few, whatever is asked for. */
export function routeLabel(pathname: string): string {
  const segments = segmentsOf(pathname);
  if (segments[0] === "_next") return BUILT;
  routes ??= readRoutes();
  return find(routes, segments, 0) ?? OTHER;
}

function find(at: Node, segments: readonly string[], depth: number): string | null {
  const segment = segments[depth];
  if (segment === undefined) return at.label;
  const fixed = at.fixed.get(segment);
  return (fixed && find(fixed, segments, depth + 1)) ?? (at.any && find(at.any, segments, depth + 1)) ?? null;
}
