import { listedWordsIn } from '../../scripts/check-words.ts';
import words from '../../scripts/plain-english.json' with { type: 'json' };

const [WORD = '', OTHER = ''] = Object.keys(words);
const [FIRST = '', SECOND = ''] =
  Object.keys(words)
    .find((one) => one.includes(' '))
    ?.split(' ') ?? [];

describe('the list of words', () => {
  it.each([
    { where: 'a comment', path: 'a.ts', text: `// What is ${WORD} here.\n` },
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

  it('gives the line and the column of each word', () => {
    const text = `/**\n * One account,\n * ${WORD} by nobody, is ${OTHER}.\n */\n`;
    expect(listedWordsIn('a.ts', text)).toEqual([
      expect.stringMatching(`^a\\.ts:3:4: "${WORD}": write `),
      expect.stringMatching(`^a\\.ts:3:${4 + `${WORD} by nobody, is `.length}: "${OTHER}": write `),
    ]);
  });

  it('finds a phrase that continues on the next line of a comment', () => {
    const text = `/**\n * It is gone ${FIRST}\n * ${SECOND}.\n */\n`;
    expect(listedWordsIn('a.ts', text)).toEqual([
      expect.stringMatching(`^a\\.ts:2:15: "${FIRST} ${SECOND}": write `),
    ]);
  });

  it.each([
    { what: 'a longer word', path: 'a.ts', text: `// The re${WORD} story.\n` },
    {
      what: 'code in Markdown',
      path: 'a.md',
      text: `Run \`${WORD}\`:\n\n\`\`\`\n${WORD}\n\`\`\`\n`,
    },
    { what: 'an ordinary sentence', path: 'a.ts', text: '// The report lists each account.\n' },
  ])('ignores $what', ({ path, text }) => {
    expect(listedWordsIn(path, text)).toEqual([]);
  });
});
