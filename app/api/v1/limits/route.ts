import { withAccess } from "#lib/server/access/with-access.ts";
import { readModelLimits } from "#lib/server/limits/model-limits.ts";

export const GET = withAccess("viewer", {}, async () => ({ items: await readModelLimits(), nextCursor: null }));
