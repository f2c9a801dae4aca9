import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Ask, askRegistry, withDigests } from '../../scripts/pin-images.ts';

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const OLD = digestOf('old');
const NEW = digestOf('new');

const TEXT = `steps:
  # The source of this digest.
  - id: one
    name: node@${OLD} # tag 24.21.0
    args: [build]
  - name: gcr.io/tools/pack
  - name: gcr.io/google.com/tools/cli:528.0.0-slim
    args:
      - --builder=gcr.io/buildpacks/builder:google-24
      - --run-image=gcr.io/buildpacks/google-24/run:latest
      - --path=image
`;
const answerNew: Ask = async () => NEW;
const added = { today: '2026-11-29', isUpdate: false };

describe('the digests of the build files', () => {
  it('are added where there are none, with the tag and the day, and the rest stays', async () => {
    const asked: string[] = [];
    const text = await withDigests(
      TEXT,
      async (image, tag) => {
        asked.push(`${image} ${tag}`);
        return NEW;
      },
      added,
    );
    expect(text).toBe(`steps:
  # The source of this digest.
  - id: one
    name: node@${OLD} # tag 24.21.0
    args: [build]
  - name: gcr.io/tools/pack@${NEW} # tag latest on 2026-11-29
  - name: gcr.io/google.com/tools/cli@${NEW} # tag 528.0.0-slim on 2026-11-29
    args:
      - --builder=gcr.io/buildpacks/builder@${NEW} # tag google-24 on 2026-11-29
      - --run-image=gcr.io/buildpacks/google-24/run@${NEW} # tag latest on 2026-11-29
      - --path=image
`);
    expect(asked).toEqual([
      'gcr.io/tools/pack latest',
      'gcr.io/google.com/tools/cli 528.0.0-slim',
      'gcr.io/buildpacks/builder google-24',
      'gcr.io/buildpacks/google-24/run latest',
    ]);
    expect(await withDigests(text, answerNew, added)).toBe(text);
  });

  it('are all asked for again with --update, and keep the day when they are the same', async () => {
    const pinned = await withDigests(TEXT, answerNew, added);
    const later = { today: '2027-01-01', isUpdate: true };
    const text = await withDigests(pinned, answerNew, later);
    expect(text).toBe(pinned.replace(`${OLD} # tag 24.21.0`, `${NEW} # tag 24.21.0 on 2027-01-01`));
  });

  it('are found for every image in the real files', async () => {
    for (const path of ['cloudbuild.yaml', 'deploy/check.yaml', 'deploy/deploy.yaml']) {
      const before = readFileSync(path, 'utf8');
      const pinned = await withDigests(before, answerNew, { ...added, isUpdate: true });
      const images = pinned.match(/^ *(- )?(name: |- --(builder|run-image)=).*/gm) ?? [];
      expect(images.length).toBeGreaterThan(0);
      expect(images.filter((line) => !line.includes(`@${NEW} # tag `))).toEqual([]);
    }
  });
});

const MANIFEST = '{"schemaVersion":2}';

/** A registry that wants a token, as Docker Hub and Google’s do. It records each URL. */
function registry({ realm = 'https://auth.test/token', stated = digestOf(MANIFEST) } = {}) {
  const urls: string[] = [];
  const request: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    urls.push(url.href);
    if (url.host === 'auth.test') return Response.json({ token: `for ${url.search}` });
    const authorization = new Headers(init?.headers).get('authorization');
    if (authorization?.startsWith('Bearer for ?service=test') !== true) {
      const challenge = `Bearer realm="${realm}",service="test",scope="repository:x:pull"`;
      return new Response('', { status: 401, headers: { 'www-authenticate': challenge } });
    }
    if (url.pathname.endsWith('/none')) return new Response('', { status: 404 });
    return new Response(MANIFEST, { headers: { 'docker-content-digest': stated } });
  };
  return { ask: askRegistry(request), urls };
}

describe('askRegistry', () => {
  it.each([
    { image: 'node', url: 'https://registry-1.docker.io/v2/library/node/manifests/t' },
    { image: 'acme/node', url: 'https://registry-1.docker.io/v2/acme/node/manifests/t' },
    { image: 'gcr.io/a.com/b/c', url: 'https://gcr.io/v2/a.com/b/c/manifests/t' },
  ])('sends $image to its registry, and computes the digest', async ({ image, url }) => {
    const { ask, urls } = registry();
    expect(await ask(image, 't')).toBe(digestOf(MANIFEST));
    const token = 'https://auth.test/token?service=test&scope=repository%3Ax%3Apull';
    expect(urls).toEqual([url, token, url]);
  });

  it.each([
    {
      situation: 'the tag does not exist',
      given: {},
      tag: 'none',
      message: 'gcr.io/a:none: gcr.io answered 404',
    },
    {
      situation: 'the registry states another digest than its manifest has',
      given: { stated: OLD },
      tag: 't',
      message: `gcr.io states ${OLD}`,
    },
    {
      situation: 'the registry sends us to an address without TLS',
      given: { realm: 'http://auth.test/token' },
      tag: 't',
      message: 'the registry wants: Bearer realm="http://auth.test/token"',
    },
  ])('fails when $situation', async ({ given, tag, message }) => {
    await expect(registry(given).ask('gcr.io/a', tag)).rejects.toThrow(message);
  });

  it('fails when the registry cannot be reached', async () => {
    const ask = askRegistry(() => Promise.reject(new TypeError('fetch failed')));
    await expect(ask('gcr.io/a', 't')).rejects.toThrow('gcr.io/a:t: gcr.io does not answer');
  });
});
