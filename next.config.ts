import type { NextConfig } from "next";
import { withWorkflow } from "workflow/next";

/** The content policy differs by request and is set where the server takes them (`bin/commands/content-policy.ts`). */
const securityHeaders = [
  { key: "x-content-type-options", value: "nosniff" },
  { key: "referrer-policy", value: "same-origin" },
  { key: "x-frame-options", value: "DENY" },
  { key: "permissions-policy", value: "camera=(), microphone=(), geolocation=()" },
];

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
    "@tensorflow/tfjs-core",
    "@tensorflow/tfjs-converter",
    "@tensorflow/tfjs-backend-wasm",
    "nsfwjs",
  ],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

export default withWorkflow(config);
