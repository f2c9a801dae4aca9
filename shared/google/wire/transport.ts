import { requireGoogle } from './destination.ts';

/** Options of a generated client. Without `fallback` it uses gRPC. */
export type ClientOptions = {
  readonly apiEndpoint: string;
  readonly port: number;
  readonly fallback?: true;
  readonly minifyJson?: true;
  readonly protocol?: 'http' | 'https';
};

export type Transport = {
  readonly options: (baseUrl: string) => ClientOptions;
  /** gRPC needs a deadline. Over REST the client would keep each answer in memory until then, long after the call. */
  readonly clientTimeoutMs: number;
};

/**
 * The options that make a generated client use REST over HTTP/1.1 at `baseUrl`. The local cloud and proxies need HTTP/1.1. `minifyJson` leaves
 * out the white space of an answer, a quarter of a long list.
 */
function restOptions(baseUrl: string): ClientOptions {
  requireGoogle(baseUrl);
  const url = new URL(baseUrl);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return {
    fallback: true,
    minifyJson: true,
    protocol,
    apiEndpoint: url.hostname,
    port: Number(url.port) || (protocol === 'http' ? 80 : 443),
  };
}

export const REST: Transport = {
  options: restOptions,
  clientTimeoutMs: Number.POSITIVE_INFINITY,
};
