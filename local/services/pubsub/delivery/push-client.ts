import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { PushRequest } from './push-request.ts';

/** Sends push requests. */
export type PushClient = {
  /** @returns the status of the response; 0 when there is no response */
  post(request: PushRequest, signal: AbortSignal): Promise<number>;
  close(): void;
};

export function openPushClient(): PushClient {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  const send = (url: URL, options: RequestOptions) =>
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: https })
      : httpRequest(url, { ...options, agent: http });
  return {
    post: ({ url, headers, body }, signal) =>
      new Promise((resolve) => {
        const sent = send(url, { method: 'POST', headers, signal });
        sent.on('error', () => resolve(0));
        sent.on('information', ({ statusCode }) => {
          if (statusCode === 102) resolve(statusCode);
        });
        // The status counts only after the whole response has arrived.
        sent.on('response', (response) => {
          response.on('error', () => resolve(0));
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.resume();
        });
        sent.end(body);
      }),
    close() {
      http.destroy();
      https.destroy();
    },
  };
}
