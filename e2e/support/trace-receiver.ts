import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** What OTLP over HTTP sends, as far as it is looked at. */
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value: z.unknown() })) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string().regex(/^[0-9a-f]{32}$/),
              spanId: z.string().regex(/^[0-9a-f]{16}$/),
              parentSpanId: z.string().optional(),
              name: z.string(),
              kind: z.number(),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
              status: z.object({ code: z.number().optional(), message: z.string().optional() }),
              attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
            }),
          ),
        }),
      ),
    }),
  ),
});

type Resource = z.infer<typeof exportSchema>["resourceSpans"][number];
type ReceivedSpan = Omit<Resource["scopeSpans"][number]["spans"][number], "attributes"> & {
  attributes: Record<string, unknown>;
};

export type TraceReceiver = {
  /** Address for OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** All spans that have come, in order. */
  readonly spans: readonly ReceivedSpan[];
  named(name: string): ReceivedSpan[];
  /** How the last request came. */
  readonly last: { path: string; headers: IncomingHttpHeaders; resource: string } | null;
  clear(): void;
  close(): Promise<void>;
};

/** A collector of traces on loop-back: takes OTLP over HTTP in JSON, and nothing that is malformed. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = [];
  let last: TraceReceiver["last"] = null;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const parsed = exportSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
      if (!parsed.success) {
        response.writeHead(400).end();
        return;
      }
      const { resourceSpans } = parsed.data;
      last = {
        path: request.url ?? "",
        headers: request.headers,
        resource: JSON.stringify(resourceSpans[0]?.resource),
      };
      for (const { scopeSpans } of resourceSpans) {
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
          const attributes = span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
          spans.push({ ...span, attributes: Object.fromEntries(attributes) });
        }
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    named: (name) => spans.filter((span) => span.name === name),
    get last() {
      return last;
    },
    clear: () => void spans.splice(0),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
