/** Calls `run` at once and then at most every `everyMs` of wall time; the last call is never lost. */
export const throttled = (run: () => void, everyMs: number): { call: () => void; cancel: () => void } => {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastMs = -Infinity;
  const fire = (): void => {
    timer = null;
    lastMs = performance.now();
    run();
  };
  return {
    call: () => {
      timer ??= setTimeout(fire, Math.max(0, lastMs + everyMs - performance.now()));
      timer.unref?.();
    },
    cancel: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
};
