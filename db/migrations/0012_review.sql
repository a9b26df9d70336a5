CREATE TABLE "review_holds" (
	"finding_id" uuid PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "searched_tiles" (
	"run_id" uuid NOT NULL,
	"index" integer NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "searched_tiles_run_id_index_pk" PRIMARY KEY("run_id","index")
);
--> statement-breakpoint
ALTER TABLE "finding_events" ADD COLUMN "write_id" uuid;--> statement-breakpoint
ALTER TABLE "finding_events" ADD COLUMN "sampled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "findings" ADD COLUMN "locked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "review_holds" ADD CONSTRAINT "review_holds_finding_id_findings_id_fk" FOREIGN KEY ("finding_id") REFERENCES "public"."findings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "searched_tiles" ADD CONSTRAINT "searched_tiles_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "review_holds_holder" ON "review_holds" USING btree ("holder");--> statement-breakpoint
CREATE INDEX "review_holds_until" ON "review_holds" USING btree ("until");--> statement-breakpoint
CREATE INDEX "finding_events_write" ON "finding_events" USING btree ("write_id") WHERE write_id is not null;--> statement-breakpoint
CREATE INDEX "finding_events_sampled" ON "finding_events" USING btree ("finding_id") WHERE sampled;--> statement-breakpoint
UPDATE "finding_events" SET "write_id" = ("after"->>'bulk')::uuid WHERE "action" = 'bulk';
