/** Most entries kept per station and kind; a station has a handful. */
const MOST = 256;

/** Sets the entry as the newest and forgets the oldest beyond the bound. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  // Of one entry alone the order is known.
  if (map.size > 1) map.delete(key);
  map.set(key, value);
  if (map.size <= MOST) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
