export { aerospacePlugin } from "./plugin.ts";
export { cmapssReader } from "./cmapss.ts";
export { CHANNELS, channelNames, engineType, type Channel } from "./engine.ts";
