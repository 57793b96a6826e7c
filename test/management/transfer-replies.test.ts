import { describe, expect, it } from "vitest";
import { readReply } from "../../src/management/transfer-replies.js";

const said = (body: string, status = 200) => readReply({ kind: "answered", status, body });
const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe("an answer of a program to a data transfer", () => {
  it.each([
    ["a status", '{"status":"Accepted"}', { status: "Accepted" }],
    ["text", '{"status":"Rejected","data":"why"}', { status: "Rejected", data: "why" }],
    ["an object", '{"status":"Accepted","data":{"a":[1]}}', { status: "Accepted", data: { a: [1] } }],
    ["false is something", '{"status":"Accepted","data":false}', { status: "Accepted", data: false }],
    ["null is nothing", '{"status":"UnknownMessageId","data":null}', { status: "UnknownMessageId" }],
    ["more than is known", '{"status":"UnknownVendorId","more":1}', { status: "UnknownVendorId" }],
  ])("%s: %s", (_name, body, answer) => {
    expect(said(body)).toEqual({ outcome: "answered", answer });
  });

  it.each([
    ["nothing", ""],
    ["a page", "<html>"],
    ["a list", "[]"],
    ["no status", '{"data":"x"}'],
    ["a status of another case", '{"status":"accepted"}'],
    ["a status of another type", '{"status":["Accepted"]}'],
    ["cut off", '{"status":"Accepted"'],
  ])("%s is no answer for a station: %s", (_name, body) => {
    expect(said(body)).toMatchObject({ outcome: "invalid" });
  });

  it.each([
    [32, "answered"],
    [33, "invalid"],
    [30_000, "invalid"],
  ])("nested %d deep: %s", (levels, outcome) => {
    expect(said(`{"status":"Accepted","data":${deep(levels)}}`)).toMatchObject({ outcome });
  });

  it.each([
    [200, "answered"],
    [201, "answered"],
    [299, "answered"],
    [199, "refused"],
    [302, "refused"],
    [404, "refused"],
    [500, "refused"],
  ])("with the status %d: %s", (status, outcome) => {
    expect(said('{"status":"Accepted"}', status)).toMatchObject({ outcome });
  });

  it("that never came says why", () => {
    expect(readReply({ kind: "failed", why: "no answer in time" })).toEqual({
      outcome: "failed",
      why: "no answer in time",
    });
  });
});
