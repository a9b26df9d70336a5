import type { NextConfig } from "next";
import { withWorkflow } from "workflow/next";
import { SECURITY_HEADERS } from "./lib/config/security-headers.ts";

const securityHeaders = Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value }));

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm test`; a start builds only what it has to.
  typescript: { ignoreBuildErrors: true },
  experimental: { useTypeScriptCli: true },
  serverExternalPackages: [
    "pg",
    "sharp",
    "geotiff",

    "pino",
    "prom-client",
    "@tensorflow/tfjs-core",
    "@tensorflow/tfjs-converter",
    "@tensorflow/tfjs-backend-wasm",
    "nsfwjs",
    "@aws-sdk/client-s3",
    "@aws-sdk/lib-storage",
  ],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

export default withWorkflow(config);
