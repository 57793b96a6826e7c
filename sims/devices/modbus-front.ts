import type { EpochMs } from "../../src/domain/units.js";
import { emptyUnit, type ModbusServer } from "./modbus-server.js";
import type { SimulatedDevice } from "./simulated.js";

/** Where a device's numbers lie: power in 10 W, charge in percent, setpoint in 10 W; the last hands over control. */
const REGISTERS = { power: 0, soc: 2, setpoint: 4, handOver: 6 } as const;

const asWord = (hundredths: number): number => Math.round(hundredths) & 0xff_ff;
const asSigned = (word: number): number => (word > 0x7f_ff ? word - 0x1_00_00 : word);

/** Puts a simulated device behind a unit of a Modbus server. What it returns renews the registers. */
export const putOnModbus = (
  { units }: ModbusServer,
  { unitId, device, now }: { unitId: number; device: SimulatedDevice; now: () => EpochMs },
): (() => void) => {
  const unit = emptyUnit();
  for (const address of Object.values(REGISTERS)) unit.holding.set(address, 0);
  unit.onWrite = (address) => {
    if (address === REGISTERS.setpoint)
      device.take?.(asSigned(unit.holding.get(REGISTERS.setpoint) ?? 0) / 100, now());
  };
  units.set(unitId, unit);
  return () => {
    device.advance(now());
    unit.holding.set(REGISTERS.power, asWord(device.powerKw * 100));
    unit.holding.set(REGISTERS.soc, Math.round(device.socPercent ?? 0));
  };
};
