/** Which addresses may be asked, by the hosts that a configuration allows. */
import { expect, it } from "vitest";
import { allowedHosts, allowedUrl } from "../../src/certificates/status/hosts.js";

const isAllowed = allowedHosts([
  "OCSP.example.org",
  "crl.example.org:8080",
  "pki.example.org:443",
  "[fd00::1]",
]);

it.each([
  ["http://ocsp.example.org/a?b", true],
  ["https://Ocsp.Example.org", true],
  ["http://ocsp.example.org:80", true],
  ["https://ocsp.example.org:443", true],
  // Without a port, only the scheme's own.
  ["http://ocsp.example.org:8080", false],
  ["http://ocsp.example.org:22", false],
  ["http://ocsp.example.org:443", false],
  ["https://ocsp.example.org:80", false],
  ["http://crl.example.org:8080", true],
  ["http://crl.example.org", false],
  ["https://pki.example.org", true],
  ["http://pki.example.org", false],
  ["http://[fd00::1]/", true],
  ["http://[fd00::1]:8080/", false],
  ["http://evil.ocsp.example.org", false],
  ["http://ocsp.example.org.evil.org", false],
])("%s may be asked: %s", (url, is) => {
  expect(allowedUrl(url, isAllowed) !== null).toBe(is);
});
