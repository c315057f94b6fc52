// Plugins whose reader is at fault.

import { refuse } from "../../failure.ts";
import type { Reader } from "../../reader.ts";
import type { Fault } from "./fault.ts";
import { pluginOf, readLevels } from "./sound.ts";

const broken = (rejectedBy: Fault["rejectedBy"], name: string, reader: () => Partial<Reader>): Fault => ({
  name,
  rejectedBy,
  make: () => pluginOf({ reader: reader() }),
});

export const BROKEN_READERS: readonly Fault[] = [
  broken("reader.has-example", "has an empty example", () => ({ example: () => [] })),
  broken("reader.reads", "refuses its own example", () => ({
    toDataset: () => refuse("dataset.malformed", "it is not to its liking", { at: "line 1" }),
  })),
  broken("reader.table", "makes columns of different lengths", () => ({
    toDataset(files) {
      const { columns, values } = readLevels(files);
      return { columns, values: values.map((column, index) => column.slice(index)) };
    },
  })),
  broken("reader.twins", "makes points of a stream that no type declares", () => ({
    toTwins(files) {
      const [times = new Float64Array(), values = new Float64Array()] = readLevels(files).values;
      const streams = { depth: { observedAtMs: times, values } };
      return { type: "broken.gauge@1", twins: [{ name: "one", properties: {}, streams }] };
    },
  })),
  broken("reader.repeats", "numbers its tables", () => {
    let read = 0;
    return {
      toDataset(files) {
        const { columns, values } = readLevels(files);
        read += 1;
        return { columns: columns.map((column) => ({ ...column, title: `read ${read}` })), values };
      },
    };
  }),
  broken("reader.refuses-cut-files", "passes over half a line", () => ({
    toDataset: (files) =>
      readLevels(files.map(({ name, text }) => ({ name, text: text.slice(0, text.lastIndexOf("\n") + 1) }))),
  })),
  broken("reader.refuses-garbage", "trips over a file without its heading", () => ({
    toDataset(files) {
      if (!files[0]?.text.startsWith("time,level")) throw new TypeError("no heading");
      return readLevels(files);
    },
  })),
];
