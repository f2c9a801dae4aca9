import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from './principal.ts';

/** One call of an API method. */
export type Call = {
  /** The variables of the path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON; `{}` when the request has no body. */
  readonly body: unknown;
  readonly rawBody: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** Undefined when the method is `anonymous`. */
  readonly caller: Principal | undefined;
};
