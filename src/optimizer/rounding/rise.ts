import { at } from "../tree.js";
import { type Board, chargeRoomKw, energies, laterRoomKwh, portKw, sessionOf, TINY } from "./board.js";

interface Room {
  /** Most that power may rise, kW, by node, port, taper and battery. */
  readonly riseKw: number;
  readonly kwhPerKw: number;
  readonly nowKw: number;
}

/** By how much a session may charge more in a slot; 0 where it cannot come to its minimum. */
export const roomAt = (board: Board, index: number, slot: number): Room => {
  const session = sessionOf(board, index);
  const nowKw = at(board.charge[index], slot);
  const kwhPerKw = session.chargeEfficiency * at(board.hours, slot);
  const network = chargeRoomKw(board, index, slot);
  if (network <= TINY || nowKw + network < session.minChargeKw - TINY) return { riseKw: 0, kwhPerKw, nowKw };
  const path = energies(board, index);
  const port = portKw(board, index, { slot, energyKwh: at(path, slot) }) - nowKw;
  const battery = laterRoomKwh(board, index, { slot, path }) / kwhPerKw;
  return { riseKw: Math.min(port, battery, network), kwhPerKw, nowKw };
};
