ALTER TABLE "findings" ADD COLUMN "measurements" jsonb;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "studied" jsonb;