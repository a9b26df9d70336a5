CREATE TABLE "finding_counts" (
	"run_id" uuid NOT NULL,
	"page" integer,
	"as_of" "xid8" NOT NULL,
	"total" integer NOT NULL,
	"groups" jsonb,
	CONSTRAINT "finding_counts_of" UNIQUE NULLS NOT DISTINCT("run_id","page")
);
--> statement-breakpoint
ALTER TABLE "finding_counts" ADD CONSTRAINT "finding_counts_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;