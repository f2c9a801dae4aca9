import { listedWordsIn } from '../../scripts/check-words.ts';
import words from '../../scripts/plain-english.json' with { type: 'json' };

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
