export { TwinObject } from "./twin-object.ts";

/** Twins are reached through their objects only. */
export default { fetch: () => new Response(null, { status: 404 }) } satisfies ExportedHandler;
