import { API_SCOPES, OPENADR_SCOPES } from "../domain/scopes.js";

export const SCOPES = [...API_SCOPES, ...OPENADR_SCOPES] as const;
export type Scope = (typeof SCOPES)[number];

export const ROLE_NAMES = ["viewer", "operator", "grid-operator", "meter", "admin", "ven"] as const;
export type Role = (typeof ROLE_NAMES)[number];

/**
 * Roles are names for sets of scopes: `grid-operator` is what OpenADR calls business logic, `ven` an
 * aggregator that reads from us, `meter` a device that only delivers measurements.
 */
export const ROLES = {
  viewer: ["read", "read_all"],
  operator: ["read", "operate", "measure", "read_all", "write_programs", "write_events"],
  "grid-operator": [
    "read",
    "read_all",
    "write_programs",
    "write_events",
    "write_subscriptions",
    "write_vens",
  ],
  meter: ["measure"],
  admin: SCOPES,
  ven: ["read_targets", "read_ven_objects", "write_reports", "write_subscriptions", "write_vens"],
} as const satisfies Record<Role, readonly Scope[]>;

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);
export const isRole = (text: string): text is Role => ROLE_NAMES.some((role) => role === text);

/** Either a role or single scopes. */
export type Grant =
  | { readonly role: Role; readonly scopes?: undefined }
  | { readonly scopes: readonly Scope[]; readonly role?: undefined };

export const scopesOf = (grant: Grant): readonly Scope[] =>
  grant.role === undefined ? grant.scopes : ROLES[grant.role];
