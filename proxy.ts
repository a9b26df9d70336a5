import { timingSafeEqual } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";

/**
 * The workflow's endpoints take whatever is posted to them, so they are closed to everyone but this process: its queue delivers
 * with a secret made at start, and any other caller is told that there is nothing here.
 */
export function proxy(request: NextRequest): NextResponse {
  const secret = process.env["TESSERA_LOOP_SECRET"];
  const expected = secret ? `Basic ${Buffer.from(`loop:${secret}`).toString("base64")}` : null;
  const given = request.headers.get("authorization");
  if (expected !== null && given !== null && equal(given, expected)) return NextResponse.next();
  return new NextResponse(null, { status: 404 });
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export const config = { matcher: "/.well-known/workflow/:path*" };
