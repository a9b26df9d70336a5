import { modelCallCounts } from "#lib/models/registry.ts";
import { limiterLimits } from "../limits/model-permits.ts";

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** This process' figures in Prometheus' text form (exposition format 0.0.4). */
export function prometheusText(): string {
  const calls = modelCallCounts().map(
    ({ model, role, calls }) => `tessera_model_calls_total{model="${escaped(model)}",role="${escaped(role)}"} ${calls}`,
  );
  const limits = limiterLimits();
  return [
    "# HELP tessera_model_calls_total Inference calls made by this process, whatever came of them.",
    "# TYPE tessera_model_calls_total counter",
    ...calls,
    "# HELP tessera_limiter_limit How many calls of a model this process lets be in flight, whatever people allow.",
    "# TYPE tessera_limiter_limit gauge",
    ...limits.map(({ model, limit }) => `tessera_limiter_limit{model="${escaped(model)}"} ${limit}`),
    "# HELP tessera_tiles_in_flight Tiles of a model that this process has in hand.",
    "# TYPE tessera_tiles_in_flight gauge",
    ...limits.map(({ model, inFlight }) => `tessera_tiles_in_flight{model="${escaped(model)}"} ${inFlight}`),
    "# HELP process_resident_memory_bytes Resident memory of this process.",
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    "",
  ].join("\n");
}
