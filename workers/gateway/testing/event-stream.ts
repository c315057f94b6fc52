// Server-Sent Events as a client reads them.

export interface StreamedEvent {
  id: string | undefined;
  type: string | undefined;
  /** Undefined in a comment that moves the id alone. */
  data: string | undefined;
}

/** Until the stream ends or is left. */
export async function* eventsIn(response: Response): AsyncGenerator<StreamedEvent> {
  let rest = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const member = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      yield { id: member("id"), type: member("event"), data: member("data") };
    }
  }
}
