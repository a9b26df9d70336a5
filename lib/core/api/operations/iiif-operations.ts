import { z } from "zod";
import { IIIF_FORMATS } from "#lib/core/iiif/image-request.ts";
import type { Operation } from "./operation.ts";

const KNOWN = { "If-None-Match": "answers 304 where the answer is known" };
const IDENTIFIER = "`identifier` is an image's id or a link's token, and `~PAGE` of a further page, counted from 0";

/** The IIIF Image API 3.0 and the Presentation API 3.0. Paths are below `/iiif/3`. */
export const IIIF_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/{identifier}/info.json",
    role: "viewer",
    summary: `The information document of the IIIF Image API 3.0, level 2: ${IDENTIFIER}`,
    headers: { ...KNOWN, Accept: "application/json instead of application/ld+json" },
    status: 200,
    answer: ["application/ld+json", "application/json"],
  },
  {
    method: "get",
    path: "/{identifier}/manifest.json",
    role: "viewer",
    summary:
      "The manifest of the IIIF Presentation API 3.0: all pages, and where their findings are for those who may see them",
    headers: KNOWN,
    status: 200,
    answer: ["application/ld+json"],
  },
  {
    method: "get",
    path: "/{identifier}/annotations.json",
    role: "viewer",
    summary: "Findings of a page but for rejected ones, as Web Annotations, some thousands at a time",
    query: z.strictObject({ after: z.uuid().optional() }),
    headers: KNOWN,
    status: 200,
    answer: ["application/ld+json"],
  },
  {
    method: "get",
    path: "/{identifier}/{region}/{size}/{rotation}/{file}",
    role: "viewer",
    summary: `A picture by the IIIF Image API 3.0; the last part reads quality.format: ${IDENTIFIER}`,
    headers: KNOWN,
    status: 200,
    answer: Object.values(IIIF_FORMATS),
  },
];
