import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { processWide } from "#lib/process-wide.ts";

/** Upper bounds in seconds, from what a page waits for to what a model may take. */
const CALL_SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 120];
const REQUEST_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const EVENT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 5];
const INGEST_SECONDS = [0.5, 1, 2, 5, 10, 30, 60, 300, 1800];

/** All that this process counts and measures as things happen; what is read when somebody asks is in `sampled.ts`. */
export type Instruments = ReturnType<typeof make>;

/** The process' instruments, made at first use together with those of Node itself. */
export function instruments(): Instruments {
  return processWide("metrics", make);
}

function make() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    tiles: new Counter({
      name: "tessera_tiles_total",
      help: "Attempts at tiles that ended in this process, by what became of them: done, retry, throttled, failed, handed-back, superseded.",
      labelNames: ["model", "outcome"],
      registers,
    }),
    tileQueueSeconds: new Histogram({
      name: "tessera_tile_queue_seconds",
      help: "How long an attempt at a tile waited for a place in flight, from when it was due.",
      labelNames: ["model"],
      buckets: CALL_SECONDS,
      registers,
    }),
    tileSeconds: new Histogram({
      name: "tessera_tile_seconds",
      help: "How long an attempt at a tile took once it had its place: reading, the model's call, what follows it.",
      labelNames: ["model"],
      buckets: CALL_SECONDS,
      registers,
    }),
    modelSeconds: new Histogram({
      name: "tessera_model_call_seconds",
      help: "How long a model took to answer, repairs of a malformed reply included, by outcome: answered, throttled, transient, tile-fatal, run-fatal, aborted.",
      labelNames: ["model", "role", "outcome"],
      buckets: CALL_SECONDS,
      registers,
    }),
    tokens: new Counter({
      name: "tessera_model_tokens_total",
      help: "Tokens that answered calls used, by direction: input, output.",
      labelNames: ["model", "role", "direction"],
      registers,
    }),
    cost: new Counter({
      name: "tessera_model_cost_dollars_total",
      help: "What answered calls cost in US dollars, of models whose prices are known.",
      labelNames: ["model", "role"],
      registers,
    }),
    ingestSeconds: new Histogram({
      name: "tessera_ingest_seconds",
      help: "How long a step of taking a picture in took, by step (moderation, pyramid) and outcome (done, blocked, failed).",
      labelNames: ["step", "outcome"],
      buckets: INGEST_SECONDS,
      registers,
    }),
    requestSeconds: new Histogram({
      name: "tessera_http_request_seconds",
      help: "How long a request took until its answer was sent, by route. Event streams are only counted as clients.",
      labelNames: ["method", "route", "status"],
      buckets: REQUEST_SECONDS,
      registers,
    }),
    eventClients: new Gauge({
      name: "tessera_event_stream_clients",
      help: "Event streams that are open.",
      labelNames: ["scope"],
      registers,
    }),
    eventSeconds: new Histogram({
      name: "tessera_event_delay_seconds",
      help: "From the start of the transaction that wrote an event until it was handed to this process' streams, by the database's clock and ours.",
      buckets: EVENT_SECONDS,
      registers,
    }),
    janitor: new Counter({
      name: "tessera_janitor_actions_total",
      help: "What the janitor mended, by action: dead-worker, freed-job, forgotten-tile, new-pass, new-ingest, provider-away.",
      labelNames: ["action"],
      registers,
    }),
    writeRetries: new Counter({
      name: "tessera_write_retries_total",
      help: "Writes of results that had to be tried again because the database was away or short of something.",
      registers,
    }),
  };
}
