/** Exit codes of every command. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  configInvalid: 3,
  notFeasible: 4,
  cannotConnect: 5,
  interrupted: 130,
} as const;
