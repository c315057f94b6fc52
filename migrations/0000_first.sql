CREATE TABLE `api_key` (
	`hash` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`name` text NOT NULL,
	`createdAt` text NOT NULL,
	FOREIGN KEY (`tenant`) REFERENCES `tenant`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `dataset` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`title` text NOT NULL,
	`rows` integer NOT NULL,
	`columns` text NOT NULL,
	`digest` text NOT NULL,
	`synthetic` integer NOT NULL,
	`bodyKey` text NOT NULL,
	`createdAt` text NOT NULL,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE TABLE `model` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`title` text NOT NULL,
	`plugin` text NOT NULL,
	`pluginVersion` text NOT NULL,
	`digest` text NOT NULL,
	`bodyKey` text NOT NULL,
	`run` text NOT NULL,
	`verdict` text NOT NULL,
	`synthetic` integer NOT NULL,
	`createdAt` text NOT NULL,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE TABLE `plugin` (
	`name` text PRIMARY KEY NOT NULL,
	`version` text NOT NULL,
	`manifest` text NOT NULL,
	`registeredAt` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `run` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`capability` text NOT NULL,
	`subject` text NOT NULL,
	`state` text NOT NULL,
	`verdict` text,
	`evidenceDigest` text,
	`acceptedAt` text NOT NULL,
	`finishedAt` text,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE TABLE `tenant` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`createdAt` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `twin` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`revision` integer NOT NULL,
	`synthetic` integer NOT NULL,
	`createdAt` text NOT NULL,
	`updatedAt` text NOT NULL,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE INDEX `twin_by_type` ON `twin` (`tenant`,`type`,`id`);