/**
 * Bounds the calls in flight over all stations: with every call of a large fleet at once each waits
 * as long as all of them; with a window most are answered quickly. First come, first served.
 */
export interface CallWindow {
  /** Takes a place, or remembers `whenFree` and calls it once when one may be free. */
  take(whenFree: () => void): boolean;
  release(): void;
  inFlight(): number;
}

export function createCallWindow(places: number): CallWindow {
  let taken = 0;
  const waiting = new Set<() => void>();
  return {
    take(whenFree) {
      if (taken >= places) {
        waiting.add(whenFree);
        return false;
      }
      waiting.delete(whenFree);
      taken += 1;
      return true;
    },
    release() {
      taken -= 1;
      // One that is woken may have nothing left to send: go on until the places are taken.
      for (const next of waiting) {
        if (taken >= places) return;
        waiting.delete(next);
        next();
      }
    },
    inFlight: () => taken,
  };
}
