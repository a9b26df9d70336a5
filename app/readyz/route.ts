import { checkReadiness } from "#lib/server/health/readiness.ts";

/** Ready for work, or what is missing. Open to all. */
export async function GET(): Promise<Response> {
  const readiness = await checkReadiness();
  const ready = Object.values(readiness).every(Boolean);
  return Response.json(
    { ready, ...readiness },
    { status: ready ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}
