// The library injects its parts by reflection, and wants this to be there before it.
import "reflect-metadata";

/** X.509 as the library gives it; node itself reads certificates, and makes none. */
export * from "@peculiar/x509";
