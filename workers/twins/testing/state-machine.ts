// Random commands to a twin and its branches, in process, against the model: what is refused, changed, remembered and read is
// what the model says.

import fc from "fast-check";
import { Refusal, unwrap, type Outcome, type StateRules } from "@eigentwin/core";
import { testStorage } from "@eigentwin/objects/testing";
import { branchOf } from "../src/branches/branch.ts";
import { listBranches } from "../src/branches/branch-record.ts";
import { makeBranch } from "../src/branches/make.ts";
import { promoteBranch, segmentsUnderBranch } from "../src/branches/promote.ts";
import { noteAppended } from "../src/change.ts";
import { checkCondition, needMatch } from "../src/condition.ts";
import { ALL_OR_NOTHING, type Condition, type StateChange } from "../src/contract.ts";
import { diffBetween, readHistory, stateAt } from "../src/history.ts";
import { retireTwin } from "../src/retire.ts";
import { storeState, writableOf, writeState } from "../src/state.ts";
import { TWIN_STEPS } from "../src/steps.ts";
import { streamsOf } from "../src/streams/index.ts";
import { checkedPoints } from "../src/streams/received.ts";
import { insertTwin, noteChange, readTwin } from "../src/twin-record.ts";
import { commands, type Command, type Match, type Write } from "./commands.ts";
import { lineOf, openModel, presentOf, same, type Line, type Model, type State } from "./model.ts";
import { holdBodies } from "./sqlite.ts";

export { commands, openModel, lineOf, presentOf, same };
export type { Command, Line, Match, Model, State, Write };

/** `wrong` has no place in the properties, and `n` is a number. */
const RULES: StateRules = {
  type: "x.tank@1",
  properties: { type: "object", properties: { n: { type: "number" }, wrong: false } },
  links: { feeds: { to: "x.tank@1", title: "Feeds" } },
};

const STREAMS = { level: { title: "Level", unit: "m" } };
const TARGETS = ["t1", "t2", "t3"].map((one): [string, string] => ["feeds", one]);
const AUTHOR = { by: "key_1", reason: null };
/** Later than everything that is recorded. */
const LATER = "2100-01-01T00:00:00.000Z";

/** Throws at the first difference. */
export async function checkSequence(sequence: readonly Command[]): Promise<void> {
  const model = openModel();
  let twin = openTwin();
  for (const command of sequence) {
    const isLast = command.do === "delete" && command.on === "";
    const revision = model.twin.states.length;
    const expected = model.obey(command);
    const told = await twin.told(command, revision);
    const wanted = "refused" in expected ? expected.refused : undefined;
    if (told !== wanted) differ(`${JSON.stringify(command)}: ${told} for ${wanted}`);
    if (isLast && wanted === undefined) twin = openTwin();
    await twin.compare(model.twin, "");
    const touched = command.on === "" ? undefined : model.branches.get(command.on);
    if (touched) await twin.compare(touched, command.on);
    if (!same(twin.branches(), [...model.branches.keys()].sort())) differ("other branches are there");
  }
  await twin.compareHistory(model.twin, "");
  for (const [name, line] of model.branches) {
    await twin.compare(line, name);
    await twin.compareHistory(line, name);
  }
}

function openTwin() {
  const { storage } = testStorage();
  const { sql } = storage;
  const streams = streamsOf(storage, holdBodies().bodies);
  let clockMs = 1_700_000_000_000;
  const clock = () => (clockMs += 1000);
  const now = () => new Date(clock()).toISOString();
  for (const step of TWIN_STEPS) sql.exec(step);
  const type = { id: RULES.type, streams: STREAMS };
  const empty = { properties: {}, desired: {}, links: {} };
  insertTwin(sql, { tenant: "own", id: "tank", type, ...empty, synthetic: false, ...AUTHOR }, now());
  sql.exec("CREATE TABLE schema_step (step INTEGER PRIMARY KEY)");
  const present = () => readTwin(sql) ?? differ("the twin is gone");
  const branchNamed = (name: string) => branchOf(storage, streams, name, clock);

  /** As the twin's object does each of them, in one transaction. */
  const acts = {
    write({ path, change, match, isNew }: Write, revision: number) {
      const [twin, at] = [present(), now()];
      const condition = { ...conditionOf(match, revision), ...(isNew && { noneMatch: "any" as const }) };
      storage.transactionSync(() => {
        writeState(twin, { path, change, condition, author: AUTHOR, rules: RULES, targets: TARGETS }, (next) =>
          storeState(sql, twin, next, { kind: "changed", author: AUTHOR, now: at }),
        );
        if (present().revision !== twin.revision) noteChange(sql, at);
      });
    },
    async points(points: readonly [number, number][]) {
      await streams.receive(checkedPoints(pointsOf(points), STREAMS, 0), ALL_OR_NOTHING, (rows, loaded) => {
        const outcomes = streams.write(rows, loaded, STREAMS, clock());
        noteAppended(storage, outcomes, { by: null, path: "/points" });
        return outcomes;
      });
    },
    async promote(branch: string, condition: Condition) {
      const loaded = await segmentsUnderBranch(sql, streams, branch);
      const promoting = { branch, condition, author: AUTHOR, rules: RULES, targets: TARGETS };
      const nowMs = clock();
      storage.transactionSync(() => {
        const twin = present();
        promoteBranch(storage, streams, twin, { promoting, loaded, nowMs });
        if (present().revision !== twin.revision) noteChange(sql, new Date(nowMs).toISOString());
      });
    },
    retire(condition: Condition) {
      checkCondition(condition, present().revision);
      needMatch(condition);
      retireTwin(storage, { event: "twin.deleted", by: null });
      if (readTwin(sql) !== undefined) differ("a retired twin is there");
    },
  };

  async function obey(command: Command, revision: number): Promise<void> {
    const { on } = command;
    if (command.do === "branch")
      return makeBranch(storage, streams, { name: on, revision: revision - command.back, ...AUTHOR }, clock);
    const own = on === "" ? undefined : branchNamed(on);
    const ownRevision = own ? await revisionOf(own.subject()) : revision;
    if (command.do === "points")
      return own ? void unwrap(await own.append(pointsOf(command.points))) : acts.points(command.points);
    if (command.do === "write") {
      if (!own) return acts.write(command, revision);
      const { path, change, isNew } = command;
      const condition = { ...conditionOf(command.match, ownRevision), ...(isNew && { noneMatch: "any" as const }) };
      return void unwrap(await own.write({ path, change, condition, author: AUTHOR, rules: RULES, targets: TARGETS }));
    }
    if (command.do === "promote") return acts.promote(on, conditionOf(command.match, revision));
    const condition = conditionOf(command.match, ownRevision);
    return own ? void unwrap(await own.retire(condition, AUTHOR)) : acts.retire(condition);
  }

  return {
    /** The code of what is refused. */
    async told(command: Command, revision: number): Promise<string | undefined> {
      try {
        await obey(command, revision);
        return undefined;
      } catch (error) {
        if (error instanceof Refusal) return error.failure.code;
        throw error;
      }
    },
    branches: () => listBranches(sql, "tank").map(({ name }) => name),
    /** Its state and points now. */
    async compare(line: Line, on: string): Promise<void> {
      const subject = on === "" ? present() : unwrap(await branchNamed(on).view());
      if (!same(writableOf(subject), presentOf(line))) differ(`${on} is ${JSON.stringify(subject)}`);
      if (subject.revision !== line.states.length || subject.sequence !== line.sequence)
        differ(
          `${on} counts ${subject.revision} and ${subject.sequence} for ${line.states.length} and ${line.sequence}`,
        );
      const asOf = { asOf: LATER };
      const series =
        on === ""
          ? await streams.series("level", STREAMS, {}, asOf)
          : unwrap(await branchNamed(on).series("level", {}, asOf));
      const days = [...series.observedAtMs].map((at, index): [number, number] => [
        at / DAY_MS,
        series.values[index] ?? NaN,
      ]);
      const wanted = [...line.points].sort(([a], [b]) => a - b);
      if (!same(days, wanted)) differ(`${on} has the points ${JSON.stringify(days)} for ${JSON.stringify(wanted)}`);
      if (on === "") return;
      const { level } = unwrap(await branchNamed(on).view()).streams;
      if (level?.points !== wanted.length || level.lastValue !== (wanted.at(-1)?.[1] ?? null))
        differ(`${on} miscounts`);
    },
    /** Every state that it ever had. */
    async compareHistory({ states }: Line, on: string): Promise<void> {
      const page = { before: null, limit: Number.MAX_SAFE_INTEGER };
      const { changes } = on === "" ? readHistory(sql, page) : unwrap(await branchNamed(on).history(page));
      if (!same(revisionsIn(changes), states.map((_, index) => index + 1).toReversed()))
        differ(`${on} has other entries`);
      for (const [index, state] of states.entries()) {
        const revision = index + 1;
        const past = on === "" ? stateAt(sql, { revision }) : unwrap(await branchNamed(on).past({ revision }));
        if (!same(writableOf(past), state)) differ(`revision ${revision} of ${on} is another`);
        const { at } = past;
        const then = on === "" ? stateAt(sql, { at }) : unwrap(await branchNamed(on).past({ at }));
        if (then.revision !== revision) differ(`at ${at}, ${on} had revision ${then.revision}, not ${revision}`);
      }
      if (on === "" && diffBetween(sql, 1, states.length).length === 0 && !same(states[0], states.at(-1)))
        differ("no difference");
    },
  };
}

const DAY_MS = 86_400_000;
const pointsOf = (points: readonly [number, number][]) =>
  points.map(([day, value]) => ({ stream: "level", observedAt: new Date(day * DAY_MS).toISOString(), value }));

const conditionOf = (match: Match, revision: number): Condition =>
  match === "none" ? {} : { match: match === "any" ? "any" : [revision - (match === "old" ? 1 : 0)] };

const revisionOf = async (subject: Promise<Outcome<{ revision: number }>>): Promise<number> =>
  unwrap(await subject).revision;

const revisionsIn = (changes: readonly StateChange[]): number[] => changes.map(({ revision }) => revision);

function differ(how: string): never {
  throw new Error(`not as the model: ${how}`);
}

/** How many commands that were. Throws with the seed and the shortest sequence that differs. */
export async function checkSequences({ sequences, seed }: { sequences: number; seed: number }): Promise<number> {
  let obeyed = 0;
  const check = (sequence: Command[]) => {
    obeyed += sequence.length;
    return checkSequence(sequence);
  };
  await fc.assert(fc.asyncProperty(commands, check), { numRuns: sequences, seed });
  return obeyed;
}
