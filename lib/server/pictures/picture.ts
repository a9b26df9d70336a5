/** What is asked for, however it came in: `path` as it stands in the request, without the query. */
export type PictureRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Pick<Headers, "get">;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};

export type PictureAnswer = {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string | null;
};

/** An encoded picture. What stands here is known without reading it; `etag` is strong and in quotes. */
export type Picture = {
  mediaType: string;
  etag: string;
  /** Null where it is known only by making it. */
  byteLength: number | null;
  read(): Promise<Uint8Array>;
};

/** Kept by the browser for good, and by nobody in between, as access is checked: a picture never changes at its address. */
const KEPT = "private, max-age=31536000, immutable";

/** Answers with a picture; 304 where the caller has it already, and nothing is read for that or for HEAD. */
export async function answerWithPicture(request: PictureRequest, picture: Picture): Promise<PictureAnswer> {
  const headers: Record<string, string> = { etag: picture.etag, "cache-control": KEPT };
  if (isKnown(request.headers.get("if-none-match"), picture.etag)) return { status: 304, headers, body: null };
  headers["content-type"] = picture.mediaType;
  if (request.method === "HEAD") {
    if (picture.byteLength !== null) headers["content-length"] = String(picture.byteLength);
    return { status: 200, headers, body: null };
  }
  const body = await picture.read();
  headers["content-length"] = String(body.byteLength);
  return { status: 200, headers, body };
}

function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const known = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return known.includes(etag) || known.includes("*");
}
