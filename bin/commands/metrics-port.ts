import { environment } from "#lib/config/env.ts";
import { onShutdown } from "#lib/config/shutdown.ts";
import { checkReadiness } from "#lib/server/health/readiness.ts";
import { answerMetrics } from "#lib/server/metrics/answer-metrics.ts";
import { openListener } from "./listener.ts";

/**
 * Opens the port for metrics and health that the environment asks for, if any: it is there in processes without a web too. Everyone
 * is told to come back in a moment until `answer` is called. Throws `configuration` where the port is taken.
 */
export async function openMetricsPort(): Promise<{ answer(): void } | null> {
  const { metrics } = environment();
  if (!metrics) return null;
  const listener = await openListener(metrics.host, metrics.port, "choose another with TESSERA_METRICS_PORT");
  onShutdown("metrics port", () => listener.close());
  const answer = (): void =>
    listener.answerWith(async (request, response) => {
      switch (request.url?.split("?", 1)[0]) {
        case "/metrics":
          return answerMetrics(request, response);
        case "/healthz":
          response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
          return;
        case "/readyz": {
          const readiness = await checkReadiness();
          const ready = Object.values(readiness).every(Boolean);
          response.writeHead(ready ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
          response.end(JSON.stringify({ ready, ...readiness }));
          return;
        }
        default:
          response.writeHead(404).end();
      }
    });
  return { answer };
}
