import { createHash } from "node:crypto";
import { z } from "zod";
import { IIIF_CONTEXT, IIIF_PROFILE, imageInformation } from "#lib/core/iiif/image-information.ts";
import { IIIF_FORMATS, type ImageRequest, parseImageRequest } from "#lib/core/iiif/image-request.ts";
import { VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import type { Pyramid } from "#lib/imaging/pyramid/open.ts";
import { formatOf, renderPicture } from "#lib/imaging/rendering/render-picture.ts";
import type { StoredTile } from "#lib/imaging/types.ts";
import { parseParams } from "../access/parse-request.ts";
import { answerWithPicture, type Picture, type PictureAnswer, type PictureRequest } from "./picture.ts";
import { publicOrigin } from "./public-origin.ts";
import { shownPyramid } from "./shown-image.ts";

const LD_JSON = `application/ld+json;profile="${IIIF_CONTEXT}"`;

/** What a caller may see: an image, with or without its findings. */
export type Admitted = { imageId: string; findings: boolean };

/**
 * Which page of which image an address names, and the identifier as it is written there; `name` is its part for the image, `findings`
 * whether the caller may see these too.
 */
export type Named = { imageId: string; page: number; identifier: string; name: string; findings: boolean };

const named = z.object({
  imageId: z.uuid(),
  page: z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number),
});

/**
 * Splits an identifier, `IMAGE` or `IMAGE~PAGE` with pages from 0; what stands for the image may be a link's token. Throws `not-found`
 * for one that names nothing.
 */
export async function readIdentifier(identifier: string, imageOf: (name: string) => Promise<Admitted>): Promise<Named> {
  const [name = "", page = "0", ...rest] = identifier.split("~");
  const { imageId, findings } = rest.length > 0 ? { imageId: "", findings: false } : await imageOf(name);
  return { ...parseParams(named, { imageId, page }), identifier, name, findings };
}

function addressOf(request: PictureRequest, { identifier }: Named): string {
  return `${publicOrigin(request.headers)}/iiif/3/${identifier}`;
}

/** The base address leads to the information document. */
export async function redirectToInformation(request: PictureRequest, name: Named): Promise<PictureAnswer> {
  await shownPyramid(name.imageId, name.page);
  const headers = { location: `${addressOf(request, name)}/info.json`, "cache-control": "no-store" };
  return { status: 303, headers, body: null };
}

/** `info.json`, as JSON-LD unless the caller asks for JSON alone or is a browser that shows it. */
export async function answerInformation(request: PictureRequest, name: Named): Promise<PictureAnswer> {
  const { reader, mediaType } = await shownPyramid(name.imageId, name.page);
  const { width, height } = reader;
  const information = imageInformation({
    id: addressOf(request, name),
    width,
    height,
    tileFormat: formatOf(mediaType),
  });
  const body = Buffer.from(JSON.stringify(information));
  const contentType = wantsPlainJson(request.headers.get("accept")) ? "application/json" : LD_JSON;
  const document: Picture = {
    mediaType: contentType,
    etag: `"${createHash("sha256").update(contentType).update(body).digest("base64url").slice(0, 22)}"`,
    byteLength: body.byteLength,
    read: async () => body,
  };
  const answer = await answerWithPicture(request, document);
  // Asked for anew each time: it holds the address by which it was asked for, and says that the image is still there.
  const headers = { ...answer.headers, "cache-control": "private, no-cache", vary: "accept" };
  return { ...answer, headers };
}

function wantsPlainJson(accept: string | null): boolean {
  if (accept === null || /\bapplication\/ld\+json\b/i.test(accept)) return false;
  return /\bapplication\/json\b|\btext\/html\b/i.test(accept);
}

/** A picture: a tile of the pyramid as it is stored, where the request is one's, and else rendered. */
export async function answerImage(
  request: PictureRequest,
  name: Named,
  parts: { region: string; size: string; rotation: string; file: string },
): Promise<PictureAnswer> {
  const pyramid = await shownPyramid(name.imageId, name.page);
  const wanted = parseImageRequest(pyramid.reader, parts);
  const picture = storedTile(pyramid, wanted) ?? renderedPicture(pyramid, wanted, request);
  const answer = await answerWithPicture(request, picture);
  const canonical = `<${addressOf(request, name)}/${wanted.canonical}>;rel="canonical"`;
  return { ...answer, headers: { ...answer.headers, link: `${canonical}, <${IIIF_PROFILE}>;rel="profile"` } };
}

/** The tile of the pyramid that shows just what is asked for, in the format that it is stored in; null where there is none. */
function storedTile(pyramid: Pyramid, wanted: ImageRequest): StoredTile | null {
  const { region, size, quality, format, mirrored, degrees } = wanted;
  if (mirrored || degrees !== 0 || IIIF_FORMATS[format] !== pyramid.mediaType) return null;
  if (quality !== "default" && quality !== "color") return null;
  const { width, height, levels } = pyramid.reader;
  for (let level = 0; level < levels; level += 1) {
    const factor = 2 ** level;
    const side = VIEWER_TILE * factor;
    const isTile =
      region.x % side === 0 &&
      region.y % side === 0 &&
      region.width === Math.min(side, width - region.x) &&
      region.height === Math.min(side, height - region.y) &&
      size.width === Math.ceil(region.width / factor) &&
      size.height === Math.ceil(region.height / factor);
    if (isTile) return pyramid.tile(level, region.x / side, region.y / side);
  }
  return null;
}

/** A picture that is made when it is read. */
export function renderedPicture(pyramid: Pyramid, wanted: ImageRequest, request: PictureRequest): Picture {
  const name = createHash("sha256").update(wanted.canonical).digest("base64url").slice(0, 22);
  return {
    mediaType: IIIF_FORMATS[wanted.format],
    etag: `"${pyramid.fingerprint}-${name}"`,
    byteLength: null,
    read: () => renderPicture(pyramid.reader, wanted, request.signal),
  };
}
