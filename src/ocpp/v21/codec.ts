import type { Codec } from "../common/codec.js";
import { questions21, readAbilities } from "../v2x/abilities.js";
import { inbound } from "./inbound.js";
import { trigger } from "../v2x/trigger.js";
import { read, write } from "./outbound.js";

export const codec: Codec = {
  version: "2.1",
  inbound,
  write,
  trigger,
  read,
  abilityQuestions: questions21,
  readAbilities: (answers) => {
    const abilities = readAbilities(answers);
    return { ...abilities, capabilities: { ...abilities.capabilities, stationMaximum: true } };
  },
};
