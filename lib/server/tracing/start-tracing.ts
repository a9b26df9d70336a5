import { environment } from "#lib/config/env.ts";
import { onShutdown } from "#lib/config/shutdown.ts";
import { setTracing } from "./tracing.ts";

/** Sends traces where the environment says whereto (`OTEL_EXPORTER_OTLP_ENDPOINT`); else OpenTelemetry is not even loaded. */
export async function startTracing(): Promise<void> {
  const { traces } = environment();
  if (!traces) return;
  const { openTelemetry } = await import("./open-telemetry.ts");
  const { tracing, close } = openTelemetry(traces);
  setTracing(tracing);
  onShutdown("traces", close);
}
