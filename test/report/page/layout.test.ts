import { cachedLayouts, type GraphShape } from '../../../shared/report/page/layout.ts';

const node = { width: 133, height: 46 };
const mark = { width: 20, height: 20 };
const word = { width: 85, height: 20 };
const line: GraphShape = {
  nodes: 3,
  node,
  arrows: [0, 1].map((i) => ({ from: i, to: i + 1, ...mark })),
};

describe('the layout of a shape', () => {
  it('is computed once for equal shapes', () => {
    const layoutOf = cachedLayouts();
    expect(layoutOf(structuredClone(line))).toBe(layoutOf(line));
  });

  const others: { title: string; shape: GraphShape }[] = [
    { title: 'wider nodes', shape: { ...line, node: { ...node, width: 270 } } },
    { title: 'one more node', shape: { ...line, nodes: 4 } },
    { title: 'an arrow with a word', shape: { ...line, arrows: [{ from: 0, to: 1, ...word }] } },
    {
      title: 'an arrow to another node',
      shape: { ...line, arrows: [0, 1].map((i) => ({ from: 0, to: i + 1, ...mark })) },
    },
    {
      title: 'an arrow that goes back',
      shape: { ...line, arrows: [...line.arrows, { from: 2, to: 0, ...mark }] },
    },
    { title: 'no arrow', shape: { ...line, arrows: [] } },
  ];
  it.each(others)('is another one with $title', ({ shape }) => {
    const layoutOf = cachedLayouts();
    const layout = layoutOf(line);
    expect(layoutOf(shape)).not.toEqual(layout);
    expect(layoutOf(shape)).toEqual(cachedLayouts()(shape));
  });

  it('separates the nodes and goes from left to right', () => {
    const { nodes, arrows, width, height } = cachedLayouts()(line);
    for (const [i, { x }] of nodes.slice(1).entries()) {
      expect(x - (nodes[i]?.x ?? x)).toBeGreaterThan(node.width);
    }
    expect(arrows.map(({ x }) => x).toSorted((a, b) => a - b)).toEqual(arrows.map(({ x }) => x));
    expect(nodes.every(({ x, y }) => x < width && y < height)).toBe(true);
  });
});
