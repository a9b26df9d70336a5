const ID = "0198c0de-0000-7000-8000-00000000000f";
const OTHER = "0198c0de-0000-7000-8000-000000000010";
const SQUARE = {
  type: "Polygon",
  coordinates: [
    [
      [0, 0],
      [2000, 0],
      [2000, 1500],
      [0, 1500],
      [0, 0],
    ],
  ],
} as const;
const RUN = {
  preset: "vehicles",
  tiling: { tile: 512, overlap: 0.2 },
  minScore: 0.4,
  budget: { calls: 2000 },
} as const;
const MERGE = { method: "greedy-nmm", metric: "ios", threshold: 0.5 } as const;

/** A body that would be taken, of every operation that takes JSON, by `method /path`: what the OpenAPI document shows. */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  "post /tokens": { name: "nightly export", role: "viewer" },
  "post /people": { email: "ana@example.org", role: "reviewer" },
  "patch /people/{personId}": { role: "operator" },
  "post /collections": { name: "Survey 2026", providers: ["local"], defaults: { preset: "vehicles" } },
  "patch /collections/{collectionId}": { name: "Survey 2026, second flight" },
  "post /collections/{collectionId}/runs": RUN,
  "post /collections/{collectionId}/exports": { format: "coco", runs: "latest", review: "accepted" },
  "post /images/{imageId}/exports": { format: "geojson", run: OTHER, minScore: 0.5, labelScores: { car: 0.7 } },
  "patch /images/{imageId}": { tags: ["north"], scale: { micronsPerPixel: 0.2498 } },
  "post /images/{imageId}/release": { reason: "A textbook plate, looked at by two of us." },
  "post /images/{imageId}/links": {
    name: "For the council",
    expiresInSeconds: 86_400,
    findings: true,
    view: { page: 0, region: [1000, 2000, 800, 600] },
  },
  "post /images/{imageId}/runs": { ...RUN, region: SQUARE, model: "openai-compatible:qwen2.5-vl", concurrency: 16 },
  "patch /runs/{runId}": { concurrency: 32 },
  "post /runs/{runId}/release": { reason: "It shows a statue." },
  "post /runs/{runId}/evaluate": { iou: 0.5, import: ID },
  "post /runs/{runId}/tiles/retry": { tiles: [17, 18] },
  "post /runs/{runId}/merge": MERGE,
  "post /runs/{runId}/viewport": { page: 0, x: 4000, y: 2500, width: 1600, height: 900 },
  "put /runs/{runId}/searched": { tile: 17, searched: true },
  "post /models/test": { model: "openai-compatible:qwen2.5-vl", ifNew: true },
  "put /limits/{model}": { concurrency: 8, requestsPerMinute: 500, inputPrice: 0.15, outputPrice: 0.6 },
  "post /presets": {
    title: "Boats",
    model: "local:objects",
    tiling: { tile: 640, overlap: 0.2 },
    classes: ["boat"],
    minScore: 0.3,
    merge: MERGE,
    wholePicture: false,
  },
  "patch /presets/{presetId}": { thresholds: { boat: 0.45 } },
  "post /findings": { imageId: ID, box: [120, 80, 64, 48], label: "boat" },
  "patch /findings/{findingId}": { review: "accepted" },
  "post /findings/bulk": {
    imageId: ID,
    filter: { run: OTHER, label: ["boat"], minScore: 0.8, review: "unreviewed" },
    change: { review: "accepted" },
  },
  "post /findings/bulk/undo": { undo: OTHER },
  "post /findings/{findingId}/comments": { text: "Is that the pilot boat?" },
  "post /images/{imageId}/review": { page: ID, run: OTHER, order: "uncertainty", count: 20 },
};
