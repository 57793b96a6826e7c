/** A text message as ws gives it when it was told to keep messages whole. */
export const textOf = (data: unknown): string => (Buffer.isBuffer(data) ? data.toString("utf8") : "");

export interface Cost {
  /** Processor time of this process since it began, user and system, ms. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

const settleMs = 100;

/** What this process has taken; with `collect`, after its memory was collected (needs --expose-gc). */
export const cost = async ({ collect }: { collect: boolean }): Promise<Cost> => {
  if (collect)
    for (let times = 0; times < 3; times += 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, settleMs));
    }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMs: (user + system) / 1_000, rssBytes: rss, heapBytes: heapUsed + external };
};
