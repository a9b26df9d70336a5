import { TesseraError } from "#lib/core/errors.ts";
import type { S3Address } from "./s3-address.ts";

/**
 * The client's library and a client of an address, loaded when they are first wanted: an installation that keeps its blobs in a folder
 * pays nothing for them. Credentials come from where the AWS tools look for them (`AWS_ACCESS_KEY_ID`, … or the machine's role).
 */
export async function openS3({ endpoint, region }: S3Address) {
  const [sdk, { Upload }] = await Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/lib-storage")]);
  const client = new sdk.S3Client({
    region,
    // Servers of one's own rarely have a name for each bucket, nor the checksums that AWS added lately.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { sdk, client, Upload };
}

/** What an S3 server refused, as an error of ours. `doing` completes "could not …". */
export function s3Error(error: unknown, doing: string): TesseraError {
  if (error instanceof TesseraError) return error;
  const status = statusOf(error);
  const why = error instanceof Error ? (status === null ? error.message : `${error.name} (${status})`) : String(error);
  return new TesseraError("storage-failed", `could not ${doing}: ${why}`, {
    remedy:
      status === 403 || status === 401
        ? "check the keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) and what they may do in the bucket"
        : "check that the S3 server of TESSERA_STORAGE_URL answers and has the bucket",
    cause: error,
  });
}

/** HTTP status of a refusal; null where there was no answer. */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("$metadata" in error)) return null;
  const { $metadata: metadata } = error;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return null;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null;
}
