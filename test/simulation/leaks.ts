import type { Deployment } from './deployment.ts';
import { publishes } from './deployment.ts';

/** Shorter than any credential, long enough not to be there by chance. */
const PIECE = 40;

/**
 * Remembers every credential that goes over the wire and all that is to be free of them, and tells what is not (I5): addresses, messages,
 * annotations, and what the functions returned or threw.
 */
export class Leaks {
  readonly #credentials = new Set<string>();
  #texts: string[] = [];
  readonly #deployment: Deployment;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    deployment.answered.add(async (request, response) => {
      this.#texts.push(request.url);
      const bearer = request.headers.get('authorization')?.replace('Bearer ', '');
      if (bearer) this.#credentials.add(bearer);
      if (/:(generate|sign)\w+$/.test(request.url)) {
        const body = (await response
          .clone()
          .json()
          .catch(() => ({}))) as Record<string, unknown>;
        for (const name of ['accessToken', 'token', 'signedJwt', 'signedBlob']) {
          if (typeof body[name] === 'string') this.#credentials.add(body[name]);
        }
      }
      if (!publishes(request) || request.bodyUsed) return;
      const { messages } = (await request.clone().json()) as { messages: { data: string }[] };
      for (const { data } of messages) {
        this.#texts.push(data, Buffer.from(data, 'base64').toString());
      }
    });
  }

  /** Credentials that came by; a search for none would find nothing. */
  get count(): number {
    return this.#credentials.size;
  }

  /** What was found since the last search. */
  found(): string[] {
    const { said, local } = this.#deployment;
    const secrets = [...local.state.secrets.values()];
    const text = [
      ...this.#texts,
      ...said,
      ...secrets.map(({ labels, annotations }) => JSON.stringify({ labels, annotations })),
    ].join('\n');
    const credentials = [...this.#credentials];
    this.#texts = [];
    this.#credentials.clear();
    said.length = 0;
    return credentials.flatMap((credential) =>
      formsOf(credential)
        .filter(([, form]) => text.includes(form))
        .map(([name]) => `I5: a credential was told, ${name}`),
    );
  }
}

/** A credential as it may stand in a text; of base64 the part that is the same whatever stands before it. */
function formsOf(credential: string): [name: string, form: string][] {
  const middle = credential.slice(-PIECE);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${middle}`)
      .toString('base64')
      .slice(4, -4),
  );
  return [
    ['raw', middle],
    ['percent-encoded', encodeURIComponent(middle)],
    ['in hex', Buffer.from(middle).toString('hex')],
    ...base64.map((form): [string, string] => ['in base64', form]),
    ...base64.map((form): [string, string] => [
      'in base64url',
      form.replaceAll('+', '-').replaceAll('/', '_'),
    ]),
  ];
}
