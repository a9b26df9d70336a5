import { withAccess } from "#lib/server/access/with-access.ts";
import { readSamples } from "#lib/server/images/samples.ts";

/** The bundled pictures, with their sources. */
export const GET = withAccess("viewer", {}, async () => ({ items: await readSamples(), nextCursor: null }));
