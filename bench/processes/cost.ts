import type { MeasuredProcess } from './process.ts';

/** The cost of work in a measured process, and the memory of the process after it. */
export type Cost = { readonly cpuMs: number; readonly tookMs: number; readonly rssMb: number };

/** @returns the mean of `times` runs */
export async function costOf(
  measured: MeasuredProcess,
  run: () => Promise<unknown>,
  times = 1,
): Promise<Cost> {
  const before = await measured.usage();
  const startedAt = performance.now();
  for (let i = 0; i < times; i++) await run();
  const tookMs = (performance.now() - startedAt) / times;
  const after = await measured.usage();
  return { cpuMs: (after.cpuMs - before.cpuMs) / times, tookMs, rssMb: after.rssMb };
}
