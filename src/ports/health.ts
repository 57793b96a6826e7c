/** How a dependency stands. */
export interface HealthState {
  readonly ok: boolean;
  /** A sentence with figures; without secrets, as anybody may read it. */
  readonly detail: string | null;
}

/** Something that must work so that stations and operators can be served. */
export interface HealthCheck {
  readonly name: string;
  readonly check: () => Promise<HealthState> | HealthState;
}
