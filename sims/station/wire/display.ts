import { type Handler, isoTime, objectOf } from "./words.js";

const MESSAGE = "message ";

const setMessage: Handler = ({ message }, { kept }) => {
  const given = objectOf(message);
  kept.set(`${MESSAGE}${Number(given["id"])}`, given);
  return { status: "Accepted" };
};

/** A part for each message. */
const reportMessages: Handler = ({ requestId, id }, { kept, follow }) => {
  const wanted = Array.isArray(id) ? new Set(id.map(Number)) : null;
  const found = [...kept]
    .filter(([key]) => key.startsWith(MESSAGE))
    .map(([, message]) => message)
    .filter((message) => wanted === null || wanted.has(Number(message["id"])));
  found.forEach((message, index) =>
    follow({
      action: "NotifyDisplayMessages",
      payload: { requestId, tbc: index < found.length - 1, messageInfo: [message] },
    }),
  );
  return { status: found.length > 0 ? "Accepted" : "Unknown" };
};

/** It keeps of a customer which token it saw last. */
const customerInformation: Handler = (
  { requestId, report, clear, idToken },
  { kept, follow, operations },
) => {
  const known = kept.get("customer");
  if (report === true)
    follow({
      action: "NotifyCustomerInformation",
      payload: {
        requestId,
        seqNo: 0,
        generatedAt: isoTime(operations.now()),
        data: known === undefined ? "" : JSON.stringify(known),
      },
    });
  if (clear === true) kept.delete("customer");
  else kept.set("customer", objectOf(idToken));
  return { status: "Accepted" };
};

/** What it shows to drivers, and what it keeps of them. */
export const displayHandlers: Readonly<Record<string, Handler>> = {
  SetDisplayMessage: setMessage,
  GetDisplayMessages: reportMessages,
  ClearDisplayMessage: ({ id }, { kept }) => ({
    status: kept.delete(`${MESSAGE}${Number(id)}`) ? "Accepted" : "Unknown",
  }),
  CustomerInformation: customerInformation,
  SetNetworkProfile: () => ({ status: "Accepted" }),
  CostUpdated: () => ({}),
};
