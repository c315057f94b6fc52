// A change that is made to see what comes of it, and undone.

const UNDONE = Symbol("undone");

/** One transaction; where it is a trial, what it would have answered is told and nothing of it stays. */
export function written<T>(storage: DurableObjectStorage, isTrial: boolean, write: () => T): T {
  if (!isTrial) return storage.transactionSync(write);
  let tried: { value: T } | undefined;
  try {
    storage.transactionSync(() => {
      tried = { value: write() };
      throw UNDONE;
    });
  } catch (error) {
    if (error !== UNDONE) throw error;
  }
  if (!tried) throw new Error("a trial came to no end");
  return tried.value;
}
