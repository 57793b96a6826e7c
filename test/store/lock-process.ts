/** Holds the lock of a database until it is killed. */
import { lockStore } from "../../src/store/lock.js";

lockStore(process.argv[2] ?? "");
process.send?.("ready");
setInterval(() => undefined, 60_000);
