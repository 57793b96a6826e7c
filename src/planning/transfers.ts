/** One-way transfers that a two-way one can also do. */
const ONE_WAY: Readonly<Record<string, readonly string[]>> = {
  AC_BPT: ["AC_single_phase", "AC_three_phase"],
  AC_BPT_DER: ["AC_single_phase", "AC_three_phase"],
  DC_BPT: ["DC"],
  DC_ACDP_BPT: ["DC_ACDP"],
};

/**
 * Of the ways of energy transfer that a car named, those that its driver allows: two-way ones with the
 * driver's consent only, and always the one-way ones, so that a car is never left without any. None, where
 * it named no two-way one: there is nothing to allow or forbid.
 */
export const allowedTransfers = (named: readonly string[], mayDischarge: boolean): readonly string[] => {
  const twoWay = named.filter((transfer) => transfer in ONE_WAY);
  if (twoWay.length === 0) return [];
  const oneWay = named.filter((transfer) => !(transfer in ONE_WAY));
  const also = twoWay.flatMap((transfer) => ONE_WAY[transfer] ?? []);
  return [...new Set([...oneWay, ...also, ...(mayDischarge ? twoWay : [])])];
};
