CREATE TABLE `credential` (
	`tenant` text NOT NULL,
	`plugin` text NOT NULL,
	`name` text NOT NULL,
	`sealed` text NOT NULL,
	`updatedAt` text NOT NULL,
	PRIMARY KEY(`tenant`, `plugin`, `name`)
);
--> statement-breakpoint
CREATE TABLE `refused_plugin` (
	`binding` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`refusedAt` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`csrfHash` text NOT NULL,
	`createdAt` text NOT NULL,
	`expiresAt` text NOT NULL,
	FOREIGN KEY (`key`) REFERENCES `api_key`(`hash`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `setup_token` (
	`hash` text PRIMARY KEY NOT NULL,
	`createdAt` text NOT NULL,
	`expiresAt` text NOT NULL,
	`usedAt` text
);
--> statement-breakpoint
CREATE TABLE `stream_ticket` (
	`hash` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`path` text NOT NULL,
	`expiresAt` text NOT NULL,
	FOREIGN KEY (`key`) REFERENCES `api_key`(`hash`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
ALTER TABLE `api_key` ADD `id` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `api_key` ADD `scopes` text DEFAULT '["*"]' NOT NULL;--> statement-breakpoint
ALTER TABLE `api_key` ADD `twinTypes` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `api_key` ADD `lastUsedAt` text;--> statement-breakpoint
ALTER TABLE `api_key` ADD `expiresAt` text;--> statement-breakpoint
ALTER TABLE `api_key` ADD `revokedAt` text;--> statement-breakpoint
UPDATE `api_key` SET `id` = 'key_' || lower(hex(randomblob(10)));--> statement-breakpoint
CREATE UNIQUE INDEX `api_key_by_id` ON `api_key` (`tenant`,`id`);--> statement-breakpoint
ALTER TABLE `model` ADD `format` text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE `model` SET `format` = `plugin` || '.model@1';--> statement-breakpoint
ALTER TABLE `run` ADD `twinType` text;--> statement-breakpoint
UPDATE `run` SET `twinType` = (SELECT `type` FROM `twin` WHERE `twin`.`tenant` = `run`.`tenant` AND `twin`.`id` = `run`.`subject`);--> statement-breakpoint
ALTER TABLE `tenant` ADD `state` text DEFAULT 'active' NOT NULL;