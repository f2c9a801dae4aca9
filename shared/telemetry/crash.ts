/** An error that is logged already. */
export class LoggedError extends Error {}

/**
 * The log fields of a bug: the name of the error and its place, by which Error Reporting groups errors. The message and the cause are left
 * out: JSON.parse quotes its input, and that may be a credential.
 *
 * @see https://cloud.google.com/error-reporting/docs/formatting-error-messages
 */
export function bugFields(thrown: unknown): { readonly event: 'crashed'; stack_trace: string } {
  const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error();
  const behind = stack.slice(stack.indexOf(message) + message.length);
  const frames = behind.split('\n').filter((line) => /^ {4}at \S/.test(line));
  const title = /^\w{1,50}$/.test(name) ? name : 'Error';
  return { event: 'crashed', stack_trace: [`${title}: a bug`, ...frames].join('\n') };
}
