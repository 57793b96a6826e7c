import type { PlanOutcome, Proof, SessionPlan } from "../domain/plan.js";

type Planned = Exclude<PlanOutcome, { status: "invalid" }>;

/** A plan as text: the certificate, then a line per session. */
export const planTable = ({ status, plan, notes, times }: Planned): string => {
  const { sent } = plan.certificate;
  const head = [
    `${status} by ${plan.solver} in ${times.solveMs.toFixed(0)} ms, ${plan.iterations} iterations`,
    `cost ${plan.moneyCost.toFixed(4)} · objective ${sent.objective.toFixed(6)} · ${proven(sent)} · largest violation ${sent.maxViolation.toExponential(1)}`,
    ...notes.map((note) => `note: ${note}`),
    "",
  ];
  return [...head, ...plan.sessions.map(sessionLine)].join("\n");
};

/** Rules prove nothing: there is no number that no plan can go below. */
const proven = ({ bound, gap }: Proof): string =>
  bound === null || gap === null
    ? "no bound"
    : `at most ${(100 * Math.max(0, gap)).toFixed(3)} % above the bound ${bound.toFixed(6)}`;

const sessionLine = ({ sessionId, chargeKw, dischargeKw, shortfallKwh, reasons }: SessionPlan): string => {
  const powers = chargeKw.map((kw, slot) =>
    (kw - (dischargeKw[slot] ?? 0)).toFixed(1).replace(/^-?0\.0$/, "·"),
  );
  const short = shortfallKwh > 1e-6 ? ` short ${shortfallKwh.toFixed(2)} kWh` : "";
  return `${sessionId.padEnd(24)} ${powers.join(" ")}  now: ${reasons[0]?.key ?? "–"}${short}`;
};
