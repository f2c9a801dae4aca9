import { type Deployment, isPublish } from './deployment.ts';

/** The number of characters to search for: fewer than a credential has, and too many to occur by chance. */
const SEARCHED_LENGTH = 40;

/**
 * Invariant I5: no credential is in a URL, a message, an annotation, or an outcome or error of a function. It remembers every credential
 * that was sent over the network, and searches all these texts for them.
 */
export class Leaks {
  readonly #credentials = new Set<string>();
  #texts: string[] = [];
  readonly #deployment: Deployment;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    deployment.afterCall.add(async (request, response) => {
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
      if (!isPublish(request) || request.bodyUsed) return;
      const { messages } = (await request.clone().json()) as { messages: { data: string }[] };
      for (const { data } of messages) {
        this.#texts.push(data, Buffer.from(data, 'base64').toString());
      }
    });
  }

  /** The number of credentials to search for. With none, a search would find nothing. */
  get credentialCount(): number {
    return this.#credentials.size;
  }

  /** Searches everything since the last call. @returns a violation for each credential found */
  violations(): string[] {
    const { outcomes, local } = this.#deployment;
    const secrets = [...local.state.secrets.values()];
    const text = [
      ...this.#texts,
      ...outcomes,
      ...secrets.map(({ labels, annotations }) => JSON.stringify({ labels, annotations })),
    ].join('\n');
    const credentials = [...this.#credentials];
    this.#texts = [];
    this.#credentials.clear();
    outcomes.length = 0;
    return credentials.flatMap((credential) =>
      encodingsOf(credential)
        .filter(({ text: encoded }) => text.includes(encoded))
        .map(({ encoding }) => `I5: a credential has leaked, ${encoding}`),
    );
  }
}

/** The end of a credential in several encodings. Base64 depends on the position in the text, so only the part without that is searched for. */
function encodingsOf(credential: string): { encoding: string; text: string }[] {
  const end = credential.slice(-SEARCHED_LENGTH);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${end}`)
      .toString('base64')
      .slice(4, -4),
  );
  return [
    { encoding: 'as plain text', text: end },
    { encoding: 'percent-encoded', text: encodeURIComponent(end) },
    { encoding: 'in hex', text: Buffer.from(end).toString('hex') },
    ...base64.map((text) => ({ encoding: 'in base64', text })),
    ...base64.map((text) => ({
      encoding: 'in base64url',
      text: text.replaceAll('+', '-').replaceAll('/', '_'),
    })),
  ];
}
