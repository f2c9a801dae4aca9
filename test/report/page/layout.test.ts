import { placing, type Shape } from '../../../shared/report/page/layout.ts';

const node = { width: 133, height: 46 };
const mark = { width: 20, height: 20 };
const word = { width: 85, height: 20 };
const line: Shape = {
  nodes: 3,
  node,
  arrows: [0, 1].map((i) => ({ from: i, to: i + 1, ...mark })),
};

describe('the places of a shape', () => {
  it('are sought once, whoever asks', () => {
    const placesOf = placing();
    expect(placesOf(structuredClone(line))).toBe(placesOf(line));
  });

  const others: [title: string, shape: Shape][] = [
    ['wider nodes', { ...line, node: { ...node, width: 270 } }],
    ['one node more', { ...line, nodes: 4 }],
    ['an arrow that bears a word', { ...line, arrows: [{ from: 0, to: 1, ...word }] }],
    [
      'an arrow to elsewhere',
      { ...line, arrows: [0, 1].map((i) => ({ from: 0, to: i + 1, ...mark })) },
    ],
    ['an arrow that goes back', { ...line, arrows: [...line.arrows, { from: 2, to: 0, ...mark }] }],
    ['no arrow', { ...line, arrows: [] }],
  ];
  it.each(others)('are its own, with %s', (_title, shape) => {
    const placesOf = placing();
    const places = placesOf(line);
    expect(placesOf(shape)).not.toEqual(places);
    expect(placesOf(shape)).toEqual(placing()(shape));
  });

  it('keep nodes apart, and lead from left to right', () => {
    const { nodes, arrows, width, height } = placing()(line);
    for (const [i, { x }] of nodes.slice(1).entries()) {
      expect(x - (nodes[i]?.x ?? x)).toBeGreaterThan(node.width);
    }
    expect(arrows.map(({ x }) => x).toSorted((a, b) => a - b)).toEqual(arrows.map(({ x }) => x));
    expect(nodes.every(({ x, y }) => x < width && y < height)).toBe(true);
  });
});
