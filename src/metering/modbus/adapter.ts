import type { DeviceAnswer, ModbusAccess, Quantity, RegisterValue } from "../../domain/device.js";
import { type Adapter, type AdapterParts, sentenceOf, type Tell } from "../adapter.js";
import { createPolling } from "../polling.js";
import { type ModbusLine, ModbusRefusal } from "./line.js";
import { encodeRegisters, registerCount, valueOfRegisters } from "./registers.js";

/**
 * A device over Modbus TCP: its registers are read every `pollMs`, one value after the other. A device that says
 * no to one is asked for the others.
 */
export const modbusAdapter = (
  parts: AdapterParts,
  access: ModbusAccess,
  line: ModbusLine,
  tell: Tell,
): Adapter => {
  const { clock } = parts;
  const { unitId, pollMs, timeoutMs, values, setpoint } = access;
  line.serve(unitId, timeoutMs);

  const readWords = (value: RegisterValue, address: number, count: number): Promise<number[]> =>
    line.read({ unitId, table: value.table, address, count });

  const readValue = async (quantity: Quantity, value: RegisterValue): Promise<void> => {
    try {
      const words = await readWords(value, value.address, registerCount(value.type));
      const scale = value.scaleAddress === null ? null : await readWords(value, value.scaleAddress, 1);
      const found = valueOfRegisters(value, words, scale);
      if (typeof found === "string") tell({ kind: "refused", why: `${quantity}: ${found}` });
      else tell({ kind: "value", quantity, value: found, measuredMs: clock.now() });
    } catch (error) {
      if (!(error instanceof ModbusRefusal)) throw error;
      tell({ kind: "refused", why: `${quantity}: ${error.message}` });
    }
  };

  const read = async (answered: () => void): Promise<void> => {
    await readValue("power", values.power);
    answered();
    if (values.soc !== null) await readValue("soc", values.soc);
  };
  const polling = createPolling(parts, { everyMs: pollMs, read }, tell);

  const write = async (powerKw: number): Promise<DeviceAnswer> => {
    if (setpoint === null) return { status: "refused", detail: "no setpoint is configured" };
    const words = encodeRegisters(setpoint, powerKw / setpoint.factor);
    if (words === null) return { status: "refused", detail: `${setpoint.type} does not hold ${powerKw} kW` };
    for (const { address, value } of setpoint.before) await line.write({ unitId, address, words: [value] });
    await line.write({ unitId, address: setpoint.address, words });
    return { status: "confirmed" };
  };

  return {
    start: () => polling.start(),
    setPower: async (powerKw) => {
      try {
        return await write(powerKw);
      } catch (error) {
        const detail = sentenceOf(error);
        return { status: error instanceof ModbusRefusal ? "refused" : "unknown", detail };
      }
    },
    stop: () => polling.stop(),
  };
};
