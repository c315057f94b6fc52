// Ids that carry their major: `aerospace.engine@1`. Capabilities, twin types and model formats are named so.

/** True where `id` is `<plugin>.<name>@<major>`. */
export const isVersionedId = (id: unknown, plugin: string): id is string =>
  typeof id === "string" &&
  id.startsWith(`${plugin}.`) &&
  /^[a-z0-9-]+@[1-9]\d{0,5}$/.test(id.slice(plugin.length + 1));

/** Everything before the major: two ids with the same one are versions of one thing. */
export const baseOf = (id: string): string => id.slice(0, id.lastIndexOf("@"));
export const majorOf = (id: string): number => Number(id.slice(id.lastIndexOf("@") + 1));
