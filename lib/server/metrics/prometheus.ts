import { modelCallCounts } from "#lib/models/registry.ts";

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** This process' figures in Prometheus' text form (exposition format 0.0.4). */
export function prometheusText(): string {
  const calls = modelCallCounts().map(
    ({ model, role, calls }) => `tessera_model_calls_total{model="${escaped(model)}",role="${escaped(role)}"} ${calls}`,
  );
  return [
    "# HELP tessera_model_calls_total Inference calls made by this process, whatever came of them.",
    "# TYPE tessera_model_calls_total counter",
    ...calls,
    "# HELP process_resident_memory_bytes Resident memory of this process.",
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    "",
  ].join("\n");
}
