import { changeWish, whyOf } from "./api.js";
import { byId, setText } from "./dom.js";
import { kwh } from "./format.js";
import { t } from "./i18n.js";
import { fromWallTime, toWallTime } from "./zone-time.js";

/** The form in which a driver, or who helps them, says when the car leaves and what it needs. */

/** @typedef {import("../../domain/views.js").StationRow} StationRow */
/** @typedef {import("../../domain/session.js").PreferenceChange} PreferenceChange */
/** @typedef {{row: StationRow, timeZone: string}} Subject */
/**
 * What the fields hold, as text.
 * @typedef {object} Fields
 * @property {string} departure wall time of the site
 * @property {string} amount
 * @property {"kwh" | "soc"} unit
 * @property {boolean} discharge
 * @property {string} reserve kWh
 */

/** A plain number for an input: no thousands, a point. @param {number} value */
const plain = (value) => String(Number(value.toFixed(1)));

/** What is wanted now. @param {Subject} subject @returns {Fields} */
export const fieldsOf = ({ row: { session }, timeZone }) => ({
  departure: session?.departureMs == null ? "" : toWallTime(session.departureMs, timeZone),
  amount: session === null ? "" : plain(session.energyNeedKwh),
  unit: "kwh",
  discharge: session?.preference.dischargeAllowed === true,
  reserve: session?.preference.reserveKwh == null ? "" : plain(session.preference.reserveKwh),
});

/** @param {string} text */
const numberOrNull = (text) => (text.trim() === "" ? null : Number(text));

/** @param {Fields} fields */
const amountOf = ({ amount, unit }) => {
  const value = numberOrNull(amount);
  return unit === "soc" && value !== null ? { targetSocPercent: value } : { energyNeedKwh: value };
};

/**
 * Only what was changed, so that nothing that was left alone becomes the driver's word.
 * @param {Fields} before
 * @param {Fields} after
 * @param {string} timeZone
 * @returns {PreferenceChange}
 */
export const changeOf = (before, after, timeZone) => ({
  ...(after.departure === before.departure
    ? {}
    : { departureMs: after.departure === "" ? null : fromWallTime(after.departure, timeZone) }),
  ...(after.amount === before.amount && after.unit === before.unit ? {} : amountOf(after)),
  ...(after.discharge === before.discharge ? {} : { dischargeAllowed: after.discharge }),
  ...(after.reserve === before.reserve ? {} : { reserveKwh: numberOrNull(after.reserve) }),
});

/** Takes back all that was said. @type {PreferenceChange} */
const NOTHING_SAID = {
  departureMs: null,
  energyNeedKwh: null,
  dischargeAllowed: null,
  reserveKwh: null,
};

/** @template {Element} Kind @param {string} id @param {new () => Kind} kind @returns {Kind} */
const node = (id, kind) => {
  const found = byId(id);
  if (found instanceof kind) return found;
  throw new Error(`#${id} is no ${kind.name}`);
};

const formNodes = () => ({
  dialog: node("wish", HTMLDialogElement),
  departure: node("wish-departure", HTMLInputElement),
  amount: node("wish-amount", HTMLInputElement),
  unit: node("wish-unit", HTMLSelectElement),
  discharge: node("wish-discharge", HTMLInputElement),
  reserve: node("wish-reserve", HTMLInputElement),
  error: byId("wish-error"),
});
/** @typedef {ReturnType<typeof formNodes>} FormNodes */

/** @param {FormNodes} nodes @returns {Fields} */
const read = ({ departure, amount, unit, discharge, reserve }) => ({
  departure: departure.value,
  amount: amount.value,
  unit: unit.value === "soc" ? "soc" : "kwh",
  discharge: discharge.checked,
  reserve: reserve.value,
});

/** @param {FormNodes} nodes @param {Fields} fields */
const write = ({ departure, amount, unit, discharge, reserve }, fields) => {
  departure.value = fields.departure;
  amount.value = fields.amount;
  unit.value = fields.unit;
  discharge.checked = fields.discharge;
  reserve.value = fields.reserve;
};

/** What this pile and this car allow to be said. @param {FormNodes} nodes @param {Subject} subject */
const explain = ({ discharge, error }, { row, timeZone }) => {
  const battery = row.session?.battery ?? null;
  const oneWay = row.maxDischargeKw <= 0;
  discharge.disabled = oneWay;
  byId("wish-one-way").hidden = !oneWay;
  byId("wish-reserve-label").hidden = oneWay;
  byId("wish-soc").hidden = battery === null;
  setText(byId("wish-title"), t("wish.title", { station: row.stationId }));
  setText(byId("wish-zone"), t("wish.zone", { zone: timeZone }));
  const size = battery === null ? "" : t("wish.battery", { capacity: kwh(battery.capacityKwh) });
  setText(byId("wish-battery"), size);
  setText(error, "");
};

/** What came of a wish is shown by the next state that is pushed. */
export const createWishForm = () => {
  const nodes = formNodes();
  const { dialog, amount, unit, error } = nodes;
  /** @type {{subject: Subject, before: Fields} | null} */
  let open = null;

  /** @param {PreferenceChange} change */
  const send = async (change) => {
    const session = open?.subject.row.session ?? null;
    if (session === null) return;
    setText(error, "");
    dialog.setAttribute("aria-busy", "true");
    try {
      await changeWish(session.id, change);
      dialog.close();
    } catch (failure) {
      setText(error, t("action.failed", { why: whyOf(failure) }));
    } finally {
      dialog.removeAttribute("aria-busy");
    }
  };

  byId("wish-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (open === null) return;
    const change = changeOf(open.before, read(nodes), open.subject.timeZone);
    if (Object.keys(change).length === 0) dialog.close();
    else void send(change);
  });
  byId("wish-forget").addEventListener("click", () => void send(NOTHING_SAID));
  byId("wish-close").addEventListener("click", () => dialog.close());
  unit.addEventListener("change", () => {
    const inPercent = unit.value === "soc";
    const target = open?.subject.row.session?.battery?.targetSocPercent ?? 0;
    amount.value = inPercent ? plain(target) : (open?.before.amount ?? "");
    amount.max = inPercent ? "100" : "500";
  });

  return {
    /** @param {Subject} subject */
    show: (subject) => {
      open = { subject, before: fieldsOf(subject) };
      write(nodes, open.before);
      explain(nodes, subject);
      dialog.showModal();
    },
  };
};
