import { createRequire } from "node:module";
import { createValidator } from "ocpp-rpc";

const require = createRequire(import.meta.url);

type Schema = Readonly<Record<string, unknown>>;

/** `urn:XRequest` → `urn:X.req`, `urn:XResponse` → `urn:X.conf`: the names that strict mode looks up. */
const strictId = (id: string): string =>
  id.endsWith("Response")
    ? `${id.slice(0, -"Response".length)}.conf`
    : `${id.endsWith("Request") ? id.slice(0, -"Request".length) : id}.req`;

let made: ReturnType<typeof createValidator> | null = null;

/** Strict mode's own validator for OCPP 2.1 looks up ids that its schema file does not have. */
export const validator21 = (): ReturnType<typeof createValidator> => {
  made ??= createValidator(
    "ocpp2.1",
    (require("ocpp-rpc/lib/schemas/ocpp2_1.json") as Schema[]).map((schema) => ({
      ...schema,
      $id: strictId(String(schema["$id"])),
    })),
  );
  return made;
};
