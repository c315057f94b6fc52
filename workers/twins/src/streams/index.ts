// The streams of one twin, as its object uses them: append, read, and what the alarm has to do.

import { refuse, type KeptStream, type Series, type TimeRange } from "@eigentwin/core";
import { exists, plan, settle, written } from "@eigentwin/objects";
import type {
  AppendOptions,
  AppendReceipt,
  AppendResult,
  BucketPage,
  BucketQuestion,
  Picture,
  PictureQuestion,
  SeriesOptions,
  SeriesPart,
} from "../contract.ts";
import { bucketsOf } from "./aggregate.ts";
import { appendPoints, segmentsUnder, type PointRow } from "./append.ts";
import { extremes, lttb } from "./downsample.ts";
import { instantMs, timeOf } from "./instant.ts";
import { concatenated, readPage, readStretches, type Question } from "./read.ts";
import { isRow, streamNamed, type Checked } from "./received.ts";
import { retentionsOf } from "./retention.ts";
import { bodyKeys, segmentReader, type Bodies } from "./segments.ts";
import { isOverfull, keepUp, LIMITS, type Limits } from "./upkeep.ts";

export const STREAMS_WORK = "streams";
/** 16 bytes each: half of what one message may carry. */
const MOST_PER_READ = 1_000_000;
/** Of a bucket a message carries some hundred bytes. */
const MOST_BUCKETS = 20_000;
const DAY_MS = 24 * 60 * 60_000;

export type Streams = ReturnType<typeof streamsOf>;
type Names = Record<string, KeptStream>;

export function streamsOf(storage: DurableObjectStorage, bodies: Bodies, limits: Limits = LIMITS) {
  const { sql } = storage;
  const places = { sql, readSegment: segmentReader(bodies) };

  function questionOf(name: string, names: Names, { from, to }: TimeRange, asOf: string): Question {
    return {
      stream: streamNamed(name, names, "/stream").storedAs,
      ...(from !== undefined && { fromMs: instantMs(from, "query from") }),
      ...(to !== undefined && { toMs: instantMs(to, "query to") }),
      asOfMs: instantMs(asOf, "query asOf"),
    };
  }

  /** Work that is due earlier stays due then. */
  function planUpkeep(atMs: number): void {
    const [due] = sql.exec<{ at_ms: number }>("SELECT at_ms FROM due WHERE work = ?", STREAMS_WORK).toArray();
    if (!due || due.at_ms > atMs) plan(storage, STREAMS_WORK, atMs);
  }

  return {
    /** All of it in one transaction, in which `onChange` runs where anything is new. Refuses at the first fault where it is all or nothing. */
    async append(
      checked: readonly Checked[],
      names: Names,
      { isPartial, isEach, isTrial = false, onChange }: AppendOptions & { onChange: (receipt: AppendReceipt) => void },
    ): Promise<AppendResult> {
      const refused = checked.flatMap((one, index) => (isRow(one) ? [] : [{ index, failure: one.refused }]));
      const [first] = refused;
      if (first && !isPartial) refuse(first.failure.code, first.failure.message, first.failure);
      const rows: PointRow[] = checked.filter(isRow);
      const loaded = await segmentsUnder(sql, rows, places.readSegment);
      // Erased while a segment was read.
      if (!exists(storage)) refuse("twin.not-found", "there is no such twin");
      const outcomes = written(storage, isTrial, () => {
        const appended = appendPoints(sql, rows, Date.now(), loaded);
        const told = receiptOf(appended.outcomes);
        if (told.accepted + told.corrected > 0) {
          onChange(told);
          if (appended.spilled || retentionsOf(names).size > 0)
            planUpkeep(appended.spilled && isOverfull(sql, limits) ? Date.now() : Date.now() + DAY_MS);
        }
        return appended.outcomes;
      });
      const inOrder = outcomes.values();
      return {
        ...receiptOf(outcomes),
        ...(isPartial && { refused }),
        ...(isEach && {
          results: checked.map((one) => (isRow(one) ? (inOrder.next().value ?? "unchanged") : "refused")),
        }),
      };
    },

    async series(name: string, names: Names, range: TimeRange, { asOf, limit }: SeriesOptions): Promise<SeriesPart> {
      const most = Math.min(limit ?? MOST_PER_READ, MOST_PER_READ);
      const { series, nextMs } = await readPage(places, questionOf(name, names, range, asOf), most);
      return { ...series, ...(nextMs !== undefined && { next: timeOf(nextMs) }) };
    },

    async buckets(name: string, names: Names, range: TimeRange, question: BucketQuestion): Promise<BucketPage> {
      const { asOf, everyMs, limit } = question;
      const buckets: BucketPage["buckets"] = [];
      const stretches = readStretches(places, questionOf(name, names, range, asOf));
      for await (const bucket of bucketsOf(stretches, everyMs)) {
        if (buckets.length === Math.min(limit, MOST_BUCKETS)) return { buckets, next: timeOf(bucket.fromMs) };
        buckets.push(bucket);
      }
      return { buckets };
    },

    async picture(name: string, names: Names, range: TimeRange, question: PictureQuestion): Promise<Picture> {
      const { asOf, points, method } = question;
      const asked = questionOf(name, names, range, asOf);
      let total = 0;
      let parts: Series[] = [];
      for await (const part of readStretches(places, asked)) {
        total += part.values.length;
        if (total <= MOST_PER_READ) parts.push(part);
        else if (method === "lttb")
          refuse("stream.too-dense", `${name} has more than ${MOST_PER_READ} points in this range`, {
            at: "query method",
            hint: "Ask for method=minmax-lttb, which takes any number, or for a shorter range.",
          });
        else parts = [];
      }
      const isWhole = total <= MOST_PER_READ;
      const stretches = isWhole ? given(parts) : readStretches(places, asked);
      const candidates =
        method === "lttb" || total <= 4 * points
          ? concatenated(parts, total)
          : await extremes(stretches, total, points);
      return { ...lttb(candidates, points), total };
    },

    /** The alarm's part; `folder` is where bodies of this twin stand. */
    async keepUp(names: Names, folder: string): Promise<void> {
      const retentions = retentionsOf(names);
      const nextMs = await keepUp({ ...places, storage, bodies, folder, retentions }, Date.now(), limits);
      if (!exists(storage)) return;
      if (nextMs === undefined) settle(storage, STREAMS_WORK);
      else plan(storage, STREAMS_WORK, nextMs);
    },

    bodyKeys: () => bodyKeys(sql),

    /** Every body in the folder, those too that no row names. */
    async eraseBodies(folder: string): Promise<void> {
      for (;;) {
        const { objects } = await bodies.list({ prefix: folder });
        if (objects.length === 0) return;
        await bodies.delete(objects.map(({ key }) => key));
      }
    },
  };
}

function receiptOf(outcomes: readonly string[]): AppendReceipt {
  const count = (of: string) => outcomes.filter((outcome) => outcome === of).length;
  return { accepted: count("accepted"), unchanged: count("unchanged"), corrected: count("corrected") };
}

async function* given(parts: readonly Series[]): AsyncGenerator<Series> {
  yield* parts;
}
