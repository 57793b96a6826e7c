/** Part of the one catalogue of errors: of tasks, charging profiles by hand and webhooks. */
export const OPERATOR_ERRORS = {
  "not-found.charging-profile": {
    status: 404,
    exit: 1,
    hint: "`youxu charging-profile list` lists them",
  },
  "charging-profile.assigned": {
    status: 409,
    exit: 1,
    hint: "release it first: `youxu charging-profile release`",
  },
  "charging-profile.over": { status: 409, exit: 1, hint: "store it with a later end, or none" },
  "charging-profile.too-many": { status: 409, exit: 1, hint: "remove those that are assigned nowhere" },
  "not-found.assignment": {
    status: 404,
    exit: 1,
    hint: "`youxu charging-profile show` tells where a profile is in force",
  },
  "not-found.webhook": { status: 404, exit: 1, hint: "`youxu webhook list` lists them" },
  "webhook.too-many": { status: 409, exit: 1, hint: "remove one that is not needed any more" },
  "webhook.gone": {
    status: 409,
    exit: 1,
    hint: "it answered 410 and is told no more: `youxu webhook remove` it, and add it anew once it is there again",
  },
  "webhook.address": {
    status: 409,
    exit: 1,
    hint: "an https address that anybody can reach; `webhooks.privateAddresses` of the site file allows others",
  },
  "task.nobody": {
    status: 409,
    exit: 1,
    hint: "state less of the stations; `youxu station status` shows those that there are",
  },
  "task.secret": {
    status: 409,
    exit: 1,
    hint: "ask the stations one by one; a password is changed by `youxu station rotate`",
  },
  "task.too-many": { status: 409, exit: 1, hint: "cancel a task, or wait until one is over" },
  "not-found.task": { status: 404, exit: 1, hint: "`youxu task list` lists them" },
} as const;
