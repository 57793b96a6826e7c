/** One turn of the event loop: a station answers what it was asked before it speaks itself. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
