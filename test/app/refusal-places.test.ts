/** A server's refusal names a place in the request; who typed a command reads it as a place in that. */
import { expect, it } from "vitest";
import { refusalOf } from "../../src/app/operator-client.js";

it.each([
  ["header.authorization", "--token"],
  ["body.selection.stationIds", "stations"],
  ["params.id", ""],
  ["body", ""],
  ["body.limitKw", "limitKw"],
  ["query.limit", "limit"],
  ["targets[0]", "targets[0]"],
])("%s is told as %j", async (place, told) => {
  const body = { code: "request.invalid", message: "not so", place, hint: "otherwise", instance: "i" };
  const refusal = await refusalOf(new Response(JSON.stringify(body), { status: 400 }), "http://127.0.0.1");
  expect(refusal).toMatchObject({ code: "request.invalid", message: "not so", place: told });
});
