/** Thrown for what a log line has told. The framework prints the stack of what is thrown, and what has one is a bug to Error Reporting. */
export class Told extends Error {
  override readonly stack = 'not acknowledged: the line before says why';
}

/**
 * What is told of a bug: what it is called and where it is, by which Error Reporting tells one from another. Its words are not, nor its cause:
 * JSON.parse quotes what it was given, and that may be a credential.
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
