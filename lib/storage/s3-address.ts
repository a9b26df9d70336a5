import { z } from "zod";

/** Where an S3 store is. `prefix` is empty or ends in `/`; `endpoint` is absent for AWS itself. */
export type S3Address = { bucket: string; prefix: string; endpoint: string | undefined; region: string };

const schema = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z
    .string()
    .regex(/^[\w-]+$/)
    .default("us-east-1"),
});

/** Reads `s3://BUCKET/PREFIX?endpoint=URL&region=REGION`; null where it is not one. Keys never stand in it. */
export function parseS3Address(url: string): S3Address | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, pathname, searchParams, username, password } = new URL(url);
  const options = schema.safeParse(Object.fromEntries(searchParams));
  if (protocol !== "s3:" || hostname === "" || !options.success || username !== "" || password !== "") return null;
  const path = pathname.replace(/^\/+|\/+$/g, "");
  return { bucket: hostname, prefix: path === "" ? "" : `${path}/`, ...options.data, endpoint: options.data.endpoint };
}
