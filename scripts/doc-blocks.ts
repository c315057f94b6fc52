// Code blocks of a document by what they are labelled with: "```ts src/plugin.ts" is the file `src/plugin.ts`.

export interface Block {
  language: string;
  /** All that follows the language; empty where nothing does. */
  label: string;
  text: string;
}

export const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, language = "", label = "", text = ""]) => ({
    language,
    label,
    text,
  }));
