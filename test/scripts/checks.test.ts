import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listedWordsIn } from '../../scripts/check-words.ts';
import { type Ask, askRegistry, withDigests } from '../../scripts/pin-images.ts';
import words from '../../scripts/plain-english.json' with { type: 'json' };

const SCRIPT = new URL('../../scripts/bundle.ts', import.meta.url).pathname;

describe('the bundle of the functions', () => {
  let directory: string;
  let modules: string[];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bundle-'));
    const built = spawnSync(process.execPath, [SCRIPT, directory], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    const names = (await readdir(directory)).filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
    // esbuild writes the path of each module in a comment above it.
    modules = texts.flatMap((text) =>
      [...text.matchAll(/^\s*\/\/ ((?:node_modules|shared|functions)\/\S+)$/gm)].map(
        ([, path = '']) => path,
      ),
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('has the reader of published files, in a list of modules that names packages too', () => {
    expect(modules).toContain('shared/domain/published/read.ts');
    expect(modules).toContainEqual(expect.stringMatching(/^node_modules\/zod\//));
  });

  it('has no YAML parser, and no schema of the chain file', () => {
    const unwanted = /ya?ml|^shared\/domain\/chain-file\//i;
    expect(modules.filter((path) => unwanted.test(path))).toEqual([]);
  });
});

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

const [WORD = '', OTHER = ''] = Object.keys(words);
const [FIRST = '', SECOND = ''] =
  Object.keys(words)
    .find((one) => one.includes(' '))
    ?.split(' ') ?? [];

/** A word with an apostrophe. */
const [OWNED = '', INSTEAD = ''] = Object.entries(words).find(([word]) => word.includes("'")) ?? [];

describe('the list of words', () => {
  it.each([
    { where: 'a comment', path: 'a.ts', text: `// What is ${WORD} here.\n` },
    { where: 'a comment with emphasis', path: 'a.ts', text: `// What is _${WORD}_ here.\n` },
    { where: 'a string', path: 'a.ts', text: `log('nothing was ${WORD}');\n` },
    { where: 'a template', path: 'a.ts', text: `say(\`\${name} was ${WORD}\`);\n` },
    { where: 'an identifier', path: 'a.ts', text: `const ${WORD}As = 1;\n` },
    { where: 'a private field', path: 'a.ts', text: `class A { #${WORD} = 1 }\n` },
    { where: 'a paragraph of Markdown', path: 'a.md', text: `A chain is *${WORD}* apart.\n` },
    { where: 'a table of Markdown', path: 'a.md', text: `| a | ${WORD} |\n|---|---|\n` },
    { where: 'a description in Terraform', path: 'a.tf', text: `description = "${WORD}"\n` },
    { where: 'a comment of a shell script', path: 'a.sh', text: `# ${WORD}\n` },
  ])('applies to $where', ({ path, text }) => {
    expect(listedWordsIn(path, text)).toEqual([
      expect.stringMatching(new RegExp(`^${path}:1:\\d+: "${WORD}": write \\w`)),
    ]);
  });

  it('reports a word of code between two comments once', () => {
    expect(listedWordsIn('a.ts', `// One.\n${WORD}();\n// Two.\n`)).toEqual([
      expect.stringMatching(`^a\\.ts:2:1: "${WORD}": write `),
    ]);
  });

  it('gives the line and the column of each word', () => {
    const text = `/**\n * One account,\n * ${WORD} by nobody, is ${OTHER}.\n */\n`;
    expect(listedWordsIn('a.ts', text)).toEqual([
      expect.stringMatching(`^a\\.ts:3:4: "${WORD}": write `),
      expect.stringMatching(`^a\\.ts:3:${4 + `${WORD} by nobody, is `.length}: "${OTHER}": write `),
    ]);
  });

  it.each([
    { where: 'the next line of a comment', before: '/**\n * It is ', gap: '\n * ' },
    { where: 'a second comment', before: '// It is ', gap: '\n// ' },
    { where: 'a second comment that is indented', before: 'f(); // It is ', gap: '\n    // ' },
    { where: 'a word with emphasis in a comment', before: '// It is ', gap: ' **' },
    { where: 'the next line of a string', before: 'const a = `It is ', gap: '\n  ' },
  ])('finds a phrase that continues on $where', ({ before, gap }) => {
    const end = before.startsWith('/**') ? ' */' : before.startsWith('const') ? '`;' : '';
    const lines = before.split('\n');
    const text = `${before}${FIRST}${gap}${SECOND}${end}\n`;
    expect(listedWordsIn('a.ts', text)).toEqual([
      expect.stringMatching(
        `^a\\.ts:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}: "${FIRST} ${SECOND}": write `,
      ),
    ]);
  });

  it.each([
    { what: 'its second word', text: `It is ${FIRST} **${SECOND}** here.\n`, column: 7 },
    { what: 'its first word', text: `It is *${FIRST}* ${SECOND} here.\n`, column: 8 },
    { what: 'a link', text: `It is ${FIRST} [${SECOND}](a.md) here.\n`, column: 7 },
    { what: 'HTML', text: `It is ${FIRST} <b>${SECOND}</b> here.\n`, column: 7 },
    { what: 'text after code', text: `\`x\` is ${FIRST} _${SECOND}_.\n`, column: 8 },
    { what: 'a heading', text: `# ${FIRST} *${SECOND}*\n`, column: 3 },
  ])('finds a phrase of Markdown that contains or touches a mark: $what', ({ text, column }) => {
    expect(listedWordsIn('a.md', text)).toEqual([
      expect.stringMatching(`^a\\.md:1:${column}: "${FIRST} ${SECOND}": write `),
    ]);
  });

  it.each([
    { mark: 'curly', path: 'a.md', word: OWNED.replace("'", '’') },
    { mark: 'curly', path: 'a.ts', word: OWNED.replace("'", '’') },
    { mark: 'straight', path: 'a.md', word: OWNED },
    { mark: 'escaped', path: 'a.ts', word: OWNED.replace("'", "\\'") },
  ])('finds a word whose apostrophe is $mark, in $path', ({ path, word }) => {
    const text = path === 'a.ts' ? `say('${word} key');\n` : `${word} key\n`;
    expect(listedWordsIn(path, text)).toEqual([
      expect.stringMatching(`^${path}:1:\\d+: "${OWNED}": write ${INSTEAD}$`),
    ]);
  });

  it.each([
    { what: 'a longer word', path: 'a.ts', text: `// The re${WORD} story.\n` },
    {
      what: 'code in Markdown',
      path: 'a.md',
      text: `Run \`${WORD}\`:\n\n\`\`\`\n${WORD}\n\`\`\`\n`,
    },
    {
      what: 'two words of a phrase with code between them',
      path: 'a.md',
      text: `It is ${FIRST} \`x\` ${SECOND}.\n`,
    },
    {
      what: 'two words of a phrase in comments with code between them',
      path: 'a.ts',
      text: `// ${FIRST}\nrun();\n// ${SECOND}\n`,
    },
    { what: 'an ordinary sentence', path: 'a.ts', text: '// The report lists each account.\n' },
  ])('ignores $what', ({ path, text }) => {
    expect(listedWordsIn(path, text)).toEqual([]);
  });
});
