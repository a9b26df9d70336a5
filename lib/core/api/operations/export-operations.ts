import { signedManifestSchema } from "#lib/core/report/manifest.ts";
import { comparedPlacesQuery, comparedPlacesSchema, findingSetsSchema } from "../compared-places.ts";
import { compareExportQuery, compareQuery, comparisonSchema } from "../comparisons.ts";
import { exportJobSchema, FINDING_FILES, newExportSchema } from "../exports.ts";
import { pageOf } from "../params.ts";
import type { Operation } from "./operation.ts";

/** Exports that are written in the background, and comparisons. */
export const EXPORT_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/images/{imageId}/exports",
    role: "viewer",
    summary: "The image's exports, newest first, also those still being written",
    status: 200,
    answer: pageOf(exportJobSchema),
  },
  {
    method: "post",
    path: "/images/{imageId}/exports",
    role: "viewer",
    summary:
      "Asks for an export of the image's or a run's findings that is written in the background and kept for a week",
    body: newExportSchema,
    status: 201,
    answer: exportJobSchema,
  },
  {
    method: "get",
    path: "/exports/{exportId}",
    role: "viewer",
    summary: "The export: how far it is, how large, and its SHA-256",
    status: 200,
    answer: exportJobSchema,
  },
  {
    method: "delete",
    path: "/exports/{exportId}",
    role: "reviewer",
    summary: "Removes the export and its file; one that is being written stops",
    status: 204,
  },
  {
    method: "get",
    path: "/exports/{exportId}/file",
    role: "viewer",
    summary: "The file of a ready export, in parts where they are asked for",
    headers: { Range: "answers 206 with this part", "If-Range": "the part only where the file is still this one" },
    status: 200,
    answer: FINDING_FILES,
  },
  {
    method: "head",
    path: "/exports/{exportId}/file",
    role: "viewer",
    summary: "Size, SHA-256 and media type of the file of a ready export",
    status: 200,
  },
  {
    method: "get",
    path: "/runs/{runId}/report/manifest",
    role: "viewer",
    summary: "What a report of the run would stand on now, as hashes that the installation signs",
    status: 200,
    answer: signedManifestSchema,
  },
  {
    method: "get",
    path: "/images/{imageId}/finding-sets",
    role: "viewer",
    summary:
      "What the image's runs can be compared with or evaluated against: what was imported, and what people drew or accepted",
    status: 200,
    answer: findingSetsSchema,
  },
  {
    method: "get",
    path: "/runs/{runId}/compare",
    role: "viewer",
    summary:
      "How far the run agrees with another of its image, or with what was imported, drawn or accepted there, class by class",
    query: compareQuery,
    status: 200,
    answer: comparisonSchema,
  },
  {
    method: "get",
    path: "/runs/{runId}/compare/places",
    role: "viewer",
    summary:
      "Where the run agrees with up to three others and where not: what they share by who has it, how far each two agree, and the places themselves",
    query: comparedPlacesQuery,
    status: 200,
    answer: comparedPlacesSchema,
  },
  {
    method: "get",
    path: "/runs/{runId}/compare/export",
    role: "viewer",
    summary: "One part of a comparison in a format: what matched, has another name, is only here or only there",
    query: compareExportQuery,
    status: 200,
    answer: FINDING_FILES,
  },
];
