import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { MODERATION_THRESHOLDS, type ModerationThresholds } from "#lib/core/detection/moderation-thresholds.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";
import { projectRoot } from "./paths.ts";

const GIGABYTE = 1024 ** 3;
const key = z.string().trim().min(1).optional();

/** What nothing reaches cannot be a threshold: moderation is never switched off by one. */
const share = z.coerce.number("is not a share between 0 and 1").gt(0, "is not above 0").max(1, "is not at most 1");

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "is not a postgres:// address" }).optional(),
  TESSERA_DATA_DIR: z.string().min(1).default(".tessera"),
  TESSERA_IMPORT_DIR: z.string().min(1).optional(),
  TESSERA_STORAGE_URL: z
    .string()
    .regex(/^(file|s3):/, "starts with file: or s3:")
    .optional(),
  TESSERA_MAX_UPLOAD_BYTES: z.coerce
    .number("is not a number of bytes")
    .int()
    .positive()
    .default(100 * GIGABYTE),
  TESSERA_MAX_PIXELS: z.coerce.number("is not a number of pixels").int().positive().default(20e9),
  TESSERA_PDF_DPI: z.coerce.number("is not a number of dots per inch").min(36).max(1200).default(200),
  TESSERA_MODERATION_MODEL: z
    .string()
    .regex(/^[a-z0-9-]+:.+$/, "reads provider:model")
    .default("local:nsfw"),
  TESSERA_MODERATION_EXPLICIT: share.default(MODERATION_THRESHOLDS.explicit),
  TESSERA_MODERATION_SUGGESTIVE: share.default(MODERATION_THRESHOLDS.suggestive),
  TESSERA_LOCAL_WORKERS: z.coerce.number("is not a number").int().min(1).max(64).optional(),
  TESSERA_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: "is not an http(s) address" }).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url({ protocol: /^https?$/, error: "is not an http(s) address" }).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number("is not a share between 0 and 1").min(0).max(1).default(1),
  TESSERA_METRICS_PORT: z.coerce.number("is not a port").int().min(1).max(65_535).optional(),
  TESSERA_METRICS_HOST: z.string().min(1).default("127.0.0.1"),
  TESSERA_REPORT_TITLE: z.string().trim().min(1).max(120).default("Tessera"),
  TESSERA_REPORT_LOGO: z.string().min(1).optional(),
  TESSERA_PUBLIC_URL: z.url({ protocol: /^https?$/, error: "is not an http(s) address" }).optional(),
  OPENAI_API_KEY: key,
  ANTHROPIC_API_KEY: key,
  GOOGLE_GENERATIVE_AI_API_KEY: key,
  AI_GATEWAY_API_KEY: key,
  OPENAI_COMPATIBLE_BASE_URL: z.url({ protocol: /^https?$/, error: "is not an http(s) address" }).optional(),
  OPENAI_COMPATIBLE_API_KEY: key,
});

/** The configuration of this installation, from the environment alone. */
export type Environment = {
  databaseUrl: string | undefined;
  /** Absolute path of the data folder. */
  dataDir: string;
  importDir: string | undefined;
  storageUrl: string;
  maxUploadBytes: number;
  maxPixels: number;
  /** Resolution in dots per inch at which pages of PDF files become pictures. */
  pdfDpi: number;
  /** Model that judges every image at ingest. */
  moderationModel: string;
  /** Scores of the embedded classifier from which on it blocks. */
  moderationThresholds: ModerationThresholds;
  /** Worker threads of each embedded model. */
  localWorkers: number;
  /** From which level on things are logged; undefined: `info` for a server, nothing for a command. */
  logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent" | undefined;
  /** Whether traces are sent (by OTLP over HTTP), and the share of them that is; null: they are not. */
  traces: { ratio: number } | null;
  /** A port of its own for metrics and health, in processes of every kind; null where none was asked for. */
  metrics: { host: string; port: number } | null;
  /** Whose reports they are, and the file of the picture that stands on them (PNG, JPEG, SVG); undefined: none. */
  report: { title: string; logo: string | undefined };
  /** Where people reach this installation, without a slash at its end; null where nobody said. Reports link to it. */
  publicUrl: string | null;
  keys: {
    openai: string | undefined;
    anthropic: string | undefined;
    google: string | undefined;
    gateway: string | undefined;
    openaiCompatible: { baseUrl: string; apiKey: string | undefined } | undefined;
  };
};

/**
 * Reads a configuration. Empty variables count as absent. Throws `configuration` with one line per mistake; values are not
 * repeated, as they may be secrets.
 */
export function parseEnvironment(source: Readonly<Record<string, string | undefined>>, root: string): Environment {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new TesseraError("configuration", lines.join("\n"));
  }
  const env = parsed.data;
  const dataDir = resolve(root, env.TESSERA_DATA_DIR);
  return {
    databaseUrl: env.DATABASE_URL,
    dataDir,
    importDir: env.TESSERA_IMPORT_DIR && resolve(root, env.TESSERA_IMPORT_DIR),
    storageUrl: env.TESSERA_STORAGE_URL ?? `file:${join(dataDir, "blobs")}`,
    maxUploadBytes: env.TESSERA_MAX_UPLOAD_BYTES,
    maxPixels: env.TESSERA_MAX_PIXELS,
    pdfDpi: env.TESSERA_PDF_DPI,
    moderationModel: env.TESSERA_MODERATION_MODEL,
    moderationThresholds: { explicit: env.TESSERA_MODERATION_EXPLICIT, suggestive: env.TESSERA_MODERATION_SUGGESTIVE },
    localWorkers: env.TESSERA_LOCAL_WORKERS ?? availableParallelism(),
    logLevel: env.TESSERA_LOG_LEVEL,
    traces:
      env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
        ? { ratio: env.OTEL_TRACES_SAMPLER_ARG }
        : null,
    metrics: env.TESSERA_METRICS_PORT ? { host: env.TESSERA_METRICS_HOST, port: env.TESSERA_METRICS_PORT } : null,
    report: {
      title: env.TESSERA_REPORT_TITLE,
      logo: env.TESSERA_REPORT_LOGO && resolve(root, env.TESSERA_REPORT_LOGO),
    },
    publicUrl: env.TESSERA_PUBLIC_URL?.replace(/\/+$/, "") ?? null,
    keys: {
      openai: env.OPENAI_API_KEY,
      anthropic: env.ANTHROPIC_API_KEY,
      google: env.GOOGLE_GENERATIVE_AI_API_KEY,
      gateway: env.AI_GATEWAY_API_KEY,
      openaiCompatible: env.OPENAI_COMPATIBLE_BASE_URL
        ? { baseUrl: env.OPENAI_COMPATIBLE_BASE_URL, apiKey: env.OPENAI_COMPATIBLE_API_KEY }
        : undefined,
    },
  };
}

/** This process' configuration, read once. */
export function environment(): Environment {
  return processWide("environment", () => parseEnvironment(process.env, projectRoot()));
}
