/** Of the station with this number. */
export const identityOf = (index: number): string => `CP${String(index).padStart(5, "0")}`;
