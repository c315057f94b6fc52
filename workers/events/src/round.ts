// One round of deliveries: lanes beside each other, each in order, until everything is sent, a lane fails, or the round has
// lasted long enough. What came of it is written at its end; a crash before that repeats it, under the same ids.

import { MOST_IN_ROUND, type Attempt, type Delivery } from "./deliveries.ts";
import { isSuccess, type Reply } from "./outbound.ts";

/** Open connections that one call of a Worker may have are six. */
const BESIDE = 5;
const ROUND_MS = 5_000;

export interface RoundPorts {
  send(delivery: Delivery): Promise<Reply>;
  nowMs(): number;
}

export async function deliverRound(lanes: readonly (readonly Delivery[])[], ports: RoundPorts): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const endMs = ports.nowMs() + ROUND_MS;
  let begun = 0;
  const queue = lanes.values();
  const work = async () => {
    for (const lane of queue)
      for (const delivery of lane) {
        if (ports.nowMs() >= endMs || begun >= MOST_IN_ROUND) return;
        begun += 1;
        const reply = await ports.send(delivery);
        attempts.push({ number: delivery.number, atMs: ports.nowMs(), ...reply });
        if (!isSuccess(reply)) break;
      }
  };
  await Promise.all(Array.from({ length: BESIDE }, work));
  return attempts;
}
