import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Files that git tracks, and new files that it does not ignore. Paths are relative to the root. */
export const filesNamed = (...patterns: string[]): string[] =>
  execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns],
    { cwd: ROOT, encoding: 'utf8' },
  )
    .split('\n')
    .filter(Boolean);

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

type Root = ReturnType<typeof fromMarkdown>;
type Node = Root | Root['children'][number];

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  if ('children' in node) for (const child of node.children) yield* nodesOf(child);
}

const words = (node: Node): string =>
  'value' in node ? node.value : 'children' in node ? node.children.map(words).join('') : '';

/** Part of a page, and the line where it begins. */
export type Part = { readonly text: string; readonly line: number };

export type Markdown = {
  /** Fenced blocks. `language` is the first word after the backticks, or `''`. `file` is the second word, where there is one. */
  readonly blocks: readonly (Part & { readonly language: string; readonly file?: string })[];
  readonly inlineCode: readonly Part[];
  /** The addresses of links and pictures. */
  readonly links: readonly Part[];
  /** The anchors that GitHub makes of the headings. */
  readonly anchors: ReadonlySet<string>;
};

export function markdownOf(text: string): Markdown {
  const slugger = new GithubSlugger();
  const nodes = [...nodesOf(fromMarkdown(text))];
  const part = (node: Node, of: string): Part => ({
    text: of,
    line: node.position?.start.line ?? 0,
  });
  return {
    blocks: nodes.flatMap((node) =>
      node.type === 'code'
        ? [
            {
              ...part(node, node.value),
              language: node.lang ?? '',
              ...(node.meta && { file: node.meta }),
            },
          ]
        : [],
    ),
    inlineCode: nodes.flatMap((node) =>
      node.type === 'inlineCode' ? [part(node, node.value)] : [],
    ),
    links: nodes.flatMap((node) => ('url' in node ? [part(node, node.url)] : [])),
    anchors: new Set(
      nodes.flatMap((node) => (node.type === 'heading' ? [slugger.slug(words(node))] : [])),
    ),
  };
}
