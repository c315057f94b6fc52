// The files of a form, as a reader gets them, and the reader's answer: both travel as one message of at most 32 MiB.

import { refuse, type SourceFile } from "@eigentwin/core";

const MIB = 1024 * 1024;
/** With room for the names and for how a message is packed. */
const MOST_TEXT = 20 * MIB;
/** Also of the limit of the whole body. */
export const HOW_TO_CUT =
  "For twins, cut the file between two individuals and import the parts one by one, with the same idPrefix. A dataset " +
  "is one import: leave individuals out of it.";

/** In order of name. */
export async function sourceFiles(parts: readonly unknown[]): Promise<SourceFile[]> {
  const files = parts.filter((part) => part instanceof File).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (files.length === 0) refuse("request.invalid", "the form holds no file", { at: "form file" });
  const read = await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
  const size = read.reduce((sum, { text }) => sum + packedSize(text), 0);
  if (size > MOST_TEXT)
    refuse("request.too-large", `the files hold ${Math.ceil(size / MIB)} MiB of text, at most ${MOST_TEXT / MIB}`, {
      at: "form file",
      hint: HOW_TO_CUT,
    });
  return read;
}

/** A text travels with one byte a character, or two where one of its characters is outside Latin-1. */
export const packedSize = (text: string): number => text.length * (/[\u0100-\uffff]/.test(text) ? 2 : 1);

/** A dense text may say more numbers than one message carries. */
export async function withinOneMessage<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (/limited to 32 ?MiB/i.test(String(error)))
      refuse("request.too-large", "the files hold more values than are read at once", {
        at: "form file",
        hint: HOW_TO_CUT,
      });
    throw error;
  }
}
