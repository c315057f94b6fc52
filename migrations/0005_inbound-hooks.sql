CREATE TABLE `hook` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`createdAt` text NOT NULL,
	`title` text NOT NULL,
	`rules` text NOT NULL,
	`twinTypes` text NOT NULL,
	`secrets` text DEFAULT '[]' NOT NULL,
	PRIMARY KEY(`tenant`, `id`)
);
