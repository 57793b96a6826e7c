import { EVENING_MS } from "../fixtures/sites.js";

const HOUR_MS = 3_600_000;
const at = (stationId: string) => ({ stationId, evseId: 1 });
const driver = (name: string) => ({ driver: name, idToken: name.toLowerCase() });

const wish = [
  {
    profileType: "CHEAP",
    departureMs: EVENING_MS + 8 * HOUR_MS,
    energyNeedKwh: 1,
    reserveKwh: 1,
    maxDischargeKwh: 1,
  },
  { departure: "2027-01-01T00:00Z", targetSocPercent: 50, dischargeAllowed: true },
];

const NETWORK_PROFILE = {
  kind: "set-network-profile",
  slot: 1,
  profile: { url: "wss://host/ocpp/", securityProfile: 2 },
};

/** Good bodies of every route that takes one, into which one absurd value goes at a time. */
export const GOOD: Readonly<Record<string, readonly object[]>> = {
  "POST /api/v1/sites/{id}/measurements": [{ kind: "pv", powerKw: 1, atMs: 1 }],
  "POST /api/v1/sites/{id}/afrr-signal": [{ signal: -3 }, { signal: 1, atMs: 5, stationIds: ["CP01"] }],
  "POST /api/v1/sites/{id}/settings": [
    { settings: [{ name: "A", value: "1" }], version: null, stationIds: null, dryRun: true },
  ],
  "POST /api/v1/charging-profiles": [
    {
      name: "another",
      profile: { kind: "absolute", startMs: EVENING_MS, endMs: null, periods: [{ startS: 0, limitKw: 11 }] },
    },
  ],
  "POST /api/v1/charging-profiles/releases": [
    { selection: { stationIds: null, siteId: null, vendor: null, model: null, version: null }, evseId: 1 },
  ],
  "POST /api/v1/charging-profiles/{name}/assignments": [
    { selection: { stationIds: null, siteId: null, vendor: null, model: null, version: null }, evseId: 1 },
  ],
  "POST /api/v1/webhooks": [{ url: "https://host/told", kinds: ["ping"], siteIds: ["jinan"] }],
  "POST /api/v1/webhooks/{id}/ping": [{}],
  "POST /api/v1/tasks": [
    {
      command: { kind: "clear-cache" },
      selection: { stationIds: null, siteId: null, vendor: null, model: null, version: null },
      atOnce: 4,
      waitForOfflineS: 60,
    },
  ],
  "POST /api/v1/tasks/{id}/cancel": [{}],
  "POST /api/v1/stations": [{ id: "NEW" }],
  "POST /api/v1/stations/{id}/commands": [
    { kind: "remote-start", evseId: 1, idToken: "A" },
    { kind: "remote-stop", transactionId: "1" },
    { kind: "trigger", message: "Heartbeat", evseId: 1 },
    { kind: "get-composite", evseId: 1, durationS: 600 },
    { kind: "install-certificate", use: "v2g", certificate: "-----BEGIN CERTIFICATE-----" },
    { kind: "list-certificates", use: null },
    NETWORK_PROFILE,
  ],
  "POST /api/v1/stations/{id}/customer-reports/{requestId}/take": [{}],
  "POST /api/v1/stations/{id}/discharge-probe": [{ evseId: 1, way: "setting" }],
  "POST /api/v1/stations/{id}/local-list/sync": [{}],
  "POST /api/v1/stations/{id}/security/profile": [{ profile: 2, tell: true }],
  "PUT /api/v1/stations/{id}/evses/{evse}/preference": wish,
  "PATCH /api/v1/stations/{id}/evses/{evse}/preference": wish,
  "POST /api/v1/sessions/{id}/charge-now": [{ on: true }],
  "POST /api/v1/sessions/{id}/end": [{ force: false }],
  "PUT /api/v1/sessions/{id}/preference": wish,
  "PATCH /api/v1/sessions/{id}/preference": wish,
  "POST /api/v1/files": [{ name: "fw.bin" }],
  "POST /api/v1/id-tokens": [
    {
      idToken: "CARD",
      type: null,
      standing: "Accepted",
      groupId: null,
      expiresMs: null,
      language: null,
      mostAtOnce: 1,
      siteIds: null,
    },
  ],
  "POST /api/v1/sites/{id}/queue": [
    {
      ...at("shared"),
      ...driver("An"),
      energyNeedKwh: 5,
      deadline: EVENING_MS + HOUR_MS,
      readyFrom: null,
      reachableUntil: null,
    },
  ],
  "POST /api/v1/sites/{id}/bookings": [
    {
      ...at("lent"),
      ...driver("Bo"),
      energyNeedKwh: 5,
      from: "2026-01-14T18:00:00+08:00",
      to: "2026-01-14T20:00:00+08:00",
    },
  ],
  "POST /api/v1/sites/{id}/bookings/{booking}/answer": [{ isGranted: true }],
  "POST /api/v1/sites/{id}/owner-returns": [{ ...at("lent"), until: EVENING_MS + HOUR_MS }],
  "PUT /api/v1/sites/{id}/calendar": [
    {
      ...at("lent"),
      hours: [{ from: "08:00", to: "18:00" }],
      exceptions: [{ fromMs: 1, toMs: 2, isFree: false }],
    },
  ],
  "POST /api/v1/sites/{id}/emergency": [{ ...at("fast"), ...driver("Ya"), energyKwh: 5, minutes: 20 }],
};
