ALTER TABLE "image_links" ADD COLUMN "run_id" uuid;--> statement-breakpoint
ALTER TABLE "image_links" ADD COLUMN "view" jsonb;--> statement-breakpoint
ALTER TABLE "image_links" ADD CONSTRAINT "image_links_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;