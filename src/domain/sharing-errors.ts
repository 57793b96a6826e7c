/** Part of the one catalogue of errors: of queues, bookings and the emergency pile. */
export const SHARING_ERRORS = {
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
  "emergency.taken": { status: 409, exit: 1, hint: "in use, or held for a driver: see `youxu sharing show`" },
  "emergency.occupied": {
    status: 409,
    exit: 1,
    hint: "a car without an accepted price stands at the emergency pile and gets no power: have it unplugged, or ask for a price with its card",
  },
  "emergency.station-away": {
    status: 409,
    exit: 1,
    hint: "the station of the emergency pile is away: ask for a price once `youxu station status` shows it connected",
  },
  "emergency.price-unknown": {
    status: 409,
    exit: 1,
    hint: "no meter of the site file bills this pile: state a metering point at its node or above",
  },
  "emergency.too-little": {
    status: 409,
    exit: 1,
    hint: "a use takes half a kWh at least: ask for more energy, or for a stay in which the pile can give it",
  },
  "emergency.too-many": {
    status: 429,
    exit: 1,
    hint: "each price takes two plans of its site, one after the other: ask again in some seconds",
  },
  "emergency.expired": { status: 409, exit: 1, hint: "the price stood for five minutes: ask for another" },
} as const;
