CREATE TABLE "model_trials" (
	"model" text PRIMARY KEY NOT NULL,
	"problem" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prompts" (
	"hash" text PRIMARY KEY NOT NULL,
	"words" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tile_looks" (
	"run_id" uuid NOT NULL,
	"index" integer NOT NULL,
	"attempt" integer NOT NULL,
	"role" text NOT NULL,
	"model" text NOT NULL,
	"outcome" text NOT NULL,
	"error" text,
	"wording" text,
	"prompt" text,
	"replies" text[] DEFAULT '{}' NOT NULL,
	"calls" integer NOT NULL,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost" double precision,
	"model_ms" double precision,
	"detections" jsonb,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tile_looks_run_id_index_attempt_pk" PRIMARY KEY("run_id","index","attempt")
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "escalation" jsonb;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "synthesis" jsonb;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "allowed_providers" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tiles" ADD COLUMN "escalated" text;--> statement-breakpoint
ALTER TABLE "tile_looks" ADD CONSTRAINT "tile_looks_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;