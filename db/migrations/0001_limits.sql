CREATE TABLE "limit_shares" (
	"scope" text NOT NULL,
	"worker" integer NOT NULL,
	"share" integer NOT NULL,
	"wanted" integer NOT NULL,
	"in_force" integer NOT NULL,
	CONSTRAINT "limit_shares_scope_worker_pk" PRIMARY KEY("scope","worker")
);
--> statement-breakpoint
CREATE TABLE "model_limits" (
	"model" text PRIMARY KEY NOT NULL,
	"concurrency" integer,
	"requests_per_minute" integer,
	"tokens_per_minute" integer,
	"input_price" double precision,
	"output_price" double precision,
	"request_balance" double precision DEFAULT 0 NOT NULL,
	"token_balance" double precision DEFAULT 0 NOT NULL,
	"refilled_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tiles" ALTER COLUMN "priority" SET DEFAULT 8;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "seen_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "tiles" ADD COLUMN "refusals" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tiles" ADD COLUMN "queue_ms" double precision;--> statement-breakpoint
ALTER TABLE "tiles" ADD COLUMN "model_ms" double precision;