import type { TextFault } from '../yaml/fault.ts';

/** A fault in one of the texts of a chain file. */
export type Fault = TextFault & {
  /** The path of the text that has the fault. */
  readonly source: string;
};

export const faultIn = (
  source: string,
  { severity, line, column, path, message }: TextFault,
): Fault => ({ severity, source, line, column, path, message });
