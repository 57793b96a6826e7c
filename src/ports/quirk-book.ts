import {
  isOfStation,
  QUIRK_NAMES,
  type Maker,
  type QuirkEntry,
  type QuirkName,
  type QuirkValues,
  quirkValuesSchema,
  type ResolvedQuirks,
  resolveQuirks,
  stated,
} from "../domain/quirks.js";
import type { Documents } from "./documents.js";
import { createQuirkTally, type QuirkTally } from "./quirk-tally.js";

/** What is known of one station's ways. */
export interface StationQuirks extends ResolvedQuirks {
  readonly stationId: string;
  readonly maker: Maker;
}

/** What the stations of one model have taught. */
export interface ModelQuirks {
  readonly vendor: string;
  readonly model: string;
  readonly firmware: string | null;
  /** Stations of it that learnt anything. */
  readonly stationIds: readonly string[];
  /** What they agree on, and so holds for all of it. */
  readonly agreed: QuirkValues;
  /** What some learnt one way and some another. */
  readonly disputed: readonly QuirkName[];
}

/**
 * What models and stations do otherwise than the standard says, from every source. A value that a station
 * learnt is its own, and its model's as long as no other station of the model learnt another; a firmware
 * of another name is another model. What is learnt is kept in documents.
 */
export interface QuirkBook {
  /** Finds what was learnt before; until then nothing is. */
  open(): Promise<void>;
  of(stationId: string): StationQuirks;
  /** What a station says of itself; with another firmware it has all to learn anew. */
  identify(stationId: string, maker: Maker): void;
  /** What its settings say, in place of what they said before. */
  advertise(stationId: string, values: QuirkValues): void;
  /** What was found by trying. */
  learn(stationId: string, values: QuirkValues): void;
  /** Told of each station for which other values hold than before. */
  onChange(listener: (stationId: string) => void): void;
  /** Those of which a station has learnt anything: no more than stations. */
  models(): readonly ModelQuirks[];
}

export interface QuirkBookParts {
  readonly documents: Documents;
  /** Of the operator's file. */
  readonly entries?: readonly QuirkEntry[];
  readonly failed?: (error: unknown) => void;
}

interface Known {
  readonly maker: Maker;
  readonly advertised: QuirkValues;
  readonly learnt: QuirkValues;
}

const COLLECTION = "station-quirks";
const UNKNOWN: Maker = { vendor: null, model: null, firmware: null };
const fresh = (): Known => ({ maker: UNKNOWN, advertised: {}, learnt: {} });

export const createQuirkBook = ({ documents, entries = [], failed }: QuirkBookParts): QuirkBook => {
  const stations = new Map<string, Known>();
  const models = new Map<string, { readonly maker: Maker; readonly tally: QuirkTally }>();
  const listeners: ((stationId: string) => void)[] = [];
  // Every message of a station asks; what holds changes seldom.
  const lookedUp = new Map<string, StationQuirks>();

  const agreedOf = (maker: Maker): QuirkValues => models.get(modelOf(maker) ?? "")?.tally.agreed() ?? {};
  /** A model is kept as long as a station of it learnt anything: what stations call themselves costs nothing. */
  const teach = (stationId: string, { maker, learnt }: Known): void => {
    const model = modelOf(maker);
    if (model === null) return;
    const known = models.get(model) ?? { maker, tally: createQuirkTally() };
    known.tally.set(stationId, ofModel(learnt));
    if (known.tally.isEmpty()) models.delete(model);
    else models.set(model, known);
  };
  const resolved = (stationId: string, known: Known, agreed: QuirkValues): StationQuirks => ({
    stationId,
    maker: known.maker,
    ...resolveQuirks({
      advertised: known.advertised,
      "learnt-model": agreed,
      "learnt-station": known.learnt,
      file: stated(entries, stationId, known.maker),
    }),
  });
  const now = (stationId: string, known: Known): StationQuirks =>
    resolved(stationId, known, agreedOf(known.maker));
  const enter = (stationId: string, known: Known): void => {
    lookedUp.delete(stationId);
    stations.set(stationId, known);
    teach(stationId, known);
  };

  /** Tells of every other station of a model for which something else holds since its agreement changed. */
  const tellOthers = (maker: Maker, agreedBefore: QuirkValues, but: string): void => {
    const agreed = agreedOf(maker);
    if (!differ(agreed, agreedBefore)) return;
    for (const [stationId, known] of stations) {
      if (stationId === but || modelOf(known.maker) !== modelOf(maker)) continue;
      const before = resolved(stationId, known, agreedBefore).values;
      if (differ(before, resolved(stationId, known, agreed).values)) tell(stationId);
    }
  };
  const tell = (stationId: string): void => {
    for (const listener of listeners) listener(stationId);
  };
  const change = (stationId: string, after: Partial<Known>): void => {
    const before = stations.get(stationId) ?? fresh();
    const known = { ...before, ...after };
    const [leftAgreed, joinedAgreed] = [agreedOf(before.maker), agreedOf(known.maker)];
    const valuesBefore = now(stationId, before).values;
    const leaves = modelOf(before.maker) !== modelOf(known.maker);
    if (leaves) teach(stationId, { ...before, learnt: {} });
    enter(stationId, known);
    // Of other stations something else holds only where a model has come to another agreement.
    if (differ(agreedOf(known.maker), joinedAgreed) || (leaves && differ(agreedOf(before.maker), leftAgreed)))
      lookedUp.clear();
    if (differ(valuesBefore, now(stationId, known).values)) tell(stationId);
    tellOthers(known.maker, joinedAgreed, stationId);
    if (leaves) tellOthers(before.maker, leftAgreed, stationId);
  };
  const keep = (stationId: string): void => {
    const { maker, learnt } = stations.get(stationId) ?? fresh();
    documents
      .put(COLLECTION, stationId, { stationId, ...maker, learnt })
      .catch((error: unknown) => failed?.(error));
  };

  return {
    open: async () => {
      for (const document of await documents.list(COLLECTION)) {
        const read = readKept(document);
        if (read !== null) enter(read.stationId, read.known);
      }
      lookedUp.clear();
    },
    of: (stationId) => {
      const found = lookedUp.get(stationId) ?? now(stationId, stations.get(stationId) ?? fresh());
      if (stations.has(stationId)) lookedUp.set(stationId, found);
      return found;
    },
    identify: (stationId, maker) => {
      const before = stations.get(stationId) ?? fresh();
      if (JSON.stringify(before.maker) === JSON.stringify(maker)) return;
      const isAnother = before.maker.model !== null && modelOf(before.maker) !== modelOf(maker);
      change(stationId, { maker, learnt: isAnother ? {} : before.learnt });
      keep(stationId);
    },
    advertise: (stationId, advertised) => change(stationId, { advertised }),
    learn: (stationId, values) => {
      const { learnt } = stations.get(stationId) ?? fresh();
      if (holdsAll(learnt, values)) return;
      change(stationId, { learnt: { ...learnt, ...values } });
      keep(stationId);
    },
    onChange: (listener) => void listeners.push(listener),
    models: () => [...models.values()].map(({ maker, tally }) => modelView(maker, tally)),
  };
};

/**
 * What a station can teach its model: a place of the whole station is taken where it has one EVSE, and told by that.
 * A way to discharge that works at one is the first to try at another, which has to prove it by its own meter.
 */
const ofModel = ({
  sessionPlace,
  defaultPlace,
  dischargeMethod,
  dischargeProbe,
  dischargeProofs: _ofOneStation,
  ...others
}: QuirkValues): QuirkValues => ({
  ...others,
  ...(dischargeMethod === undefined || dischargeProbe !== `${dischargeMethod} works`
    ? {}
    : { dischargeMethod }),
  ...(sessionPlace === undefined || isOfStation(sessionPlace) ? {} : { sessionPlace }),
  ...(defaultPlace === undefined || isOfStation(defaultPlace) ? {} : { defaultPlace }),
});

/** One name of a model of a firmware; null where the station did not tell. */
const modelOf = ({ vendor, model, firmware }: Maker): string | null =>
  vendor === null || model === null ? null : JSON.stringify([vendor, model, firmware]);

/** Whether all of these values are known already: each accepted profile asks. */
const holdsAll = (known: QuirkValues, values: QuirkValues): boolean =>
  QUIRK_NAMES.every((name) => values[name] === undefined || values[name] === known[name]);

const differ = (a: object, b: object): boolean => JSON.stringify(a) !== JSON.stringify(b);

const modelView = ({ vendor, model, firmware }: Maker, tally: QuirkTally): ModelQuirks => {
  const [agreed, disputed, stationIds] = [tally.agreed(), tally.disputed(), tally.teachers()];
  return { vendor: vendor ?? "", model: model ?? "", firmware, stationIds, agreed, disputed };
};

/** What cannot be read any more is learnt anew. */
const readKept = (document: unknown): { stationId: string; known: Known } | null => {
  if (typeof document !== "object" || document === null) return null;
  const fields = new Map<string, unknown>(Object.entries(document));
  const text = (name: string): string | null => {
    const value = fields.get(name);
    return typeof value === "string" ? value : null;
  };
  const stationId = text("stationId");
  const learnt = quirkValuesSchema.safeParse(fields.get("learnt"));
  if (stationId === null || !learnt.success) return null;
  const maker = { vendor: text("vendor"), model: text("model"), firmware: text("firmware") };
  return { stationId, known: { maker, advertised: {}, learnt: learnt.data } };
};
