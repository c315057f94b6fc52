// The random commands of `workers/twins/testing/state-machine.ts` over HTTP: every status, every state, every entry of the history
// and every point is as the model says, across restarts.

import fc from "fast-check";
import { ERRORS, type ErrorCode } from "@eigentwin/core";
import {
  commands,
  lineOf,
  openModel,
  presentOf,
  same,
  type Command,
  type Line,
  type Match,
  type Model,
} from "@eigentwin/twins/testing/state-machine";
import type { Answer, TestDeployment } from "./deployment.ts";

const TYPE = "broken.gauge@1";
/** Points and revisions are recorded to the millisecond: what follows each other is told apart by it. */
const TICK_MS = 2;

export interface Checking {
  sequences: number;
  seed: number;
  /** So many at once, each on a twin of its own. */
  atOnce: number;
  /** Inside of each sequence, at places that follow from its length. */
  restarts: number;
  restart(): Promise<void>;
}

/** How many commands that were. Throws at the first difference. */
export async function checkOverHttp(deployment: TestDeployment, checking: Checking): Promise<number> {
  const { sequences, seed, atOnce, restarts, restart } = checking;
  for (const id of ["t1", "t2", "t3"])
    await wanted(deployment.call("PUT", `/v1/twins/${id}`, { body: { type: TYPE } }));
  const all = fc.sample(commands, { numRuns: sequences, seed });
  for (let from = 0; from < all.length; from += atOnce) {
    const group = all.slice(from, from + atOnce).map((sequence, index) => ({
      sequence,
      twin: openOverHttp(deployment, `model-${from + index}`),
    }));
    await Promise.all(group.map(({ twin }) => twin.make()));
    for (let part = 0; part <= restarts; part++) {
      if (part > 0) await restart();
      await Promise.all(
        group.map(async ({ sequence, twin }) => {
          if (part > 0) await twin.compare();
          const at = (cut: number) => Math.floor((sequence.length * cut) / (restarts + 1));
          for (const command of sequence.slice(at(part), at(part + 1))) await twin.obey(command);
        }),
      );
    }
    await Promise.all(group.map(({ twin }) => twin.compareAll()));
  }
  return all.reduce((sum, { length }) => sum + length, 0);
}

function openOverHttp({ call }: TestDeployment, id: string) {
  let model: Model = openModel();
  const path = (on: string, rest = "") => `/v1/twins/${on === "" ? id : `${id}~${on}`}${rest}`;
  const make = () => wanted(call("PUT", path(""), { body: { type: TYPE } }));

  function send(command: Command): Promise<Answer> {
    const { on } = command;
    const twins = model.twin.states.length;
    const own = lineOf(model, on)?.states.length ?? 1;
    if (command.do === "branch")
      return call("POST", path("", "/branches"), { body: { name: on, revision: twins - command.back } });
    if (command.do === "points") {
      const points = command.points.map(([day, value]) => ({ stream: "level", observedAt: timeOf(day), value }));
      return call("POST", path(on, "/points"), { body: { points } });
    }
    if (command.do === "promote")
      return call("POST", path(on, "/promotion"), { headers: matching(command.match, twins) });
    const headers = matching(command.match, own);
    if (command.do === "delete") return call("DELETE", path(on), { headers });
    const { change, isNew } = command;
    if (isNew) headers["if-none-match"] = "*";
    const place = path(on, command.path.map((name) => `/${encodeURIComponent(name)}`).join(""));
    if (change.kind === "delete") return call("DELETE", place, { headers });
    if (change.kind === "put") return call("PUT", place, { body: change.value, headers });
    headers["content-type"] = `application/${change.kind === "merge" ? "merge-patch" : "json-patch"}+json`;
    return call("PATCH", place, { body: change.patch, headers });
  }

  async function compareLine(on: string, line: Line): Promise<void> {
    const { body } = await wanted(call("GET", path(on)));
    const { properties, desired, links, revision, sequence } = body;
    if (!same({ properties, desired, links }, presentOf(line))) differ(id, on, body);
    if (revision !== line.states.length || sequence !== line.sequence) differ(id, on, body);
    const { body: read } = await wanted(call("GET", path(on, "/streams/level")));
    const points = read["points"] as { observedAt: string; value: number }[];
    const known = [...line.points]
      .sort(([a], [b]) => a - b)
      .map(([day, value]) => ({ observedAt: timeOf(day), value }));
    if (!same(points, known)) differ(id, on, read);
  }

  async function compare(): Promise<void> {
    await compareLine("", model.twin);
    for (const [name, line] of model.branches) await compareLine(name, line);
    const { body } = await wanted(call("GET", path("", "/branches")));
    const names = (body["items"] as { name: string }[]).map(({ name }) => name);
    if (!same(names, [...model.branches.keys()].sort())) differ(id, "", body);
  }

  async function compareHistory(on: string, { states }: Line): Promise<void> {
    const { body: history } = await wanted(call("GET", path(on, "/history?limit=200")));
    if ((history["items"] as unknown[]).length !== states.length) differ(id, on, history);
    for (const [index, state] of states.entries()) {
      const { body } = await wanted(call("GET", path(on, `?revision=${index + 1}`)));
      const { properties, desired, links } = body;
      if (!same({ properties, desired, links }, state)) differ(id, on, body);
    }
  }

  return {
    make,
    compare,
    async obey(command: Command): Promise<void> {
      const { status, body } = await send(command);
      const isBefore = command.do === "branch" && model.twin.states.length - command.back < 1;
      const expected = model.obey(command);
      const wants = "refused" in expected ? ERRORS[expected.refused as ErrorCode].status : undefined;
      const told = `${JSON.stringify(command)}: ${status} ${JSON.stringify(body)} for ${JSON.stringify(expected)}`;
      if (isBefore) return status === 422 ? undefined : differ(id, command.on, told);
      if ("refused" in expected ? status !== wants || body["code"] !== expected.refused : status >= 300)
        differ(id, command.on, told);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      if (command.do === "delete" && command.on === "" && "done" in expected) await make();
      const line = lineOf(model, command.on);
      if (line) await compareLine(command.on, line);
    },
    async compareAll(): Promise<void> {
      await compare();
      await compareHistory("", model.twin);
      for (const [name, line] of model.branches) await compareHistory(name, line);
    },
  };
}

const timeOf = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();

const matching = (match: Match, revision: number): Record<string, string> =>
  match === "none" ? {} : { "if-match": match === "any" ? "*" : `"r${revision - (match === "old" ? 1 : 0)}"` };

async function wanted(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  if (answer.status >= 300) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

function differ(id: string, on: string, found: unknown): never {
  throw new Error(`${id}${on === "" ? "" : `~${on}`} is not as the model: ${JSON.stringify(found)}`);
}
