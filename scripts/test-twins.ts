// Random sequences of writes to twins and their branches against a model, as many as one likes, in process and under workerd:
// `npm run test:twins`.

import { startTestDeployment } from "@eigentwin/gateway/testing/deployment";
import { checkOverHttp } from "@eigentwin/gateway/testing/twin-model";
import { checkSequences } from "@eigentwin/twins/testing/state-machine";
import { misused, readArguments } from "./arguments.ts";

const USAGE = `usage: npm run test:twins -- [options]

  --sequences N   how many in process (default: 2000)
  --workerd N     how many over HTTP, in which workerd is killed and started anew (default: 50)
  --restarts N    so often inside of each of these (default: 2)
  --seed N        of the generator (default: another one each time; it is printed)
  --help`;

const AT_ONCE = 10;

const { values } = readArguments(USAGE, {
  options: {
    sequences: { type: "string", default: "2000" },
    workerd: { type: "string", default: "50" },
    restarts: { type: "string", default: "2" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    help: { type: "boolean" },
  },
});
const whole = (name: "sequences" | "workerd" | "restarts" | "seed"): number => {
  const number = Number(values[name]);
  return Number.isInteger(number) && number >= 0 ? number : misused(USAGE, new Error(`--${name} is a whole number`));
};
const [sequences, overHttp, restarts, seed] = [whole("sequences"), whole("workerd"), whole("restarts"), whole("seed")];

if (sequences > 0)
  await timed(`${sequences} sequences in process, seed ${seed}`, () => checkSequences({ sequences, seed }));
if (overHttp > 0) {
  const deployment = await startTestDeployment();
  let killed = 0;
  const restart = () => {
    killed += 1;
    return deployment.restart();
  };
  try {
    await timed(`${overHttp} sequences over HTTP, ${restarts} restarts inside of each, seed ${seed}`, () =>
      checkOverHttp(deployment, { sequences: overHttp, seed, atOnce: AT_ONCE, restarts, restart }),
    );
    console.log(`workerd was killed and started anew ${killed} times`);
  } finally {
    await deployment.stop();
  }
}

async function timed(what: string, check: () => Promise<number>): Promise<void> {
  console.log(what);
  const started = performance.now();
  const commands = await check();
  console.log(`${commands} commands, no difference, ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
