import { OPERATOR_ERRORS } from "./operator-errors.js";

/**
 * The one catalogue of errors. Each has a code, an HTTP status where it reaches a client, the exit
 * code of the command line, and a hint that says what to do. `docs/reference/errors.md` is generated
 * from it.
 */
export const ERROR_CATALOGUE = {
  "config.invalid": {
    status: 400,
    exit: 3,
    hint: "correct the named place; `youxu init` writes a commented example",
  },
  "config.exists": {
    status: 409,
    exit: 1,
    hint: "give --force to replace it, or another path with --config",
  },
  "config.unchanged": {
    status: 409,
    exit: 1,
    hint: "the file was left as it is; its layout at the named place cannot be added to by itself",
  },
  "config.not-found": {
    status: 404,
    exit: 3,
    hint: "give the path with --config, or run `youxu init` first",
  },
  "usage.invalid": { status: 400, exit: 2, hint: "--help after the command shows what it takes" },
  "file.unreadable": { status: 404, exit: 2, hint: "is the path right, and may you read it?" },
  "file.exists": { status: 409, exit: 1, hint: "give --force to replace it, or choose another path" },
  "file.unwritable": {
    status: 500,
    exit: 1,
    hint: "choose a path in a folder that is there and that you may write to",
  },
  "problem.invalid": {
    status: 400,
    exit: 2,
    hint: "`youxu plan --schema` prints the schema of a problem file",
  },
  "plan.not-feasible": {
    status: 422,
    exit: 4,
    hint: "base load alone breaks a limit; raise the limit or lower the base load",
  },
  "connect.failed": { status: 502, exit: 5, hint: "is `youxu serve` running, and is the address right?" },
  "address.in-use": {
    status: 500,
    exit: 5,
    hint: "another program listens there: set the named key to another port (server.port also by --port)",
  },
  "address.unusable": {
    status: 500,
    exit: 5,
    hint: "the host is an address of this computer, or 0.0.0.0 for all of them; ports below 1024 need more rights",
  },
  "auth.missing": {
    status: 401,
    exit: 1,
    hint: "send `Authorization: Bearer <token>`; `youxu token add` makes one, POST /auth/token of the VTN too",
  },
  "auth.invalid": { status: 401, exit: 1, hint: "the token is unknown or expired: get another one" },
  "auth.forbidden": {
    status: 403,
    exit: 1,
    hint: "use a token with the scope that is named; `youxu token add --help` lists roles and scopes",
  },
  "auth.too-many": {
    status: 429,
    exit: 1,
    hint: "wait as long as Retry-After says, then send a token that is known: `youxu token list` lists them",
  },
  "request.invalid": {
    status: 400,
    exit: 2,
    hint: "correct the named field; /docs shows the API, docs/openadr.md programs and events",
  },
  "request.unreadable": {
    status: 400,
    exit: 2,
    hint: "send one JSON object with `Content-Type: application/json`; /auth/token takes a form as well",
  },
  "request.too-large": { status: 413, exit: 2, hint: "send less at once" },
  "not-found.site": {
    status: 404,
    exit: 1,
    hint: "`youxu config show` or GET /api/v1/sites lists the sites",
  },
  "not-found.station": {
    status: 404,
    exit: 1,
    hint: "`youxu station list` or GET /api/v1/stations lists the stations",
  },
  "not-found.evse": {
    status: 404,
    exit: 1,
    hint: "`youxu station status` lists the EVSEs; one that the site file does not have yet is stated there",
  },
  "not-found.token": { status: 404, exit: 1, hint: "`youxu token list` lists the tokens" },
  "not-found.file": {
    status: 404,
    exit: 1,
    hint: "GET /api/v1/files lists the files; links of stations open once, or until they expire",
  },
  "files.off": {
    status: 404,
    exit: 1,
    hint: "set files.publicUrl in the configuration, where stations reach this server, and start it again",
  },
  "files.full": {
    status: 507,
    exit: 1,
    hint: "remove files with DELETE /api/v1/files/{id}, or raise files.totalMegabytes",
  },
  "file.busy": { status: 409, exit: 1, hint: "the same link is being used: wait until that is over" },
  "file.broken-off": { status: 400, exit: 1, hint: "send the whole file again; the link still opens" },
  "not-found.session": { status: 404, exit: 1, hint: "GET /api/v1/sessions lists the sessions" },
  "not-found.id-token": {
    status: 404,
    exit: 1,
    hint: "`youxu id-token list` or GET /api/v1/id-tokens lists those that are known",
  },
  "not-found.report": {
    status: 404,
    exit: 1,
    hint: "it was read already, is older than an hour, or was not asked for: `youxu station customer`",
  },
  "not-found.program": { status: 404, exit: 1, hint: "GET /openadr3/3.1.1/programs lists the programs" },
  "not-found.event": { status: 404, exit: 1, hint: "GET /openadr3/3.1.1/events lists the events" },
  "not-found.route": {
    status: 404,
    exit: 1,
    hint: "/docs lists the routes of the API, docs/openadr.md those of the VTN",
  },
  "station.offline": {
    status: 409,
    exit: 1,
    hint: "the station is not connected; try again when it is back",
  },
  ...OPERATOR_ERRORS,
  "reservation.conflict": {
    status: 409,
    exit: 1,
    hint: "choose another EVSE or time, or end what stands in the way: `youxu station reservations` and `youxu sharing show` tell of it",
  },
  "reservation.of-sharing": {
    status: 409,
    exit: 1,
    hint: "sharing keeps it: `youxu sharing leave` or `cancel` ends it; for one of your own choose another number",
  },
  "station.exists": {
    status: 409,
    exit: 1,
    hint: "choose another identity, or remove the old station first",
  },
  "station.password-elsewhere": {
    status: 409,
    exit: 1,
    hint: "a password of the site file is changed there; a station without one gets it by `youxu station add`",
  },
  "station.rotating": {
    status: 409,
    exit: 1,
    hint: "restart the station so that it connects with one of them, or give it a password by hand: `youxu station remove`, then `add`",
  },
  "station.profile": {
    status: 409,
    exit: 1,
    hint: "docs/security.md tells what each security profile needs",
  },
  "tls.unusable": {
    status: 500,
    exit: 3,
    hint: "certificates and keys are PEM files; docs/security.md shows how to make and name them",
  },
  "ca.exists": {
    status: 409,
    exit: 1,
    hint: "stations trust the one there is; another folder in localCa.folder begins a new one",
  },
  "ca.missing": {
    status: 409,
    exit: 1,
    hint: "state localCa.folder in the configuration, then `youxu ca init`",
  },
  "certificate.refused": {
    status: 400,
    exit: 1,
    hint: "docs/security.md tells what a request for a certificate must hold",
  },
  "not-found.certificate": {
    status: 404,
    exit: 1,
    hint: "`youxu station certificate list <identity>` lists those that a station holds, `youxu ca list` those of one's own authority",
  },
  "token.invalid": {
    status: 400,
    exit: 2,
    hint: "give a name, and a role or scopes; `youxu token add --help` lists them",
  },
  "token.exists": {
    status: 409,
    exit: 1,
    hint: "choose another name, or take the old one back first: `youxu token remove <name>`",
  },
  "id-token.refused": {
    status: 409,
    exit: 1,
    hint: "`youxu id-token list` shows what is known of it; `youxu id-token add` lets it charge",
  },
  "id-token.too-many": { status: 409, exit: 1, hint: "remove those that are no longer used" },
  "id-token.fixed": {
    status: 409,
    exit: 1,
    hint: "it stands in the site file under idTokens: take it away there",
  },
  "client.exists": { status: 409, exit: 1, hint: "choose another client id, or remove the old client first" },
  "station.identity": { status: 400, exit: 2, hint: "1–48 characters of A–Z a–z 0–9 - _ . and no colon" },
  "quirks.invalid": {
    status: 400,
    exit: 3,
    hint: "correct the named place; docs/field.md shows what a quirks file holds",
  },
  "event.program-unknown": {
    status: 409,
    exit: 1,
    hint: "GET /openadr3/3.1.1/programs lists the programs; POST one first where there is none",
  },
  "program.exists": { status: 409, exit: 1, hint: "choose another programName, or PUT the program there is" },
  "program.in-use": {
    status: 409,
    exit: 1,
    hint: "wait until its events are over, or DELETE them first; GET /openadr3/3.1.1/events?active=true&programID=… lists them",
  },
  "event.node-unknown": {
    status: 400,
    exit: 1,
    hint: "targets name grid nodes; GET /api/v1/sites shows them",
  },
  "event.payload": {
    status: 400,
    exit: 1,
    hint: "docs/openadr.md lists each payload type with its unit, its values and their bounds",
  },
  "event.start": {
    status: 400,
    exit: 1,
    hint: "give the interval or the event a start: 2026-01-14T17:00:00+08:00, or 0001-01-01 for now",
  },
  "event.duration": {
    status: 400,
    exit: 1,
    hint: "give an ISO 8601 duration above zero: PT15M, PT1H, P1D; none at all is open-ended",
  },
  "event.overlap": {
    status: 400,
    exit: 1,
    hint: "give each interval a start of its own, or none so that it follows the one before",
  },
  "event.interval": {
    status: 400,
    exit: 1,
    hint: "post fewer, and let the event's duration repeat a shorter pattern",
  },
  "session.ended": {
    status: 409,
    exit: 1,
    hint: "GET /api/v1/sessions?active=true lists the sessions that run",
  },
  "preference.window": {
    status: 400,
    exit: 2,
    hint: "the departure must lie in the future, within a year",
  },
  "preference.one-way": {
    status: 409,
    exit: 1,
    hint: "leave dischargeAllowed out; where the pile can discharge, set its maxDischargeKw in the site file",
  },
  "preference.battery-unknown": {
    status: 409,
    exit: 1,
    hint: "the car has not told the size of its battery; give energyNeedKwh instead of targetSocPercent",
  },
  "discharge.not-probed": {
    status: 409,
    exit: 1,
    hint: "a probe needs maxDischargeKw in the site file, an older station that is connected, and a car whose driver allows discharge",
  },
  "not-found.entry": { status: 404, exit: 1, hint: "GET /api/v1/sites/{id}/sharing lists those who wait" },
  "not-found.booking": { status: 404, exit: 1, hint: "GET /api/v1/sites/{id}/sharing lists the bookings" },
  "not-found.use": { status: 404, exit: 1, hint: "ask for a price first; it stands for five minutes" },
  "sharing.not-offered": {
    status: 409,
    exit: 1,
    hint: "the pile is not shared this way: state `shared`, `owner` or `emergency` at its EVSE in the site file",
  },
  "queue.full": {
    status: 409,
    exit: 1,
    hint: "choose another pile, or try again when some have had their turn",
  },
  "queue.already": {
    status: 409,
    exit: 1,
    hint: "this card waits there already; leave the queue first to change it",
  },
  "queue.window": {
    status: 400,
    exit: 2,
    hint: "the deadline must lie in the future, within a week, after readyFrom and reachableUntil not before now",
  },
  "booking.window": {
    status: 400,
    exit: 2,
    hint: "from 15 minutes to two days, begun within 60 days, not in the past",
  },
  "booking.not-free": {
    status: 409,
    exit: 1,
    hint: "the owner's calendar has no such time; GET /api/v1/sites/{id}/sharing shows it",
  },
  "booking.overlap": { status: 409, exit: 1, hint: "another booking has this time, or the hand-over to it" },
  "booking.owner-needs-pile": {
    status: 409,
    exit: 1,
    hint: "the owner's car is charging until after that time; choose a later one",
  },
  "booking.over": { status: 409, exit: 1, hint: "the booking is over or was answered; make another" },
  "booking.full": { status: 409, exit: 1, hint: "the pile has as many bookings as it can; choose another" },
  "emergency.used-up": {
    status: 409,
    exit: 1,
    hint: "the driver has used what a day allows of the emergency pile; it begins anew at midnight",
  },
  "emergency.taken": { status: 409, exit: 1, hint: "another driver has the emergency pile; try again soon" },
  "emergency.expired": { status: 409, exit: 1, hint: "the price stood for five minutes: ask for another" },
  "measurement.invalid": {
    status: 400,
    exit: 2,
    hint: "powerKw is a number of kW, at most 1e6 either way; atMs not in the future",
  },
  "price.invalid": { status: 400, exit: 3, hint: "a row per quarter of an hour, or 96 columns a day" },
  "scenario.invalid": { status: 400, exit: 3, hint: "correct the named place; scenarios/ has examples" },
  "sessions.invalid": {
    status: 400,
    exit: 3,
    hint: "scenarios/README.md tells what a table of sessions holds",
  },
  "store.unusable": {
    status: 500,
    exit: 3,
    hint: "is the path a database of youxu's, writable, and not of a newer version?",
  },
  "store.newer": {
    status: 500,
    exit: 3,
    hint: "run the newer program again, or put back the copy that it made beside the store before it changed the tables (`youxu store restore`)",
  },
  "store.damaged": {
    status: 500,
    exit: 1,
    hint: "keep the file, and put a backup in its place: `youxu store restore <file>`",
  },
  "store.exists": { status: 409, exit: 1, hint: "choose another name, or move the file that is there" },
  "store.in-use": {
    status: 500,
    exit: 5,
    hint: "end the other one first, or give this one a store.path of its own",
  },
  "secret.lost": {
    status: 500,
    exit: 3,
    hint: "put the file back from a backup; where there is none, `youxu store forget-credentials` takes away what it opened, then `youxu station add --all` and `youxu token add` give everything anew",
  },
  "secret.other": {
    status: 500,
    exit: 3,
    hint: "put the file back that belongs to this store; where it is lost, `youxu store forget-credentials` takes away what it opened, then `youxu station add --all` and `youxu token add` give everything anew",
  },
  "secret.fits": {
    status: 409,
    exit: 1,
    hint: "`youxu station remove` and `youxu token remove` take single ones away",
  },
  internal: { status: 500, exit: 1, hint: "this is a fault of ours; the log has the details" },
} as const satisfies Record<string, { status: number; exit: number; hint: string }>;
