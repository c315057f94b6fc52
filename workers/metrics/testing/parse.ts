// A strict reader of Prometheus text format 0.0.4, for tests: whatever the format does not allow throws with its line.

export interface Family {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const META = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`, "s");
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`, "s");
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const VALUE = /^[+-]?(?:Inf|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$|^NaN$/i;
const SUFFIXES: Record<string, RegExp> = { histogram: /_(bucket|sum|count)$/ };

export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const refuse = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const meta = META.exec(line);
    if (meta) {
      const [, what, name = "", rest = ""] = meta;
      if (what === "HELP" && families.has(name)) refuse("told twice, or not in one group");
      if (what === "TYPE" && (current !== name || families.get(name)?.type !== ""))
        refuse("a type without its help before");
      if (what === "TYPE" && !/^(counter|gauge|histogram)$/.test(rest)) refuse("no such type");
      current = name;
      if (what === "HELP") families.set(name, { type: "", help: unescaped(rest), samples: [] });
      else Object.assign(families.get(name) ?? {}, { type: rest });
      continue;
    }
    const [, name = "", labelText = "", number = ""] = SAMPLE.exec(line) ?? refuse("no sample");
    const family = families.get(current) ?? refuse("a sample before any type");
    const suffix = SUFFIXES[family.type];
    if ((suffix ? name.replace(suffix, "") : name) !== current || (suffix && !suffix.test(name)))
      refuse(`a sample that is not of ${current}`);
    if (!VALUE.test(number)) refuse("no number");
    const labels = readLabels(labelText, refuse);
    const series = JSON.stringify([name, Object.entries(labels).sort()]);
    if (seen.has(series)) refuse("the same series twice");
    seen.add(series);
    family.samples.push({ name, labels, value: Number(number.replace("Inf", "Infinity")) });
  }
  for (const [name, family] of families) if (family.type === "histogram") checkHistogram(name, family);
  return families;
}

function readLabels(text: string, refuse: (why: string) => never): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== "";) {
    const [whole, name = "", value = ""] = LABEL.exec(rest) ?? refuse("no label");
    if (Object.hasOwn(labels, name)) refuse("a label twice");
    labels[name] = unescaped(value);
    rest = rest.slice(whole.length);
  }
  return labels;
}

/** Buckets rise to +Inf, which is the count. */
function checkHistogram(name: string, { samples }: Family): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _le, ...labels } }) =>
    JSON.stringify(Object.entries(labels).sort()),
  );
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels["le"]?.replace("Inf", "Infinity")));
    const rises = buckets.every(
      ({ value }, at) =>
        at === 0 || (value >= (buckets[at - 1]?.value ?? 0) && (bounds[at] ?? 0) > (bounds[at - 1] ?? 0)),
    );
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    if (!rises || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count)
      throw new Error(`${name} is no histogram: ${JSON.stringify(group)}`);
    if (!group.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name} has no sum`);
  }
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
