export { EndpointObject } from "./endpoint-object.ts";
export { FeedObject } from "./feed-object.ts";
export { HookObject } from "./hook-object.ts";

/** Reached through its objects only. */
export default { fetch: () => new Response(null, { status: 404 }) } satisfies ExportedHandler;
