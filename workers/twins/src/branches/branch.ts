// A branch, asked as a twin is. Nothing that is written here changes a row of the twin, is told as an event, or is indexed.

import { isSameJson, pointer, refuse, unwrap, type Outcome } from "@eigentwin/core";
import { exists, written } from "@eigentwin/objects";
import { answering, answeringLater, notThere } from "../answering.ts";
import { auditBranch } from "../change.ts";
import { checkCondition, needMatch } from "../condition.ts";
import { permits } from "../consent.ts";
import { ALL_OR_NOTHING, type TwinOrBranch, type TwinView, type WriteAnswer } from "../contract.ts";
import { noPart, partAt, writableOf, writeState } from "../state.ts";
import type { Streams } from "../streams/index.ts";
import { checkedPoints, pointsBytes } from "../streams/received.ts";
import { headOf, type TwinHead } from "../twin-record.ts";
import { receiptOf, streamViews } from "../view.ts";
import { branchDiff, branchStateAt, readBranchHistory } from "./branch-history.ts";
import { appendToBranch, overlayOf, statesOf } from "./branch-points.ts";
import {
  branchNamed,
  countBranch,
  dropBranch,
  originOf,
  storeBranchState,
  type BranchRecord,
} from "./branch-record.ts";
import { branchId } from "./contract.ts";
import { findingsOn, noteOnBranch } from "./findings.ts";

interface Found {
  twin: TwinHead;
  branch: BranchRecord;
}

export function branchOf(
  storage: DurableObjectStorage,
  streams: Streams,
  name: string,
  clock: () => number = Date.now,
): TwinOrBranch {
  const { sql } = storage;
  const now = () => new Date(clock()).toISOString();

  function found(): Outcome<Found> {
    const twin = exists(storage) ? headOf(sql) : undefined;
    if (!twin) return notThere();
    return answering(() => ({ twin, branch: branchNamed(sql, name) }));
  }

  function ask<T>(answer: (found: Found) => T): Outcome<T> {
    const there = found();
    return there.ok ? answering(() => answer(there.value)) : there;
  }

  async function askLater<T>(answer: (found: Found) => Promise<T>): Promise<Outcome<T>> {
    const there = found();
    return there.ok ? answeringLater(() => answer(there.value)) : there;
  }

  const under = (branch: BranchRecord) => streams.under(overlayOf(sql, branch));

  async function viewOf({ twin, branch }: Found): Promise<TwinView> {
    const { places } = under(branch);
    const states = await statesOf(storage, places, branch);
    return {
      ...subjectOf({ twin, branch }),
      desired: branch.desired,
      links: branch.links,
      streams: streamViews(branch.streams, states),
      ...findingsOn(sql, name),
      createdAt: branch.createdAt,
      updatedAt: branch.updatedAt,
    };
  }

  return {
    view: () => askLater(viewOf),

    subject: async () => ask(subjectOf),

    part: async (path) =>
      ask(({ branch }) => {
        const value = partAt(writableOf(branch), path);
        return value === undefined ? noPart(path) : { value, revision: branch.revision };
      }),

    async write(write): Promise<Outcome<WriteAnswer>> {
      const { author, withView, isTrial = false } = write;
      const answer = ask(({ twin, branch }) =>
        written(storage, isTrial, () =>
          writeState({ ...branch, synthetic: twin.synthetic }, write, (state) => {
            storeBranchState(sql, branch, state, { author, now: now() });
            auditBranch(storage, name, { by: author.by, path: pointer(write.path), content: write.change });
          }),
        ),
      );
      if (!answer.ok || answer.value.kind !== "written") return answer as Outcome<WriteAnswer>;
      const { isNew } = answer.value;
      return askLater(async (after) => {
        const receipt = receiptOf({ ...after.branch, id: branchId(after.twin.id, name) }, isNew);
        return { kind: "written", receipt: withView ? { ...receipt, view: await viewOf(after) } : receipt };
      });
    },

    retire: async (condition, { by }) =>
      ask(({ branch }) => {
        checkCondition(condition, branch.revision);
        needMatch(condition);
        storage.transactionSync(() => {
          dropBranch(sql, name);
          auditBranch(storage, name, { by, path: "" });
        });
        return undefined;
      }),

    history: async (page) => ask(({ branch }) => readBranchHistory(sql, branch, page)),

    past: async (moment) =>
      ask(({ twin, branch }) => ({
        id: branchId(twin.id, name),
        synthetic: twin.synthetic,
        ...branchStateAt(sql, branch, moment),
      })),

    diff: async ({ from, to }) =>
      ask(({ branch }) => {
        const last = to ?? branch.revision;
        return { from, to: last, patch: branchDiff(sql, branch, from, last) };
      }),

    append: (points, options = ALL_OR_NOTHING) =>
      askLater(async ({ branch }) => {
        const checked = checkedPoints(points, branch.streams, clock());
        const appended = await streams.receive(checked, options, (rows, loaded) => {
          // Dropped while old points were read.
          const present = branchNamed(sql, name);
          const outcomes = appendToBranch(sql, present, rows, loaded, clock());
          if (outcomes.some((outcome) => outcome !== "unchanged")) {
            countBranch(sql, name, now());
            auditBranch(storage, name, { by: options.by, path: "/points", content: pointsBytes(checked) });
          }
          return outcomes;
        });
        return { ...appended, sequence: branchNamed(sql, name).sequence };
      }),

    series: (stream, range, options) =>
      askLater(async ({ branch }) => {
        if (options.purpose !== undefined) unwrap(permits(sql, options.purpose));
        return under(branch).series(stream, branch.streams, range, options);
      }),

    buckets: (stream, range, question) =>
      askLater(({ branch }) => under(branch).buckets(stream, branch.streams, range, question)),

    picture: (stream, range, question) =>
      askLater(({ branch }) => under(branch).picture(stream, branch.streams, range, question)),

    noteRun: async (finding) =>
      ask(({ twin, branch }) => {
        if (!isSameJson(finding.branch, originOf(twin.id, branch)))
          refuse("branch.not-found", `the branch ${name} that this run was about is there no more`);
        storage.transactionSync(() => {
          if (!noteOnBranch(sql, name, finding)) return;
          countBranch(sql, name, now());
          auditBranch(storage, name, { by: null, path: `/findings/${finding.run}`, content: finding });
        });
        return undefined;
      }),
  };
}

const subjectOf = ({ twin, branch }: Found) => ({
  id: branchId(twin.id, branch.name),
  type: branch.type,
  revision: branch.revision,
  sequence: branch.sequence,
  properties: branch.properties,
  synthetic: twin.synthetic,
  branch: originOf(twin.id, branch),
});
