/** A filter that Google would refuse, or that the local cloud does not support. */
export class FilterError extends Error {}
