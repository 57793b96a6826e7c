import { z } from "zod";
import type { Notice } from "../ports/notices.js";
import type {
  BookingView,
  EmergencyQuote,
  EmergencyUseView,
  LentPileView,
  QueueEntryView,
  SharingView,
} from "../ports/sharing.js";
import {
  type bookingRequest,
  bookingSchema,
  type calendarRequest,
  type emergencyRequest,
  entrySchema,
  lentSchema,
  noticeSchema,
  type queueRequest,
  quoteSchema,
  type returnRequest,
  sharingSchema,
  useSchema,
} from "../server/schemas/sharing.js";
import { type Access, ask } from "./operator-client.js";

type Body<Schema extends z.ZodType> = z.input<Schema>;

/** What is shared at a site of a running server. */
export interface SharingClient {
  view(): Promise<SharingView>;
  join(wish: Body<typeof queueRequest>): Promise<QueueEntryView>;
  leave(entryId: string): Promise<void>;
  book(wish: Body<typeof bookingRequest>): Promise<BookingView>;
  answer(bookingId: string, isGranted: boolean): Promise<BookingView>;
  cancel(bookingId: string): Promise<BookingView>;
  setCalendar(calendar: Body<typeof calendarRequest>): Promise<LentPileView>;
  ownerReturns(place: Body<typeof returnRequest>): Promise<readonly BookingView[]>;
  quote(wish: Body<typeof emergencyRequest>): Promise<EmergencyQuote>;
  accept(useId: string): Promise<EmergencyUseView>;
  /** null: to all. */
  notices(to: string | null): Promise<readonly Notice[]>;
}

export const sharingClient = (access: Access, siteId: string): SharingClient => {
  const call = async <T>(method: string, path: string, read: { schema: z.ZodType<T>; body?: object }) => {
    const init = { method, ...(read.body === undefined ? {} : { body: JSON.stringify(read.body) }) };
    const response = await ask(access, `/sites/${encodeURIComponent(siteId)}${path}`, init);
    return read.schema.parse(response.status === 204 ? null : await response.json());
  };
  const id = encodeURIComponent;
  return {
    view: () => call("GET", "/sharing", { schema: sharingSchema }),
    join: (body) => call("POST", "/queue", { schema: entrySchema, body }),
    leave: async (entryId) => void (await call("DELETE", `/queue/${id(entryId)}`, { schema: z.null() })),
    book: (body) => call("POST", "/bookings", { schema: bookingSchema, body }),
    answer: (bookingId, isGranted) =>
      call("POST", `/bookings/${id(bookingId)}/answer`, { schema: bookingSchema, body: { isGranted } }),
    cancel: (bookingId) => call("DELETE", `/bookings/${id(bookingId)}`, { schema: bookingSchema }),
    setCalendar: (body) => call("PUT", "/calendar", { schema: lentSchema, body }),
    ownerReturns: (body) => call("POST", "/owner-returns", { schema: z.array(bookingSchema), body }),
    quote: (body) => call("POST", "/emergency", { schema: quoteSchema, body }),
    accept: (useId) => call("POST", `/emergency/${id(useId)}/accept`, { schema: useSchema }),
    notices: (to) =>
      call("GET", `/notices${to === null ? "" : `?to=${id(to)}`}`, { schema: z.array(noticeSchema) }),
  };
};
