/** How a dependency stands. */
export interface HealthState {
  readonly ok: boolean;
  /** A sentence with figures; without secrets, as anybody may read it. */
  readonly detail: string | null;
}

/** Something that must work so that stations and operators can be served. */
export interface HealthCheck {
  readonly name: string;
  /** false: what is served without it is served well enough; it is shown, and changes no answer. Left out: true. */
  readonly required?: boolean;
  readonly check: () => Promise<HealthState> | HealthState;
}
