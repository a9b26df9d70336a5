CREATE TABLE "finding_densities" (
	"run_id" uuid NOT NULL,
	"page" integer NOT NULL,
	"as_of" "xid8" NOT NULL,
	"tile" "bytea" NOT NULL,
	CONSTRAINT "finding_densities_run_id_page_pk" PRIMARY KEY("run_id","page")
);
--> statement-breakpoint
ALTER TABLE "finding_densities" ADD CONSTRAINT "finding_densities_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;