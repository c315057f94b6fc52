// What a twin answers without being changed. The methods are those of its object, which adds what changes it.

import { DurableObject } from "cloudflare:workers";
import { succeed, type Outcome, type TimeRange } from "@eigentwin/core";
import { exists } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { notThere } from "./answering.ts";
import { askStreams, askTwin } from "./asking.ts";
import { consentOf, permits } from "./consent.ts";
import type {
  BucketPage,
  BucketQuestion,
  ConsentView,
  Moment,
  PastState,
  Picture,
  PictureQuestion,
  SeriesOptions,
  SeriesPart,
  TwinOrBranch,
  TwinSubject,
  TwinView,
} from "./contract.ts";
import { diffBetween, readHistory, stateAt } from "./history.ts";
import { noPart, partAt, writableOf } from "./state.ts";
import { streamsOf } from "./streams/index.ts";
import { headOf, subjectOf } from "./twin-record.ts";
import { viewOf } from "./view.ts";

type Answers = Omit<TwinOrBranch, "write" | "retire" | "append" | "noteRun">;

export class TwinAnswers extends DurableObject<Env> implements Answers {
  protected readonly streams;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.streams = streamsOf(ctx.storage, env.BODIES);
  }

  async view(): Promise<Outcome<TwinView>> {
    return askTwin(this.ctx.storage, (twin) => viewOf(this.ctx.storage.sql, twin));
  }

  async subject(): Promise<Outcome<TwinSubject>> {
    return askTwin(this.ctx.storage, subjectOf);
  }

  async part(path: readonly string[]): Promise<Outcome<{ value: unknown; revision: number }>> {
    return askTwin(this.ctx.storage, (twin) => {
      const value = partAt(writableOf(twin), path);
      return value === undefined ? noPart(path) : { value, revision: twin.revision };
    });
  }

  async permits(purpose: string | null): Promise<Outcome<undefined>> {
    const { storage } = this.ctx;
    return exists(storage) && headOf(storage.sql) ? permits(storage.sql, purpose) : notThere();
  }

  async consent({ before, limit }: { before: number | null; limit: number }): Promise<Outcome<ConsentView>> {
    return askTwin(this.ctx.storage, (twin) => consentOf(this.ctx.storage.sql, twin, before, limit));
  }

  async history(page: { before: number | null; limit: number }) {
    return askTwin(this.ctx.storage, () => readHistory(this.ctx.storage.sql, page));
  }

  async past(moment: Moment): Promise<Outcome<PastState>> {
    return askTwin(this.ctx.storage, ({ id, synthetic }) => ({
      id,
      synthetic,
      ...stateAt(this.ctx.storage.sql, moment),
    }));
  }

  async diff({ from, to }: { from: number; to?: number }) {
    return askTwin(this.ctx.storage, ({ revision }) => {
      const last = to ?? revision;
      return { from, to: last, patch: diffBetween(this.ctx.storage.sql, from, last) };
    });
  }

  async series(name: string, range: TimeRange, options: SeriesOptions): Promise<Outcome<SeriesPart>> {
    const { purpose } = options;
    const permitted = purpose === undefined ? succeed(undefined) : await this.permits(purpose);
    if (!permitted.ok) return permitted;
    return askStreams(
      this.ctx.storage,
      (streams) => this.streams.series(name, streams, range, options),
      options.revision,
    );
  }

  async buckets(name: string, range: TimeRange, question: BucketQuestion): Promise<Outcome<BucketPage>> {
    return askStreams(this.ctx.storage, (streams) => this.streams.buckets(name, streams, range, question));
  }

  async picture(name: string, range: TimeRange, question: PictureQuestion): Promise<Outcome<Picture>> {
    return askStreams(this.ctx.storage, (streams) => this.streams.picture(name, streams, range, question));
  }
}
