// Every plugin that the kit must reject.

import { BROKEN_ANNEALERS } from "./annealers.ts";
import { BROKEN_BACKENDS } from "./backends.ts";
import { BROKEN_CAPABILITIES } from "./capabilities.ts";
import type { Fault } from "./fault.ts";
import { BROKEN_MANIFESTS } from "./manifests.ts";
import { BROKEN_MODELS } from "./models.ts";
import { BROKEN_READERS } from "./readers.ts";
import { BROKEN_TWIN_TYPES } from "./twin-types.ts";

export const FAULTS: readonly Fault[] = [
  ...BROKEN_MANIFESTS,
  ...BROKEN_TWIN_TYPES,
  ...BROKEN_CAPABILITIES,
  ...BROKEN_MODELS,
  ...BROKEN_BACKENDS,
  ...BROKEN_ANNEALERS,
  ...BROKEN_READERS,
];
