const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * True where a request that a cookie authenticates may change state: the browser itself says that it comes from one of our own
 * pages. Browsers send `Sec-Fetch-Site` with every request to a trustworthy origin, and `Origin` with every other one that
 * changes state; a request with neither is not from a browser's page of ours.
 */
export function mayChangeState(request: Request): boolean {
  if (SAFE_METHODS.has(request.method)) return true;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = request.headers.get("origin");
  const host = request.headers.get("host") ?? new URL(request.url).host;
  return origin !== null && URL.canParse(origin) && new URL(origin).host === host;
}
