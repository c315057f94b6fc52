// Checks of saved models: a capability reads the formats that it declares, saves its plugin's own, and refuses the rest.

import { complain, skipBecause, type Check } from "../check.ts";

export const MODEL_CHECKS: readonly Check<"capability">[] = [
  {
    id: "capability.model-formats",
    title: "reads only model formats that it declares, and saves only its plugin's own",
    async run({ id }, kit) {
      const [fault] = (await kit.first(id)).formatFaults;
      if (fault) complain(fault);
    },
  },
  {
    id: "capability.refuses-unreadable-models",
    title: "refuses a model that it does not read, before it pays for a program",
    async run({ id }, kit) {
      const { modelsRead } = await kit.answered(id);
      if (modelsRead.length === 0) skipBecause("its example reads no model");
      const { outcome, programs } = await kit.ask(id, { modelFormat: `${kit.manifest.name}.not-declared@1` });
      const got = outcome.ok ? "an answer" : outcome.failure.code;
      if (got !== "model.unreadable") complain(`a model of an undeclared format got ${got}, not model.unreadable`);
      if (programs.length > 0) complain(`it paid for ${programs.length} programs before it read its model`);
    },
  },
];
