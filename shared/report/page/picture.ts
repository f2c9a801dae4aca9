import type { ChainReport } from '../../domain/audit/report.ts';
import { styleOf } from '../words/states.ts';
import { type Arrow, drawn, type Node } from './drawing.ts';
import type { LayoutOf } from './layout.ts';
import { count, type Markup } from './markup.ts';

/** An account as two short lines: its name, and its project or domain. */
export function accountLines(account: string): readonly [name: string, home: string] {
  const [name = account, domain = ''] = account.split('@');
  return [name, domain.replace(/\.iam\.gserviceaccount\.com$/, '')];
}

/** In how many of the shown chains each account is. */
export type Sharing = ReadonlyMap<string, number>;

export const sharingOf = (chains: readonly ChainReport[]): Sharing => {
  const sharing = new Map<string, number>();
  for (const { hops } of chains) {
    for (const account of new Set(hops.flatMap(({ from, to }) => [from, to]))) {
      sharing.set(account, (sharing.get(account) ?? 0) + 1);
    }
  }
  return sharing;
};

/** Chains as one picture, with the caller at the left. An account that several chains share appears once. `id` is unique on the page. */
export function pictureOf(
  chains: readonly ChainReport[],
  sharing: Sharing,
  layoutOf: LayoutOf,
  id: string,
): Markup {
  const hops = chains.flatMap((chain) => chain.hops);
  const caller = hops[0]?.from;
  const nodes = [...new Set(hops.flatMap(({ from, to }) => [from, to]))].map((account): Node => {
    const shared = sharing.get(account) ?? 1;
    const isCaller = account === caller;
    const [name, home] = accountLines(account);
    return {
      id: account,
      title: `${account}${isCaller ? ', the caller' : ''}, in ${count(shared, 'chain')}`,
      lines: [name, home || 'by its unique ID'],
      isFirst: isCaller,
      ...(shared > 1 && { badge: `×${shared}` }),
    };
  });
  const ways = [...Map.groupBy(hops, ({ from, to }) => JSON.stringify([from, to])).values()];
  const arrows = ways.flatMap((same): Arrow[] => {
    const [worst] = same.toSorted((a, b) => styleOf(a.state).rank - styleOf(b.state).rank);
    if (!worst) return [];
    const { from, to, state } = worst;
    const { tone, glyph } = styleOf(state);
    const needs = new Set(same.map((hop) => `${hop.permission}: ${hop.state}`));
    return [
      {
        from,
        to,
        title: `${from} → ${to}, ${[...needs].join(', ')}`,
        tone,
        glyph,
        line: `is-${state}`,
        ...(state !== 'ok' && { word: state }),
      },
    ];
  });
  const drawing = {
    id,
    title: `${chains.length === 1 ? 'The chain' : `${chains.length} chains:`} ${chains.map(({ name }) => name).join(', ')}`,
    description: arrows.map(({ from, to, word = 'ok' }) => `${from} to ${to}: ${word}. `).join(''),
    nodes,
    arrows,
  };
  return drawn(drawing, layoutOf);
}
