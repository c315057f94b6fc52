// The noise of the backend `statevector-noisy`: stated figures, of the order of a good device in 2026 and of none in particular.

import type { NoiseModel } from "./model.ts";

const AFTER_ONE = 0.001;
const AFTER_TWO = 0.005;
const MISREAD = 0.01;

export const STATED_NOISE: NoiseModel = {
  gates: [
    { width: 1, channels: [{ kind: "depolarising", probability: AFTER_ONE }] },
    { width: 2, channels: [{ kind: "depolarising", probability: AFTER_TWO }] },
  ],
  readout: { read1Of0: MISREAD, read0Of1: MISREAD },
};

export const STATED_WORDS =
  `a stated model, of no device: depolarising with probability ${AFTER_ONE} after each gate on one qubit and ${AFTER_TWO} ` +
  `on two, readings flipped with probability ${MISREAD}; idle qubits are undisturbed`;
