import type { Codec } from "../common/codec.js";
import { abilityQuestions, readAbilities } from "./abilities.js";
import { inbound } from "./inbound.js";
import { read, trigger, write } from "./outbound.js";

export const codec: Codec = {
  version: "1.6",
  inbound,
  write,
  trigger,
  read,
  abilityQuestions,
  readAbilities,
};
