import { admit } from "../access/admit.ts";
import { authenticateRecently } from "../access/authenticate.ts";
import { problemResponse } from "../access/problem.ts";
import type { PictureAnswer, PictureRequest } from "./picture.ts";
import { findPictureRoute, type PictureRoute } from "./picture-routes.ts";

/** How a request for a picture is answered; null where its address is none of a picture's. Never throws. */
export function answerPicture(request: PictureRequest): Promise<PictureAnswer> | null {
  const found = findPictureRoute(request.path);
  return found && answer(request, found.route, found.params);
}

async function answer(
  request: PictureRequest,
  route: PictureRoute,
  params: Record<string, string>,
): Promise<PictureAnswer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, headers: { allow: "GET, HEAD" }, body: null };
  }
  try {
    admit(await authenticateRecently(request.headers), route.role);
    return await route.answer(request, params);
  } catch (error) {
    const response = problemResponse(error);
    const body = request.method === "HEAD" ? null : await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  }
}
