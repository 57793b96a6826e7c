import type { Codec } from "../common/codec.js";
import { abilityQuestions, readAbilities } from "./abilities.js";
import { inbound } from "./inbound.js";
import { read, write } from "./outbound.js";
import { trigger } from "./trigger.js";

export const codec: Codec = {
  version: "1.6",
  inbound,
  write,
  trigger,
  read,
  abilityQuestions,
  readAbilities,
};
