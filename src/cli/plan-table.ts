import type { PlanOutcome, SessionPlan } from "../domain/plan.js";

type Planned = Exclude<PlanOutcome, { status: "invalid" }>;

/** A plan as text: the certificate, then a line per session. */
export const planTable = ({ status, plan, notes, times }: Planned): string => {
  const { sent, relaxation } = plan.certificate;
  const head = [
    `${status} by ${plan.solver} in ${times.solveMs.toFixed(0)} ms, ${plan.iterations} iterations`,
    `cost ${plan.moneyCost.toFixed(4)} · objective ${sent.objective.toFixed(6)} · bound ${shown(sent.bound)} · gap ${shown(sent.gap)} (relaxation ${shown(relaxation.gap)}) · largest violation ${sent.maxViolation.toExponential(1)}`,
    ...notes.map((note) => `note: ${note}`),
    "",
  ];
  return [...head, ...plan.sessions.map(sessionLine)].join("\n");
};

const shown = (value: number | null): string => (value === null ? "none" : value.toPrecision(7));

const sessionLine = ({ sessionId, chargeKw, dischargeKw, shortfallKwh, reasons }: SessionPlan): string => {
  const powers = chargeKw.map((kw, slot) =>
    (kw - (dischargeKw[slot] ?? 0)).toFixed(1).replace(/^-?0\.0$/, "·"),
  );
  const short = shortfallKwh > 1e-6 ? ` short ${shortfallKwh.toFixed(2)} kWh` : "";
  return `${sessionId.padEnd(24)} ${powers.join(" ")}  now: ${reasons[0]?.key ?? "–"}${short}`;
};
