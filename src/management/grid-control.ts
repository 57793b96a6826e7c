import type { DerControl, GridControlFile } from "../domain/station-file/grid-control.js";
import type { StationNews } from "../domain/station-news.js";

/** A station holds one of each kind and some that wait; OCPP tells 24 of a kind at once. */
const MOST_CONTROLS = 64;

export const NO_GRID_CONTROLS: GridControlFile = { controls: [], reportedMs: null };

/** What is known of a station's controls after it told of them, started one, or took a command. */
export const reduceGridControls = (file: GridControlFile, news: StationNews): GridControlFile => {
  switch (news.kind) {
    case "der-reported":
      return {
        controls: merged(
          file.controls,
          news.controls.map((control) => ({
            ...control,
            isActive: knownOf(file, control.controlId)?.isActive ?? null,
            toldMs: news.atMs,
          })),
        ),
        reportedMs: news.more ? file.reportedMs : news.atMs,
      };
    case "der-switched":
      return { ...file, controls: switched(file, news) };
    case "commanded": {
      const controls = commanded(file, news);
      return controls === file.controls ? file : { ...file, controls };
    }
    default:
      return file;
  }
};

type Switched = Extract<StationNews, { kind: "der-switched" }>;

const switched = (file: GridControlFile, news: Switched): DerControl[] => {
  const known = knownOf(file, news.controlId) ?? unknown(news.controlId);
  const superseded = file.controls.flatMap((control) =>
    news.supersededIds.includes(control.controlId) && control.controlId !== news.controlId
      ? [{ ...control, isSuperseded: true, isActive: false, toldMs: news.atMs }]
      : [],
  );
  const own = { ...known, isActive: news.started, isSuperseded: false, toldMs: news.atMs };
  return merged(file.controls, [...superseded, own]);
};

type Commanded = Extract<StationNews, { kind: "commanded" }>;

const commanded = (file: GridControlFile, { command, atMs }: Commanded): DerControl[] => {
  if (command.kind === "set-der-control") {
    const { controlId, controlType, isDefault, parameters } = command;
    const set = {
      ...unknown(controlId),
      controlType,
      isDefault,
      parameters: { ...parameters },
      toldMs: atMs,
    };
    return merged(file.controls, [set]);
  }
  if (command.kind !== "clear-der-control") return file.controls;
  const { controlId, controlType, isDefault } = command;
  return file.controls.filter((control) => {
    if (controlId !== null) return control.controlId !== controlId;
    const ofKind = controlType === null || control.controlType === controlType;
    return !(ofKind && (control.isDefault ?? false) === isDefault);
  });
};

const knownOf = (file: GridControlFile, controlId: string): DerControl | undefined =>
  file.controls.find((control) => control.controlId === controlId);

const unknown = (controlId: string): DerControl => ({
  controlId,
  controlType: null,
  isDefault: null,
  isSuperseded: false,
  isActive: null,
  parameters: null,
  toldMs: 0,
});

/** By id, the newer in place of the older, the newest of all. */
const merged = (older: readonly DerControl[], newer: readonly DerControl[]): DerControl[] => {
  const byId = new Map(older.map((control) => [control.controlId, control]));
  for (const control of newer) {
    byId.delete(control.controlId);
    byId.set(control.controlId, control);
  }
  return [...byId.values()].slice(-MOST_CONTROLS);
};
