/** A stretch of a convex piecewise linear price: so wide, and so dear per unit. Cheaper ones come first. */
export interface Stretch {
  readonly width: number;
  readonly cost: number;
}

/** Stretches of a power with a price on change: it turns where the power is the one in force. */
export const powerStretches = ({
  most,
  inForce,
  cost,
  change,
}: {
  most: number;
  inForce: number;
  cost: number;
  change: number;
}): Stretch[] => {
  const into: Stretch[] = [];
  const turn = change === 0 ? 0 : Math.min(Math.max(inForce, 0), most);
  if (turn > 0) into.push({ width: turn, cost: cost - change });
  if (turn < most) into.push({ width: most - turn, cost: cost + change });
  return into;
};

/** An amount below which every kWh costs a price, beyond what it costs above. */
export interface Floor {
  readonly kwh: number;
  readonly price: number;
}

/** Stretches of an energy up to `top` with floors beneath it; `worth` is what each kWh earns at least. */
export const energyStretches = ({
  from,
  top,
  worth,
  floors,
}: {
  from: number;
  top: number;
  worth: number;
  floors: readonly Floor[];
}): Stretch[] => {
  const into: Stretch[] = [];
  let at = from;
  for (;;) {
    let next = top;
    let cost = -worth;
    for (const { kwh, price } of floors) {
      if (kwh <= at || price === 0) continue;
      next = Math.min(next, kwh);
      cost -= price;
    }
    if (next <= at) return into;
    into.push({ width: next - at, cost });
    at = next;
  }
};
