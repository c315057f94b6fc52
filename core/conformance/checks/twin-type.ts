// Checks of a twin type that upgrades twins of an older major: pure, into its own schema, with streams that stay what they are.

import { faultOf } from "../../json-schema.ts";
import type { Manifest } from "../../plugin.ts";
import { upgradedStreams } from "../../upgrade.ts";
import { complain, leaveTo, type Check } from "../check.ts";
import type { Kit } from "../kit.ts";
import { withoutWorld } from "../poison.ts";
import { notPlain } from "./manifest.ts";

type DeclaredType = Manifest["twinTypes"][number];

const skip = ({ upgradesFrom }: DeclaredType) => (upgradesFrom ? undefined : "it upgrades no older major");

async function upgraded(id: string, { served }: Kit): Promise<Record<string, unknown>> {
  const example = await served.upgradeExample(id);
  if (!example) return leaveTo("twin-type.upgrades", "there is no example");
  const outcome = await served.upgradeTwin(id, example);
  return outcome.ok ? outcome.value : leaveTo("twin-type.upgrades", "its example is not upgraded");
}

export const TWIN_TYPE_CHECKS: readonly Check<"twin-type">[] = [
  {
    id: "twin-type.upgrades",
    title: "upgrades its example of the older major into its own schema, and leaves what it is given alone",
    skip,
    async run({ id, properties, upgradesFrom }, { served, manifest }) {
      const example = await served.upgradeExample(id);
      if (!example) return complain("its upgrade has no example: nothing of it can be checked");
      const older = manifest.twinTypes.find((one) => one.id === upgradesFrom?.type);
      const inOlder = older && faultOf(older.properties, example);
      if (inOlder) complain(`its example is no ${upgradesFrom?.type}: ${inOlder}`);
      const outcome = await served.upgradeTwin(id, example);
      if (!outcome.ok) return complain(`${outcome.failure.code}: ${outcome.failure.message}`);
      const path = notPlain(outcome.value, "properties");
      if (path) complain(`${path} is not JSON data`);
      const fault = faultOf(properties, outcome.value);
      if (fault) complain(`its published schema refuses what its upgrade made: ${fault}`);
    },
  },
  {
    id: "twin-type.upgrade-repeats",
    title: "upgrades the same properties the same, without clock, chance or network",
    skip,
    async run({ id }, kit) {
      const [first, second] = [await upgraded(id, kit), await upgraded(id, kit)];
      if (JSON.stringify(first) !== JSON.stringify(second)) complain("its example upgraded twice gave different data");
      if (!kit.isInProcess) return;
      const example = (await kit.served.upgradeExample(id)) ?? {};
      const { touched } = await withoutWorld(() => kit.served.upgradeTwin(id, example));
      if (touched.length > 0) complain(`it used ${touched.join(", ")}: an upgrade knows the old properties only`);
    },
  },
  {
    id: "twin-type.upgrade-personal",
    title: "is personal in every major, or in none",
    skip,
    async run({ personal, upgradesFrom }, { manifest }) {
      const older = manifest.twinTypes.find((one) => one.id === upgradesFrom?.type);
      if (older && older.personal !== personal)
        complain(`${older.id} is ${older.personal ? "" : "not "}personal: consent would begin or end with an upgrade`);
    },
  },
  {
    id: "twin-type.upgrade-streams",
    title: "leads streams to streams that it declares, in the same unit",
    skip,
    async run({ id, streams, upgradesFrom }, { manifest }) {
      const { type, streams: renamed } = upgradesFrom ?? { type: "", streams: {} };
      const older = manifest.twinTypes.find((one) => one.id === type);
      if (older) return void upgradedStreams(older.streams, { id, streams, renamed });
      for (const [before, after] of Object.entries(renamed))
        if (!Object.hasOwn(streams, after)) complain(`${before} would become ${after}, which it does not declare`);
    },
  },
];
