import type { NextConfig } from "next";
import { PHASE_PRODUCTION_SERVER } from "next/constants.js";
import { SECURITY_HEADERS } from "./lib/config/security-headers.ts";

const securityHeaders = Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value }));

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm test`; a start builds only what it has to.
  typescript: { ignoreBuildErrors: true },
  // Routes are loaded as they are asked for: all of them at the start take 30 MB.
  experimental: { useTypeScriptCli: true, preloadEntriesOnStart: false },
  serverExternalPackages: [
    "pg",
    "sharp",
    "geotiff",
    "pino",
    "prom-client",
    "pdfkit",
    "fontkit",
    "@tensorflow/tfjs-core",
    "@tensorflow/tfjs-converter",
    "@tensorflow/tfjs-backend-wasm",
    "nsfwjs",
    "@aws-sdk/client-s3",
    "@aws-sdk/lib-storage",
  ],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

/** The workflow compiler takes part in builds and in development, and is not loaded by a server of what was built. */
export default async function configure(phase: string, context: { defaultConfig: NextConfig }): Promise<NextConfig> {
  if (phase === PHASE_PRODUCTION_SERVER) return config;
  const { withWorkflow } = await import("workflow/next");
  return withWorkflow(config)(phase, context);
}
