import { describe, expect, it } from "vitest";
import { ownHost, pileHost } from "../../src/app/hosts.js";

describe("the host of a URL", () => {
  it.each([
    ["127.0.0.1", "127.0.0.1", "127.0.0.1"],
    ["192.0.2.7", "192.0.2.7", "192.0.2.7"],
    ["::1", "[::1]", "[::1]"],
    ["0.0.0.0", "127.0.0.1", "<this computer's address>"],
    ["::", "[::1]", "<this computer's address>"],
  ])("of a server that listens at %s can be called", (host, own, pile) => {
    expect([ownHost(host), pileHost(host)]).toEqual([own, pile]);
  });
});
