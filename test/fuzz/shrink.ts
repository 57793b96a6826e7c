import type { Attack } from "./attack.js";

/** The same with less in it, the greatest steps first. */
const smaller = (attack: Attack): Attack[] => {
  if (attack.kind === "frames") return fewerFrames(attack);
  if (attack.kind === "upgrade") {
    const { path, headers } = attack;
    const fewer = headers.map((_, index) => ({ ...attack, headers: headers.toSpliced(index, 1) }));
    return [...fewer, ...halves(path).map((half) => ({ ...attack, path: half }))];
  }
  return halves(Buffer.from(attack.base64, "base64").toString("latin1")).map((half) => ({
    ...attack,
    base64: Buffer.from(half, "latin1").toString("base64"),
  }));
};

const fewerFrames = (attack: Extract<Attack, { kind: "frames" }>): Attack[] => {
  const { texts } = attack;
  const fewer = texts.length > 1 ? texts.map((_, index) => texts.toSpliced(index, 1)) : [];
  const shorter = texts.flatMap((text, index) => lesser(text).map((less) => texts.with(index, less)));
  return [...fewer, ...shorter].map((told) => ({ ...attack, texts: told }));
};

const halves = (text: string): string[] => {
  const half = Math.floor(text.length / 2);
  return half === 0 ? [] : [text.slice(0, half), text.slice(half), text.slice(0, -1), text.slice(1)];
};

/** A message without one of the fields of its payload, else cut. */
const lesser = (text: string): string[] => {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return halves(text);
    const [type, id, action, payload]: readonly unknown[] = value;
    if (typeof payload !== "object" || payload === null) return [];
    return Object.keys(payload).map((key) =>
      JSON.stringify([
        type,
        id,
        action,
        Object.fromEntries(Object.entries(payload).filter(([name]) => name !== key)),
      ]),
    );
  } catch {
    return halves(text);
  }
};

/** The least that still does harm, as far as so many tries find it. */
export const shrink = async (
  attack: Attack,
  isHarmful: (attack: Attack) => Promise<boolean>,
  mostTries: number,
): Promise<Attack> => {
  let least = attack;
  let tries = 0;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const less of smaller(least)) {
      if (tries++ >= mostTries) return least;
      if (!(await isHarmful(less))) continue;
      least = less;
      isSmaller = true;
      break;
    }
  }
  return least;
};
