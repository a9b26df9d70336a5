import { setTimeout as sleep } from "node:timers/promises";
import { Counter, Gauge, Registry } from "prom-client";
import { pool } from "#db/client.ts";
import { type Backlog, readBacklog } from "#db/queries/backlog.ts";
import { databaseTrouble } from "#db/trouble.ts";
import { modelCallCounts } from "#lib/models/registry.ts";
import { processWide } from "#lib/process-wide.ts";
import { allModels, limitOf, mostOf } from "../limits/model-permits.ts";
import { modelLabel } from "./model-label.ts";

/** A database that takes longer to answer counts as away for this reading. */
const DATABASE_MS = 2000;
/** What the database was asked is not asked again for this long, however many ask us. */
const FRESH_MS = 5000;

/**
 * What is read when somebody asks for it: limits and calls of models, the pool, and the backlog, which is the whole installation's
 * and so the same from each process. Where the database does not answer, the backlog is left out.
 */
export async function sampled(): Promise<Registry> {
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  countCalls(registry);
  sampleModels(gauge);
  samplePool(gauge);
  sampleBacklog(gauge, await backlog());
  return registry;
}

type MakeGauge = <Label extends string>(name: string, help: string, labelNames: Label[]) => Gauge<Label>;

function countCalls(registry: Registry): void {
  const calls = new Counter({
    name: "tessera_model_calls_total",
    help: "Inference calls made by this process, repairs included, whatever came of them.",
    labelNames: ["model", "role"],
    registers: [registry],
  });
  for (const { model, role, calls: count } of modelCallCounts()) calls.inc({ model: modelLabel(model), role }, count);
}

function sampleModels(gauge: MakeGauge): void {
  const limit = gauge("tessera_limiter_limit", "Calls of a model that this process found it takes at once.", ["model"]);
  const inForce = gauge("tessera_limit_in_force", "Tiles of a model that may be in flight here by all limits.", [
    "model",
  ]);
  const tiles = gauge("tessera_tiles_in_flight", "Tiles of a model that hold a permit in this process.", ["model"]);
  const calls = gauge("tessera_model_calls_in_flight", "Calls for tiles under way in this process.", ["model"]);
  const broken = gauge("tessera_model_broken", "1 while the model's provider does not answer and is only probed.", [
    "model",
  ]);
  for (const model of allModels()) {
    const labels = { model: modelLabel(model.id) };
    limit.inc(labels, limitOf(model));
    inForce.inc(labels, mostOf(model));
    tiles.inc(labels, model.inFlight);
    calls.inc(labels, model.calling);
    broken.inc(labels, model.breaker.broken() ? 1 : 0);
  }
}

function samplePool(gauge: MakeGauge): void {
  const connections = gauge("tessera_database_connections", "Connections of this process' pool, by state.", ["state"]);
  const { totalCount, idleCount, waitingCount } = pool();
  connections.set({ state: "busy" }, totalCount - idleCount);
  connections.set({ state: "idle" }, idleCount);
  gauge("tessera_database_waiting", "Statements that wait for a connection of this process' pool.", []).set(
    waitingCount,
  );
}

function sampleBacklog(gauge: MakeGauge, read: Backlog | null): void {
  gauge("tessera_database_up", "1 where the database answered this reading.", []).set(read ? 1 : 0);
  gauge(
    "tessera_database_trouble",
    "1 while the database is away or its disk full, as far as this process knows.",
    [],
  ).set(databaseTrouble() === null ? 0 : 1);
  if (!read) return;
  gauge("tessera_workers", "Processes of the installation that work on runs.", []).set(read.workers);
  const runs = gauge("tessera_runs", "Runs of the installation, by state.", ["state"]);
  for (const { state, count } of read.runs) runs.set({ state }, count);
  const tiles = gauge("tessera_tiles_open", "Tiles of runs that are under way, by state: pending, running.", ["state"]);
  tiles.set({ state: "pending" }, read.pending);
  tiles.set({ state: "running" }, read.running);
}

type Reading = { at: number; value: Backlog | null; underWay: Promise<Backlog | null> | null };

async function backlog(): Promise<Backlog | null> {
  const last = processWide(
    "metrics.backlog",
    (): Reading => ({ at: Number.NEGATIVE_INFINITY, value: null, underWay: null }),
  );
  if (performance.now() - last.at < FRESH_MS) return last.value;
  // One question at a time: while the database is away, they would pile up in the pool.
  last.underWay ??= readBacklog(pool())
    .then((value) => {
      Object.assign(last, { at: performance.now(), value });
      return value;
    })
    .catch(() => null)
    .finally(() => {
      last.underWay = null;
    });
  return Promise.race([last.underWay, sleep(DATABASE_MS, null, { ref: false })]);
}
