import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

// `npm run pin` asks the registry for the digest of each image in the build files that has none, and writes it into the file. With `--update` it
// asks again for every image. A digest names one content for ever. So a build uses the image that the tag named on that day. Keep the changed
// files. docs/decisions/0018-three-builds.md

const FILES = ['cloudbuild.yaml', 'deploy/check.yaml', 'deploy/deploy.yaml'];

/** A line that names an image. After a digest, the comment says which tag had it. */
const IMAGE =
  /^(?<before> *(?:(?:- )?name: |- --(?:builder|run-image)=))(?<image>[^\s:@]+)(?::(?<tag>[\w.-]+)|@(?<digest>sha256:[0-9a-f]{64}) # tag (?<noted>[\w.-]+).*)?$/gm;

/** @returns the digest of a tag. @throws {Error} with the reason, if the registry does not say */
export type Ask = (image: string, tag: string) => Promise<string>;

/**
 * The text of a build file with a digest for each image.
 *
 * @param today the day to write next to a new digest
 * @param isUpdate whether to ask again for images that have a digest
 */
export async function withDigests(
  text: string,
  ask: Ask,
  { today, isUpdate }: { readonly today: string; readonly isUpdate: boolean },
): Promise<string> {
  let result = text;
  for (const { 0: line, groups = {} } of text.matchAll(IMAGE)) {
    const { before = '', image = '', digest } = groups;
    if (digest !== undefined && !isUpdate) continue;
    const tag = groups.noted ?? groups.tag ?? 'latest';
    const found = await ask(image, tag);
    if (found === digest) continue;
    result = result.replaceAll(line, () => `${before}${image}@${found} # tag ${tag} on ${today}`);
  }
  return result;
}

/** All forms of a manifest: of one platform or of several, by Docker or by the Open Container Initiative. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Asks a registry, without a credential of ours.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
export const askRegistry =
  (request: typeof fetch): Ask =>
  async (image, tag) => {
    const { host, repository } = placeOf(image);
    const url = `https://${host}/v2/${repository}/manifests/${tag}`;
    const get = (token?: string) =>
      request(url, {
        headers: { accept: MANIFESTS, ...(token && { authorization: `Bearer ${token}` }) },
      }).catch(() => {
        throw new Error(`${image}:${tag}: ${host} does not answer`);
      });
    let response = await get();
    if (response.status === 401) {
      response = await get(await tokenFor(response.headers.get('www-authenticate') ?? '', request));
    }
    if (!response.ok) throw new Error(`${image}:${tag}: ${host} answered ${response.status}`);
    const manifest = Buffer.from(await response.arrayBuffer());
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    const stated = response.headers.get('docker-content-digest');
    if (stated !== null && stated !== digest) {
      throw new Error(`${image}:${tag}: ${host} states ${stated}, but its manifest has ${digest}`);
    }
    return digest;
  };

/** A first part with a dot is a host. Every other image is at Docker Hub, and one without an owner belongs to its library. */
function placeOf(image: string): { readonly host: string; readonly repository: string } {
  const [first = '', ...rest] = image.split('/');
  if (first.includes('.')) return { host: first, repository: rest.join('/') };
  return {
    host: 'registry-1.docker.io',
    repository: rest.length === 0 ? `library/${image}` : image,
  };
}

/** A registry gives everybody a token for its public images. It names the address in its refusal. */
async function tokenFor(challenge: string, request: typeof fetch): Promise<string> {
  const said = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v ?? '']));
  const url = URL.parse(said.get('realm') ?? '');
  if (url?.protocol !== 'https:') throw new Error(`the registry wants: ${challenge}`);
  for (const name of ['service', 'scope']) {
    const value = said.get(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const { token, access_token } = (await (await request(url)).json()) as {
    token?: string;
    access_token?: string;
  };
  return token ?? access_token ?? '';
}

if (import.meta.main) {
  const options = {
    today: new Date().toISOString().slice(0, 10),
    isUpdate: process.argv.includes('--update'),
  };
  try {
    for (const path of FILES) {
      const before = await readFile(path, 'utf8');
      const after = await withDigests(before, askRegistry(fetch), options);
      if (after === before) continue;
      await writeFile(path, after);
      console.log(`${path} has new digests`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
