CREATE TABLE "exports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"image_id" uuid NOT NULL,
	"run_id" uuid,
	"query" jsonb NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"worker" integer,
	"attempts" integer DEFAULT 0 NOT NULL,
	"total" integer,
	"written" integer DEFAULT 0 NOT NULL,
	"losses" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"file_name" text,
	"media_type" text,
	"bytes" bigint,
	"sha256" text,
	"error" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "exports" ADD CONSTRAINT "exports_image_id_images_id_fk" FOREIGN KEY ("image_id") REFERENCES "public"."images"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exports" ADD CONSTRAINT "exports_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exports_image" ON "exports" USING btree ("image_id","id");--> statement-breakpoint
CREATE INDEX "exports_state" ON "exports" USING btree ("state","id");