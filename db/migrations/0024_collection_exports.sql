ALTER TABLE "exports" ALTER COLUMN "image_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "exports" ADD COLUMN "collection_id" uuid;--> statement-breakpoint
ALTER TABLE "exports" ADD CONSTRAINT "exports_collection_id_collections_id_fk" FOREIGN KEY ("collection_id") REFERENCES "public"."collections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exports_collection" ON "exports" USING btree ("collection_id","id");--> statement-breakpoint
ALTER TABLE "exports" ADD CONSTRAINT "exports_subject" CHECK (num_nonnulls("exports"."image_id", "exports"."collection_id") = 1);