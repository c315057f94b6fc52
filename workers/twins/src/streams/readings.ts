// What is read of the streams of a twin, or of a branch of one: points by range, buckets, pictures.

import { refuse, type KeptStream, type Series, type TimeRange } from "@eigentwin/core";
import type { BucketPage, BucketQuestion, Picture, PictureQuestion, SeriesOptions, SeriesPart } from "../contract.ts";
import { bucketsOf } from "./aggregate.ts";
import { extremes, lttb } from "./downsample.ts";
import { instantMs, timeOf } from "./instant.ts";
import { concatenated, readPage, readStretches, type Question, type StreamPlaces } from "./read.ts";
import { streamNamed } from "./received.ts";

/** 16 bytes each: half of what one message may carry. */
const MOST_PER_READ = 1_000_000;
/** Of a bucket a message carries some hundred bytes. */
const MOST_BUCKETS = 20_000;

export type Names = Record<string, KeptStream>;

export function readingsOf(places: StreamPlaces) {
  function questionOf(name: string, names: Names, { from, to }: TimeRange, asOf: string): Question {
    return {
      stream: streamNamed(name, names, "/stream").storedAs,
      ...(from !== undefined && { fromMs: instantMs(from, "query from") }),
      ...(to !== undefined && { toMs: instantMs(to, "query to") }),
      asOfMs: instantMs(asOf, "query asOf"),
    };
  }

  return {
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
  };
}

async function* given(parts: readonly Series[]): AsyncGenerator<Series> {
  yield* parts;
}
