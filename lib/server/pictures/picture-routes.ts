import type { Role } from "#lib/core/access/role.ts";
import { imageTileParams, imageTileQuery, shownTileQuery } from "#lib/core/api/images.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { parseParams, parseQuery } from "../access/parse-request.ts";
import { answerImage, answerInformation, type Named, redirectToInformation } from "./iiif.ts";
import { answerAnnotations, answerManifest } from "./iiif-manifest.ts";
import { answerWithPicture, type PictureAnswer, type PictureRequest } from "./picture.ts";
import { readMask } from "./read-mask.ts";
import { readImageTile, readThumbnail } from "./read-picture.ts";
import { readShownTile } from "./read-shown.ts";

/** The parts of an address that stand in braces, decoded. */
type Params = Record<string, string>;

/** `{name}` is one part of the address. */
type Route = { path: string; role: Role };

/** A route of the API: takes a session or a token. */
type ApiRoute = Route & { kind: "api"; answer(request: PictureRequest, params: Params): Promise<PictureAnswer> };

/** A route of the IIIF Image API, which other sites' viewers may call: `{identifier}` may be a link's token, which stands for both. */
type IiifRoute = Route & {
  kind: "iiif";
  answer(request: PictureRequest, params: Params, image: Named): Promise<PictureAnswer>;
};

export type PictureRoute = ApiRoute | IiifRoute;

/**
 * What is asked for many times a second, answered before Next, which took most of the time of a tile. They are kept to GET and HEAD,
 * and to the same access as every other route (`answer-picture.ts`).
 */
export const PICTURE_ROUTES: readonly PictureRoute[] = [
  {
    kind: "api",
    path: "/api/v1/images/{imageId}/tiles/{level}/{x}/{tile}",
    role: "viewer",
    answer: async (request, params) => {
      const { show, page } = parseQuery(shownTileQuery, request.query);
      const address = { ...parseParams(imageTileParams, params), page };
      const tile = show ? readShownTile(request, address, show) : readImageTile(request, address);
      return answerWithPicture(request, await tile);
    },
  },
  {
    kind: "api",
    path: "/api/v1/images/{imageId}/thumbnail",
    role: "viewer",
    answer: async (request, params) =>
      answerWithPicture(request, await readThumbnail(parseParams(imageParams, params).imageId)),
  },
  {
    kind: "api",
    path: "/api/v1/images/{imageId}/mask",
    role: "viewer",
    answer: async (request, params) => {
      const address = { ...parseParams(imageParams, params), ...parseQuery(imageTileQuery, request.query) };
      return answerWithPicture(request, await readMask(request, address));
    },
  },
  {
    kind: "iiif",
    path: "/iiif/3/{identifier}",
    role: "viewer",
    answer: (request, _params, image) => redirectToInformation(request, image),
  },
  {
    kind: "iiif",
    path: "/iiif/3/{identifier}/info.json",
    role: "viewer",
    answer: (request, _params, image) => answerInformation(request, image),
  },
  {
    kind: "iiif",
    path: "/iiif/3/{identifier}/manifest.json",
    role: "viewer",
    answer: (request, _params, image) => answerManifest(request, image),
  },
  {
    kind: "iiif",
    path: "/iiif/3/{identifier}/annotations.json",
    role: "viewer",
    answer: (request, _params, image) => answerAnnotations(request, image),
  },
  {
    kind: "iiif",
    path: "/iiif/3/{identifier}/{region}/{size}/{rotation}/{file}",
    role: "viewer",
    answer: (request, params, image) => {
      const { region = "", size = "", rotation = "", file = "" } = params;
      return answerImage(request, image, { region, size, rotation, file });
    },
  },
];

const COMPILED = PICTURE_ROUTES.map((route) => ({
  route,
  names: [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""),
  pattern: new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`),
}));

/** The route of an address, with its parameters as they stand there, still encoded; null for what is no picture. */
export function findPictureRoute(path: string): { route: PictureRoute; params: Params } | null {
  for (const { route, names, pattern } of COMPILED) {
    const match = pattern.exec(path);
    if (match) return { route, params: Object.fromEntries(names.map((name, at) => [name, match[at + 1] ?? ""])) };
  }
  return null;
}
