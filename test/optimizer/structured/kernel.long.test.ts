import { SMALL } from "../problems.js";
import { kernelsAgree } from "./kernels.js";

kernelsAgree([{ runs: 200, mostUnended: 6, shape: { ...SMALL, maxSessions: 20, maxSlots: 48 } }]);
