import { TesseraError } from "#lib/core/errors.ts";
import { admit } from "../access/admit.ts";
import { authenticateRecently } from "../access/authenticate.ts";
import { problemResponse } from "../access/problem.ts";
import { imageOfLink } from "../links/image-links.ts";
import { type Admitted, readIdentifier } from "./iiif.ts";
import type { PictureAnswer, PictureRequest } from "./picture.ts";
import { findPictureRoute, type PictureRoute } from "./picture-routes.ts";

const METHODS = "GET, HEAD";

/**
 * Pages of other sites may read what the IIIF Image API answers. No browser sends our cookie along for that, as it is kept to our own
 * site and a wildcard allows none: a page sees what its own token or link lets it see.
 */
const SHARED = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "etag, link",
};
const PREFLIGHT = {
  ...SHARED,
  "access-control-allow-methods": METHODS,
  "access-control-allow-headers": "accept, authorization, if-none-match",
  "access-control-max-age": "86400",
};

/** How a request for a picture is answered; null where its address is none of a picture's. Never throws. */
export function answerPicture(request: PictureRequest): Promise<PictureAnswer> | null {
  const found = findPictureRoute(request.path);
  return found && answerShared(request, found.route, found.params);
}

async function answerShared(
  request: PictureRequest,
  route: PictureRoute,
  params: Record<string, string>,
): Promise<PictureAnswer> {
  if (route.kind === "api") return answer(request, route, params);
  if (request.method === "OPTIONS") return { status: 204, headers: PREFLIGHT, body: null };
  const given = await answer(request, route, params);
  return { ...given, headers: { ...given.headers, ...SHARED } };
}

async function answer(
  request: PictureRequest,
  route: PictureRoute,
  encoded: Record<string, string>,
): Promise<PictureAnswer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, headers: { allow: route.kind === "iiif" ? `${METHODS}, OPTIONS` : METHODS }, body: null };
  }
  try {
    const params = decoded(encoded);
    if (route.kind === "iiif") {
      const image = await readIdentifier(params["identifier"] ?? "", (name) => admittedImage(request, route, name));
      return await route.answer(request, params, image);
    }
    admit(await authenticateRecently(request.headers), route.role);
    return await route.answer(request, params);
  } catch (error) {
    // Nobody is there to read an answer, and their leaving is no fault to log.
    if (request.signal.aborted) return { status: 499, headers: {}, body: null };
    const response = problemResponse(error);
    const body = request.method === "HEAD" ? null : await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  }
}

/** The image that a request may see by that name: by a link's token, which needs nothing else, or as one who may see all. */
async function admittedImage(request: PictureRequest, route: PictureRoute, name: string): Promise<Admitted> {
  if (!name.startsWith("tsi_")) {
    admit(await authenticateRecently(request.headers), route.role);
    return { imageId: name, findings: true };
  }
  const shared = await imageOfLink(name);
  if (!shared) {
    throw new TesseraError("not-found", "this link is none that is good", { remedy: "ask for a new one" });
  }
  return shared;
}

function decoded(params: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw new TesseraError("bad-request", "the address is not encoded as addresses are");
  }
}
