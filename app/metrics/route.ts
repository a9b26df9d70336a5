import { withAccess } from "#lib/server/access/with-access.ts";
import { prometheusText } from "#lib/server/metrics/prometheus.ts";

export const GET = withAccess("viewer", {}, async () => {
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };
  return new Response(prometheusText(), { headers });
});
