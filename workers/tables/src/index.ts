// A table of 64-bit floats as Parquet, and back by column: only the bytes of the columns asked for are fetched.

import { parquetMetadataAsync, parquetRead } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { digest, refuse, type Digest } from "@eigentwin/core";

export function writeTable(names: readonly string[], values: readonly Float64Array[]): ArrayBuffer {
  return parquetWriteBuffer({
    columnData: names.map((name, index) => ({
      name,
      data: values[index] ?? new Float64Array(),
      type: "DOUBLE",
      nullable: false,
    })),
  });
}

/** Of names and values in order, so it does not depend on how the file was written. */
export const digestTable = (names: readonly string[], values: readonly Float64Array[]): Promise<Digest> =>
  digest(names.map((name, index) => [name, values[index]]));

/** A stored body whose parts can be fetched: `slice(start, end)` resolves to those bytes. */
export interface ByteRanges {
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

export async function readColumns(file: ByteRanges, names: readonly string[]): Promise<Record<string, Float64Array>> {
  const metadata = await parquetMetadataAsync(file);
  const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(Number(metadata.num_rows))]));
  await parquetRead({
    file,
    metadata,
    columns: [...names],
    onChunk: ({ columnName, columnData, rowStart }) =>
      columns[columnName]?.set(Float64Array.from(columnData as ArrayLike<number>), rowStart),
  });
  return columns;
}

export async function openBody(bucket: R2Bucket, key: string): Promise<ByteRanges> {
  const head = (await bucket.head(key)) ?? refuse("platform.fault", "the body of this dataset is gone from storage");
  return {
    byteLength: head.size,
    async slice(start, end = head.size) {
      const part = await bucket.get(key, { range: { offset: start, length: end - start } });
      return part ? part.arrayBuffer() : refuse("platform.fault", "a part of this dataset is gone from storage");
    },
  };
}
