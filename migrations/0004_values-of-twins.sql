CREATE TABLE `twin_value` (
	`tenant` text NOT NULL,
	`twin` text NOT NULL,
	`field` text NOT NULL,
	`value` blob NOT NULL,
	PRIMARY KEY(`tenant`, `twin`, `field`)
);
--> statement-breakpoint
CREATE INDEX `twin_value_by_value` ON `twin_value` (`tenant`,`field`,`value`,`twin`);--> statement-breakpoint
ALTER TABLE `twin` ADD `sequence` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `twin` ADD `indexedAs` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `twin_by_indexed_as` ON `twin` (`tenant`,`type`,`indexedAs`);