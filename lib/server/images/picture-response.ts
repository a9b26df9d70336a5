/** An encoded picture with a strong `etag`, in quotes. */
export type Picture = { bytes: Uint8Array; mediaType: string; etag: string };

/**
 * Answers with a picture that never changes at its address: kept by the browser (and by nobody in between, as access is
 * checked), 304 where it has it already.
 */
export function pictureResponse(request: Request, picture: Picture): Response {
  const headers = { etag: picture.etag, "cache-control": "private, max-age=31536000, immutable" };
  const known = request.headers
    .get("if-none-match")
    ?.split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known?.includes(picture.etag) || known?.includes("*")) return new Response(null, { status: 304, headers });
  return new Response(new Uint8Array(picture.bytes), {
    headers: { ...headers, "content-type": picture.mediaType, "content-length": String(picture.bytes.byteLength) },
  });
}
