// Workers that are bound as plugins and are none that this platform can rely on, one fault each; and one that is mended.

import { definePlugin } from "@eigentwin/core";
import { referenceBackend } from "@eigentwin/core/conformance";
import { servePlugin } from "@eigentwin/core/serve";

const named = (name: string) => servePlugin(definePlugin({ name, version: "1.0.0", contract: 1, title: name }));

export class NextContract extends named("next-contract") {
  override async manifest() {
    return { ...(await super.manifest()), contract: 2 as 1 };
  }
}

export class OtherName extends named("somebody-else") {}

export class Misshapen extends named("misshapen") {
  override async manifest() {
    return { ...(await super.manifest()), readers: [{ id: "misshapen.csv", title: "CSV" }] as never };
  }
}

export class NoPlugin extends named("no-plugin") {
  override async manifest() {
    return "hello" as never;
  }
}

export class Silent extends named("silent") {
  override async manifest(): Promise<never> {
    throw new Error("it is not well");
  }
}

/** The second to claim this backend: `statevector` of the default deployment is bound after it in order of name. */
const claiming = (name: string) =>
  servePlugin(
    definePlugin({
      name,
      version: "1.0.0",
      contract: 1,
      title: name,
      backends: [
        { ...referenceBackend(), describe: async () => ({ ...(await referenceBackend().describe()), name: "shared" }) },
      ],
    }),
  );

export class FirstClaim extends claiming("first-claim") {}
export class SecondClaim extends claiming("second-claim") {}

let isMended = false;

/** Bound as `mendable`: of a contract to come, until it is told otherwise. */
export default class Mendable extends named("mendable") {
  override async manifest() {
    return { ...(await super.manifest()), contract: (isMended ? 1 : 7) as 1 };
  }
  setMended(mended: boolean): void {
    isMended = mended;
  }
}
