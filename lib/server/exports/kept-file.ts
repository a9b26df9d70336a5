/** A file is kept this long after it is written, and a wish for one as long after it was made. */
export const KEEP_SECONDS = 7 * 86_400;

/** The blob of an export. */
export const exportBlob = (id: string): string => `${EXPORT_BLOBS}${id}`;

/** What the blobs of all exports begin with. */
export const EXPORT_BLOBS = "exports/";
