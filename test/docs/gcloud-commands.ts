import { parseAllDocuments } from 'yaml';
import { filesNamed, markdownOf, textOf } from './markdown.ts';
import { commandsIn, lineOf } from './shell.ts';

/** A gcloud command on one line, and the file in which it was found. */
export type Found = { readonly in: string; readonly command: string };

/** The gcloud commands of a script, also those that another command runs: `./hopmint read … -- gcloud storage ls`. */
export const gcloudIn = (script: string): string[] =>
  commandsIn(script).flatMap((words) => {
    const at = words.indexOf('gcloud');
    return at === -1 ? [] : [lineOf(words.slice(at))];
  });

/** Reads shell blocks as scripts. From other blocks and from inline code it takes the lines that begin with `gcloud`. */
export function gcloudInMarkdown(text: string): string[] {
  const { blocks, inlineCode } = markdownOf(text);
  return [
    ...blocks.flatMap((block) =>
      /^(sh|bash|console)$/.test(block.language)
        ? gcloudIn(block.text)
        : block.text.split('\n').filter(isCommand).flatMap(gcloudIn),
    ),
    ...inlineCode
      .map((code) => code.text)
      .filter(isCommand)
      .flatMap(gcloudIn),
  ];
}

const isCommand = (line: string): boolean => /^\s*gcloud \S/.test(line);

/** Commands in comments, and scripts in strings. */
export function gcloudInYaml(text: string): string[] {
  const commands = text
    .split('\n')
    .map((line) => line.replace(/^\s*#\s*/, ''))
    .filter(isCommand)
    .flatMap(gcloudIn);
  const strings = parseAllDocuments(text).flatMap((document) => stepsOf(document.toJS()));
  return [...new Set([...commands, ...strings])];
}

/** A Cloud Build step has `entrypoint: gcloud` with the words in `args`, or a script. */
function stepsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('gcloud ') ? gcloudIn(unescaped(value)) : [];
  if (typeof value !== 'object' || value === null) return [];
  const { entrypoint, args } = value as { entrypoint?: unknown; args?: unknown };
  if (entrypoint === 'gcloud' && Array.isArray(args))
    return [lineOf(['gcloud', ...args.map(String)])];
  return Object.values(value).flatMap(stepsOf);
}

/** In Cloud Build `$$` stands for one `$` of the shell. */
const unescaped = (script: string): string => script.replaceAll('$$', '$');

/** Strings that begin with `gcloud`, and commands in backquotes. `${var.region}` becomes `$REGION`. */
export const gcloudInTerraform = (text: string): string[] =>
  [...text.matchAll(/["`](gcloud [a-z][^"`\n]*)/g)].flatMap(([, command = '']) =>
    gcloudIn(command.replaceAll(/\$\{[^}]*?(\w+)\}/g, (_, name) => `$${name.toUpperCase()}`)),
  );

/** Every gcloud command in our files except TypeScript. The commands that code prints are checked by running the code. */
export function gcloudInFiles(): Found[] {
  const found = (patterns: string[], commandsOf: (text: string) => string[]) =>
    filesNamed(...patterns).flatMap((path) =>
      commandsOf(textOf(path)).map((command): Found => ({ in: path, command })),
    );
  return [
    ...found(['*.md'], gcloudInMarkdown),
    ...found(['*.yaml', '*.yml'], gcloudInYaml),
    ...found(['*.sh', '.ci/*'], gcloudIn),
    ...found(['*.tf', '*.tftpl'], gcloudInTerraform),
  ];
}
