/** How much our clocks and those of others may differ. */
export const SKEW_SECONDS = 60;
