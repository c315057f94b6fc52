// Checks of a reader: a whole file in, the same data each time; anything less is refused with the place of its fault.

import type { Outcome } from "../../failure.ts";
import { ROLES } from "../../dataset.ts";
import { ERRORS } from "../../errors.ts";
import type { ReadTable, ReadTwin, SourceFile } from "../../reader.ts";
import { complain, leaveTo, type Check } from "../check.ts";
import type { Kit } from "../kit.ts";

const STARTS_AT = "2026-01-01T00:00:00Z";

interface Read {
  table: Outcome<ReadTable>;
  twins: Outcome<{ type: string; twins: ReadTwin[] }>;
}

async function read(id: string, files: readonly SourceFile[], { served }: Kit): Promise<Read> {
  return {
    table: await served.readDataset(id, files),
    twins: await served.readTwins(id, files, { startsAt: STARTS_AT }),
  };
}

async function filesOf(id: string, { served }: Kit): Promise<readonly SourceFile[]> {
  const files = (await served.readerExample(id)) ?? [];
  return files.some(({ text }) => text !== "") ? files : leaveTo("reader.has-example", "there is no example");
}

/** A form that the format does not have is refused as such, and is no fault. */
const isAbsent = (outcome: Outcome<unknown>): boolean => !outcome.ok && outcome.failure.code === "capability.refused";

async function wholeOf(id: string, kit: Kit): Promise<Read> {
  const whole = await read(id, await filesOf(id, kit), kit);
  return whole.table.ok || whole.twins.ok ? whole : leaveTo("reader.reads", "its example is not read");
}

export const READER_CHECKS: readonly Check<"reader">[] = [
  {
    id: "reader.has-example",
    title: "has an example, so that it can be checked",
    async run({ id }, { served }) {
      const files = await served.readerExample(id);
      if (!files?.some(({ text }) => text.length > 0)) complain("it has no `example`: nothing of it can be checked");
    },
  },
  {
    id: "reader.reads",
    title: "reads its example",
    async run({ id }, kit) {
      const { table, twins } = await read(id, await filesOf(id, kit), kit);
      for (const outcome of [table, twins])
        if (!outcome.ok && !isAbsent(outcome)) complain(`${outcome.failure.code}: ${outcome.failure.message}`);
      if (!table.ok && !twins.ok) complain("it reads neither datasets nor twins");
    },
  },
  {
    id: "reader.table",
    title: "makes whole tables: equal columns of finite numbers, each with role and unit",
    async run({ id }, kit) {
      const { table } = await wholeOf(id, kit);
      if (!table.ok) return;
      const { columns, values } = table.value;
      const rows = values[0]?.length ?? 0;
      if (columns.length !== values.length)
        complain(`${columns.length} columns have ${values.length} arrays of values`);
      if (rows === 0) complain("its example gives no row");
      columns.forEach(({ name, role, unit }, index) => {
        if (!ROLES.includes(role) || unit === "")
          complain(`column ${name} has the role "${role}" and the unit "${unit}"`);
        if (values[index]?.length !== rows) complain(`column ${name} has ${values[index]?.length} values of ${rows}`);
        if (!values[index]?.every(Number.isFinite)) complain(`column ${name} holds a value that is not finite`);
      });
    },
  },
  {
    id: "reader.twins",
    title: "makes twins of a declared type, with points in order of time",
    async run({ id }, kit) {
      const { twins } = await wholeOf(id, kit);
      if (!twins.ok) return;
      const type = kit.manifest.twinTypes.find((one) => one.id === twins.value.type);
      if (!type) return complain(`it makes twins of ${twins.value.type}, which the manifest does not declare`);
      for (const { name, streams } of twins.value.twins)
        for (const [stream, { observedAtMs, values }] of Object.entries(streams)) {
          if (!Object.hasOwn(type.streams, stream))
            complain(`${name} has points of ${stream}, no stream of ${type.id}`);
          if (observedAtMs.length !== values.length)
            complain(`${stream} of ${name} has times and values of other lengths`);
          if (observedAtMs.some((at, index) => index > 0 && !(at > (observedAtMs[index - 1] ?? 0))))
            complain(`${stream} of ${name} is not in order of time`);
        }
    },
  },
  {
    id: "reader.repeats",
    title: "reads the same file the same",
    async run({ id }, kit) {
      const [first, second] = [await wholeOf(id, kit), await wholeOf(id, kit)];
      if (JSON.stringify(first) !== JSON.stringify(second)) complain("its example read twice gave different data");
    },
  },
  {
    id: "reader.refuses-cut-files",
    title: "refuses a file that was cut short, and says where",
    async run({ id }, kit) {
      await wholeOf(id, kit);
      const files = await filesOf(id, kit);
      for (const share of [0.3, 0.6, 0.9]) {
        const last = files.length - 1;
        const cut = files.map((file, index) => (index === last ? { ...file, text: midLine(file.text, share) } : file));
        for (const outcome of Object.values(await read(id, cut, kit)) as Outcome<unknown>[]) {
          if (isAbsent(outcome)) continue;
          if (outcome.ok) return complain(`cut after ${share} of its text, the file passed for a whole one`);
          if (outcome.failure.code.startsWith("plugin.")) leaveTo("reader.refuses-garbage", "it breaks");
          if (!outcome.failure.at) complain(`"${outcome.failure.message}" does not say \`at\` which line`);
        }
      }
    },
  },
  {
    id: "reader.refuses-garbage",
    title: "refuses what is no file of its format",
    async run({ id }, kit) {
      const files = await filesOf(id, kit);
      for (const text of ["", "\n\n\n", "\u0000\u0001\uFFFD", '{"not": ["this", "format"]}\n', "word ".repeat(50)])
        for (const outcome of Object.values(
          await read(id, [{ name: files[0]?.name ?? "file", text }], kit),
        ) as Outcome<unknown>[]) {
          const what = JSON.stringify(text.slice(0, 20));
          if (outcome.ok) return complain(`it read ${what} as data`);
          const { code, message } = outcome.failure;
          if (!Object.hasOwn(ERRORS, code)) complain(`${code} is not in the table of errors`);
          if (code.startsWith("plugin.")) complain(`${what}: ${message}`);
        }
    },
  },
];

/** The text up to about a share of it, never ending with a line. */
function midLine(text: string, share: number): string {
  let end = Math.max(1, Math.floor(share * text.length));
  while (end > 1 && (text[end - 1] === "\n" || text[end] === "\n" || text[end] === "\r")) end -= 1;
  return text.slice(0, end);
}
