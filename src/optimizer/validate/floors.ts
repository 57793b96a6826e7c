import type { ProblemFault } from "../../domain/plan.js";
import type { Problem, ReductionPayment } from "../../domain/problem.js";

const faultsIn = (
  { floorKw, segments, excessPricePerKwh }: ReductionPayment,
  place: string,
): ProblemFault[] => {
  if (floorKw === null) return [];
  const faults: ProblemFault[] = [];
  const paidKw = segments.reduce((total, { kw }) => total + kw, 0);
  if (!(floorKw >= 0))
    faults.push({ place: `${place}.floorKw`, message: `must be a number of at least 0, is ${floorKw}` });
  if (floorKw > paidKw)
    faults.push({
      place: `${place}.floorKw`,
      message: `is ${floorKw}, above the ${paidKw} kW that its segments pay for; is it in kW, and no share?`,
    });
  if (excessPricePerKwh !== null)
    faults.push({
      place: `${place}.excessPricePerKwh`,
      message: "must be null with a floorKw: it is all or nothing, so nothing is due above the baseline",
    });
  return faults;
};

/** What contradicts itself in payments that are all or nothing, each with its place. */
export const floorFaults = ({ payments }: Problem): ProblemFault[] =>
  payments.flatMap((payment, index) => faultsIn(payment, `payments[${index}]`));
