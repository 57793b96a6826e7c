/** Objective, dual bound and largest violation: what the plan proves about itself. */
export interface Proof {
  /** Objective in money, penalties and small prices included. */
  readonly objective: number;
  /** A number that no feasible plan can go below; null where the method gives none. */
  readonly bound: number | null;
  /** (objective − bound) / max(1, |objective|); null where there is no bound. */
  readonly gap: number | null;
  /** Largest relative violation of any row or bound, recomputed by `verify`. */
  readonly maxViolation: number;
}

export interface Certificate {
  /** Of the relaxation that was solved. */
  readonly relaxation: Proof;
  /** Of the rounded plan that is sent, with the same bound. */
  readonly sent: Proof;
}
