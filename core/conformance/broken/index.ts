// Every plugin that the kit must reject.

import { BROKEN_ANNEALERS } from "./annealers.ts";
import { BROKEN_BACKENDS } from "./backends.ts";
import { BROKEN_CAPABILITIES } from "./capabilities.ts";
import type { Fault } from "./fault.ts";
import { BROKEN_MANIFESTS } from "./manifests.ts";
import { BROKEN_READERS } from "./readers.ts";

export const FAULTS: readonly Fault[] = [
  ...BROKEN_MANIFESTS,
  ...BROKEN_CAPABILITIES,
  ...BROKEN_BACKENDS,
  ...BROKEN_ANNEALERS,
  ...BROKEN_READERS,
];
