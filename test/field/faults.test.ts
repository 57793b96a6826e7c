import { describe, expect, it } from "vitest";
import { STATION_FAULT_NAMES, STATION_FAULTS } from "../../sims/station/faults/index.js";
import { idOf, runField } from "./stage.js";

describe("trial", () => {
  it.each(["1.6", "2.0.1", "2.1"] as const)(
    "%s",
    async (version) => {
      const names = STATION_FAULT_NAMES.filter(
        (n) => STATION_FAULTS.get(n)?.versions?.includes(version) ?? true,
      );
      const t = performance.now();
      await runField(
        { version, faults: [[], ...names.map((n) => [n])], hours: 2, limitKw: 120, needKwh: 3 },
        async (field) => {
          const sessions = await field.server.control.sessions({});
          console.log(
            version,
            Math.round(performance.now() - t),
            JSON.stringify(field.breach),
            field.cycles.length,
          );
          ["none", ...names].forEach((name, index) => {
            const id = idOf(index);
            const mine = sessions.filter((s) => s.stationId === id);
            const q = field.server.quirks.of(id);
            const learnt = Object.entries(q.origins)
              .filter(([, o]) => o.startsWith("learnt"))
              .map(([n]) => `${n}=${String(q.values[n as never])}`)
              .join(" ");
            console.log(
              version,
              name.padEnd(26),
              mine.map((s) => `${s.deliveredKwh.toFixed(2)}/${s.endedMs === null ? "open" : "ended"}`).join(),
              (field.station(id).model().importedWh / 1000).toFixed(2),
              field.row(id).following,
              learnt,
              "|",
              [
                ...new Set(
                  field.lines
                    .filter((l) => l.level >= 40 && (l.station ?? l.stationId) === id)
                    .map((l) => l.msg),
                ),
              ].join(" | "),
            );
          });
          expect(field.violations()).toEqual([]);
        },
      );
    },
    60_000,
  );
});
