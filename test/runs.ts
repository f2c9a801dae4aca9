/** `.ci/run` sets it, to try more values than `npm test` has time for. */
const FACTOR = Number(process.env.HOPMINT_TEST_RUNS ?? 1);

/** How many values a random test tries. @param few what `npm test` tries */
export const runs = (few: number): number => few * FACTOR;
