import { parseSync } from '@swc/core';
import jsTokens from 'js-tokens';

/** The code names a module: `specifier` is its path or its package. */
type Import = { readonly line: number; readonly specifier: string };
/** The code reaches a module in a way that hides which one, or hides it from other checks. */
type Detour = { readonly line: number; readonly kind: keyof typeof DETOURS };

export const DETOURS = {
  computed: 'Write the path of a dynamic import as a string.',
  type: 'Import the type at the top of the file.',
  loader: 'Load the module with an import: require and similar functions pass every wall.',
  comment: 'A comment does not import: import the type at the top of the file.',
};

type SyntaxNode = {
  readonly type?: string;
  readonly value?: unknown;
  readonly span?: { readonly start: number };
  readonly source?: SyntaxNode | null;
  readonly callee?: SyntaxNode;
  readonly id?: SyntaxNode;
  readonly arguments?: readonly { readonly expression: SyntaxNode }[];
};

/** Functions of Node that load a module. */
const LOADING = new Set(['require', 'createRequire', 'getBuiltinModule']);

/** The specifier that a node imports, or its detour. */
function importOf({ type, value, source, callee, id, ...node }: SyntaxNode) {
  switch (type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return source ? { specifier: String(source.value) } : undefined;
    case 'TsModuleDeclaration':
      return id?.type === 'StringLiteral' ? { specifier: String(id.value) } : undefined;
    case 'TsImportType':
      return { kind: 'type' } as const;
    case 'TsExternalModuleReference':
      return { kind: 'loader' } as const;
    case 'Identifier':
      return LOADING.has(String(value)) ? ({ kind: 'loader' } as const) : undefined;
    case 'CallExpression': {
      if (callee?.type !== 'Import') return undefined;
      const path = node.arguments?.[0]?.expression;
      if (path?.type !== 'StringLiteral') return { kind: 'computed' } as const;
      return { specifier: String(path.value) };
    }
    default:
      return undefined;
  }
}

/** TypeScript and editors read imports in these comments, which the parser drops. */
const COMMENT_IMPORT = /^\/\/\/\s*<(?:reference|amd-)|\bimport\s*\(\s*['"`]|@import\b/;

function* commentImports(code: string): Generator<Detour> {
  if (!/\/\/\/\s*<|import\s*\(|@import/.test(code)) return;
  let line = 1;
  for (const { type, value } of jsTokens(code)) {
    if (type.endsWith('Comment') && COMMENT_IMPORT.test(value)) yield { line, kind: 'comment' };
    line += value.split('\n').length - 1;
  }
}

/** All imports of a file: static and dynamic, of values and of types, and exports from another module. */
export function importsOf(code: string): (Import | Detour)[] {
  const bytes = Buffer.from(code);
  // A span counts bytes from 1.
  const lineAt = (start: number) => bytes.toString('utf8', 0, start - 1).split('\n').length;
  const found: (Import | Detour)[] = [...commentImports(code)];
  const visit = (node: SyntaxNode) => {
    const one = importOf(node);
    if (one) found.push({ line: lineAt(node.span?.start ?? 1), ...one });
    for (const [key, child] of Object.entries(node)) {
      if (key !== 'span' && typeof child === 'object' && child !== null) visit(child);
    }
  };
  visit(parseSync(code, { syntax: 'typescript', target: 'es2024' }) as SyntaxNode);
  return found;
}
