// Random sequences of writes to twins against a model, as many as one likes: `npm run test:twins`.

import { checkSequences } from "@eigentwin/twins/testing/state-machine";
import { misused, readArguments } from "./arguments.ts";

const USAGE = `usage: npm run test:twins -- [options]

  --sequences N   how many (default: 2000)
  --seed N        of the generator (default: another one each time; it is printed)
  --help`;

const { values } = readArguments(USAGE, {
  options: {
    sequences: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    help: { type: "boolean" },
  },
});
const [sequences, seed] = [Number(values.sequences), Number(values.seed)];
if (!Number.isInteger(sequences) || sequences < 1 || !Number.isInteger(seed))
  misused(USAGE, new Error("--sequences and --seed are whole numbers"));

console.log(`${sequences} sequences of writes to a twin, seed ${seed}`);
const started = performance.now();
const commands = checkSequences({ sequences, seed });
console.log(`${commands} commands, no difference, ${((performance.now() - started) / 1000).toFixed(0)} s`);
