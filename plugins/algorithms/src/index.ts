export { algorithmsPlugin } from "./plugin.ts";
