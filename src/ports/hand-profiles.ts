import type {
  HandProfile,
  NamedProfile,
  ProfileAssignment,
  ReleasedProfile,
} from "../domain/hand-profile.js";
import type { StationSelection } from "../domain/station-task.js";

export interface AssignmentRequest {
  readonly name: string;
  readonly selection: StationSelection;
  /** 0: the whole station. */
  readonly evseId: number;
  readonly assignedBy: string;
}

export type ReleaseRequest = Pick<AssignmentRequest, "selection" | "evseId">;

/** Charging profiles by an operator's hand: stored, assigned to stations and EVSEs, and kept to by the plan. */
export interface HandProfiles {
  readonly list: () => readonly NamedProfile[];
  /** null: there is none of this name. */
  readonly find: (name: string) => NamedProfile | null;
  /** Stores a profile; where it is assigned already it is told anew. */
  readonly put: (name: string, profile: HandProfile) => Promise<NamedProfile>;
  /** Throws `charging-profile.assigned` while it is in force anywhere; false where there is none. */
  readonly remove: (name: string) => Promise<boolean>;
  /** In place of the one that was in force there. What the stations make of it is in the answer. */
  readonly assign: (request: AssignmentRequest) => Promise<readonly ProfileAssignment[]>;
  /** Of the selected stations those where one was in force. */
  readonly release: (request: ReleaseRequest) => Promise<readonly ReleasedProfile[]>;
  /** What is in force at the selected stations, at whichever EVSE. */
  readonly inForce: (selection: StationSelection) => Promise<readonly ProfileAssignment[]>;
}
