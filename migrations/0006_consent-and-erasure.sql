CREATE TABLE `erasure` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`twin` text NOT NULL,
	`twinType` text NOT NULL,
	`requestedAt` text NOT NULL,
	`requestedBy` text NOT NULL,
	`erasedAt` text,
	`receipt` text,
	`signature` text,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
ALTER TABLE `api_key` ADD `purposes` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `model` ADD `erasedFromAt` text;