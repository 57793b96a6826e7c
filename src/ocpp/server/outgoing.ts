/** What one connection has to write. */
export interface Writer {
  write(text: string): void;
}

/**
 * What is to go out in this turn of the event loop, over all connections. It is written at the turn's end, in its
 * order: to hand an answer to the kernel costs half as much after others than after the message that it answers.
 */
export interface Outgoing {
  add(writer: Writer, text: string): void;
  /** Writes it all now: before a connection is closed. */
  flush(): void;
  waiting(): number;
}

export const createOutgoing = (): Outgoing => {
  let writers: Writer[] = [];
  let texts: string[] = [];
  const flush = (): void => {
    const [to, what] = [writers, texts];
    writers = [];
    texts = [];
    for (let at = 0; at < to.length; at++) to[at]!.write(what[at]!);
  };
  return {
    add: (writer, text) => {
      if (writers.length === 0) setImmediate(flush);
      writers.push(writer);
      texts.push(text);
    },
    flush,
    waiting: () => writers.length,
  };
};
