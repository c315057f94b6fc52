CREATE TABLE `link` (
	`tenant` text NOT NULL,
	`source` text NOT NULL,
	`name` text NOT NULL,
	`target` text NOT NULL,
	PRIMARY KEY(`tenant`, `source`, `name`, `target`)
);
--> statement-breakpoint
CREATE INDEX `link_by_target` ON `link` (`tenant`,`target`,`name`,`source`);